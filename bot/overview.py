"""Which figures does a page, a report or a file show, in which order?

One list of blocks is made, and all three show that list: so their figures cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot import charts
from bot.figure_words import FigureWords
from bot.figures import OFFER_EVENTS, Figures, Rate, Table, rate, wilson

FLOW_TOPICS = 8


@dataclass(frozen=True)
class Row:
    """One line of a table. `width` is its bar, as a share of the widest; `before` the same in the period before."""

    key: str
    name: str
    count: int | None
    share: Rate | None = None
    before: int | None = None
    width: float = 0.0
    more: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Block:
    """One figure. `kind`: bars, columns, heat, flow, offers or list; `few` names what is not shown."""

    key: str
    kind: str
    title: str
    lead: str
    rows: tuple[Row, ...]
    total: int | None = None
    few: tuple[str, ...] = ()
    svg: str = ""
    heads: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not any(row.count or any(row.more) for row in self.rows) and not self.few


@dataclass(frozen=True)
class Headline:
    """One number of the summary: a count, or a share with its interval."""

    key: str
    name: str
    count: int | None = None
    share: Rate | None = None
    before: int | Rate | None = None


class Overview:
    """All blocks of one view; `before` is the view that it is compared with."""

    def __init__(self, figures: Figures, words: FigureWords, before: Figures | None = None):
        self.figures, self.words, self.before = figures, words, before
        self._say = words.texts

    def headlines(self) -> list[Headline]:
        now, then = self._measures(self.figures), self._measures(self.before) if self.before else {}
        return [Headline(key, name, value if not isinstance(value, Rate) else None,
                         value if isinstance(value, Rate) else None, then.get(key))
                for key, name in self._say["headlines"].items() for value in (now[key],)]

    @staticmethod
    def _measures(figures: Figures) -> dict[str, int | Rate | None]:
        served, danger, waits = (figures.table(n) for n in ("served", "danger", "waits"))
        quick = None
        if waits.total is not None and waits.get("ukendt") is not None and waits.get("0-4") is not None:
            waited = waits.total - waits.get("ukendt")
            quick = wilson(waits.get("0-4"), waited) if waited else None
        marks = figures.table("marked_danger")
        right, missed = marks.get("right"), marks.get("missed")
        return {
            "conversations": figures.table("conversations").total,
            "counsellor": _rate(served, "counsellor"), "danger": _rate(danger, "hoej", "akut"),
            "unmet": figures.table("unmet").total, "quick": quick, "helped": _rate(figures.table("helped"), "yes"),
            "recall": wilson(right, right + missed) if right is not None and missed is not None and right else None,
            "precision": _rate(figures.table("marked_routing"), "right")}

    def blocks(self) -> list[Block]:
        alone = "municipality" in dict(self.figures.view.filters) or len(self.words.places) < 2
        places = [] if alone else [self.bars("municipalities")]
        return [
            self.over_time(), self.by(1, "by_hour"), self.by(0, "by_weekday"), self.heat(), self.bars("topics"),
            self.bars("danger"), self.bars("served"), self.bars("waits"), self.bars("channels"),
            self.bars("audiences"), self.bars("ages"), *places, self.flow(), self.offers(), self.never_chosen(),
            self.bars("refused_why"), self.bars("unmet"), self.bars("unmet_topics"), self.bars("not_understood"),
            self.bars("outcomes"), self.bars("helped"), self.bars("come_again"), self.bars("letters"),
            self.bars("marked_danger"), self.bars("marked_routing")]

    def bars(self, name: str) -> Block:
        """The categories of a table, the most frequent first; ordered ones stay in their order."""
        table = self.figures.table(name)
        then = self.before.table(name) if self.before else None
        axis = table.axes[0]

        def named(key):
            return self.words.label(name, axis, key)
        ordered = name in ("ages", "waits", "danger", "helped", "come_again", "served")
        rows = [Row(str(key), named(key), n, rate(table, key) if table.total else None,
                    then.get(key) if then else None) for (key,), n in table.cells.items() if n]
        if name == "waits":
            rows = [r for r in rows if r.key != "ukendt"]
        rows = rows if ordered else sorted(rows, key=lambda r: -r.count)
        return self._block(name, "bars", rows, table.total,
                           few=[named(key) for (key,), n in table.cells.items() if n is None])

    def over_time(self) -> Block:
        points = [(key, self.words.moment(key), n) for key, n in self.figures.over_time()]
        then = [n for _, n in self.before.over_time()] if self.before else []
        then += [None] * (len(points) - len(then))
        rows = [Row(key, name, n, before=old) for (key, name, n), old in zip(points, then, strict=False)]
        title = self._say["titles"]["over_time"]
        short = [(name.split(" ")[0][:3 if "/" not in key else 9], n) for key, name, n in points]
        return self._block("over_time", "columns", rows, self.figures.table("conversations").total,
                           svg=self._drawn(charts.columns, short, title, max(1, -(-len(short) // 12))))

    def by(self, axis: int, key: str) -> Block:
        """Conversations by hour of day, or by weekday: the sums of the table of both."""
        sums = self.figures.table("hours").sums[axis]
        old = self.before.table("hours").sums[axis] if self.before else {}
        name = ("weekday", "hour")[axis]
        rows = [Row(str(k), self.words.label("hours", name, k), n, before=old.get(k)) for k, n in sums.items()]
        short = [(str(k) if axis else row.name[:3], row.count) for k, row in zip(sums, rows, strict=True)]
        return self._block(key, "columns", rows, None, svg=self._drawn(
            charts.columns, short, self._say["titles"][key], 3 if axis else 1))

    def _drawn(self, draw: Callable, points: Sequence, title: str, *more) -> str:
        return draw(points, self._say["ui"]["alt_columns"].format(title=title), *more)

    def heat(self) -> Block:
        table = self.figures.table("hours")
        rows = [Row(str(day), self.words.label("hours", "weekday", day), table.sums[0][day],
                    more=tuple(table.get(day, hour) for hour in table.keys[1])) for day in table.keys[0]]
        return self._block("hours", "heat", rows, table.total, heads=tuple(f"{h:02d}" for h in table.keys[1]))

    def flow(self) -> Block:
        """From the most frequent topics to the groups of offers."""
        table = self.figures.table("flow")
        sums = table.sums[0] if table.sums else {}
        topics = sorted((t for t in sums if sums[t]), key=lambda t: -sums[t])[:FLOW_TOPICS]
        groups = [g for g in table.keys[1] if any(table.get(t, g) for t in topics)]
        named = {t: self.words.label("flow", "topic", t) for t in topics}
        heads = tuple(self.words.label("flow", "group", g) for g in groups)
        rows = [Row(t, named[t], sums[t], more=tuple(table.get(t, g) for g in groups)) for t in topics]
        links = [(named[t], head, table.get(t, g)) for t in topics for g, head in zip(groups, heads, strict=True)
                 if table.get(t, g)]
        title = self._say["ui"]["alt_flow"].format(title=self._say["titles"]["flow"])
        return self._block("flow", "flow", rows, table.total, svg=charts.flow(links, title), heads=heads)

    def offers(self) -> Block:
        """Each offer, as it was shown, chosen and refused."""
        shown, chosen, refused = (self.figures.offers(event) for event in OFFER_EVENTS)
        rows = [Row(offer, self.words.label("offers", "offer", offer), n,
                    more=(chosen.get(offer, 0), refused.get(offer, 0)))
                for offer, n in sorted(shown.items(), key=lambda item: -(item[1] or 0)) if n and offer]
        labels = self._say["labels"]["offers"]
        return self._block("offers", "offers", rows, None, heads=tuple(labels.values()),
                           few=[self.words.label("offers", "offer", o) for o, n in shown.items() if n is None and o])

    def never_chosen(self) -> Block:
        shown, chosen = self.figures.offers("shown"), self.figures.offers("chosen")
        rows = [Row(o, self.words.label("offers", "offer", o), n) for o, n in
                sorted(shown.items(), key=lambda item: -(item[1] or 0)) if n and o and chosen.get(o, 0) == 0]
        return self._block("never_chosen", "list", rows, None)

    def _block(self, key: str, kind: str, rows: list[Row], total: int | None, few: Sequence[str] = (),
               svg: str = "", heads: tuple[str, ...] = ()) -> Block:
        widest = max((row.count or 0 for row in rows), default=0)
        sized = tuple(Row(r.key, r.name, r.count, r.share, r.before, (r.count or 0) / widest if widest else 0, r.more)
                      for r in rows)
        return Block(key, kind, self._say["titles"][key], self._say["leads"].get(key, ""), sized, total, tuple(few),
                     svg, heads)


def _rate(table: Table, *keys: str) -> Rate | None:
    return rate(table, *keys) if table.total else None


def by_key(blocks: Sequence[Block]) -> Mapping[str, Block]:
    return {block.key: block for block in blocks}
