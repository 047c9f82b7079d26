"""How did the catalogue come to be as it is, and how is a change undone?"""
from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy
import sqlite_utils

from knowledge import catalogue, datafiles, meaning
from knowledge.checking import parse
from knowledge.index import passage
from knowledge.municipality import DATA
from knowledge.offer import Offer

# Who may stand in the log. Never a person's name: the log is kept.
EDITOR, PROFESSIONAL, IMPORT, SYSTEM = "redaktoer", "fagperson", "import", "system"
ROLES = frozenset({EDITOR, PROFESSIONAL, IMPORT, SYSTEM, "administrator", "koordinator", "raadgiver"})


class UnknownOffer(LookupError):
    """There is no such offer, draft or batch."""


class Conflict(RuntimeError):
    """The offers were changed since; `ids` says which."""

    def __init__(self, ids: Iterable[str]):
        self.ids = tuple(ids)
        super().__init__(f"changed since: {', '.join(self.ids)}")


@dataclass(frozen=True)
class Change:
    """One line of the log. `before` and `after` are plain data; None is "did not exist"."""

    batch: int
    at: str
    role: str
    action: str
    offer_id: str
    before: Mapping | None
    after: Mapping | None


class Store:
    """The working store: one SQLite file, of which the served file is built after every change.

    Every change is one transaction with its time and role in the log. `served` None: nothing is built.
    """

    def __init__(self, path: Path | str, served: Path | str | None = None, directory: Path = DATA):
        self.path, self.directory = Path(path), directory
        self.served = Path(served) if served else None
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.opened() as db:
            _migrate(db)

    @contextmanager
    def opened(self) -> Iterator[sqlite_utils.Database]:
        """The database, closed afterwards; each caller has a connection of its own."""
        db = sqlite_utils.Database(self.path)
        try:
            db.conn.execute("pragma busy_timeout=10000")
            yield db
        finally:
            db.conn.close()

    def seed(self, at: datetime) -> int:
        """Takes in what is new in the data folder; how many offers that were.

        An offer that anybody but the seed has touched, or that was removed, is left as it is.
        """
        with self.opened() as db:
            touched = {i for (i,) in db.conn.execute("select offer_id from changes where role != ?", (SYSTEM,))}
        found = datafiles.read(self.directory).offers
        return len(self.change({o.id: o for o in found if o.id not in touched}, SYSTEM, "seed", at, build=False))

    def offers(self) -> list[Offer]:
        """Every offer, drafts and withdrawn ones too, in the order they came in."""
        with self.opened() as db:
            return [parse(json.loads(data)) for (data,) in db.conn.execute("select data from offers order by position")]

    def offer(self, offer_id: str) -> Offer:
        """Raises UnknownOffer."""
        with self.opened() as db:
            row = db.conn.execute("select data from offers where id = ?", (offer_id,)).fetchone()
        if row is None:
            raise UnknownOffer(offer_id)
        return parse(json.loads(row[0]))

    def change(self, offers: Mapping[str, Offer | None], role: str, action: str, at: datetime, *,
               expected: Mapping[str, Mapping | None] | None = None, drop_drafts: bool = False,
               build: bool = True) -> list[Change]:
        """Writes all of them (None removes) or none, logs them as one batch, then builds the served file.

        `expected` is what must stand there now, else Conflict. What does not differ is not written.
        """
        if role not in ROLES:
            raise ValueError(f"role {role!r}: one of {', '.join(sorted(ROLES))}")
        with self.opened() as db:
            db.conn.execute("begin immediate")
            with db.conn:
                written = _write(db, offers, role, action, at, expected or {})
                if drop_drafts:
                    db.conn.executemany("delete from drafts where offer_id = ?", [(i,) for i in offers])
        if written and build:
            self.serve()
        return written

    def changes(self, offer_id: str | None = None, limit: int = 200) -> list[Change]:
        """The log, newest first."""
        where, values = ("where offer_id = ?", [offer_id]) if offer_id else ("", [])
        with self.opened() as db:
            rows = db.conn.execute("select batch, at, role, action, offer_id, before, after from changes "
                                   f"{where} order by id desc limit ?", [*values, limit]).fetchall()
        return [Change(*row[:5], *(json.loads(v) if v else None for v in row[5:])) for row in rows]

    def batches(self, limit: int = 10) -> list[tuple[int, list[Change]]]:
        """The latest batches with their changes, newest first."""
        with self.opened() as db:
            numbers = [n for (n,) in db.conn.execute(
                "select distinct batch from changes order by batch desc limit ?", [limit])]
        newest = [c for c in self.changes(limit=100_000) if c.batch in numbers]
        return [(n, [c for c in newest if c.batch == n]) for n in numbers]

    def rollback(self, batch: int, role: str, at: datetime) -> list[Change]:
        """Undoes one batch, as a batch of its own. Raises UnknownOffer for no such batch, and Conflict when one of
        its offers was changed since: undo the later batch first."""
        with self.opened() as db:
            rows = db.conn.execute("select offer_id, before, after from changes where batch = ?", (batch,)).fetchall()
        if not rows:
            raise UnknownOffer(f"batch {batch}")
        back = {i: parse(json.loads(before)) if before else None for i, before, _ in rows}
        now = {i: json.loads(after) if after else None for i, _, after in rows}
        return self.change(back, role, f"rollback:{batch}", at, expected=now)

    def last_batch(self) -> int | None:
        with self.opened() as db:
            return db.conn.execute("select max(batch) from changes").fetchone()[0]

    def serve(self, embed: bool = False, progress: Callable[[int], object] = lambda done: None) -> Path | None:
        """Builds the served file and puts it in place. With `embed`, vectors that are missing are made and kept."""
        if self.served is None:
            return None
        if embed:  # takes long, so outside the lock
            self._make_vectors(self.offers(), self.vectors(), progress)
        with open(f"{self.path}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # or an older state could replace a newer one
            return self._build()

    def _build(self) -> Path:
        offers, known = self.offers(), self.vectors()
        return catalogue.build(self.served, self.directory, offers=offers, revision=str(self.last_batch()), known=known)

    def vectors(self) -> dict[str, bytes]:
        with self.opened() as db:
            return dict(db.conn.execute("select key, vector from vectors").fetchall())

    def _make_vectors(self, offers: Iterable[Offer], known: Mapping[str, bytes], progress) -> None:
        texts = datafiles.read_texts(self.directory)
        wanted = {meaning.key(text): text for o in offers if o.status == "published" for text in [passage(o, texts)]}
        missing = {key: text for key, text in wanted.items() if key not in known}
        rows = meaning.passages(list(missing.values()), progress) if missing else None
        if rows is None:
            return
        made = {key: numpy.asarray(row, numpy.float16).tobytes() for key, row in zip(missing, rows, strict=True)}
        with self.opened() as db, db.conn:
            db.conn.executemany("insert or ignore into vectors (key, vector) values (?, ?)", made.items())


def _write(db, offers: Mapping[str, Offer | None], role: str, action: str, at: datetime,
           expected: Mapping[str, Mapping | None]) -> list[Change]:
    def text(data: Mapping | None) -> str | None:
        return None if data is None else json.dumps(data, ensure_ascii=False, sort_keys=True)

    before = {i: row[0] if (row := db.conn.execute("select data from offers where id = ?", (i,)).fetchone()) else None
              for i in offers}
    stale = [i for i, data in expected.items() if text(data) != before[i]]
    if stale:
        raise Conflict(stale)
    batch = (db.conn.execute("select max(batch) from changes").fetchone()[0] or 0) + 1
    last = db.conn.execute("select coalesce(max(position), 0) from offers").fetchone()[0]
    written: list[Change] = []
    for offer_id, offer in offers.items():
        after = text(offer.as_data()) if offer else None
        if after == before[offer_id]:
            continue
        if offer is None:
            db.conn.execute("delete from offers where id = ?", (offer_id,))
        else:
            db.conn.execute(
                "insert into offers (id, municipality, status, data, position) values (?, ?, ?, ?, ?) "
                "on conflict (id) do update set "
                "municipality = excluded.municipality, status = excluded.status, data = excluded.data",
                (offer_id, offer.municipality, offer.status, after, last + len(written) + 1))
        db.conn.execute("insert into changes (batch, at, role, action, offer_id, before, after) values (?,?,?,?,?,?,?)",
                        (batch, at.isoformat(), role, action, offer_id, before[offer_id], after))
        old = json.loads(before[offer_id]) if before[offer_id] else None
        written.append(Change(batch, at.isoformat(), role, action, offer_id, old, json.loads(after) if after else None))
    return written


def _migrate(db: sqlite_utils.Database) -> None:
    """Tables are added when they are missing; nothing is ever dropped."""
    with db.conn:
        db["offers"].create({"id": str, "municipality": str, "status": str, "data": str, "position": int}, pk="id",
                            if_not_exists=True)
        db["drafts"].create({"id": int, "offer_id": str, "data": str, "role": str, "kind": str, "at": str,
                             "note": str, "base": str}, pk="id", if_not_exists=True)
        db["changes"].create({"id": int, "batch": int, "at": str, "role": str, "action": str, "offer_id": str,
                              "before": str, "after": str}, pk="id", if_not_exists=True)
        db["changes"].create_index(["batch"], if_not_exists=True)
        db["changes"].create_index(["offer_id"], if_not_exists=True)
        db["vectors"].create({"key": str, "vector": bytes}, pk="key", if_not_exists=True)
