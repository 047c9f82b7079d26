"""What may an editor, or a professional with a proposal, do to an offer?"""
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from knowledge.checking import parse
from knowledge.freshness import visible
from knowledge.hours import COPENHAGEN
from knowledge.municipality import NATIONAL, all_ids
from knowledge.offer import NUMBERS, Offer, changed_fields
from knowledge.store import EDITOR, PROFESSIONAL, ROLES, Store, UnknownOffer

LONGEST_NOTE = 1000  # characters


@dataclass(frozen=True)
class Draft:
    """A change that nobody outside sees yet. `kind` is draft (an editor's) or proposal (a professional's)."""

    id: int
    offer: Offer
    role: str
    kind: str
    at: str
    note: str | None
    base: Mapping | None  # the published offer that it started from


def draft(store: Store, data: Mapping, role: str, at: datetime, note: str | None = None) -> Draft:
    """Keeps an editor's change as a draft; the published offer stays as it is. Raises InvalidOffer."""
    return _keep(store, data, role, "draft", at, note)


def propose(store: Store, data: Mapping, at: datetime, note: str | None = None, role: str = PROFESSIONAL) -> Draft:
    """Keeps a professional's proposal beside the editors' drafts. Raises InvalidOffer.

    A proposal cannot confirm anything: status, confirmation and editors' notes are taken from the present offer.
    """
    try:
        present = store.offer(str(data.get("id", ""))).as_data()
    except UnknownOffer:
        present = {}
    protected = ("status", "confirmed_on", "confirmed_by", "notes", "permanent_number", "to_confirm", "role")
    clean = {k: v for k, v in data.items() if k not in protected}
    return _keep(store, clean | {k: present[k] for k in protected if k in present}, role, "proposal", at, note)


def _keep(store: Store, data: Mapping, role: str, kind: str, at: datetime, note: str | None) -> Draft:
    if role not in ROLES:
        raise ValueError(f"role {role!r}: one of {', '.join(sorted(ROLES))}")
    offer = parse(data, known_municipalities(store))
    text = json.dumps(offer.as_data(), ensure_ascii=False)
    try:
        base = json.dumps(store.offer(offer.id).as_data(), ensure_ascii=False)
    except UnknownOffer:
        base = None
    note = (note or "").strip()[:LONGEST_NOTE] or None
    with store.opened() as db, db.conn:
        if kind == "draft":  # one draft per offer; proposals stay side by side
            db.conn.execute("delete from drafts where offer_id = ? and kind = 'draft'", (offer.id,))
        cursor = db.conn.execute("insert into drafts (offer_id, data, role, kind, at, note, base) "
                                 "values (?,?,?,?,?,?,?)",
                                 (offer.id, text, role, kind, at.isoformat(), note, base))
        return Draft(cursor.lastrowid, offer, role, kind, at.isoformat(), note,
                     json.loads(base) if base else None)


def known_municipalities(store: Store) -> frozenset[str]:
    """Every municipality of the data folder, and "national"."""
    return frozenset({*all_ids(store.directory), NATIONAL})


def drafts(store: Store, offer_id: str | None = None) -> list[Draft]:
    """Drafts and proposals, oldest first."""
    where, values = ("where offer_id = ?", [offer_id]) if offer_id else ("", [])
    with store.opened() as db:
        rows = db.conn.execute(f"select id, data, role, kind, at, note, base from drafts {where} order by id", values)
        return [Draft(i, parse(json.loads(data)), role, kind, at, note, json.loads(base) if base else None)
                for i, data, role, kind, at, note, base in rows]


def find_draft(store: Store, draft_id: int) -> Draft:
    """Raises UnknownOffer."""
    for found in drafts(store):
        if found.id == draft_id:
            return found
    raise UnknownOffer(f"draft {draft_id}")


def preview(found: Draft, at: datetime) -> Offer:
    """The draft as a young person would see it that day."""
    return visible(replace(found.offer, status="published"), _day(at))


def difference(store: Store, found: Draft) -> dict[str, tuple]:
    """Field to (published now, in the draft); everything is new when the offer does not exist."""
    try:
        present = store.offer(found.offer.id)
    except UnknownOffer:
        return {name: (None, value) for name, value in found.offer.as_data().items()}
    return changed_fields(present, found.offer)


def discard(store: Store, draft_id: int) -> None:
    """Raises UnknownOffer."""
    find_draft(store, draft_id)
    with store.opened() as db, db.conn:
        db.conn.execute("delete from drafts where id = ?", (draft_id,))


def publish(store: Store, draft_id: int, role: str, at: datetime, force: bool = False) -> Offer:
    """Makes a draft or proposal the published offer. Raises UnknownOffer, InvalidOffer, and Conflict when the offer was
    changed since the draft was begun; `force` writes over it all the same."""
    found = find_draft(store, draft_id)
    offer = parse(found.offer.as_data() | {"status": "published"}, known_municipalities(store))
    store.change({offer.id: offer}, role, "publish", at, expected=None if force else {offer.id: found.base})
    discard(store, draft_id)
    return offer


def confirm(store: Store, offer_id: str, role: str, at: datetime) -> Offer:
    """Somebody of the municipality says that everything in the offer is right today: numbers and hours may be shown."""
    offer = store.offer(offer_id)
    contacts = tuple(replace(c, status="municipality") if c.value and c.channel in NUMBERS | {"email"} else c
                     for c in offer.contacts)
    confirmed = replace(offer, contacts=contacts, confirmed_on=_day(at), confirmed_by=role, to_confirm=False)
    store.change({offer_id: confirmed}, role, "confirm", at)
    return confirmed


def withdraw(store: Store, offer_id: str, role: str, at: datetime) -> Offer:
    """Nobody sees it any more; it stays in the store and in the log."""
    withdrawn = replace(store.offer(offer_id), status="withdrawn")
    store.change({offer_id: withdrawn}, role, "withdraw", at, drop_drafts=False)
    return withdrawn


def republish(store: Store, offer_id: str, role: str, at: datetime) -> Offer:
    """Shows a withdrawn offer again. Raises InvalidOffer when it lacks what a published one needs."""
    offer = parse(store.offer(offer_id).as_data() | {"status": "published"}, known_municipalities(store))
    store.change({offer_id: offer}, role, "publish", at)
    return offer


def _day(at: datetime):
    return at.astimezone(COPENHAGEN).date()


__all__ = ["EDITOR", "PROFESSIONAL", "Draft", "confirm", "difference", "discard", "draft", "drafts", "find_draft",
           "preview", "propose", "publish", "republish", "withdraw"]
