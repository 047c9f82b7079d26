"""When is an offer written down correctly, and what is wrong when it is not?"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from urllib.parse import urlsplit

from knowledge import phone
from knowledge.hours import BadHours, Hours
from knowledge.offer import NUMBERS, Contact, Offer
from knowledge.vocabulary import AUDIENCES, CHANNELS, CONTACT_STATUS, FORMATS, KINDS, ROLES, STATUSES, TOPICS

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# What no file format keeps: control characters other than line break and tab, surrogates, non-characters.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
FIELDS = frozenset(spec.name for spec in fields(Offer))


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field: `code` and `arguments` make a sentence of texts/messages.yml."""

    field: str
    code: str
    value: str = ""
    right: str = ""


class InvalidOffer(ValueError):
    """An offer that breaks the rules; `problems` has every one of them."""

    def __init__(self, problems: list[Problem]):
        super().__init__("; ".join(f"{p.field}: {p.code} {p.value!r}" for p in problems))
        self.problems = tuple(problems)


@dataclass
class _Reader:
    """Reads one field after the other and keeps every problem."""

    data: Mapping
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, name: str, code: str, value: object = "", right: object = "") -> None:
        self.problems.append(Problem(name, code, str(value), str(right)))

    def text(self, name: str, needed: bool = False) -> str | None:
        value = self.data.get(name)
        if value is not None and not isinstance(value, str):
            self.wrong(name, "not_text", value)
            return None
        value = (value or "").strip() or None
        if value and (bad := UNWRITABLE.search(value)):
            self.wrong(name, "control_character", f"U+{ord(bad[0]):04X}")
        if needed and value is None:
            self.wrong(name, "missing")
        return value

    def choice(self, name: str, allowed, default=None):
        value = self.data.get(name)
        if value in (None, ""):
            return default
        if not isinstance(value, str) or value not in allowed:
            self.wrong(name, "not_allowed", value, ", ".join(sorted(allowed)))
            return default
        return value

    def many(self, name: str, allowed=None) -> tuple[str, ...]:
        value = self.data.get(name) or []
        if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) for v in value):
            self.wrong(name, "not_list", value)
            return ()
        for item in value:
            if bad := UNWRITABLE.search(item):
                self.wrong(name, "control_character", f"U+{ord(bad[0]):04X}")
            if allowed is not None and item not in allowed:
                self.wrong(name, "not_allowed", item, ", ".join(sorted(allowed)))
        return tuple(dict.fromkeys(v.strip() for v in value if v.strip()))

    def number(self, name: str) -> int | None:
        value = self.data.get(name)
        if value in (None, ""):
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 120:
            self.wrong(name, "not_age", value)
            return None
        return value

    def flag(self, name: str, default: bool | None = None) -> bool | None:
        value = self.data.get(name)
        if value is not None and not isinstance(value, bool):
            self.wrong(name, "not_yes_no", value)
            return default
        return default if value is None else value

    def day(self, name: str) -> date | None:
        value = self.data.get(name)
        if value in (None, "") or type(value) is date:
            return value or None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.wrong(name, "not_date", value)
            return None

    def contacts(self) -> tuple[Contact, ...]:
        value = self.data.get("contacts") or []
        if not isinstance(value, (list, tuple)) or not all(isinstance(v, Mapping) for v in value):
            self.wrong("contacts", "not_list", value)
            return ()
        found = [contact for item in value if (contact := self._contact(item))]
        return tuple(sorted(found, key=lambda contact: CHANNELS.index(contact.channel)))

    def _contact(self, item: Mapping) -> Contact | None:
        reader = _Reader(item)
        channel = reader.choice("channel", CHANNELS)
        status = reader.choice("status", CONTACT_STATUS)
        value = reader.text("value")
        hours = None
        name = f"contacts.{channel or '?'}"
        if channel is None and not reader.problems:
            reader.wrong("channel", "missing")
        try:
            hours = Hours.parse(item.get("hours"))
        except BadHours as error:
            reader.wrong("hours", error.code, error.value)
        except (AttributeError, TypeError):
            reader.wrong("hours", "hours_key", item.get("hours"))
        try:
            value = _checked_value(channel, value)
        except ValueError:
            reader.wrong("value", f"not_{channel}", value)
        self.problems += [Problem(f"{name}.{p.field}", p.code, p.value, p.right) for p in reader.problems]
        return None if reader.problems else Contact(channel, value, hours, status)


def _checked_value(channel: str | None, value: str | None) -> str | None:
    if value in (None, "?"):  # a table writes "?" for a way that is known and whose number is not
        return None
    if channel in NUMBERS:
        return phone.store(value)
    if channel == "email" and not _EMAIL.fullmatch(value):
        raise ValueError(value)
    if channel in ("web", "chat") and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
        raise ValueError(value)
    return value


def parse(data: Mapping, municipalities: frozenset[str] | None = None) -> Offer:
    """The checked offer. Raises InvalidOffer with every problem at once; an unknown field is a problem too."""
    read = _Reader(data)
    for name in set(map(str, data)) - FIELDS:
        read.wrong(name, "unknown_field", "", ", ".join(sorted(FIELDS)))
    offer = Offer(
        id=read.text("id", needed=True) or "", name=read.text("name", needed=True) or "",
        municipality=read.text("municipality", needed=True) or "",
        description=read.text("description", needed=True) or "",
        kind=read.choice("kind", KINDS), former_names=read.many("former_names"),
        organisation=read.text("organisation"), owner=read.text("owner"),
        audiences=read.many("audiences", AUDIENCES),
        age_min=read.number("age_min"), age_max=read.number("age_max"),
        child_age_min=read.number("child_age_min"), child_age_max=read.number("child_age_max"),
        topics=read.many("topics", TOPICS), formats=read.many("formats", FORMATS), contacts=read.contacts(),
        anonymous=read.flag("anonymous"), referral_needed=read.flag("referral_needed"),
        parental_consent=read.flag("parental_consent"), consent_scope=read.choice("consent_scope", {"long_course"}),
        price=read.text("price"), status=read.choice("status", STATUSES, "draft"),
        valid_from=read.day("valid_from"), valid_to=read.day("valid_to"), source=read.text("source"),
        confirmed_on=read.day("confirmed_on"), confirmed_by=read.text("confirmed_by"),
        role=read.choice("role", ROLES, "offer"), permanent_number=read.flag("permanent_number", False),
        to_confirm=read.flag("to_confirm", False), before=read.text("before"), why=read.text("why"),
        next_step=read.text("next_step"), kle=read.text("kle"), notes=read.text("notes"))
    if offer.id and not _SLUG.fullmatch(offer.id):
        read.wrong("id", "not_slug", offer.id)
    if municipalities is not None and offer.municipality and offer.municipality not in municipalities:
        read.wrong("municipality", "not_allowed", offer.municipality, ", ".join(sorted(municipalities)))
    for low, high in (("age_min", "age_max"), ("child_age_min", "child_age_max"), ("valid_from", "valid_to")):
        first, last = getattr(offer, low), getattr(offer, high)
        if first is not None and last is not None and first > last:
            read.wrong(high, "before_start", last, first)
    if offer.status == "published" and not offer.audiences:
        read.wrong("audiences", "missing")
    if read.problems:
        raise InvalidOffer(read.problems)
    return offer
