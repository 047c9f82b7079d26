"""How many of what, month by month, as arrays?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from bot.database import Database
from bot.facts import AGE_BANDS
from bot.periods import Period
from bot.protection import Year
from bot.statistics import ANSWERS, DANGER_MARKS, REASONS, ROUTING_MARKS, SERVED, UNMET
from bot.statistics_tables import events
from knowledge import municipality as municipalities
from nlu.vocabulary import AUDIENCE, RISK, TOPICS

UNKNOWN, NO_OFFER = "ukendt", "not_said"
FILTERS = ("municipality", "channel", "audience", "age_band", "danger", "topic")
WAITS = ((0, 4, "0-4"), (5, 14, "5-14"), (15, 29, "15-29"), (30, 59, "30-59"), (60, 10**9, "60+"))
FIXED = {
    "municipality": lambda: municipalities.all_ids(), "audience": lambda: AUDIENCE, "danger": lambda: RISK,
    "topic": lambda: (*TOPICS, UNKNOWN), "age_band": lambda: (*(name for _, _, name in AGE_BANDS), UNKNOWN),
    "weekday": lambda: range(7), "hour": lambda: range(24),
    "week": lambda: range(4), "channel": lambda: ("web", "sms", "telegram"),
    "wait": lambda: (*(name for _, _, name in WAITS), UNKNOWN),
}
# The words that `detail` may hold, so that what did not occur stands there as zero.
DETAILS = {"conversation": SERVED, "unmet": UNMET, "helped": ANSWERS, "come_again": ANSWERS,
           "offer_refused": (*REASONS, UNKNOWN), "marked_danger": DANGER_MARKS, "marked_routing": ROUTING_MARKS}
ALSO_UNMET = {"queue_left": "left_queue", "human_unavailable": "out_of_hours"}


@dataclass(frozen=True)
class Rows:
    """Counts by the values of some columns: `codes` has a column each, `count` says how often."""

    keys: dict[str, tuple]
    codes: dict[str, np.ndarray]
    count: np.ndarray


class Reader:
    """Reads and keeps for a while what several tables of one page are made of."""

    def __init__(self, database: Database, groups: Mapping[str, str] | None = None, stays_seconds: float = 0,
                 clock: Callable[[], float] = time.monotonic):
        self._database, self._stays, self._clock = database, stays_seconds, clock
        self.groups = dict(groups or {})
        self._lock = threading.Lock()
        self._kept: dict[tuple, tuple[float, object]] = {}

    def kept(self, key: tuple, make: Callable[[], object]):
        """What was made under that key not long ago, else made now."""
        with self._lock:
            found = self._kept.get(key)
            if found and self._clock() - found[0] <= self._stays:
                return found[1]
        made = make()
        with self._lock:
            if len(self._kept) > 300:
                self._kept.clear()
            self._kept[key] = (self._clock(), made)
        return made

    def group(self, offer: str) -> str:
        """The group of offers that this one stands in, in the flow from need to offer."""
        return self.groups.get(offer, "other") if offer else NO_OFFER

    def rows(self, event: str, years: tuple[int, ...], simulated: bool) -> Rows:
        return self.kept((event, years, simulated), lambda: self._read(event, years, simulated))

    def _read(self, event: str, years: tuple[int, ...], simulated: bool) -> Rows:
        c = events.c
        names = ["month", *FILTERS, "detail", *({"conversation": ("weekday", "hour", "minutes", "week"),
                                                 "opened": ()}.get(event, ("offer",)))]
        parts = {"month": (1, 7), "week": (9, 2), "hour": (12, 2)}  # of 2026-11-25T21
        columns = [sa.func.substr(c.hour, *parts[n]) if n in parts else c[n] for n in names]
        events_of = [event, *(ALSO_UNMET if event == "unmet" else ())]
        query = (sa.select(*columns, c.event, sa.func.count()).where(
            c.event.in_(events_of), c.simulated == simulated, c.hour >= f"{years[0]}-01",
            c.hour < f"{years[-1] + 1}-01").group_by(*_positions((*columns, c.event))))
        with self._database.read() as connection:
            found = connection.execute(query).all()
        return self._coded(event, years, names, found)

    def _coded(self, event: str, years: tuple[int, ...], names: list[str], found: Sequence) -> Rows:
        columns = list(zip(*found, strict=True)) if found else [()] * (len(names) + 2)
        given = dict(zip([*names, "event"], columns, strict=False))
        for name in ("topic", "age_band"):
            given[name] = tuple(v or UNKNOWN for v in given[name])
        given["detail"] = tuple(ALSO_UNMET.get(e, d or UNKNOWN) if event == "unmet" else d or UNKNOWN
                                for d, e in zip(given["detail"], given.pop("event"), strict=True))
        if "offer" in given:
            given["offer"] = tuple(o or "" for o in given["offer"])
            given["group"] = tuple(map(self.group, given["offer"]))
        if "hour" in given:
            given["hour"] = tuple(map(int, given["hour"]))
            given["week"] = tuple(min(3, (int(d) - 1) // 7) for d in given["week"])
            given["wait"] = tuple(map(wait_band, given.pop("minutes")))
        fixed = {name: tuple(make()) for name, make in FIXED.items()} | {
            "month": tuple(f"{y}-{m:02d}" for y in years for m in range(1, 13)),
            "detail": DETAILS.get(event, ()), "offer": tuple(self.groups),
            "group": tuple(dict.fromkeys(self.groups.values()))}
        keys, codes = {}, {}
        for name, values in given.items():
            known = fixed.get(name, ())
            keys[name] = (*known, *sorted(set(values) - set(known), key=str))
            code = {value: n for n, value in enumerate(keys[name])}
            codes[name] = np.fromiter((code[v] for v in values), int, len(values))
        return Rows(keys, codes, np.array(columns[-1], int))

    def months(self, simulated: bool) -> tuple[str, ...]:
        """All months in which anything was counted."""
        query = sa.select(sa.func.min(events.c.hour), sa.func.max(events.c.hour)).where(
            events.c.event.in_(("conversation", "opened")), events.c.simulated == simulated)
        with self._database.read() as connection:
            first, last = connection.execute(query).one()
        return Period(first[:7], last[:7]).months if first else ()

    def year(self, event: str, year: int, years: tuple[int, ...], axes: Sequence[str], simulated: bool,
             only: tuple[str, str] | None = None) -> tuple[Year, list[tuple]]:
        """The counts of one of the years over those axes, and the keys of each axis, the same for all of the years.
        `only` is a column and the one value of it that is counted."""
        return self.kept(("year", event, year, years, tuple(axes), simulated, only),
                         lambda: self._year(self.rows(event, years, simulated), year, axes, only))

    @staticmethod
    def _year(rows: Rows, year: int, axes: Sequence[str], only: tuple[str, str] | None) -> tuple[Year, list[tuple]]:
        keys = [rows.keys[a] for a in axes]
        counts = np.zeros((12, *map(len, keys)), int)
        start = rows.keys["month"].index(f"{year}-01")
        wanted = (rows.codes["month"] >= start) & (rows.codes["month"] < start + 12)
        if only:
            wanted &= rows.codes[only[0]] == (
                rows.keys[only[0]].index(only[1]) if only[1] in rows.keys[only[0]] else -1)
        place = (rows.codes["month"][wanted] - start, *(rows.codes[a][wanted] for a in axes))
        np.add.at(counts, place, rows.count[wanted])
        return Year(counts), keys


def _positions(columns: Sequence) -> list:
    return [sa.text(str(n + 1)) for n in range(len(columns))]


def wait_band(minutes: int | None) -> str:
    if minutes is None:
        return UNKNOWN
    return next(name for low, high, name in WAITS if low <= minutes <= high)
