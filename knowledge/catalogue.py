"""What help exists at this moment?"""
from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile

import sqlite_utils

from knowledge import datafiles
from knowledge.checking import parse
from knowledge.freshness import visible
from knowledge.hours import COPENHAGEN
from knowledge.index import Index, write_index
from knowledge.municipality import DATA, NATIONAL, Municipality
from knowledge.offer import Offer

log = logging.getLogger(__name__)

STORE_NAME = "catalogue-store.sqlite"  # of the working store, beside the served file
FORMAT = 2  # of the served file; a file of another format is built anew


class NoCatalogue(RuntimeError):
    """There is no catalogue at that path, or it cannot be read."""


@dataclass(frozen=True)
class View:
    """What one municipality's readers may see on one day, ready to be asked by kind."""

    offers: tuple[Offer, ...]
    by_kind: Mapping[str, tuple[Offer, ...]]
    by_id: Mapping[str, Offer]
    by_position: Mapping[int, Offer]  # the rows of the search index
    local: frozenset[int]             # the rows of the municipality's own


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One state of the served file, held in memory and never changed."""

    stamp: tuple
    connection: sqlite3.Connection  # a copy in memory: the file may be replaced at any time
    offers: tuple[Offer, ...]
    municipalities: Mapping[str, Municipality]
    texts: Mapping[str, Mapping]
    routing: Mapping
    revision: str                   # the last change of the working store that is in it
    source: str                     # fingerprint of the data folder that it was built from
    _views: dict = field(default_factory=dict, repr=False)

    def view(self, municipality: str, day: date, professional: bool = False) -> View:
        """Published and valid on that day, local and national, stripped of what may not be shown."""
        key = (municipality, day, professional)
        view = self._views.get(key)
        if view is None:
            if len(self._views) > 64:  # a few municipalities on a few days; never grows with traffic
                self._views.clear()
            view = self._views[key] = self._make_view(municipality, day, professional)
        return view

    def _make_view(self, municipality: str, day: date, professional: bool) -> View:
        by_position = {
            number: visible(offer, day) for number, offer in enumerate(self.offers)
            if offer.municipality in (municipality, NATIONAL) and offer.valid_on(day)
            and (professional or offer.role != "professional_only" and set(offer.audiences) - {"fagperson"})}
        chosen = tuple(by_position.values())
        by_kind: dict[str, list[Offer]] = {}
        for offer in chosen:
            if offer.kind:
                by_kind.setdefault(offer.kind, []).append(offer)
        return View(chosen, {kind: tuple(found) for kind, found in by_kind.items()}, {o.id: o for o in chosen},
                    by_position, frozenset(number for number, offer in by_position.items() if offer.local))

    @cached_property
    def index(self) -> Index:
        """The search over these offers; made at the first question."""
        return Index.load(self.connection, self.texts)


def today() -> date:
    """The date on a Danish wall."""
    return datetime.now(COPENHAGEN).date()


class Catalogue:
    """The served file, read-only. Safe to share between threads; sees a replaced file at the next question."""

    def __init__(self, path: Path, clock: Callable[[], date] = today):
        self.path, self._clock = Path(path), clock
        self._lock = threading.Lock()
        self._snapshot = _load(self.path)

    @classmethod
    def open(cls, path: Path | str, clock: Callable[[], date] = today) -> Catalogue:
        """Raises NoCatalogue."""
        return cls(Path(path), clock)

    def snapshot(self) -> Snapshot:
        """The present state; a broken replacement is not taken over, the last good one keeps answering."""
        stamp = _stamp(self.path)
        if stamp is not None and stamp != self._snapshot.stamp:
            with self._lock:
                if stamp != self._snapshot.stamp:
                    self._snapshot = _load(self.path, self._snapshot)
        return self._snapshot

    def offers(self, municipality: str, day: date | None = None, professional: bool = False) -> list[Offer]:
        """Public, published and valid on the day (today): local first, then national, each in the data's order."""
        return list(self.snapshot().view(municipality, day or self._clock(), professional).offers)

    def offer(self, offer_id: str, day: date | None = None, professional: bool = False) -> Offer | None:
        """One public offer by id, whichever municipality it belongs to; None when it is not shown today."""
        day, state = day or self._clock(), self.snapshot()
        for municipality in (*state.municipalities, NATIONAL):
            found = state.view(municipality, day, professional).by_id.get(offer_id)
            if found:
                return found
        return None

    def municipality(self, municipality_id: str) -> Municipality:
        """Raises KeyError for one that the catalogue does not know."""
        return self.snapshot().municipalities[municipality_id]

    def municipalities(self) -> list[Municipality]:
        """The default one first."""
        return list(self.snapshot().municipalities.values())


def _stamp(path: Path) -> tuple | None:
    try:
        stat = os.stat(path)
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _load(path: Path, last_good: Snapshot | None = None) -> Snapshot:
    stamp = _stamp(path)
    if stamp is None:
        raise NoCatalogue(f"{path}: no such file")
    try:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
            file.backup(connection)
        meta = dict(connection.execute("select key, value from meta"))
        if int(meta["format"]) != FORMAT:
            raise NoCatalogue(f"{path}: format {meta['format']}, expected {FORMAT}")
        rows = connection.execute("select data from offers order by position").fetchall()
        settings = connection.execute("select id, data from municipalities order by position").fetchall()
        offers = tuple(parse(json.loads(data)) for (data,) in rows)
        municipalities = {i: Municipality.parse(json.loads(data), i) for i, data in settings}
        return Snapshot(stamp, connection, offers, municipalities, json.loads(meta["texts"]),
                        json.loads(meta["routing"]), meta["revision"], meta["source"])
    except (sqlite3.Error, KeyError, ValueError) as error:
        if last_good is not None:
            log.error("the catalogue file %s cannot be read, the last good one stays in use: %s", path.name, error)
            # Keep answering from the state that is known to be good, and do not try this file again.
            return replace(last_good, stamp=stamp)
        raise NoCatalogue(f"{path}: {error}") from error


def build_if_stale(path: Path | str, directory: Path = DATA) -> bool:
    """Builds the served file out of data folder and working store when either is newer; whether it did."""
    from knowledge.store import Store  # the store builds with this module

    path = Path(path)
    store = Store(path.parent / STORE_NAME, path, directory)
    store.seed(datetime.now(COPENHAGEN))
    try:
        state = Catalogue.open(path).snapshot()
        if (state.revision, state.source) == (str(store.last_batch()), datafiles.fingerprint(directory)):
            return False
    except NoCatalogue:
        pass  # there is none, or one of another format: the reason to build
    store.serve(embed=True)
    return True


def build(path: Path | str, directory: Path = DATA, *, offers: Iterable[Offer] | None = None, revision: str = "seed",
          embed: Callable[[list[str]], object] | None = None, known: Mapping[str, bytes] | None = None) -> Path:
    """Writes the served file and puts it in place atomically; readers see the old or the new one, never half.

    `offers` replaces those of the data folder. `embed` makes vectors for semantic search, `known` has vectors that
    need not be made again (hash of the text to bytes); without both, search works by words alone. Raises BadData.
    """
    seed = datafiles.read(directory) if offers is None else datafiles.read_frame(directory)
    chosen = tuple(o for o in (seed.offers if offers is None else offers) if o.status == "published")
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as handle:
        temporary = Path(handle.name)
    try:
        db = sqlite_utils.Database(temporary)
        with closing(db.conn), db.conn:
            db.conn.execute("pragma synchronous=off")  # fsync happens once, below
            columns = dict.fromkeys(("id", "municipality", "kind", "name", "data"), str) | {"position": int}
            db["offers"].create(columns, pk="id")
            db["offers"].insert_all(
                {"id": o.id, "position": n, "municipality": o.municipality, "kind": o.kind, "name": o.name,
                 "data": json.dumps(o.as_data() | {"notes": None}, ensure_ascii=False)}
                for n, o in enumerate(chosen))
            db["municipalities"].insert_all(
                ({"id": i, "position": n, "data": json.dumps(seed.settings[i], ensure_ascii=False, default=str)}
                 for n, i in enumerate(seed.municipalities)), pk="id")
            db["meta"].insert_all(
                [{"key": "format", "value": str(FORMAT)}, {"key": "revision", "value": revision},
                 {"key": "source", "value": datafiles.fingerprint(directory)},
                 {"key": "texts", "value": json.dumps(seed.texts, ensure_ascii=False)},
                 {"key": "routing", "value": json.dumps(seed.routing, ensure_ascii=False)}], pk="key")
            write_index(db, chosen, seed.texts, embed, known or {})
        with open(temporary, "rb+") as handle:
            os.fsync(handle.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
