"""Who is talking to the young person now: the robot, the queue, a counsellor, or nobody any more?

Pure: a conversation is a value, a move returns a new one or raises IllegalMove. One owner at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

ROBOT, WAITING, COUNSELLOR, CLOSED = "robot", "waiting", "counsellor", "closed"
LEVELS = ("ingen", "bekymring", "hoej", "akut")
BY_CODE = "kept_by_code"  # the fact that the visitor has a way back


class IllegalMove(ValueError):
    """The conversation is not in a state in which this move makes sense; the message says which it is in."""


@dataclass(frozen=True)
class Conversation:
    """One visitor's conversation. `waiting_since` is the place in the queue and survives a counsellor's vanishing."""

    id: str
    municipality: str
    channel: str
    created_at: datetime
    last_at: datetime
    state: str = ROBOT
    owner: int | None = None
    team: str = "ssp"
    danger: str = "ingen"
    reasons: tuple[str, ...] = ()
    waiting_since: datetime | None = None
    first_wait: datetime | None = None
    handed_over: bool = False
    closed_at: datetime | None = None
    last_seq: int = 0
    pending_seq: int = 0  # the first visitor message that the robot has not answered; 0: none
    facts: dict = field(default_factory=dict)

    def asked_for_human(self, now: datetime) -> Conversation:
        """In the queue. Asking again while waiting or talking changes nothing."""
        if self.state in (WAITING, COUNSELLOR):
            return self
        return replace(self, state=WAITING, waiting_since=now, first_wait=now, owner=None, closed_at=None,
                       handed_over=True)

    def left_queue(self) -> Conversation:
        if self.state != WAITING:
            raise IllegalMove(f"cannot leave the queue: the state is {self.state}")
        return replace(self, state=ROBOT, waiting_since=None)

    def taken_by(self, counsellor: int) -> Conversation:
        """With that counsellor; raises IllegalMove when nobody waits, also when a colleague was quicker."""
        if self.state != WAITING:
            raise IllegalMove(f"cannot be taken: the state is {self.state}")
        return replace(self, state=COUNSELLOR, owner=counsellor, handed_over=True, pending_seq=0)

    def picked_up_by(self, counsellor: int) -> Conversation:
        """A counsellor writes first to somebody in danger whom the robot talks to, or takes up a closed one."""
        if self.state not in (ROBOT, CLOSED):
            raise IllegalMove(f"cannot be picked up: the state is {self.state}")
        return replace(self, state=COUNSELLOR, owner=counsellor, handed_over=True, closed_at=None, pending_seq=0)

    def transferred(self, by: int, to: int) -> Conversation:
        self._owned(by)
        return replace(self, owner=to)

    def released(self, by: int, now: datetime) -> Conversation:
        """Back in the queue, in the old place."""
        self._owned(by)
        return replace(self, state=WAITING, owner=None, waiting_since=self.waiting_since or now)

    def handed_back(self, by: int) -> Conversation:
        """With the robot again."""
        self._owned(by)
        return replace(self, state=ROBOT, owner=None, waiting_since=None, pending_seq=0)

    def asked_about_team(self, by: int, team: str) -> Conversation:
        """The visitor is asked whether that team may take over. Nothing moves before their yes."""
        self._owned(by)
        if team == self.team:
            raise IllegalMove("is with that team already")
        return replace(self, facts=self.facts | {"team_asked": team})

    def moved_to_team(self, now: datetime) -> Conversation:
        """The visitor's yes: in the queue of the team that they were asked about. Raises IllegalMove unasked."""
        team = self.facts.get("team_asked")
        if not team:
            raise IllegalMove("the visitor was not asked about a team")
        return replace(self, team=team, state=WAITING, owner=None, waiting_since=now,
                       first_wait=self.first_wait or now, handed_over=True, closed_at=None, pending_seq=0,
                       facts=_without(self.facts, "team_asked"))

    def stayed_with_team(self) -> Conversation:
        """The visitor's no: everything is as it was."""
        if not self.facts.get("team_asked"):
            raise IllegalMove("the visitor was not asked about a team")
        return replace(self, facts=_without(self.facts, "team_asked"))

    def closed(self, by: int | None, now: datetime) -> Conversation:
        if self.state == CLOSED:
            raise IllegalMove("is closed already")
        if by is not None:
            self._owned(by)
        return replace(self, state=CLOSED, owner=None, waiting_since=None, closed_at=now, pending_seq=0)

    def reopened(self) -> Conversation:
        """The visitor writes again after the end: the robot answers."""
        if self.state != CLOSED:
            return self
        return replace(self, state=ROBOT, closed_at=None)

    def in_danger(self, level: str, reasons: tuple[str, ...]) -> Conversation:
        """The highest level so far stands; reasons are kept once each."""
        worst = max(self.danger, level, key=LEVELS.index)
        if LEVELS.index(level) < LEVELS.index("bekymring"):
            return replace(self, danger=worst)
        return replace(self, danger=worst, reasons=tuple(dict.fromkeys((*self.reasons, *reasons)))[:12])

    def expires_at(self, robot_only: timedelta, handed_over: timedelta) -> datetime:
        """When nothing of it is kept any more, counted from the last message.

        Who asked for a code wants to come back: it is kept as long as if a human had been there.
        """
        return self.last_at + (handed_over if self.handed_over or self.facts.get(BY_CODE) else robot_only)

    def _owned(self, by: int) -> None:
        if self.state != COUNSELLOR or self.owner != by:
            raise IllegalMove(f"is not yours: the state is {self.state}")


def _without(facts: dict, key: str) -> dict:
    return {name: value for name, value in facts.items() if name != key}
