"""What is counted of a conversation when it has ended?

One row a conversation, at the hour in which it began: what it was about, who answered, how long it took. It is
written once: when a counsellor closed it, when it was deleted, or when nobody has written for a day. So a talk is in
the figures within a day, whatever becomes of its text. Conversations in which nothing was written are not counted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.conversation import CLOSED, COUNSELLOR, WAITING, Conversation
from bot.statistics import Statistics
from bot.store import Message, NotFound, Store
from bot.tables import conversations, metadata

QUIET = timedelta(hours=24)

# Which conversations are in the figures already. Goes with the conversation; the figures do not know of it.
summed = sa.Table(
    "summed", metadata,
    sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"),
              primary_key=True))


def summary(conversation: Conversation, thread: Sequence[Message]) -> dict | None:
    """What is told to the statistics; None when the visitor wrote nothing. Pure."""
    said = [m for m in thread if m.author == "visitor"]
    if not said:
        return None
    answered = next((m.at for m in thread if m.author == "counsellor"), None)
    asked = conversation.first_wait
    if answered:
        served = "counsellor"
    elif conversation.state in (WAITING, COUNSELLOR):
        served = "unanswered"
    else:
        served = "left_queue" if asked else "robot"
    last = max(m.at for m in thread if m.author != "system")
    return dict(now=conversation.created_at, municipality=conversation.municipality, channel=conversation.channel,
                facts=conversation.facts, danger=conversation.danger, detail=served,
                minutes=_minutes(asked, answered) if asked and answered else None,
                duration=_minutes(conversation.created_at, last))


def _minutes(since: datetime, until: datetime) -> int:
    return max(0, int((until - since).total_seconds() // 60))


class Summaries:
    """Writes the summaries of one installation."""

    def __init__(self, store: Store, statistics: Statistics):
        self._store, self._statistics = store, statistics

    def ended(self, conversation: Conversation) -> bool:
        """Count that conversation, unless it was counted; whether it was counted now."""
        row = {"conversation": conversation.id}
        with self._store.database.write() as connection:
            if connection.execute(sa.select(summed).where(summed.c.conversation == conversation.id)).first():
                return False
            connection.execute(summed.insert().values(row))
        told = summary(conversation, self._store.thread(conversation.id))
        if told:
            self._statistics.count("conversation", **told)
        return bool(told)

    def sweep(self, now: datetime) -> int:
        """Count what has ended: closed, or quiet for a day. Returns how many."""
        quiet = sa.and_(conversations.c.last_at <= (now - QUIET).timestamp(),
                        conversations.c.state != COUNSELLOR)
        ended = sa.or_(conversations.c.state == CLOSED, quiet, conversations.c.expires_at <= now.timestamp())
        with self._store.database.read() as connection:
            ids = connection.execute(sa.select(conversations.c.id).where(
                ended, conversations.c.id.not_in(sa.select(summed.c.conversation)))).scalars().all()
        found = 0
        for conversation in ids:
            with contextlib.suppress(NotFound):  # deleted in this moment: it was counted there
                found += self.ended(self._store.get(conversation))
        return found
