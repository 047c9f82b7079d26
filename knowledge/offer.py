"""What is an offer?"""
from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from knowledge import phone
from knowledge.hours import Hours
from knowledge.vocabulary import PUBLISHABLE

NUMBERS = frozenset({"telefon", "sms"})


@dataclass(frozen=True)
class Contact:
    """One way in, with hours of its own. `value` None: the way is known, the number or address is not."""

    channel: str
    value: str | None = None
    hours: Hours | None = None
    status: str | None = None  # who vouches for the value: see CONTACT_STATUS

    @property
    def public(self) -> bool:
        """A number is told only when good sources vouch for it; a web address when it was read at all."""
        if self.value is None or self.channel == "email" and self.status not in PUBLISHABLE:
            return False
        return self.channel not in NUMBERS or self.status in PUBLISHABLE

    @property
    def shown(self) -> str | None:
        """The value as a reader wants to see it."""
        return phone.show(self.value) if self.value and self.channel in NUMBERS else self.value


@dataclass(frozen=True)
class Offer:
    """A service that helps. Three-valued fields: True, False, None is unknown and never means no."""

    id: str
    name: str
    municipality: str
    description: str
    kind: str | None = None
    former_names: tuple[str, ...] = ()
    organisation: str | None = None
    owner: str | None = None            # the department that keeps it up to date; organisation when None
    audiences: tuple[str, ...] = ()
    age_min: int | None = None          # of the one who uses it
    age_max: int | None = None
    child_age_min: int | None = None    # of the child that a parents' course is about
    child_age_max: int | None = None
    topics: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    anonymous: bool | None = None
    referral_needed: bool | None = None
    parental_consent: bool | None = None
    consent_scope: str | None = None    # "long_course": advice is free of it, a longer course is not
    price: str | None = None
    status: str = "draft"
    valid_from: date | None = None
    valid_to: date | None = None
    source: str | None = None
    confirmed_on: date | None = None
    confirmed_by: str | None = None     # a role, never a person
    role: str = "offer"
    permanent_number: bool = False      # a national crisis line: keeps its number when the confirmation grows old
    to_confirm: bool = False            # stands on the editors' list
    before: str | None = None           # what must be said before the young person goes there (Danish)
    why: str | None = None              # overrides the text of its kind (Danish)
    next_step: str | None = None        # overrides the text of its kind (Danish)
    kle: str | None = None
    notes: str | None = None            # for editors only

    @property
    def local(self) -> bool:
        return self.municipality != "national"

    @property
    def here(self) -> bool:
        """Whether it is this very service: writing with a counsellor in the same window."""
        return self.kind == "ssp_raadgiver_chat"

    @property
    def keeper(self) -> str:
        return self.owner or self.organisation or self.municipality

    def valid_on(self, day: date) -> bool:
        """Published and within its dates (both days included)."""
        return (self.status == "published" and (self.valid_from is None or self.valid_from <= day)
                and (self.valid_to is None or day <= self.valid_to))

    def for_age(self, age: int | None) -> bool:
        """Unknown on either side is no mismatch."""
        return _within(age, self.age_min, self.age_max)

    def for_child_age(self, age: int | None) -> bool:
        return _within(age, self.child_age_min, self.child_age_max)

    def as_data(self) -> dict:
        """Plain data as in the files, without what is unknown or usual; `checking.parse` is the inverse."""
        data: dict = {}
        for spec in fields(self):
            value = getattr(self, spec.name)
            if value == spec.default or value == ():
                continue
            if spec.name == "contacts":
                value = [_contact_data(contact) for contact in self.contacts]
            elif isinstance(value, tuple):
                value = list(value)
            elif isinstance(value, date):
                value = value.isoformat()
            data[spec.name] = value
        return data


def _within(age: int | None, low: int | None, high: int | None) -> bool:
    return age is None or ((low is None or low <= age) and (high is None or age <= high))


def _contact_data(contact: Contact) -> dict:
    data = {"channel": contact.channel, "value": contact.value, "status": contact.status,
            "hours": contact.hours.as_data() if contact.hours else None}
    return {key: value for key, value in data.items() if value is not None}


def changed_fields(before: Offer, after: Offer) -> dict[str, tuple]:
    """Field name to (old, new) in plain data, for a dry run and for the log."""
    old, new = before.as_data(), after.as_data()
    names = (spec.name for spec in fields(before))
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}
