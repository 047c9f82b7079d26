"""What would this file change in the catalogue, and is every row of it right?"""
from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from knowledge import hsds, tables
from knowledge.checking import FIELDS, InvalidOffer, Problem, parse
from knowledge.editing import known_municipalities
from knowledge.mapping import ColumnMap
from knowledge.offer import Offer, changed_fields
from knowledge.store import IMPORT, Change, Store

SOURCES = ("boernebasen", "hsds", "json")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where. `column` is the heading as it stands in the file."""

    file: str
    row: int
    column: str
    problem: Problem

    def told(self, messages: Mapping[str, str]) -> str:
        """`file:row: column: what is wrong and what would be right`."""
        text = messages[self.problem.code].format(value=self.problem.value, right=self.problem.right)
        return f"{self.file}:{self.row}: {self.column + ': ' if self.column else ''}{text}"


class BadImport(ValueError):
    """The file has faults; nothing was written. `faults` has all of them."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults")


@dataclass(frozen=True)
class Plan:
    """What an import would do: offer id to (before, after). Nothing is written yet."""

    changes: Mapping[str, tuple[Offer | None, Offer]]
    same: int
    ignored: tuple[str, ...]  # columns that are not used

    @property
    def added(self) -> list[Offer]:
        return [after for before, after in self.changes.values() if before is None]

    @property
    def withdrawn(self) -> list[Offer]:
        return [after for before, after in self.changes.values() if before and _withdraws(before, after)]

    @property
    def changed(self) -> list[tuple[Offer, dict[str, tuple]]]:
        """Each changed offer with its fields: (old, new)."""
        return [(after, changed_fields(before, after)) for before, after in self.changes.values()
                if before and not _withdraws(before, after)]


def _withdraws(before: Offer, after: Offer) -> bool:
    return after.status == "withdrawn" and before.status != "withdrawn"


@dataclass(frozen=True)
class _Row:
    number: int
    data: dict              # None: said to be empty; a missing key: not spoken of
    problems: list[Problem]
    defaults: Mapping = MappingProxyType({})  # for an offer that is new


def plan(store: Store, path: Path | str, source: str, *, complete: bool = False, municipality: str | None = None,
         mapping: str = "boernebasen", progress: Callable[[int], object] = lambda done: None) -> Plan:
    """Reads and checks everything. Raises BadImport with every fault.

    `complete`: the file is all there is, so offers of its municipalities that it lacks are withdrawn. A column that
    the file lacks leaves that field of a known offer as it is; an empty cell empties it. `municipality` is whose
    offers they are when the file does not say.
    """
    path = Path(path)
    columns = ColumnMap.load(mapping, store.directory)
    try:
        rows, ignored, headings = _rows(path, source, columns, municipality)
    except tables.BadFile as error:
        raise BadImport([Fault(path.name, error.row, "", Problem("", error.code, error.value, error.right))]) from error
    known = {offer.id: offer for offer in store.offers()}
    checker = _Checker(path.name, columns, headings, known, known_municipalities(store))
    return checker.check(rows, ignored, complete, progress)


def apply(store: Store, made: Plan, at: datetime, role: str = IMPORT) -> list[Change]:
    """Writes the plan in one transaction and replaces the served file. Raises Conflict when the catalogue was changed
    since the plan was made."""
    expected = {i: before.as_data() if before else None for i, (before, _) in made.changes.items()}
    return store.change({i: after for i, (_, after) in made.changes.items()}, role, "import", at, expected=expected)


def _rows(path: Path, source: str, columns: ColumnMap,
          municipality: str | None) -> tuple[list[_Row], tuple[str, ...], dict[str, str]]:
    if source == "boernebasen":
        table = tables.read(path)
        places, ignored = columns.columns(table)
        defaults = dict(columns.rules["defaults"])
        if municipality:
            defaults["municipality"] = municipality
        rows = []
        for number, cells in zip(table.numbers, table.rows, strict=True):
            data, problems = columns.read(cells, places)
            if municipality and not data.get("municipality"):
                data["municipality"] = municipality
            rows.append(_Row(number, data, problems, defaults))
        return rows, tuple(ignored), {field: table.headings[n] for field, n in places.items()}
    records = _json(path)
    if source == "hsds":
        return [_Row(n, *hsds.read(service)) for n, service in enumerate(hsds.services(records), start=1)], (), {}
    if isinstance(records, Mapping):
        records = records.get("offers")
    if not isinstance(records, list) or not all(isinstance(r, Mapping) for r in records):
        raise tables.BadFile("not_readable", path.name, "JSON")
    # A record is the whole offer: what it does not say is unknown, not "as before".
    return [_Row(n, dict.fromkeys(FIELDS) | record, []) for n, record in enumerate(records, start=1)], (), {}


def _json(path: Path):
    tables.check_size(path)
    try:
        return json.loads(tables.decode(path.read_bytes()))
    except (ValueError, RecursionError) as error:
        if isinstance(error, tables.BadFile):
            raise
        raise tables.BadFile("not_readable", type(error).__name__, "JSON") from error


@dataclass
class _Checker:
    file: str
    columns: ColumnMap
    headings: Mapping[str, str]  # field to the heading in this file; empty for a file that is no table
    known: Mapping[str, Offer]
    municipalities: frozenset[str]

    def check(self, rows: list[_Row], ignored: tuple[str, ...], complete: bool, progress) -> Plan:
        if not rows:
            raise BadImport([Fault(self.file, 1, "", Problem("", "no_rows"))])
        by_name = {(o.municipality, o.name.casefold()): o.id for o in self.known.values()}
        faults: list[Fault] = []
        found: dict[str, Offer] = {}
        first_row: dict[str, int] = {}
        for row in rows:
            progress(1)
            offer, problems = self._offer(row, by_name)
            if offer and offer.id in found:
                problems = [*problems, Problem("id", "duplicate_id", offer.id, str(first_row[offer.id]))]
            faults += [self._fault(row.number, problem) for problem in problems]
            if offer:
                found[offer.id], first_row[offer.id] = offer, row.number
        if faults:
            raise BadImport(faults)
        changes = {i: (self.known.get(i), o) for i, o in found.items() if self.known.get(i) != o}
        same = len(found) - len(changes)
        if complete:
            covered = {offer.municipality for offer in found.values()}
            changes |= {i: (o, replace(o, status="withdrawn")) for i, o in self.known.items()
                        if i not in found and o.municipality in covered and o.status == "published"}
        return Plan(changes, same, ignored)

    def _offer(self, row: _Row, by_name: Mapping) -> tuple[Offer | None, list[Problem]]:
        data = {key: value for key, value in row.data.items() if value is not None}
        municipality = data.get("municipality") or row.defaults.get("municipality")
        offer_id = data.get("id") or by_name.get((municipality, str(data.get("name", "")).casefold()))
        offer_id = offer_id or _slug(municipality, str(data.get("name", "")))
        before = self.known.get(offer_id) if isinstance(offer_id, str) else None
        # What the file does not speak of stays; what it leaves empty is emptied.
        kept = {k: v for k, v in before.as_data().items() if k not in row.data} if before else {}
        fresh = {} if before else dict(row.defaults)
        try:
            offer = parse(fresh | kept | data | {"id": offer_id}, self.municipalities)
        except InvalidOffer as error:
            known = {problem.field for problem in row.problems}
            return None, row.problems + [p for p in error.problems if p.field not in known]
        return (None, row.problems) if row.problems else (offer, [])

    def _fault(self, row: int, problem: Problem) -> Fault:
        if not self.headings:
            return Fault(self.file, row, problem.field, problem)
        parts = problem.field.removeprefix("contacts.").split(".")
        name = ".".join(parts[:2]) if parts[0] in self.columns.rules["contacts"] else problem.field
        if problem.code == "not_allowed" and (allowed := self.columns.allowed(problem.field)):
            problem = replace(problem, right=allowed)  # the words of the table, not of the code
        return Fault(self.file, row, self.headings.get(name) or self.columns.written.get(name, name), problem)


def _slug(municipality: object, name: str) -> str:
    """An id out of municipality and name: "hedensted-sorggruppe-for-unge"."""
    text = f"{municipality or ''} {name}".casefold()
    for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        text = text.replace(letter, plain)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:80].strip("-")
