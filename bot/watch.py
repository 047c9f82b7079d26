"""How often is the robot right, and from which sentences could it learn?

A sample of conversations that have ended is shown to a coordinator before it is deleted. One click says whether the
robot was right; the click is counted, without the conversation. A sentence to learn from is written anew by the
reviewer, masked once more, and kept apart from the conversation: nothing tells where it came from.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import yaml

from bot.conversation import CLOSED, ROBOT, Conversation
from bot.incoming import Refused, clean
from bot.statistics import DANGER_MARKS, ROUTING_MARKS, Statistics
from bot.store import Message, NotFound, Store
from bot.tables import conversations, messages, metadata
from knowledge.hours import COPENHAGEN
from nlu.redact import redact
from nlu.vocabulary import AUDIENCE, RISK, TOPICS, intent_of

MARKS = {"danger": DANGER_MARKS, "routing": ROUTING_MARKS}
SAMPLE = 10
LONGEST = 600  # characters of a sentence

watched = sa.Table(
    "watched", metadata,
    sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("danger_mark", sa.String(16)), sa.Column("routing_mark", sa.String(16)))
sentences = sa.Table(
    "sentences", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("month", sa.String(7), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False))


@dataclass(frozen=True)
class Watched:
    """One conversation of the sample, and what was said of it."""

    conversation: Conversation
    danger: str | None
    routing: str | None

    @property
    def done(self) -> bool:
        return self.danger is not None and self.routing is not None


@dataclass(frozen=True)
class Sentence:
    """One sentence to learn from, with its labels."""

    id: int
    month: str
    text: str
    topic: str
    risk: str
    audience: str


class Watch:
    """The sample, the marks and the sentences of one installation."""

    def __init__(self, store: Store, statistics: Statistics):
        self._store, self._statistics = store, statistics

    def draw(self, now: datetime, rng: random.Random, size: int = SAMPLE) -> int:
        """Fill the sample up to `size` unmarked conversations, by chance among all that have ended and in which
        somebody wrote. Returns how many were added."""
        open_ones = sa.or_(watched.c.danger_mark.is_(None), watched.c.routing_mark.is_(None))
        wrote = sa.select(messages.c.conversation).where(messages.c.author == "visitor")
        with self._store.database.write() as connection:
            waiting = connection.execute(sa.select(sa.func.count()).select_from(watched).where(open_ones)).scalar()
            ids = connection.execute(sa.select(conversations.c.id).where(
                conversations.c.state.in_((ROBOT, CLOSED)), conversations.c.last_at < now.timestamp() - 1800,
                conversations.c.id.in_(wrote), conversations.c.id.not_in(sa.select(watched.c.conversation)))
                .order_by(conversations.c.id)).scalars().all()
            chosen = rng.sample(ids, min(len(ids), max(0, size - waiting)))
            for conversation in chosen:
                connection.execute(watched.insert().values(conversation=conversation, at=now.timestamp()))
        return len(chosen)

    def add(self, conversation: str, now: datetime) -> None:
        """One more in the sample."""
        with self._store.database.write() as connection:
            connection.execute(watched.insert().values(conversation=conversation, at=now.timestamp()))

    def sample(self) -> list[Watched]:
        """What is to be marked, that which is deleted soonest first."""
        with self._store.database.read() as connection:
            rows = connection.execute(sa.select(watched).join(
                conversations, conversations.c.id == watched.c.conversation)
                .order_by(conversations.c.expires_at)).all()
        found = [Watched(self._store.get(r.conversation), r.danger_mark, r.routing_mark) for r in rows]
        return [w for w in found if not w.done]

    def one(self, conversation: str) -> tuple[Watched, list[Message]]:
        """A conversation of the sample, and no other. Raises NotFound."""
        with self._store.database.read() as connection:
            row = connection.execute(sa.select(watched).where(watched.c.conversation == conversation)).first()
        if row is None:
            raise NotFound("not in the sample")
        found = self._store.get(conversation)
        return Watched(found, row.danger_mark, row.routing_mark), self._store.thread(conversation)

    def mark(self, conversation: str, kind: str, mark: str, now: datetime) -> None:
        """One click, counted once: a second one changes nothing. Raises NotFound, or ValueError for no such mark."""
        if mark not in MARKS.get(kind, ()):
            raise ValueError(f"no such mark {kind} {mark}")
        found, _ = self.one(conversation)
        column = watched.c[f"{kind}_mark"]
        with self._store.database.write() as connection:
            changed = connection.execute(watched.update().where(
                watched.c.conversation == conversation, column.is_(None)).values({column.name: mark}))
        if changed.rowcount:
            c = found.conversation
            self._statistics.count(f"marked_{kind}", now=now, municipality=c.municipality, channel=c.channel,
                                   facts=c.facts, danger=c.danger, detail=mark)

    def learn(self, text: str, topic: str, risk: str, audience: str, now: datetime) -> tuple[str, ...]:
        """Keep a sentence that the reviewer wrote anew; returns what was masked in it. Raises Refused."""
        if topic not in TOPICS or risk not in RISK or audience not in AUDIENCE:
            raise Refused("unreadable", 400)
        redaction = redact(clean(text, LONGEST))
        body = {"text": redaction.text, "topic": topic, "risk": risk, "audience": audience}
        with self._store.database.write() as connection:
            connection.execute(sentences.insert().values(
                month=f"{now.astimezone(COPENHAGEN):%Y-%m}", body=self._store.box.seal(body)))
        return redaction.masked

    def sentences(self) -> list[Sentence]:
        with self._store.database.read() as connection:
            rows = connection.execute(sa.select(sentences).order_by(sentences.c.id)).all()
        return [Sentence(r.id, r.month, **self._store.box.open(r.body)) for r in rows]

    def forget(self, sentence: int) -> None:
        with self._store.database.write() as connection:
            connection.execute(sentences.delete().where(sentences.c.id == sentence))


def exported(found: list[Sentence]) -> str:
    """The sentences in the form of nlu/data, by intent, for somebody to read again and put in."""
    by_intent: dict[str, list[dict]] = {}
    for s in found:
        labels = {"risk": s.risk, "topics": [s.topic]} | ({"audience": s.audience} if s.audience != "ung" else {})
        by_intent.setdefault(intent_of(s.risk, (s.topic,)), []).append({"text": s.text, "metadata": labels})
    blocks = [{"intent": intent, "examples": examples} for intent, examples in sorted(by_intent.items())]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, sort_keys=False, width=120)
