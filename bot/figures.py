"""What do the counts say about a period?

Tables of counts that add up, each with what may not be shown left out (None), and rates with Wilson's interval. The
dashboard, the report and every export are made of these and of nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bot.counts_read import FILTERS, Reader
from bot.periods import Period, Unit
from bot.suppression import SMALL

MOST_FILTERS = 3
# name -> the event that is counted, and the categories. A conversation stands once in each of its tables.
TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "conversations": ("conversation", ()), "hours": ("conversation", ("weekday", "hour")),
    "topics": ("conversation", ("topic",)), "danger": ("conversation", ("danger",)),
    "channels": ("conversation", ("channel",)), "ages": ("conversation", ("age_band",)),
    "audiences": ("conversation", ("audience",)), "served": ("conversation", ("detail",)),
    "municipalities": ("conversation", ("municipality",)), "waits": ("conversation", ("wait",)),
    "flow": ("offer_shown", ("topic", "group")), "refused_why": ("offer_refused", ("detail",)),
    "unmet": ("unmet", ("detail",)), "unmet_topics": ("unmet", ("topic",)),
    "not_understood": ("not_understood", ("topic",)),
    "outcomes": ("form", ("detail",)), "helped": ("helped", ("detail",)), "come_again": ("come_again", ("detail",)),
    "letters": ("letter_received", ("danger",)),
    "marked_danger": ("marked_danger", ("detail",)), "marked_routing": ("marked_routing", ("detail",)),
}
OFFER_EVENTS = {"shown": "offer_shown", "chosen": "offer_chosen", "refused": "offer_refused"}


class TooManyFilters(ValueError):
    """So many at once that hardly anything could be shown."""


@dataclass(frozen=True)
class View:
    """What is looked at. `filters` are (name, value) pairs, each name once."""

    period: Period
    filters: tuple[tuple[str, str], ...] = ()
    simulated: bool = False


@dataclass(frozen=True)
class Table:
    """Counts by one or two axes; None where a count is not shown. `sums` has the sum over the other axis, by key."""

    name: str
    axes: tuple[str, ...]
    keys: tuple[tuple, ...]
    cells: Mapping[tuple, int | None]
    total: int | None
    sums: tuple[Mapping[object, int | None], ...] = ()

    def get(self, *key) -> int | None:
        return self.cells.get(key)


@dataclass(frozen=True)
class Rate:
    """A share with the interval in which it lies with 95 % confidence (Wilson). Shares are between 0 and 1."""

    count: int
    of: int
    share: float
    low: float
    high: float


def wilson(count: int, of: int, z: float = 1.959963984540054) -> Rate:
    """Wilson's score interval, good for small numbers too. Raises ValueError for a share of nothing."""
    if not 0 <= count <= of or of == 0:
        raise ValueError("a share needs 0 <= count <= of and of > 0")
    share, squared = count / of, z * z
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    reach = z * math.sqrt(share * (1 - share) / of + squared / (4 * of * of)) / (1 + squared / of)
    return Rate(count, of, share, max(0.0, middle - reach), min(1.0, middle + reach))


def rate(table: Table, *keys: object) -> Rate | None:
    """The share that these categories have of the whole; None when a part of it is not shown."""
    counts = [table.get(key) for key in keys]
    if table.total is None or None in counts:
        return None
    return wilson(sum(counts), table.total)


class Figures:
    """The tables of one view."""

    def __init__(self, reader: Reader, view: View):
        if len(view.filters) > MOST_FILTERS:
            raise TooManyFilters(str(len(view.filters)))
        self._reader, self.view = reader, view

    def table(self, name: str) -> Table:
        event, axes = TABLES[name]
        return self.count(name, event, axes)

    def count(self, name: str, event: str, axes: tuple[str, ...], only=None) -> Table:
        return self._table(name, event, axes, self.view.period.units(), only)

    def over_time(self) -> list[tuple[str, int | None]]:
        """Conversations by month ("2026-01"); in a period of one or two months by quarter of a month
        ("2026-01/1": the 1st to the 7th)."""
        months, found = self.view.period.months, []
        for month in months:
            unit = (Unit(int(month[:4]), 3, int(month[5:]) - 1),)
            if len(months) > 2:
                found.append((month, self._table("conversations", "conversation", (), unit).total))
            else:
                weeks = self._table("weeks", "conversation", ("week",), unit)
                found += [(f"{month}/{n + 1}", weeks.get(n)) for n in range(4)]
        return found

    def offers(self, event: str) -> dict[str, int | None]:
        """How often each offer was shown, chosen or refused: None for what is not shown. Hidden within each group of
        offers, since the groups' sums stand in the flow from need to offer."""
        groups = self._table("groups", OFFER_EVENTS[event], ("group",), self.view.period.units())
        found: dict[str, int | None] = {}
        for (group,), total in groups.cells.items():
            inside = self.count("offers", OFFER_EVENTS[event], ("offer",), ("group", group))
            found |= {offer: None if total is None else n for (offer,), n in inside.cells.items()
                      if self._reader.group(offer) == group}
        return found

    def _table(self, name: str, event: str, axes: tuple[str, ...], units: tuple[Unit, ...], only=None) -> Table:
        filters = tuple(f for f in FILTERS if f in dict(self.view.filters) and f not in axes)
        here = tuple(f for f in dict(self.view.filters) if f in axes)
        keep = tuple(range(len(axes)))
        shown: list[dict[tuple[int, ...], np.ndarray]] = []
        keys: list[tuple] = []
        for unit in units:
            year, keys = self._reader.year(event, unit.year, self.view.period.years, (*axes, *filters),
                                           self.view.simulated, only)
            places = tuple(self._place(keys[len(axes) + n], f) for n, f in enumerate(filters))
            if None in places:  # a value that never occurred
                return Table(name, axes, tuple(keys[:len(axes)]), {}, None)
            shown.append({part: self._shown(year, unit, part, len(axes), len(filters), places)
                          for part in _parts(keep)})
        summed = {part: sum(s[part] for s in shown) for part in _parts(keep)}  # NaN where any unit is hidden
        return self._made(name, axes, keys, summed, here)

    def _place(self, keys: tuple, name: str) -> int | None:
        value = dict(self.view.filters)[name]
        return keys.index(value) if value in keys else None

    @staticmethod
    def _shown(year, unit: Unit, part: tuple[int, ...], axes: int, filters: int, places) -> np.ndarray:
        """The counts over some axes at the chosen filters, NaN where hidden."""
        kept = (*part, *range(axes, axes + filters))
        values = year.values(unit, kept).astype(float)
        return np.where(year.hidden(unit, kept), np.nan, values)[(..., *places)]

    def _made(self, name, axes, keys, summed, here) -> Table:
        chosen = dict(self.view.filters)
        names = tuple(tuple(k for k in keys[n] if a not in here or k == chosen[a]) for n, a in enumerate(axes))

        def number(value) -> int | None:
            return None if np.isnan(value) else int(value)
        full, cells = summed[tuple(range(len(axes)))], {}
        for place in np.ndindex(full.shape):
            key = tuple(keys[n][p] for n, p in enumerate(place))
            if all(k in names[n] for n, k in enumerate(key)):
                cells[key] = number(full[place])
        sums = tuple({k: number(summed[(n,)][keys[n].index(k)]) for k in names[n]} for n in range(len(axes))) \
            if len(axes) == 2 else ()
        total = number(summed[()])
        if here and len(axes) == 1:
            total = cells.get((chosen[axes[0]],))
        return Table(name, axes, names, cells, total, sums)


def _parts(keep: tuple[int, ...]):
    return [keep[:0], *((k,) for k in keep), *([keep] if len(keep) > 1 else [])]


__all__ = ["Figures", "Rate", "SMALL", "TABLES", "Table", "View", "rate", "wilson"]
