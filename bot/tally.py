"""How is each way in doing: what came and went last, and which errors were there?

Counted in memory and written every few seconds: a thousand forged requests must not become a thousand writes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from threading import Lock

import sqlalchemy as sa

from bot.database import Database
from bot.outbox_tables import channel_counts

EVENTS = ("in", "out", "report", "duplicate", "retry", "too_fast", "refused", "bad_signature", "malformed", "too_large",
          "stale", "unknown_event", "not_read", "failed", "uncertain", "access", "error")


@dataclass(frozen=True)
class Count:
    """How often, and when last."""

    count: int
    last_at: datetime


class Tally:
    """Counts by channel and event, without text, address or conversation."""

    def __init__(self, database: Database, clock: Callable[[], datetime]):
        self._database, self._clock = database, clock
        self._new: dict[tuple[str, str], tuple[int, float]] = {}
        self._lock = Lock()

    def count(self, channel: str, event: str) -> None:
        """Raises ValueError for an unknown event."""
        if event not in EVENTS:
            raise ValueError(f"unknown event {event}")
        with self._lock:
            before, _ = self._new.get((channel, event), (0, 0.0))
            self._new[channel, event] = (before + 1, self._clock().timestamp())

    def write(self) -> None:
        """What was counted since the last time, to the disk. Kept for the next time when the database is away."""
        with self._lock:
            new, self._new = self._new, {}
        if not new:
            return
        try:
            with self._database.write() as connection:
                for (channel, event), (count, at) in new.items():
                    row = sa.and_(channel_counts.c.channel == channel, channel_counts.c.event == event)
                    found = connection.execute(channel_counts.update().where(row).values(
                        count=channel_counts.c.count + count, last_at=at))
                    if not found.rowcount:
                        connection.execute(channel_counts.insert().values(
                            channel=channel, event=event, count=count, last_at=at))
        except Exception:
            with self._lock:
                for key, (count, at) in new.items():
                    later = self._new.get(key, (0, at))
                    self._new[key] = (later[0] + count, later[1])
            raise

    def read(self, channel: str) -> dict[str, Count]:
        """All counts of a channel, those not written yet too."""
        self.write()
        with self._database.read() as connection:
            rows = connection.execute(sa.select(channel_counts).where(channel_counts.c.channel == channel)).all()
        return {row.event: Count(row.count, datetime.fromtimestamp(row.last_at, timezone.utc)) for row in rows}
