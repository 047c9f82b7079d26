"""Where are conversations kept, until when, and who may see which?

Text, facts and reasons are sealed by `crypto.Box`; a token is stored as its fingerprint. Functions take the
connection of one transaction, so that a move and its messages stand or fall together.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversation import CLOSED, COUNSELLOR, LEVELS, ROBOT, WAITING, Conversation
from bot.crypto import Box, fingerprint
from bot.database import Database
from bot.tables import conversations, messages


class NotFound(LookupError):
    """No such conversation: never there, deleted, or expired."""


@dataclass(frozen=True)
class Message:
    """One line of a thread. `body`: text, and for the robot's lines key, buttons and cards."""

    seq: int
    author: str
    at: datetime
    body: dict
    client_id: str | None = None


class Store:
    """The conversations of one database."""

    def __init__(self, database: Database, box: Box, robot_only: timedelta, handed_over: timedelta):
        self.database, self._box = database, box
        self._robot_only, self._handed_over = robot_only, handed_over

    @property
    def box(self) -> Box:
        """What seals and marks for this installation."""
        return self._box

    def create(self, token: str, conversation: Conversation) -> None:
        with self.database.write() as connection:
            connection.execute(conversations.insert().values(
                id=conversation.id, token_hash=fingerprint(token), municipality=conversation.municipality,
                channel=conversation.channel, created_at=_seconds(conversation.created_at),
                **self._columns(conversation)))

    def by_token(self, token: str) -> Conversation:
        with self.database.read() as connection:
            return self._one(connection, conversations.c.token_hash == fingerprint(token))

    def get(self, conversation: str) -> Conversation:
        with self.database.read() as connection:
            return self._one(connection, conversations.c.id == conversation)

    def locked(self, connection: Connection, conversation: str) -> Conversation:
        """The conversation as it stands in this transaction; nobody else changes it before its end."""
        return self._one(connection, conversations.c.id == conversation, lock=True)

    def save(self, connection: Connection, conversation: Conversation) -> None:
        connection.execute(conversations.update().where(conversations.c.id == conversation.id)
                           .values(**self._columns(conversation)))

    def move(self, conversation: str, step: Callable[[Conversation], Conversation]) -> Conversation:
        """Apply one pure move in one transaction. What the move raises is raised, and nothing is changed."""
        with self.database.write() as connection:
            moved = step(self.locked(connection, conversation))
            self.save(connection, moved)
        return moved

    def append(self, connection: Connection, conversation: Conversation, author: str, body: dict, at: datetime,
               client_id: str | None = None) -> tuple[Conversation, Message]:
        """Write the next line of the thread; returns the conversation with its new sequence number."""
        seq = conversation.last_seq + 1
        connection.execute(messages.insert().values(
            conversation=conversation.id, seq=seq, author=author, client_id=client_id, at=_seconds(at),
            body=self._box.seal(body)))
        moved = replace(conversation, last_seq=seq, last_at=at)
        self.save(connection, moved)
        return moved, Message(seq, author, at, body, client_id)

    def seen_before(self, connection: Connection, conversation: str, client_id: str) -> int | None:
        """The sequence number under which a message with that id was accepted already."""
        return connection.execute(sa.select(messages.c.seq).where(
            messages.c.conversation == conversation, messages.c.client_id == client_id)).scalar()

    def thread(self, conversation: str, after: int = 0, limit: int = 1000) -> list[Message]:
        with self.database.read() as connection:
            rows = connection.execute(sa.select(messages).where(
                messages.c.conversation == conversation, messages.c.seq > after)
                .order_by(messages.c.seq).limit(limit)).all()
        return [Message(row.seq, row.author, _time(row.at), self._box.open(row.body), row.client_id) for row in rows]

    def visitor_texts(self, connection: Connection, conversation: str, from_seq: int = 1, limit: int = 20) -> list[str]:
        """What the visitor wrote, oldest first, at most the last `limit` lines."""
        rows = connection.execute(sa.select(messages.c.body).where(
            messages.c.conversation == conversation, messages.c.author == "visitor", messages.c.seq >= from_seq)
            .order_by(messages.c.seq.desc()).limit(limit)).scalars().all()
        return [self._box.open(row).get("text", "") for row in reversed(rows)]

    def count_since(self, connection: Connection, conversation: str, since: datetime) -> int:
        return connection.execute(sa.select(sa.func.count()).select_from(messages).where(
            messages.c.conversation == conversation, messages.c.author == "visitor",
            messages.c.at >= _seconds(since))).scalar()

    def queue(self) -> list[Conversation]:
        """Who waits: by danger, then by waiting time."""
        waiting = self._many(conversations.c.state == WAITING)
        return sorted(waiting, key=lambda c: (-LEVELS.index(c.danger), c.waiting_since))

    def of_counsellor(self, counsellor: int) -> list[Conversation]:
        return self._many(conversations.c.owner == counsellor)

    def with_counsellors(self) -> list[Conversation]:
        return self._many(conversations.c.state == COUNSELLOR)

    def open_conversations(self) -> list[Conversation]:
        return self._many(conversations.c.state.in_((WAITING, COUNSELLOR)))

    def in_danger_with_robot(self) -> list[Conversation]:
        """Those in danger to whom only the robot talks: they are shown to whoever logs in."""
        return self._many(sa.and_(conversations.c.state.in_((ROBOT, CLOSED)),
                                  conversations.c.danger.in_(("hoej", "akut"))))

    def unanswered(self) -> list[Conversation]:
        """Accepted before a crash and not answered yet."""
        return self._many(sa.and_(conversations.c.pending_seq > 0, conversations.c.state == ROBOT))

    def delete(self, conversation: str) -> None:
        """All of it, at once and for good."""
        with self.database.write() as connection:
            self._delete(connection, [conversation])

    def expired(self, now: datetime) -> list[Conversation]:
        return self._many(conversations.c.expires_at <= _seconds(now))

    def _delete(self, connection: Connection, ids: list[str]) -> None:
        connection.execute(messages.delete().where(messages.c.conversation.in_(ids)))
        connection.execute(conversations.delete().where(conversations.c.id.in_(ids)))

    def _many(self, condition) -> list[Conversation]:
        with self.database.read() as connection:
            rows = connection.execute(sa.select(conversations).where(condition)
                                      .order_by(conversations.c.last_at)).all()
        return [self._conversation(row) for row in rows]

    def _one(self, connection: Connection, condition, lock: bool = False) -> Conversation:
        query = sa.select(conversations).where(condition)
        row = connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise NotFound("no such conversation")
        return self._conversation(row)

    def _conversation(self, row) -> Conversation:
        return Conversation(
            id=row.id, municipality=row.municipality, channel=row.channel, created_at=_time(row.created_at),
            last_at=_time(row.last_at), state=row.state, owner=row.owner, team=row.team, danger=row.danger,
            reasons=tuple(self._box.open(row.reasons)), waiting_since=_time(row.waiting_since),
            first_wait=_time(row.first_wait), handed_over=row.handed_over, closed_at=_time(row.closed_at),
            last_seq=row.last_seq, pending_seq=row.pending_seq, facts=self._box.open(row.facts))

    def _columns(self, c: Conversation) -> dict:
        return dict(
            state=c.state, owner=c.owner, team=c.team, danger=c.danger, reasons=self._box.seal(list(c.reasons)),
            last_at=_seconds(c.last_at), waiting_since=_seconds(c.waiting_since), first_wait=_seconds(c.first_wait),
            closed_at=_seconds(c.closed_at), handed_over=c.handed_over, last_seq=c.last_seq,
            pending_seq=c.pending_seq, facts=self._box.seal(c.facts),
            expires_at=_seconds(c.expires_at(self._robot_only, self._handed_over)))


def new_id() -> str:
    return uuid.uuid4().hex


def _seconds(at: datetime | None) -> float | None:
    return at.timestamp() if at else None


def _time(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, timezone.utc) if seconds is not None else None
