"""What becomes of a letter to the brevkasse, as its writer sees it?

Masked and screened before it is stored. In danger the fixed crisis reply is there at once, and the letter comes first
at the desk. Only the four words of its code open it again; with them it can be deleted at once.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from anyio import to_thread

from bot import facts as facts_of
from bot.conversation import Conversation
from bot.crisis import Crisis
from bot.hub import QUEUE
from bot.incoming import Refused, clean
from bot.letter_codes import MOST_GUESSES, Codes, UnknownWords
from bot.letter_index import LetterIndex, about
from bot.letter_states import Letter
from bot.letter_store import LetterStore, Published
from bot.pace import Window
from bot.store import NotFound, new_id
from knowledge import municipality as municipalities
from knowledge.hours import COPENHAGEN
from nlu.redact import redact

BROKEN = "\ufffd"  # what is left of a letter that was not sent in UTF-8
DANGER = ("hoej", "akut")
REMEMBERED = timedelta(minutes=15)  # a page that is loaded again shows the same code, not a second letter


@dataclass(frozen=True)
class Sent:
    """A letter that was accepted: its code, which is said only now, and what to say at once."""

    code: str
    letter: Letter
    crisis: tuple[dict, ...] = ()
    masked: bool = False


class NotSent(Refused):
    """The letter was not accepted; in danger the crisis reply is there all the same."""

    def __init__(self, refused: Refused, crisis: tuple[dict, ...]):
        super().__init__(refused.reason, refused.status)
        self.crisis = crisis


def answer_within(municipality: str) -> timedelta | None:
    """How long an answer takes at most, as the municipality has confirmed it; None when it has not."""
    promised = municipalities.load(municipality).settings.get("letterbox") or {}
    days = promised.get("answer_days")
    return timedelta(days=int(days)) if days and promised.get("confirmed") is True else None


class Letters:
    """The writer's side of every letter, and what everybody may read."""

    def __init__(self, parts, crisis: Crisis, codes: Codes | None = None):
        self._parts, self._crisis = parts, crisis
        box = parts.store.box
        self.store = LetterStore(parts.store.database, box)
        self._codes = codes or Codes(box.marks)
        self.keep = timedelta(days=parts.settings.handed_over_days)
        most = parts.settings.max_letters_per_minute
        # Letters in which there is danger have a room of their own, which a flood of others cannot fill.
        self._written = {danger: Window(most, timedelta(minutes=1)) for danger in (False, True)}
        self._guessed = Window(MOST_GUESSES, timedelta(minutes=1))
        self._recent: OrderedDict[str, tuple[datetime, Sent]] = OrderedDict()
        self._index, self._writing = LetterIndex(), threading.Lock()

    async def write(self, text: str, municipality: str | None = None, may_publish: bool = False,
                    form: str = "") -> Sent:
        """Accept a letter: it is on the disk when this returns. The same form sent twice is one letter.

        Raises NotSent with the crisis reply when there is danger in it; Refused for an unknown municipality.
        """
        sent = await to_thread.run_sync(self._write, text, municipality, may_publish, form)
        self._parts.hub.publish(QUEUE, {"type": "queue"})
        return sent

    def _write(self, text: str, municipality: str | None, may_publish: bool, form: str) -> Sent:
        with self._writing:  # a form that is sent twice in a moment waits for itself
            return self._accept(text, municipality, may_publish, form)

    def _accept(self, text: str, municipality: str | None, may_publish: bool, form: str) -> Sent:
        p, now = self._parts, self._parts.clock()
        place = municipality or p.settings.municipality
        if place not in municipalities.all_ids():
            raise Refused("unknown_municipality", 404)
        if earlier := self._sent_before(form, now):
            return earlier
        assessment = p.safety.assess(text[:2 * p.settings.max_characters] if isinstance(text, str) else "")
        crisis = self._crisis_reply(assessment, place, now)
        window = self._written[assessment.level in DANGER]
        try:
            text = clean(text, p.settings.max_characters)
            if BROKEN in text:
                raise Refused("unreadable")
            if window.full(now):
                raise Refused("too_fast", 429)
        except Refused as refused:
            raise NotSent(refused, crisis) from refused
        window.add(now)
        redaction, promised = redact(text), answer_within(place)
        letter = Letter(
            id=new_id(), municipality=place, team=municipalities.load(place).teams[0]["id"], text=redaction.text,
            created_at=now, expires_at=now + self.keep, due_at=now + promised if promised else None,
            danger=assessment.level, reasons=assessment.reasons, may_publish=may_publish)
        code = self._codes.new()
        self.store.create(self._codes.fingerprints(code)[0], letter)
        self._count("letter_received", letter)
        if crisis:
            self._count("crisis", letter, detail=assessment.kind)
        sent = Sent(code, letter, crisis, bool(redaction.masked))
        if form:
            self._recent[form] = (now, sent)
        return sent

    def _sent_before(self, form: str, now: datetime) -> Sent | None:
        while self._recent and (len(self._recent) > 500 or now - next(iter(self._recent.values()))[0] > REMEMBERED):
            self._recent.popitem(last=False)
        return self._recent[form][1] if form in self._recent else None

    def _crisis_reply(self, assessment, place: str, now: datetime) -> tuple[dict, ...]:
        if assessment.level not in DANGER:
            return ()
        nobody = Conversation("letter", place, "brevkasse", now, now, facts=facts_of.fresh())
        return tuple(self._crisis.in_letter(assessment, nobody, now))

    async def fetch(self, typed: str) -> Letter:
        """The letter of that code, as its writer may see it: the answer once it is approved.

        Raises UnknownWords, NotFound (wrong, deleted or expired), or Refused when too many were wrong lately."""
        return await to_thread.run_sync(lambda: self._own(typed, lambda letter, now: letter.fetched(now)))

    async def wish(self, typed: str, may_publish: bool) -> Letter:
        """The writer's yes or no to publishing. Raises IllegalLetterMove once it is published, and as `fetch` does."""
        return await to_thread.run_sync(lambda: self._own(typed, lambda letter, now: letter.wished(may_publish)))

    async def delete(self, typed: str) -> None:
        """All of the letter and its answer, at once and for good. Raises as `fetch` does."""
        gone = await to_thread.run_sync(lambda: self._own(typed, lambda letter, now: letter.withdrawn()))
        self._forget(gone.id)
        self._count("letter_deleted", gone)
        self._parts.hub.publish(QUEUE, {"type": "queue"})

    def _own(self, typed: str, step) -> Letter:
        now = self._parts.clock()
        if self._guessed.full(now):
            raise Refused("too_many_codes", 429)
        try:
            found = self.store.by_code(self._codes.fingerprints(self._codes.read(typed)))
        except NotFound:
            self._guessed.add(now)
            raise
        if found.expires_at <= now:
            raise NotFound("no such letter")
        moved = self.store.move(found.id, lambda letter: step(letter, now))
        return moved if moved.answered_at else replace(moved, answer=None)

    def _forget(self, letter: str) -> None:
        for form in [form for form, (_, sent) in self._recent.items() if sent.letter.id == letter]:
            del self._recent[form]

    def published(self, municipality: str, topic: str | None = None, words: str = "") -> list[Published]:
        """What everybody may read, the newest first; with words, what has them, best first."""
        found = self.store.published()
        if words.strip():
            found = self._index.search(found, words)
        return [x for x in found if x.municipality == municipality and (not topic or topic in x.public.topics)]

    def one(self, published: str) -> Published:
        """Raises NotFound."""
        found = next((x for x in self.store.published() if x.id == published), None)
        if found is None:
            raise NotFound("no such letter")
        return found

    def similar(self, topics, municipality: str, limit: int = 3, without: str | None = None) -> list[Published]:
        """Published letters about the same, best first; empty when there is none, never a guess."""
        return about([x for x in self.published(municipality) if x.id != without], topics, limit)

    def purge(self, now: datetime) -> int:
        """Delete what has expired; what was published stays. Returns how many letters."""
        gone = self.store.expired(now)
        for letter in gone:
            self._count("letter_expired", letter, detail=None if letter.answered_at else "unanswered")
        self._sent_before("", now)
        return len(gone)

    def close(self) -> None:
        self._index.close()

    def _count(self, event: str, letter: Letter, **more) -> None:
        self._parts.statistics.count(event, now=self._parts.clock().astimezone(COPENHAGEN), danger=letter.danger,
                                     municipality=letter.municipality, channel="brevkasse", **more)


def form_id() -> str:
    """A mark for one form, so that sending it twice is one letter."""
    return secrets.token_urlsafe(12)


__all__ = ["Letters", "NotSent", "Sent", "UnknownWords", "answer_within", "form_id"]
