"""Which parts of an offer may still be trusted today, and what has grown old?"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from knowledge.offer import Contact, Offer

CONFIRM_EVERY_DAYS = 180


def is_stale(offer: Offer, day: date) -> bool:
    """Not confirmed within 180 days, or never."""
    return offer.confirmed_on is None or (day - offer.confirmed_on).days > CONFIRM_EVERY_DAYS


def visible(offer: Offer, day: date) -> Offer:
    """The offer as anybody outside may see it on that day.

    Unvouched numbers are gone; when stale, every number and all hours are gone, except those of a national
    crisis line, which a person in danger must not lose over a missed confirmation. Hours that are still to be
    confirmed are gone too. Editors' notes are always gone.
    """
    stale = is_stale(offer, day)
    contacts = tuple(_visible(contact, offer, stale) for contact in offer.contacts)
    return replace(offer, contacts=contacts, notes=None)


def _visible(contact: Contact, offer: Offer, stale: bool) -> Contact:
    keeps = offer.permanent_number or not stale
    number = contact.channel in ("telefon", "sms", "email")
    value = contact.value if contact.public and (keeps or not number) else None
    hours = contact.hours if keeps and not offer.to_confirm else None
    return replace(contact, value=value, hours=hours)


@dataclass(frozen=True)
class Old:
    """One line of the editors' list. `reason` is never_confirmed, stale, expired or to_confirm."""

    offer: Offer
    reason: str
    days: int | None  # since the confirmation, or since the end date


def old(offers: Iterable[Offer], day: date) -> list[Old]:
    """What editors should look at, by keeper and then by name; withdrawn offers and drafts are left out."""
    found = []
    for offer in offers:
        if offer.status != "published":
            continue
        if offer.valid_to is not None and offer.valid_to < day:
            found.append(Old(offer, "expired", (day - offer.valid_to).days))
        elif offer.confirmed_on is None:
            found.append(Old(offer, "to_confirm" if offer.to_confirm else "never_confirmed", None))
        elif is_stale(offer, day):
            found.append(Old(offer, "stale", (day - offer.confirmed_on).days))
        elif offer.to_confirm:
            found.append(Old(offer, "to_confirm", (day - offer.confirmed_on).days))
    return sorted(found, key=lambda item: (item.offer.keeper.casefold(), item.offer.name.casefold(), item.offer.id))


def by_keeper(items: Iterable[Old]) -> dict[str, list[Old]]:
    """The list of `old`, grouped by who keeps the offer."""
    groups: dict[str, list[Old]] = {}
    for item in items:
        groups.setdefault(item.offer.keeper, []).append(item)
    return groups
