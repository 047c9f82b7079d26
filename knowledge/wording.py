"""How is a suggestion said in Danish? (All sentences are in data/texts.)"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from knowledge.hours import COPENHAGEN
from knowledge.municipality import Municipality
from knowledge.offer import Contact, Offer

# The order in which ways in are named: the ones that answer at once first.
CHANNEL_ORDER = ("telefon", "sms", "chat", "web", "email")


def why(texts: Mapping, offer: Offer, topics: Sequence[str], audience: str) -> str:
    """Why this offer fits this person: the sentence of topic and kind, of the kind, or the offer's description."""
    kind = offer.kind or ""
    own = texts["kinds"].get(kind, {})
    specific = {"ung": texts["why"], "foraelder": texts["why_foraelder"]}.get(audience, {})
    if offer.why:
        return offer.why
    for topic in topics:
        if topic in offer.topics or offer.kind in ("ssp_raadgiver_chat", "boernetelefonen", "ppr"):
            sentence = specific.get(topic, {}).get(kind)
            if sentence:
                return sentence
    return own.get(audience) or (own.get("why") if audience == "ung" or offer.here else None) or offer.description


def next_step(texts: Mapping, offer: Offer, place: Municipality, audience: str, age: int | None,
              serious: bool = False) -> str:
    """What must be known first, the way in, and what happens then. Consent and duties come before, not after.

    `serious`: it may come to a notification, so the counsellor's duty is told with the offer.
    """
    reach, own = texts["reach"], texts["kinds"].get(offer.kind or "", {})
    parts = []
    if offer.before:
        parts.append(reach["before"].format(text=offer.before))
    if offer.here:
        parts.append(own["next"])
        if serious and audience == "ung":
            parts.append(own["duty"])
        return " ".join(parts)
    if not ways(texts, offer):
        parts.append(reach["through_counsellor"].format(counsellor=place.names["counsellor"]))
    parts.append(offer.next_step or own.get(f"next_{audience}") or own.get("next", ""))
    under_age = audience == "ung" and (age is None or age < 18)
    if under_age and not offer.before and offer.parental_consent is None and "gruppe" in offer.formats:
        parts.append(reach["consent"])
    return " ".join(part for part in parts if part)


def ways(texts: Mapping, offer: Offer) -> list[str]:
    """ "ring 116 111", "se headspace.dk": every way that may be told, the fastest first."""
    usable = sorted((c for c in offer.contacts if c.public), key=lambda c: _rank(c.channel))
    return [texts["reach"]["ways"][c.channel].format(value=_value(c)) for c in usable if c.channel in CHANNEL_ORDER]


def _rank(channel: str) -> int:
    return CHANNEL_ORDER.index(channel) if channel in CHANNEL_ORDER else len(CHANNEL_ORDER)


def _value(contact: Contact) -> str:
    value = contact.shown or ""
    if contact.channel in ("web", "chat"):
        return (urlsplit(value).hostname or value).removeprefix("www.")  # the page itself is behind the button
    return value


def when(texts: Mapping, moment: datetime, now: datetime) -> str:
    """ "i dag kl. 18", "torsdag kl. 9.30": as a Dane says it."""
    reach, local, here = texts["reach"], moment.astimezone(COPENHAGEN), now.astimezone(COPENHAGEN)
    clock = _clock(local)
    days = (local.date() - here.date()).days
    if days in (0, 1):
        return reach["today" if days == 0 else "tomorrow"].format(time=clock)
    return reach["later"].format(day=reach["days"][local.weekday()], time=clock)


def _clock(local: datetime) -> str:
    return f"{local.hour}.{local.minute:02d}" if local.minute else str(local.hour)


def reach(texts: Mapping, offer: Offer, now: datetime) -> str:
    """The ways in, and when they answer; nothing that is not known."""
    words = texts["reach"]
    if offer.kind == "brevkasse" and offer.local:
        return words["letterbox"]
    told = ways(texts, offer)
    if not told:
        return words["by_counsellor"]
    sentence = _sentence(told, words["or"])
    contact = best_contact(offer, now)
    if contact is None or contact.hours is None or not contact.hours.known:
        return f"{sentence} {words['unknown']}"
    return f"{sentence} {opening(texts, contact, now)}"


def opening(texts: Mapping, contact: Contact, now: datetime) -> str:
    """Open till when, or closed till when."""
    words, hours = texts["reach"], contact.hours
    if hours.always:
        return words["always"]
    state = hours.open_at(now)
    if state is True:
        closes = hours.closes_at(now)
        return words["open_now"].format(until=_clock(closes)) if closes else words["always"]
    if state is None:
        return words["unknown"]
    opens = hours.opens_next(now)
    return words["opens"].format(when=when(texts, opens, now)) if opens else words["closed"]


def best_contact(offer: Offer, now: datetime) -> Contact | None:
    """The way that answers now, else the first that has hours, else the first that may be told."""
    usable = sorted((c for c in offer.contacts if c.public), key=lambda c: _rank(c.channel))
    for wanted in (lambda c: c.hours and c.hours.open_at(now), lambda c: c.hours, lambda c: True):
        for contact in usable:
            if wanted(contact):
                return contact
    return None


def reach_here(texts: Mapping, place: Municipality, ready: bool | None, open_lines: Sequence[Offer],
               now: datetime) -> str:
    """When a counsellor answers in this window, and which lines are open in the meantime.

    `ready` is what the console knows (somebody sits there or not), None when nobody asked it.
    """
    words, hours = texts["reach"]["here"], place.counsellor_hours
    if ready:
        return words["ready"]
    by_rota = hours.open_at(now) if hours else None
    if ready is None and by_rota is True:
        closes = hours.closes_at(now)
        if place.hours_confirmed and closes:
            return words["open"].format(until=_clock(closes))
        return words["open_unconfirmed"]
    opens = hours.opens_next(now) if hours and place.hours_confirmed else None
    parts = [words["closed"].format(when=when(texts, opens, now)) if opens else words["closed_unconfirmed"]]
    for line in open_lines:
        told = ways(texts, line)
        if told:
            parts.append(words["lines"].format(name=line.name, way=told[0]))
    return " ".join(parts)


def _sentence(told: Sequence[str], join: str) -> str:
    text = f" {join} ".join(told[:2])
    return text[:1].upper() + text[1:] + "."
