"""What may a counsellor do with a letter?

Each move is one transaction. An answer is written by one and approved by another, and so is what is published; what
identifies somebody is masked in it once more.
"""

from __future__ import annotations

from anyio import to_thread

from bot.accounts import Counsellor
from bot.dialogue import NO_TROUBLE
from bot.hub import QUEUE
from bot.incoming import Refused, clean
from bot.letter_states import UNANSWERED, IllegalLetterMove, Letter, Public
from bot.letters import DANGER, Letters
from bot.store import NotFound
from knowledge.hours import COPENHAGEN
from knowledge.vocabulary import TOPICS
from nlu.redact import redact

MOST_TITLE = 90
TROUBLES = TOPICS - set(NO_TROUBLE)
MOST_TOPICS = 3


class LetterDesk:
    """The counsellor's side of every letter. Moves raise IllegalLetterMove, NotFound, Refused."""

    def __init__(self, parts, letters: Letters):
        self._parts, self.letters, self._store = parts, letters, letters.store

    async def all(self, counsellor: Counsellor) -> list[Letter]:
        """The letters of the counsellor's teams: danger first, then what is due first."""
        found = await to_thread.run_sync(self._store.all)
        return [letter for letter in found if counsellor.is_in(letter.team)]

    def waiting(self, counsellor: Counsellor) -> dict[str, int]:
        """How many wait for an answer, and in how many of them there is danger."""
        mine = [danger for team, danger in self._store.unanswered() if counsellor.is_in(team)]
        return {"waiting": len(mine), "danger": sum(danger in DANGER for danger in mine)}

    async def get(self, letter: str, counsellor: Counsellor) -> Letter:
        """Raises NotFound, also for a letter of another team."""
        found = await to_thread.run_sync(self._store.get, letter)
        self._check(found, counsellor)
        return found

    async def draft(self, letter: str, counsellor: Counsellor, text: str) -> Letter:
        text = clean(text, self._parts.settings.max_characters)
        now, keep = self._parts.clock(), self.letters.keep
        return await self._move(letter, counsellor, lambda x: x.drafted(counsellor.id, text, now, keep))

    async def approve(self, letter: str, counsellor: Counsellor, revision: int) -> Letter:
        """The writer may read it from now on."""
        now, keep = self._parts.clock(), self.letters.keep
        moved = await self._move(letter, counsellor, lambda x: x.approved(counsellor.id, revision, now, keep))
        waited = int((now - moved.created_at).total_seconds() // 60)
        self.letters._count("letter_answered", moved, minutes=waited)
        return moved

    async def propose(self, letter: str, counsellor: Counsellor, given: Public) -> tuple[Letter, bool]:
        """A version for everybody; the second value tells whether something was masked in it."""
        public, masked = self._public(given)
        return await self._move(letter, counsellor, lambda x: x.proposed(counsellor.id, public)), masked

    def _public(self, given: Public) -> tuple[Public, bool]:
        most = self._parts.settings.max_characters
        texts = [redact(clean(given.title, MOST_TITLE)), redact(clean(given.question, most)),
                 redact(clean(given.answer, most))]
        topics = tuple(dict.fromkeys(topic for topic in given.topics if topic in TROUBLES))
        if not 1 <= len(topics) <= MOST_TOPICS:
            raise Refused("letter_topics")
        return Public(*(found.text for found in texts), topics), any(found.masked for found in texts)

    async def publish(self, letter: str, counsellor: Counsellor, revision: int) -> Letter:
        """For everybody, with the writer's yes and a colleague's; raises IllegalLetterMove without them."""
        def out(connection, before: Letter) -> None:
            day = self._parts.clock().astimezone(COPENHAGEN).date()
            self._store.publish(connection, before.municipality, before.proposal, day)
        moved = await self._move(letter, counsellor, lambda x: x.published(counsellor.id, revision), out)
        self.letters._count("letter_published", moved)
        return moved

    async def take_down(self, published: str) -> None:
        """Away from the public page, at once. Raises NotFound."""
        await to_thread.run_sync(self._store.take_down, published)

    async def _move(self, letter: str, counsellor: Counsellor, step, after=None) -> Letter:
        def checked(found: Letter) -> Letter:
            self._check(found, counsellor)
            return step(found)
        moved = await to_thread.run_sync(self._store.move, letter, checked, after)
        self._parts.hub.publish(QUEUE, {"type": "queue"})
        return moved

    def _check(self, letter: Letter, counsellor: Counsellor) -> None:
        if not counsellor.is_in(letter.team):
            raise NotFound("no such letter")


__all__ = ["IllegalLetterMove", "LetterDesk", "UNANSWERED"]
