"""Where are letters kept, and what is published of them?

What somebody wrote is sealed; the code is a fingerprint; what is published stands in a table of its own, without any
way back to the letter it was made of.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timezone

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.crypto import Box
from bot.database import Database
from bot.letter_states import UNANSWERED, WITHDRAWN, Letter, Public
from bot.letter_tables import letters, published_letters
from bot.store import NotFound


@dataclass(frozen=True)
class Published:
    """A letter as everybody may read it."""

    id: str
    municipality: str
    public: Public
    on: date


class LetterStore:
    """The letters of one database."""

    def __init__(self, database: Database, box: Box):
        self.database, self._box = database, box

    def create(self, code_hash: str, letter: Letter) -> None:
        with self.database.write() as connection:
            connection.execute(letters.insert().values(
                id=letter.id, code_hash=code_hash, municipality=letter.municipality, team=letter.team,
                created_at=letter.created_at.timestamp(), due_at=_seconds(letter.due_at), **self._columns(letter)))

    def by_code(self, code_hashes: tuple[str, ...]) -> Letter:
        """Raises NotFound: never there, deleted, or expired."""
        with self.database.read() as connection:
            return self._one(connection, letters.c.code_hash.in_(code_hashes))

    def get(self, letter: str) -> Letter:
        with self.database.read() as connection:
            return self._one(connection, letters.c.id == letter)

    def all(self) -> list[Letter]:
        """Everything that is not expired, the most urgent first."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(letters)).all()
        return sorted(map(self._letter, rows), key=Letter.urgency)

    def unanswered(self) -> list[tuple[str, str]]:
        """Team and danger of each letter that waits for an answer."""
        with self.database.read() as connection:
            return [tuple(row) for row in connection.execute(
                sa.select(letters.c.team, letters.c.danger).where(letters.c.state.in_(UNANSWERED)))]

    def move(self, letter: str, step: Callable[[Letter], Letter],
             after: Callable[[Connection, Letter], None] | None = None) -> Letter:
        """One pure move in one transaction; a withdrawn letter leaves no row. `after` gets the letter before it."""
        with self.database.write() as connection:
            before = self._one(connection, letters.c.id == letter, lock=True)
            moved = step(before)
            if after:
                after(connection, before)
            if moved.state == WITHDRAWN:
                connection.execute(letters.delete().where(letters.c.id == letter))
            else:
                connection.execute(letters.update().where(letters.c.id == letter).values(**self._columns(moved)))
        return moved

    def expired(self, now: datetime) -> list[Letter]:
        """Deletes what has expired; returns what it was."""
        with self.database.write() as connection:
            old = letters.c.expires_at <= now.timestamp()
            gone = [self._letter(row) for row in connection.execute(sa.select(letters).where(old)).all()]
            connection.execute(letters.delete().where(letters.c.id.in_([letter.id for letter in gone])))
        return gone

    def publish(self, connection: Connection, municipality: str, public: Public, on: date) -> str:
        """For everybody from now on; returns its public id."""
        made = secrets.token_hex(6)
        connection.execute(published_letters.insert().values(
            id=made, municipality=municipality, title=public.title, question=public.question, answer=public.answer,
            topics=" ".join(public.topics), published_on=on.isoformat()))
        return made

    def take_down(self, published: str) -> None:
        """Raises NotFound."""
        with self.database.write() as connection:
            if not connection.execute(published_letters.delete().where(published_letters.c.id == published)).rowcount:
                raise NotFound("no such letter")

    def published(self) -> list[Published]:
        """The newest first."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(published_letters).order_by(
                published_letters.c.published_on.desc(), published_letters.c.id)).all()
        return [Published(row.id, row.municipality, Public(row.title, row.question, row.answer,
                                                           tuple(row.topics.split())),
                          date.fromisoformat(row.published_on)) for row in rows]

    def _one(self, connection: Connection, condition, lock: bool = False) -> Letter:
        query = sa.select(letters).where(condition)
        row = connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise NotFound("no such letter")
        return self._letter(row)

    def _letter(self, row) -> Letter:
        body = self._box.open(row.body)
        proposal = body["proposal"] and Public(**body["proposal"] | {"topics": tuple(body["proposal"]["topics"])})
        return Letter(
            id=row.id, municipality=row.municipality, team=row.team, text=body["text"], state=row.state,
            danger=row.danger, reasons=tuple(body["reasons"]), created_at=_time(row.created_at),
            expires_at=_time(row.expires_at), due_at=_time(row.due_at), answered_at=_time(row.answered_at),
            fetched_at=_time(row.fetched_at), may_publish=row.may_publish, answer=body["answer"],
            answered_by=row.answered_by, approved_by=row.approved_by, proposal=proposal or None,
            proposed_by=row.proposed_by, revision=row.revision)

    def _columns(self, c: Letter) -> dict:
        return dict(
            state=c.state, danger=c.danger, answered_at=_seconds(c.answered_at), fetched_at=_seconds(c.fetched_at),
            expires_at=_seconds(c.expires_at), may_publish=c.may_publish, answered_by=c.answered_by,
            approved_by=c.approved_by, proposed_by=c.proposed_by, revision=c.revision,
            body=self._box.seal({"text": c.text, "reasons": list(c.reasons), "answer": c.answer,
                                 "proposal": asdict(c.proposal) if c.proposal else None}))


def _seconds(at: datetime | None) -> float | None:
    return at.timestamp() if at else None


def _time(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, timezone.utc) if seconds is not None else None
