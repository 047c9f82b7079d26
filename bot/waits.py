"""How long does one wait now, as far as can honestly be said?

From how long the latest had waited when a counsellor took them. Kept in memory, and read from the counts at the start.
Where it is not known, or when the wait is already longer than that, it is said to be unknown.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from statistics import median

import sqlalchemy as sa

from bot.statistics import Statistics, events
from knowledge.hours import COPENHAGEN

RECENT = timedelta(hours=3)
FEWEST, MOST = 3, 20
STEPS = (2, 5, 10, 15, 20, 30, 45, 60)  # minutes, as they are said: nobody knows it to the minute


class Waits:
    """The latest waits of one installation."""

    def __init__(self) -> None:
        self._waits: deque[tuple[datetime, float]] = deque(maxlen=MOST)

    def ended(self, minutes: float, now: datetime) -> None:
        """A counsellor took somebody who had waited so long."""
        self._waits.append((now, minutes))

    def load(self, statistics: Statistics, now: datetime) -> None:
        """What the counts of the last hours say. They know the hour only, which is near enough."""
        since = f"{(now - RECENT).astimezone(COPENHAGEN):%Y-%m-%dT%H}"
        with statistics.database.read() as connection:
            rows = connection.execute(sa.select(events.c.minutes).where(
                events.c.event == "human_taken", events.c.simulated.is_(False), events.c.hour >= since,
                events.c.minutes.is_not(None)).order_by(events.c.hour.desc()).limit(MOST)).scalars().all()
        for minutes in reversed(rows):
            self.ended(minutes, now)

    def estimate(self, waited: timedelta, now: datetime) -> int | None:
        """At most so many minutes more, if it goes as it went for the latest; None when that is not known."""
        recent = [minutes for at, minutes in self._waits if now - at <= RECENT]
        if len(recent) < FEWEST:
            return None
        left = median(recent) - waited.total_seconds() / 60
        if left <= 0 and waited.total_seconds() > 60:
            return None
        return next((step for step in STEPS if left <= step), None)
