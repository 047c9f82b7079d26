"""When is a counsellor meant to be here, and is one?

A week and its exceptions, which a coordinator edits. Until one has, the municipality's own data counts. What nobody
has confirmed promises nothing: then it is unknown when a counsellor comes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from bot.database import Database
from bot.desk_tables import rota_days, rotas
from knowledge import municipality as municipalities
from knowledge.hours import COPENHAGEN, BadHours, Hours, Interval

PRESENT, EXPECTED, CLOSED, UNKNOWN = "present", "expected", "closed", "unknown"
LOOK_AHEAD_DAYS = 21


@dataclass(frozen=True)
class Plan:
    """A week, and single days that differ. An empty day is a day off."""

    hours: Hours | None
    confirmed: bool
    days: dict[date, tuple[Interval, ...]] = field(default_factory=dict)

    def open_at(self, at: datetime) -> bool | None:
        """Whether a counsellor is meant to be here; None when the plan cannot tell."""
        local = at.astimezone(COPENHAGEN)
        minute = local.hour * 60 + local.minute
        yesterday = local.date() - timedelta(days=1)
        late = [slot.holds(minute + 24 * 60) for slot in self.days.get(yesterday, ())]
        if local.date() in self.days:
            here = [slot.holds(minute) for slot in self.days[local.date()]]
            return True in (*here, *late)
        if yesterday in self.days and self.hours and minute < 12 * 60:
            # The night after a changed day is the changed day's own, not the usual one's.
            slots = self.hours.on(local.date())
            return None if slots is None else True in (*(s.holds(minute) for s in slots), *late)
        return self.hours.open_at(at) if self.hours else None

    def opens_next(self, at: datetime) -> datetime | None:
        """The next opening within three weeks."""
        local = at.astimezone(COPENHAGEN)
        for ahead in range(LOOK_AHEAD_DAYS):
            day = local.date() + timedelta(days=ahead)
            slots = self.days.get(day) if day in self.days else self.hours and self.hours.on(day)
            for slot in sorted(slots or (), key=lambda s: s.open or 0):
                if slot.open is None:
                    continue
                opens = datetime(day.year, day.month, day.day, slot.open // 60 % 24, slot.open % 60, tzinfo=COPENHAGEN)
                if opens > local:
                    return opens
        return None


@dataclass(frozen=True)
class Availability:
    """`opens` only when it is closed and confirmed."""

    state: str
    opens: datetime | None = None


def availability(plan: Plan, somebody: bool, now: datetime) -> Availability:
    """Pure. Whoever is at the desk counts for more than any plan."""
    if somebody:
        return Availability(PRESENT)
    if not plan.confirmed:
        return Availability(UNKNOWN)
    is_open = plan.open_at(now)
    if is_open is None:
        return Availability(UNKNOWN)
    return Availability(EXPECTED) if is_open else Availability(CLOSED, plan.opens_next(now))


class Rota:
    """The plans of one database."""

    def __init__(self, database: Database):
        self._database = database

    def plan(self, municipality: str) -> Plan:
        with self._database.read() as connection:
            row = connection.execute(sa.select(rotas).where(rotas.c.municipality == municipality)).first()
            days = connection.execute(sa.select(rota_days).where(rota_days.c.municipality == municipality)).all()
        changed = {date.fromisoformat(d.day): _intervals(d.intervals) for d in days}
        if row is None:
            place = municipalities.load(municipality)
            return Plan(place.counsellor_hours, place.hours_confirmed, changed)
        return Plan(Hours.parse(json.loads(row.week)), row.confirmed, changed)

    def set_week(self, municipality: str, week: dict, confirmed: bool) -> None:
        """`week`: day -> list of "10:00-20:00", and `holiday`. Raises BadHours."""
        Hours.parse(week)
        with self._database.write() as connection:
            connection.execute(rotas.delete().where(rotas.c.municipality == municipality))
            connection.execute(rotas.insert().values(
                municipality=municipality, week=json.dumps(week), confirmed=confirmed))

    def set_day(self, municipality: str, day: date, intervals: str) -> None:
        """That day as told; empty: nobody is there. Raises BadHours."""
        words = " ".join(str(slot) for slot in _intervals(intervals))
        with self._database.write() as connection:
            connection.execute(rota_days.delete().where(
                rota_days.c.municipality == municipality, rota_days.c.day == day.isoformat()))
            connection.execute(rota_days.insert().values(
                municipality=municipality, day=day.isoformat(), intervals=words))

    def forget_day(self, municipality: str, day: date) -> None:
        """That day is as every week again."""
        with self._database.write() as connection:
            connection.execute(rota_days.delete().where(
                rota_days.c.municipality == municipality, rota_days.c.day == day.isoformat()))

    def purge(self, before: date) -> None:
        with self._database.write() as connection:
            connection.execute(rota_days.delete().where(rota_days.c.day < before.isoformat()))


def _intervals(words: str) -> tuple[Interval, ...]:
    slots = tuple(Interval.parse(part) for part in words.replace(",", " ").split())
    if any(slot.open is None or slot.close is None for slot in slots):
        raise BadHours("hours_interval", words)
    return slots


__all__ = ["BadHours", "Availability", "Plan", "Rota", "availability"]
