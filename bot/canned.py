"""Which sentences does a counsellor have ready? (Their own, and those that all share.)"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from bot.accounts import Counsellor
from bot.database import Database
from bot.desk_tables import canned
from bot.incoming import Refused, clean

LONGEST_TITLE, LONGEST_TEXT, MOST = 80, 2000, 100
MAY_SHARE = ("koordinator", "administrator")


@dataclass(frozen=True)
class Reply:
    id: int
    title: str
    text: str
    shared: bool


class Canned:
    """The ready sentences of one database."""

    def __init__(self, database: Database):
        self._database = database

    def of(self, counsellor: int) -> list[Reply]:
        """One's own first, then the shared ones, each by title."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(canned).where(
                sa.or_(canned.c.owner == counsellor, canned.c.owner.is_(None))).order_by(canned.c.title)).all()
        found = [Reply(row.id, row.title, row.text, row.owner is None) for row in rows]
        return sorted(found, key=lambda reply: reply.shared)

    def save(self, by: Counsellor, title: object, text: object, shared: bool, reply: int | None = None) -> None:
        """A new one, or `reply` changed. Raises Refused: empty, too long, too many, or not one's own to change."""
        if shared and by.role not in MAY_SHARE:
            raise Refused("forbidden", 403)
        values = {"title": clean(title, LONGEST_TITLE), "text": clean(text, LONGEST_TEXT),
                  "owner": None if shared else by.id}
        with self._database.write() as connection:
            if reply is not None:
                if not connection.execute(canned.update().where(self._mine(by, reply)).values(**values)).rowcount:
                    raise Refused("canned_gone", 404)
                return
            owner = canned.c.owner.is_(None) if shared else canned.c.owner == by.id
            if connection.execute(sa.select(sa.func.count()).select_from(canned).where(owner)).scalar() >= MOST:
                raise Refused("canned_many")
            connection.execute(canned.insert().values(**values))

    def delete(self, by: Counsellor, reply: int) -> None:
        with self._database.write() as connection:
            if not connection.execute(canned.delete().where(self._mine(by, reply))).rowcount:
                raise Refused("canned_gone", 404)

    @staticmethod
    def _mine(by: Counsellor, reply: int):
        own = canned.c.owner == by.id
        return sa.and_(canned.c.id == reply, sa.or_(own, canned.c.owner.is_(None)) if by.role in MAY_SHARE else own)
