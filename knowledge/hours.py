"""Is it open at this moment, and if not, when does it open next?"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = 24 * 60
LOOK_AHEAD_DAYS = 21  # the longest gap that a next opening is looked for in

# What happens on a public holiday. "unknown" is honest: most sources never say.
HOLIDAY_RULES = ("unknown", "closed", "open", "as_weekday")

_INTERVAL = re.compile(r"(\d{1,2}:\d{2}|\?)-(\d{1,2}:\d{2}|\?)")


class BadHours(ValueError):
    """The hours cannot be read; `value` is the part at fault and `code` a key of texts/messages.yml."""

    def __init__(self, code: str, value: object):
        super().__init__(f"{code}: {value!r}")
        self.code, self.value = code, str(value)


@dataclass(frozen=True)
class Interval:
    """Minutes after local midnight; None is unknown; `close` runs past 24:00 when the night is part of it."""

    open: int | None
    close: int | None

    @classmethod
    def parse(cls, text: str) -> Interval:
        match = _INTERVAL.fullmatch(str(text).strip())
        if not match:
            raise BadHours("hours_interval", text)
        opens, closes = (_minutes(part) for part in match.groups())
        if opens is None and closes is None or opens == DAY:
            raise BadHours("hours_interval", text)
        if opens is not None and closes is not None and closes <= opens:
            closes += DAY  # 22:00-04:00
        return cls(opens, closes)

    def __str__(self) -> str:
        return f"{_clock(self.open)}-{_clock(self.close)}"

    def holds(self, minute: int) -> bool | None:
        """True or False when certain, None when the unknown end decides."""
        if self.open is not None and minute < self.open:
            return False
        if self.close is not None and minute >= self.close:
            return False
        return None if self.open is None or self.close is None else True


def _minutes(text: str) -> int | None:
    if text == "?":
        return None
    hour, minute = map(int, text.split(":"))
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise BadHours("hours_clock", text)
    return hour * 60 + minute


def _clock(minutes: int | None) -> str:
    if minutes is None:
        return "?"
    if minutes > DAY:
        minutes -= DAY
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True)
class Hours:
    """A week of opening hours, local Danish time. `week` has seven tuples of Interval, Monday first."""

    week: tuple[tuple[Interval, ...], ...] = ((),) * 7
    holiday: str = "unknown"
    holiday_intervals: tuple[Interval, ...] = ()  # only read when `holiday` is "open"
    note: str | None = None

    @classmethod
    def parse(cls, data: Mapping | None) -> Hours | None:
        """Hours from the form of the data files; None when nothing but a note, or nothing, is known.

        `{all: [...]}` fills every day; day names fill or empty single days. Raises BadHours.
        """
        if not data:
            return None
        unknown = set(data) - set(DAYS) - {"all", "weekdays", "holiday", "note"}
        if unknown:
            raise BadHours("hours_key", ", ".join(sorted(map(str, unknown))))
        everyday = _intervals(data.get("all"))
        weekdays = _intervals(data["weekdays"]) if "weekdays" in data else everyday
        base = [weekdays] * 5 + [everyday] * 2
        week = tuple(_intervals(data[day]) if day in data else base[i] for i, day in enumerate(DAYS))
        rule = data.get("holiday", "unknown")
        special: tuple[Interval, ...] = ()
        if isinstance(rule, list):
            special, rule = _intervals(rule), "open"
        if rule not in HOLIDAY_RULES:
            raise BadHours("hours_holiday", rule)
        if rule == "open" and not special:
            special = (Interval(0, DAY),)
        if not any(week) and not special and not data.get("note"):
            return None
        return cls(week, rule, special, data.get("note"))

    def as_data(self) -> dict:
        """The inverse of `parse`."""
        data: dict = {}
        if len(set(self.week)) == 1 and self.week[0]:
            data["all"] = [str(i) for i in self.week[0]]
        else:
            data |= {day: [str(i) for i in slots] for day, slots in zip(DAYS, self.week, strict=True) if slots}
        if self.holiday == "open":
            whole = (Interval(0, DAY),)
            data["holiday"] = "open" if self.holiday_intervals == whole else [str(i) for i in self.holiday_intervals]
        elif self.holiday != "unknown":
            data["holiday"] = self.holiday
        if self.note:
            data["note"] = self.note
        return data

    @property
    def known(self) -> bool:
        """Whether there is a week at all, not only a note."""
        return any(self.week)

    @property
    def always(self) -> bool:
        """Open round the clock, holidays too."""
        whole = (Interval(0, DAY),)
        days_open = all(day == whole for day in self.week)
        return days_open and (self.holiday in ("as_weekday", "unknown") or self.holiday_intervals == whole)

    def on(self, day: date) -> tuple[Interval, ...] | None:
        """The intervals that start on this date; None when a holiday makes them unknown."""
        if self.always or self.holiday == "as_weekday" or not (public_holiday(day) or half_holiday(day)):
            return self.week[day.weekday()]
        if self.holiday == "closed":
            return ()
        if self.holiday == "open" and public_holiday(day):
            return self.holiday_intervals
        return None if self.week[day.weekday()] else ()

    def open_at(self, at: datetime) -> bool | None:
        """True, False, or None when the sources do not tell. `at` must be aware; the wall clock decides."""
        if not self.known:
            return None
        local = at.astimezone(COPENHAGEN)
        minute = local.hour * 60 + local.minute
        answers = []
        for day, now in ((local.date(), minute), (local.date() - timedelta(days=1), minute + DAY)):
            slots = self.on(day)
            if slots is None:
                # Yesterday's unknown hours matter only if an ordinary such day runs past midnight.
                usual = self.week[day.weekday()]
                answers.append(None if now < DAY or any((s.close or 0) > now for s in usual) else False)
            else:
                answers.extend(slot.holds(now) for slot in slots if now < DAY or slot.close is not None)
        if True in answers:
            return True
        return None if None in answers else False

    def closes_at(self, at: datetime) -> datetime | None:
        """When it closes, if it is open at `at` and does close within the next day; else None."""
        if self.always or self.open_at(at) is not True:
            return None
        local = at.astimezone(COPENHAGEN)
        probe = local
        for _ in range(DAY // 15):
            probe = _later(probe, 15)
            if self.open_at(probe) is not True:
                return probe
        return None

    def opens_next(self, at: datetime) -> datetime | None:
        """The next certain opening strictly after `at`, within three weeks; None when there is none."""
        local = at.astimezone(COPENHAGEN)
        for ahead in range(LOOK_AHEAD_DAYS):
            day = local.date() + timedelta(days=ahead)
            certain = (slot for slot in self.on(day) or () if slot.open is not None and slot.close is not None)
            for start in sorted(slot.open for slot in certain):
                moment = datetime.combine(day, time(start // 60 % 24, start % 60), COPENHAGEN)
                if moment > local:
                    return moment
        return None


def _intervals(values: object) -> tuple[Interval, ...]:
    if values is None:
        return ()
    if not isinstance(values, list):
        raise BadHours("hours_list", values)
    return tuple(Interval.parse(value) for value in values)


def _later(local: datetime, minutes: int) -> datetime:
    """The next quarter on the wall clock; through UTC, so that a change of clocks does not trap the walk."""
    moved = (local.astimezone(ZoneInfo("UTC")) + timedelta(minutes=minutes)).astimezone(COPENHAGEN)
    return moved.replace(minute=moved.minute // 15 * 15, second=0, microsecond=0)


@lru_cache(maxsize=64)
def _calendar(year: int):
    public = holidays.country_holidays("DK", years=year)
    every = holidays.country_holidays("DK", years=year, categories=("public", "optional"))
    return frozenset(public), frozenset(every)


def public_holiday(day: date) -> bool:
    """A Danish public holiday."""
    return day in _calendar(day.year)[0]


def half_holiday(day: date) -> bool:
    """A day off for many though no public holiday: 1 May, Constitution Day, Christmas Eve, New Year's Eve."""
    return day in _calendar(day.year)[1] and not public_holiday(day)
