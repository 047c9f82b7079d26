"""How does the catalogue leave the house?"""
from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from knowledge import hsds, tables
from knowledge.freshness import visible
from knowledge.hours import COPENHAGEN
from knowledge.mapping import ColumnMap
from knowledge.municipality import DATA, all_ids, load
from knowledge.offer import Offer

FORMATS = ("csv", "xlsx", "hsds", "json")


def public(offers: Iterable[Offer], at: datetime) -> list[Offer]:
    """Only what anybody may see that day: no drafts, no unvouched numbers, nothing for professionals, no notes."""
    day = at.astimezone(COPENHAGEN).date()
    return [visible(offer, day) for offer in offers if offer.valid_on(day) and offer.role != "professional_only"]


def write(offers: Iterable[Offer], path: Path | str, form: str, at: datetime, *, directory: Path = DATA,
          mapping: str = "boernebasen") -> int:
    """Writes all of them to a new file and says how many; a file that cannot be finished leaves none behind.

    Every form can be imported again without loss. Raises BadFile for an unknown form or ending.
    """
    path, offers = Path(path), list(offers)
    unfinished = path.with_name(f".{path.stem}.unfinished{path.suffix}")
    try:
        if form in ("csv", "xlsx"):
            columns = ColumnMap.load(mapping, directory)
            if path.suffix.casefold() != f".{form}":
                raise tables.BadFile("unknown_format", path.suffix or path.name, f".{form}")
            tables.write(unfinished, list(columns.written.values()), (columns.write(offer) for offer in offers))
        elif form in ("hsds", "json"):
            names = {i: load(i, directory).name for i in all_ids(directory)} | {"national": "Danmark"}
            found = hsds.write(offers, at, names) if form == "hsds" else {"offers": [o.as_data() for o in offers]}
            unfinished.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
        else:
            raise tables.BadFile("unknown_format", form, ", ".join(FORMATS))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return len(offers)
