"""Where does a conversation's reply go, and whose conversation is it that writes from there?

A telephone number or a Telegram id is kept as a keyed mark, to find it again, and sealed, to write to it. No
counsellor sees either. Both are deleted with the conversation, by the database itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.crypto import Box
from bot.database import Database
from bot.outbox_tables import addresses, arrivals
from bot.store import NotFound
from bot.tables import conversations


class AddressTaken(ValueError):
    """Another conversation has that address already: two messages of one sender came at the same instant."""


@dataclass(frozen=True)
class Known:
    """The conversation of an address, with the token by which its visitor's side is spoken."""

    conversation: str
    token: str


@dataclass(frozen=True)
class Behind:
    """A conversation with lines that are not in the outbox yet."""

    conversation: str
    channel: str
    queued_seq: int


class Addresses:
    """The addresses of one database, and the marks of what has come in from them."""

    def __init__(self, database: Database, box: Box):
        self._database, self._box = database, box

    def find(self, channel: str, address: str) -> Known | None:
        marks = self._box.marks(channel, address)
        with self._database.read() as connection:
            row = connection.execute(sa.select(addresses).where(
                addresses.c.channel == channel, addresses.c.mark.in_(marks))).first()
        return Known(row.conversation, self._box.open(row.sealed)["token"]) if row else None

    def remember(self, channel: str, address: str, conversation: str, token: str) -> None:
        """Raises AddressTaken."""
        try:
            with self._database.write() as connection:
                connection.execute(addresses.insert().values(
                    conversation=conversation, channel=channel, mark=self._box.marks(channel, address)[0],
                    sealed=self._box.seal({"address": address, "token": token}), queued_seq=0))
        except IntegrityError as error:
            raise AddressTaken("that address has a conversation") from error

    def of(self, conversation: str) -> str:
        """The address to write to. Raises NotFound when the conversation was deleted."""
        with self._database.read() as connection:
            sealed = connection.execute(sa.select(addresses.c.sealed).where(
                addresses.c.conversation == conversation)).scalar()
        if sealed is None:
            raise NotFound("no such conversation")
        return self._box.open(sealed)["address"]

    def behind(self) -> list[Behind]:
        """Whose thread is longer than what the outbox has seen of it."""
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(addresses.c.conversation, addresses.c.channel, addresses.c.queued_seq)
                .join(conversations, conversations.c.id == addresses.c.conversation)
                .where(conversations.c.last_seq > addresses.c.queued_seq)).all()
        return [Behind(*row) for row in rows]

    def arrived_before(self, channel: str, message_id: str) -> bool:
        """Whether a message with that id of the provider's was taken already, also in a conversation that is gone."""
        with self._database.read() as connection:
            return connection.execute(sa.select(arrivals.c.at).where(
                arrivals.c.mark.in_(self._box.marks("arrival", channel, message_id)))).first() is not None

    def arrived(self, channel: str, message_id: str, now: datetime) -> None:
        """Noted once; noting it again changes nothing."""
        mark = self._box.marks("arrival", channel, message_id)[0]
        with self._database.write() as connection:
            if connection.execute(sa.select(arrivals.c.at).where(arrivals.c.mark == mark)).first() is None:
                connection.execute(arrivals.insert().values(mark=mark, at=now.timestamp()))

    def forget_arrivals(self, before: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(arrivals.delete().where(arrivals.c.at < before.timestamp()))
