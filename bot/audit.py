"""Who opened, took or passed on what, and when? (Never what was written.)

A line names a counsellor, an act and a conversation's number. It has no key to the conversation, so it stays when the
conversation is deleted, and tells nothing about it. Read by administrators; forgotten after the set time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa

from bot.database import Database
from bot.desk_tables import audit

ACTS = ("opened", "supervised", "taken", "transferred", "released", "vanished", "handed_back", "closed", "form",
        "logged_in", "login_failed", "locked", "account_made", "account_closed", "account_opened", "password_renewed",
        "invited", "second_factor_on", "second_factor_off", "rota", "audit_read",
        "letter_opened", "letter_draft", "letter_approve", "letter_propose", "letter_publish", "letter_taken_down")
ONCE_WITHIN = timedelta(minutes=15)  # a page that reconnects has not been opened anew


@dataclass(frozen=True)
class Entry:
    at: datetime
    counsellor: int
    act: str
    conversation: str | None
    other: int | None


class Audit:
    """The log of one database."""

    def __init__(self, database: Database):
        self._database = database

    def wrote(self, now: datetime, counsellor: int, act: str, conversation: str | None = None,
              other: int | None = None) -> None:
        """Raises ValueError for an unknown act. Opening the same again within a quarter is one line."""
        if act not in ACTS:
            raise ValueError(f"unknown act {act}")
        with self._database.write() as connection:
            if act in ("opened", "supervised", "audit_read", "letter_opened") and connection.execute(
                    sa.select(audit.c.id).where(
                        audit.c.counsellor == counsellor, audit.c.action == act,
                        audit.c.conversation.is_(None) if conversation is None
                        else audit.c.conversation == conversation,
                        audit.c.at > (now - ONCE_WITHIN).timestamp()).limit(1)).first():
                return
            connection.execute(audit.insert().values(
                at=now.timestamp(), counsellor=counsellor, action=act, conversation=conversation, other=other))

    def read(self, counsellor: int | None = None, before: int | None = None, limit: int = 200) -> list[Entry]:
        """The newest first."""
        query = sa.select(audit).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
        if counsellor is not None:
            query = query.where(audit.c.counsellor == counsellor)
        if before is not None:
            query = query.where(audit.c.id < before)
        with self._database.read() as connection:
            return [Entry(datetime.fromtimestamp(row.at, timezone.utc), row.counsellor, row.action, row.conversation,
                          row.other) for row in connection.execute(query)]

    def purge(self, before: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(audit.delete().where(audit.c.at < before.timestamp()))
