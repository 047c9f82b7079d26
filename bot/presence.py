"""Which counsellors are at their desk now?"""

from __future__ import annotations

from datetime import datetime, timedelta


class Presence:
    """Who was seen within the set time and has not said pause. In memory: a restart asks the desks again."""

    def __init__(self, stays: timedelta):
        self._stays = stays
        self._seen: dict[int, datetime] = {}
        self._left: dict[int, datetime] = {}  # last seen, of those whose last page was closed
        self._paused: set[int] = set()
        self._teams: dict[int, tuple[str, ...]] = {}

    def seen(self, counsellor: int, now: datetime, teams: tuple[str, ...] = ("*",)) -> None:
        self._seen[counsellor], self._teams[counsellor] = now, teams

    def gone(self, counsellor: int) -> None:
        if counsellor in self._seen:
            self._left[counsellor] = self._seen.pop(counsellor)

    def pause(self, counsellor: int, paused: bool) -> None:
        (self._paused.add if paused else self._paused.discard)(counsellor)

    def is_paused(self, counsellor: int) -> bool:
        return counsellor in self._paused

    def present(self, now: datetime, team: str | None = None) -> list[int]:
        """Those who would see a new conversation (of that team) at once."""
        return [c for c, at in self._seen.items() if now - at <= self._stays and c not in self._paused
                and (team is None or {"*", team} & set(self._teams[c]))]

    def connected(self, counsellor: int | None, now: datetime) -> bool:
        """Whether one of their pages was heard of lately; a pause is for new conversations only."""
        at = self._seen.get(counsellor)
        return at is not None and now - at <= self._stays

    def last_seen(self, counsellor: int) -> datetime | None:
        return self._seen.get(counsellor) or self._left.get(counsellor)
