"""Which state is a letter in, and what may happen to it next?

Pure: a letter is a value, a move returns a new one or raises IllegalLetterMove. Whoever wrote an answer cannot approve
it, whoever prepared a publication cannot publish it, and nothing is published without the writer's yes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.conversation import LEVELS

RECEIVED, DRAFTED, ANSWERED, PUBLISHED, WITHDRAWN = "received", "drafted", "answered", "published", "withdrawn"
UNANSWERED = (RECEIVED, DRAFTED)


class IllegalLetterMove(ValueError):
    """The letter cannot be moved so; `reason` is a key of the console's error texts."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Public:
    """What everybody may read: no word of it leads back to the writer."""

    title: str
    question: str
    answer: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    """One letter and its answer. `revision` grows with each move of a counsellor, so that an approval names what it
    approves."""

    id: str
    municipality: str
    team: str
    text: str
    created_at: datetime
    expires_at: datetime
    due_at: datetime | None = None      # None: the municipality has not said how long an answer may take
    state: str = RECEIVED
    danger: str = "ingen"
    reasons: tuple[str, ...] = ()
    may_publish: bool = False           # the writer's own yes
    answer: str | None = None
    answered_by: int | None = None      # who wrote it
    approved_by: int | None = None
    answered_at: datetime | None = None
    fetched_at: datetime | None = None
    proposal: Public | None = None
    proposed_by: int | None = None
    revision: int = 0

    def drafted(self, by: int, text: str, now: datetime, keep: timedelta) -> Letter:
        """An answer that waits for a colleague; also a new wording of one. Whoever worded it last is its author."""
        if self.state not in UNANSWERED:
            raise IllegalLetterMove("letter_answered")
        return replace(self, state=DRAFTED, answer=text, answered_by=by, revision=self.revision + 1,
                       expires_at=max(self.expires_at, now + keep))

    def approved(self, by: int, revision: int, now: datetime, keep: timedelta) -> Letter:
        """The writer may read it from now on, until `keep` after now."""
        if self.state != DRAFTED:
            raise IllegalLetterMove("letter_answered" if self.state == ANSWERED else "letter_no_draft")
        self._still(revision)
        if by == self.answered_by:
            raise IllegalLetterMove("letter_own_answer")
        return replace(self, state=ANSWERED, approved_by=by, answered_at=now, expires_at=now + keep,
                       revision=self.revision + 1)

    def fetched(self, now: datetime) -> Letter:
        """The writer has read the answer."""
        if self.state not in (ANSWERED, PUBLISHED):
            return self
        return replace(self, fetched_at=self.fetched_at or now)

    def wished(self, may_publish: bool) -> Letter:
        """The writer says yes or no to publishing. A no takes back what was prepared; too late once it is out."""
        if self.state in (PUBLISHED, WITHDRAWN):
            raise IllegalLetterMove("letter_published")
        if may_publish:
            return replace(self, may_publish=True)
        return replace(self, may_publish=False, proposal=None, proposed_by=None)

    def proposed(self, by: int, public: Public) -> Letter:
        """A version for everybody, which waits for a colleague."""
        if self.state != ANSWERED:
            raise IllegalLetterMove("letter_published" if self.state == PUBLISHED else "letter_not_answered")
        if not self.may_publish:
            raise IllegalLetterMove("letter_no_yes")
        return replace(self, proposal=public, proposed_by=by, revision=self.revision + 1)

    def published(self, by: int, revision: int) -> Letter:
        """The colleague says yes; the proposal leaves the letter, so that nothing joins the two."""
        if self.state != ANSWERED:
            raise IllegalLetterMove("letter_published" if self.state == PUBLISHED else "letter_not_answered")
        if not self.may_publish:
            raise IllegalLetterMove("letter_no_yes")
        if self.proposal is None:
            raise IllegalLetterMove("letter_no_proposal")
        self._still(revision)
        if by == self.proposed_by:
            raise IllegalLetterMove("letter_own_proposal")
        return replace(self, state=PUBLISHED, proposal=None, proposed_by=None, revision=self.revision + 1)

    def withdrawn(self) -> Letter:
        """By the writer, at any time: nothing of it is kept."""
        if self.state == WITHDRAWN:
            raise IllegalLetterMove("letter_gone")
        return replace(self, state=WITHDRAWN, text="", answer=None, proposal=None, reasons=())

    def is_overdue(self, now: datetime) -> bool:
        return self.state in UNANSWERED and self.due_at is not None and now > self.due_at

    def urgency(self) -> tuple:
        """For sorting: danger first, then what is due first; a letter without a date by its age."""
        return -LEVELS.index(self.danger), (self.due_at or self.created_at).timestamp(), self.created_at.timestamp()

    def _still(self, revision: int) -> None:
        if revision != self.revision:
            raise IllegalLetterMove("letter_changed")
