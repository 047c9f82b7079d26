"""How does an offer look in HSDS 3.0 (Open Referral), and back?

HSDS is the Human Services Data Specification of Open Referral, CC BY-SA 4.0. What it has no field for travels as
attributes of the taxonomy "hjaelp", so that nothing is lost on the way back.
"""
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid5

from knowledge.checking import FIELDS, Problem
from knowledge.hours import COPENHAGEN, DAY, DAYS, Hours
from knowledge.municipality import NATIONAL
from knowledge.offer import Contact, Offer
from knowledge.tables import BadFile
from knowledge.vocabulary import CHANNELS

# Ids are made from the offers' own, so that every export of the same offer has the same UUID.
NAMESPACE = UUID("6f1c0f0e-8a55-5c0b-9b7e-3d5a1f0c7b11")
TAXONOMY = "hjaelp"
STATUS = {"published": "active", "draft": "temporarily closed", "withdrawn": "defunct"}
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PHONE_TYPE = {"telefon": "voice", "sms": "text"}
# What HSDS holds in fields of its own; everything else is an attribute.
_OWN = {"id", "name", "description", "age_min", "age_max", "contacts"}
_ATTRIBUTES = tuple(sorted(FIELDS - _OWN))


def _id(*parts: str) -> str:
    return str(uuid5(NAMESPACE, "/".join(parts)))


def write(offers: Iterable[Offer], at: datetime, names: Mapping[str, str]) -> dict:
    """One page of full services, as the HSDS API gives it. `names` are the municipalities' names by id."""
    contents = [service(offer, at, names) for offer in offers]
    return {"total_items": len(contents), "total_pages": 1, "page_number": 1, "size": len(contents),
            "first_page": True, "last_page": True, "empty": not contents, "contents": contents}


def service(offer: Offer, at: datetime, names: Mapping[str, str]) -> dict:
    """One HSDS service with everything that hangs on it."""
    own, data = _id("service", offer.id), offer.as_data()
    organisation = offer.organisation or names.get(offer.municipality, offer.municipality)
    area = names.get(offer.municipality, offer.municipality)
    found = {
        "id": own, "name": offer.name, "description": offer.description, "status": STATUS[offer.status],
        "alternate_name": "; ".join(offer.former_names) or None,
        "url": _first(offer, "web"), "email": _first(offer, "email"), "fees_description": offer.price,
        "minimum_age": offer.age_min, "maximum_age": offer.age_max,
        "eligibility_description": offer.before,
        "assured_date": offer.confirmed_on.isoformat() if offer.confirmed_on else None,
        "organization": {"id": _id("organization", organisation), "name": organisation, "description": organisation},
        "service_areas": [{"id": _id("area", offer.id), "name": area}],
        "phones": [_phone(offer.id, n, c) for n, c in enumerate(offer.contacts) if _is_number(c)],
        "service_at_locations": [_place(offer, n, c, at) for n, c in enumerate(offer.contacts)],
        "attributes": [_attribute(own, "service", "local_id", offer.id)] + [
            _attribute(own, "service", name, data[name]) for name in _ATTRIBUTES if name in data],
    }
    if offer.price == "gratis":
        found["cost_options"] = [{"id": _id("cost", offer.id), "amount": 0, "currency": "DKK"}]
    return {key: value for key, value in found.items() if value not in (None, [])}


def _first(offer: Offer, channel: str) -> str | None:
    return next((c.value for c in offer.contacts if c.channel == channel and c.value), None)


def _is_number(contact: Contact) -> bool:
    return contact.channel in _PHONE_TYPE and contact.value is not None


def _phone(offer_id: str, number: int, contact: Contact) -> dict:
    return {"id": _id("phone", offer_id, str(number)), "number": contact.value, "type": _PHONE_TYPE[contact.channel]}


def _attribute(link: str, entity: str, name: str, value: object) -> dict:
    """Texts as they are, everything else as JSON; a text that could be taken for JSON is JSON too."""
    text = value if isinstance(value, str) and not _looks_like_json(value) else json.dumps(value, ensure_ascii=False)
    term = {"id": _id("term", name), "code": f"{TAXONOMY}:{name}", "name": name, "description": name,
            "taxonomy": TAXONOMY}
    return {"id": _id("attribute", link, name), "link_id": link, "link_entity": entity, "value": text,
            "taxonomy_term": term}


def _looks_like_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _place(offer: Offer, number: int, contact: Contact, at: datetime) -> dict:
    """One location per way in, since each has hours of its own (chat and SMS differ)."""
    own = _id("place", offer.id, str(number))
    virtual = contact.channel != "fremmoede"
    location = {"id": _id("location", offer.id, str(number)), "name": contact.channel,
                "location_type": "virtual" if virtual else "physical"}
    if contact.value and contact.channel in ("web", "chat"):
        location["url"] = contact.value
    found = {"id": own, "location": location, "attributes": [
        _attribute(own, "service_at_location", name, value) for name, value in _contact_data(contact).items()]}
    if _is_number(contact):
        found["phones"] = [_phone(offer.id, number, contact)]
    if contact.hours and contact.hours.known:
        found["schedules"] = schedules(contact.hours, own, at)
    return found


def _contact_data(contact: Contact) -> dict:
    data = {"channel": contact.channel, "value": contact.value, "status": contact.status,
            "hours": contact.hours.as_data() if contact.hours else None}
    return {key: value for key, value in data.items() if value is not None}


def schedules(hours: Hours, link: str, at: datetime) -> list[dict]:
    """One weekly schedule per interval; a night is cut in two at midnight, and 24:00 is written 23:59.

    HSDS knows only a fixed offset from UTC: Denmark's at the time of the export.
    """
    offset = at.astimezone(COPENHAGEN).utcoffset().total_seconds() / 3600
    found = []
    for day, slots in enumerate(hours.week):
        for number, slot in enumerate(slots):
            pieces = [(day, slot.open, slot.close)]
            if slot.close is not None and slot.close > DAY:
                pieces = [(day, slot.open, DAY), ((day + 1) % 7, 0, slot.close - DAY)]
            for piece, (weekday, opens, closes) in enumerate(pieces):
                one = {"id": _id("schedule", link, str(day), str(number), str(piece)), "freq": "WEEKLY",
                       "byday": _BYDAY[weekday], "opens_at": _clock(opens), "closes_at": _clock(closes),
                       "timezone": offset, "notes": hours.note}
                found.append({key: value for key, value in one.items() if value is not None})
    return found


def _clock(minutes: int | None) -> str | None:
    if minutes is None:
        return None
    return "23:59" if minutes >= DAY else f"{minutes // 60:02d}:{minutes % 60:02d}"


def services(document: object) -> list[Mapping]:
    """The services of a page, of a bare list, or of one service. Raises BadFile."""
    if isinstance(document, Mapping):
        document = document.get("contents", document.get("services", [document] if "name" in document else None))
    if not isinstance(document, list) or not all(isinstance(item, Mapping) and "name" in item for item in document):
        raise BadFile("not_hsds", type(document).__name__)
    return document


def read(found: Mapping) -> tuple[dict, list[Problem]]:
    """The fields of one service in plain data; standard fields serve where our attributes are missing."""
    own = _attributes(found)
    data: dict = dict.fromkeys(FIELDS - {"notes"})
    organisation = found.get("organization") if isinstance(found.get("organization"), Mapping) else {}
    status = {told: word for word, told in STATUS.items()} | {"inactive": "withdrawn"}
    data |= {
        "name": found.get("name"), "description": found.get("description"),
        "status": status.get(found.get("status"), "draft"), "age_min": _whole(found.get("minimum_age")),
        "age_max": _whole(found.get("maximum_age")), "price": found.get("fees_description"),
        "confirmed_on": found.get("assured_date"), "before": found.get("eligibility_description"),
        "organisation": organisation.get("name") if not own else None,
        "municipality": _area(found) if not own else None,
        "former_names": [found["alternate_name"]] if found.get("alternate_name") and not own else None,
    }
    data |= {name: own[name] for name in _ATTRIBUTES if name in own}
    data["id"] = own.get("local_id") or f"hsds-{found.get('id')}".casefold()
    if "notes" in own:
        data["notes"] = own["notes"]
    places = [place for place in found.get("service_at_locations") or [] if isinstance(place, Mapping)]
    contacts = [contact for place in places if (contact := _contact(_attributes(place)))]
    data["contacts"] = contacts or _foreign_contacts(found)
    return data, []


def _attributes(found: Mapping) -> dict:
    values = {}
    for attribute in found.get("attributes") or []:
        term = attribute.get("taxonomy_term") or {}
        code = str(term.get("code", ""))
        if code.startswith(f"{TAXONOMY}:"):
            text = str(attribute.get("value", ""))
            values[code.split(":", 1)[1]] = json.loads(text) if _looks_like_json(text) else text
    return values


def _contact(own: Mapping) -> dict | None:
    if own.get("channel") not in CHANNELS:
        return None
    return {key: own[key] for key in ("channel", "value", "status", "hours") if key in own}


def _foreign_contacts(found: Mapping) -> list[dict]:
    """The ways in of a service that was not written by us: phones, web address, e-mail, weekly hours."""
    hours = _weekly(found.get("schedules") or [])
    contacts = []
    for item in found.get("phones") or []:
        channel = "sms" if item.get("type") == "text" else "telefon"
        contacts.append({"channel": channel, "value": str(item.get("number")), "hours": hours})
    contacts += [{"channel": channel, "value": found[key]} for channel, key in (("web", "url"), ("email", "email"))
                 if found.get(key)]
    return contacts


def _weekly(items: Iterable[Mapping]) -> dict | None:
    days: dict[str, list[str]] = {}
    for item in items:
        for code in str(item.get("byday", "")).split(","):
            if code.strip() in _BYDAY:
                closes = str(item.get("closes_at") or "?")[:5].replace("23:59", "24:00")
                slot = f"{str(item.get('opens_at') or '?')[:5]}-{closes}"
                days.setdefault(DAYS[_BYDAY.index(code.strip())], []).append(slot)
    return days or None


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _area(found: Mapping) -> str:
    areas = found.get("service_areas") or [{}]
    return str(areas[0].get("name") or NATIONAL).casefold().removesuffix(" kommune")


__all__ = ["read", "schedules", "service", "services", "write"]
