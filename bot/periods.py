"""Which months does a figure speak of?

Counts are published by calendar month, and by the quarters, halves and years that months make: periods that lie in
one another, so that no two of them can be subtracted to a single day. Any other span of months is the sum of those.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

# The levels from the whole year down, with how many units a year has of each.
LEVELS = (("year", 1), ("half", 2), ("quarter", 4), ("month", 12))


class BadPeriod(ValueError):
    """The period cannot be used; `reason` is the key of a text."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Unit:
    """One calendar unit: `level` is an index of LEVELS, `index` counts from 0 within the year."""

    year: int
    level: int
    index: int


@dataclass(frozen=True)
class Period:
    """Whole months, both ends included, each as "2026-01"."""

    first: str
    last: str

    @classmethod
    def covering(cls, first: date, last: date) -> Period:
        """The whole months that hold both days. Raises BadPeriod."""
        if last < first:
            raise BadPeriod("backwards")
        if (last.year - first.year) * 12 + last.month - first.month >= 60:
            raise BadPeriod("too_long")
        return cls(f"{first:%Y-%m}", f"{last:%Y-%m}")

    @classmethod
    def parse(cls, first: str, last: str) -> Period:
        """Raises BadPeriod for what is no month."""
        if not all(re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month) for month in (first, last)):
            raise BadPeriod("no_month")
        return cls.covering(date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01"))

    @property
    def months(self) -> tuple[str, ...]:
        start, end = _number(self.first), _number(self.last)
        return tuple(f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(start, end + 1))

    @property
    def begins(self) -> date:
        return date.fromisoformat(f"{self.first}-01")

    @property
    def ends(self) -> date:
        year, month = int(self.last[:4]), int(self.last[5:])
        return date(year, month, calendar.monthrange(year, month)[1])

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(range(int(self.first[:4]), int(self.last[:4]) + 1))

    def units(self) -> tuple[Unit, ...]:
        """The largest calendar units that make up the period, in order."""
        start, end, found = _number(self.first), _number(self.last) + 1, []
        while start < end:
            for level, (_, count) in enumerate(LEVELS):
                size = 12 // count
                if start % size == 0 and start + size <= end:
                    found.append(Unit(start // 12, level, start % 12 // size))
                    start += size
                    break
        return tuple(found)

    def before(self) -> Period:
        """As many months, just before."""
        start, size = _number(self.first), len(self.months)
        return Period(_month(start - size), _month(start - 1))

    @property
    def kind(self) -> str:
        units = self.units()
        return LEVELS[units[0].level][0] if len(units) == 1 else "span"


def months_back(day: date, count: int) -> Period:
    """The whole months before that day's own."""
    end = day.year * 12 + day.month - 2
    return Period(_month(end - count + 1), _month(end))


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
