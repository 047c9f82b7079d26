"""What does a counsellor tell about a conversation that has ended, and where does it go?

Into the statistics, as counts without text or identity. What stays with the conversation is only that the form was
filled in. It comes prefilled with what was said or tapped, so that five clicks are the most it takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversation import CLOSED, Conversation
from bot.database import Database
from bot.desk_tables import closings
from bot.facts import AGE_BANDS
from bot.incoming import Refused
from bot.statistics import Statistics
from bot.tables import conversations
from knowledge.vocabulary import TOPICS

OUTCOMES = ("talked", "offer", "again", "urgent", "left", "no_help")
BANDS = tuple(name for _, _, name in AGE_BANDS)
MOST_SUGGESTED = 5
LISTED_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Form:
    """`underretning` and `outcome` are never guessed: they start as None."""

    topic: str | None
    age_band: str | None
    suggested: tuple[str, ...]
    outcome: str | None = None
    underretning: bool | None = None


def prefilled(conversation: Conversation) -> Form:
    """What is known already. Pure."""
    facts = conversation.facts
    topics, band = facts.get("topics") or [None], facts.get("age_band")
    refused = set(facts.get("refused", ()))
    suggested = tuple(dict.fromkeys(offer for offer in facts.get("shown", ()) if offer not in refused))
    return Form(topics[0], band if band in BANDS else None, suggested[-MOST_SUGGESTED:])


def read(given: dict, known: Form) -> Form:
    """The form as it was sent; only what was offered can be chosen. Raises Refused."""
    suggested = given.get("suggested")
    if given.get("topic") not in TOPICS or given.get("outcome") not in OUTCOMES or \
            type(given.get("underretning")) is not bool or not isinstance(suggested, list) or \
            given.get("age_band") not in (None, *BANDS):
        raise Refused("form_unfinished")
    return Form(given["topic"], given["age_band"], tuple(o for o in known.suggested if o in suggested),
                given["outcome"], given["underretning"])


class Forms:
    """Which conversations a counsellor closed, and which forms are owed."""

    def __init__(self, database: Database, statistics: Statistics):
        self._database, self._statistics = database, statistics

    @staticmethod
    def owe(connection: Connection, conversation: str, counsellor: int, now: datetime) -> None:
        """In the transaction that closes it. Closed again after it was taken up again, a new form is owed."""
        connection.execute(closings.delete().where(closings.c.conversation == conversation))
        connection.execute(closings.insert().values(
            conversation=conversation, counsellor=counsellor, at=now.timestamp(), filled=False))

    def closed_by(self, counsellor: int, now: datetime) -> dict[str, bool]:
        """Conversations that this counsellor closed within a day, or owes a form for: id -> filled in."""
        recent = sa.or_(closings.c.at > (now - LISTED_FOR).timestamp(), closings.c.filled.is_(False))
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(closings).join(conversations, conversations.c.id == closings.c.conversation)
                .where(closings.c.counsellor == counsellor, conversations.c.state == CLOSED, recent)
                .order_by(closings.c.at.desc()).limit(50)).all()
        return {row.conversation: row.filled for row in rows}

    def owed(self, conversation: str, counsellor: int) -> bool | None:
        """True: to be filled in by this counsellor; False: it was; None: not theirs."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(closings).where(
                closings.c.conversation == conversation, closings.c.counsellor == counsellor)).first()
        return None if row is None else not row.filled

    def fill(self, conversation: Conversation, counsellor: int, form: Form, now: datetime) -> None:
        """Counted once. Raises Refused when it is not owed."""
        with self._database.write() as connection:
            changed = connection.execute(closings.update().where(
                closings.c.conversation == conversation.id, closings.c.counsellor == counsellor,
                closings.c.filled.is_(False)).values(filled=True))
            if not changed.rowcount:
                raise Refused("form_not_owed")
        facts = {"topics": [form.topic], "age_band": form.age_band, "audience": conversation.facts.get("audience")}
        about = dict(now=now, municipality=conversation.municipality, channel=conversation.channel,
                     danger=conversation.danger)
        self._statistics.count("form", facts=facts, detail=form.outcome, **about)
        for offer in form.suggested:
            self._statistics.count("form_offer", facts={"topics": [form.topic]}, offer=offer, **about)
        if form.underretning:
            self._statistics.count("underretning", facts={}, **about | {"danger": "ingen"})
