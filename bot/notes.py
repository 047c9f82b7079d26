"""What do counsellors tell each other about a conversation, that the visitor never sees?

A table and a type of their own, not a flag on a message: nothing that sends messages can send a note. They are sealed
as messages are, masked as messages are, and go with the conversation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

import sqlalchemy as sa

from bot.crypto import Box
from bot.database import Database
from bot.desk_tables import labels, notes
from bot.incoming import Refused, clean
from nlu.redact import redact

LONGEST = 2000


@dataclass(frozen=True)
class Note:
    id: int
    author: int
    at: datetime
    text: str


class Notes:
    """Private notes, and the labels that stand on a conversation at the desk."""

    def __init__(self, database: Database, box: Box):
        self._database, self._box = database, box

    def add(self, conversation: str, author: int, text: object, now: datetime) -> None:
        """Raises Refused for an empty or too long one."""
        words = redact(clean(text, LONGEST)).text
        with self._database.write() as connection:
            connection.execute(notes.insert().values(
                conversation=conversation, author=author, at=now.timestamp(), body=self._box.seal({"text": words})))

    def of(self, conversation: str) -> list[Note]:
        """The oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(notes).where(notes.c.conversation == conversation)
                                      .order_by(notes.c.id)).all()
        return [Note(row.id, row.author, datetime.fromtimestamp(row.at, timezone.utc),
                     self._box.open(row.body)["text"]) for row in rows]

    def label(self, conversation: str, label: str, on: bool) -> None:
        """Put a label there, or take it off. Twice is once."""
        if not label or len(label) > 32:
            raise Refused("unreadable")
        same = sa.and_(labels.c.conversation == conversation, labels.c.label == label)
        with self._database.write() as connection:
            connection.execute(labels.delete().where(same))
            if on:
                connection.execute(labels.insert().values(conversation=conversation, label=label))

    def labels(self, conversations: list[str]) -> dict[str, list[str]]:
        """The labels of each of them, by conversation."""
        found: dict[str, list[str]] = {}
        with self._database.read() as connection:
            for row in connection.execute(sa.select(labels).where(labels.c.conversation.in_(conversations))
                                          .order_by(labels.c.label)):
                found.setdefault(row.conversation, []).append(row.label)
        return found
