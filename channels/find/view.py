"""What does a reader see of an offer, on a card and on its own page?

Pure: nothing is told here that the catalogue would not tell. Every sentence comes from data files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from knowledge import hours_text, wording
from knowledge.catalogue import Snapshot
from knowledge.freshness import is_stale
from knowledge.hours import COPENHAGEN
from knowledge.need import SERVES, Need
from knowledge.offer import NUMBERS, Contact, Offer
from knowledge.picking import Picker
from knowledge.poster import ages

SCHEMES = {"telefon": "tel:", "sms": "sms:", "email": "mailto:", "web": "", "chat": ""}


@dataclass(frozen=True)
class Way:
    """One way in, ready to be pressed. `week` has one line for each day or group of days."""

    channel: str
    href: str | None
    said: str            # what is pressed: "Ring 116 111"
    opening: str | None  # "Åbent nu, til kl. 18."; None when nothing is known
    open_now: bool
    week: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """An offer in a list."""

    offer: Offer
    who: str
    reach: str
    open_now: bool
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """An offer on its own page."""

    card: Card
    why: str | None
    next_step: str
    before: tuple[str, ...]   # what must be known first: consent, CPR, who is told
    good: tuple[str, ...]     # what makes it easier: anonymous, no referral, free
    ways: tuple[Way, ...]
    former: tuple[str, ...]
    hidden: bool              # number and hours are not shown, because nobody has confirmed them lately


class Reader:
    """Draws the offers of one municipality at one moment. `said` is the group "offer" of this room's texts."""

    def __init__(self, state: Snapshot, municipality: str, now: datetime, ready: bool, said: Mapping,
                 professional: bool = False):
        self._state, self._texts, self._said, self._now = state, state.texts, said, now
        self._place, self._professional = state.municipalities[municipality], professional
        self._pickers = {reader: Picker(state, self._place, Need((), municipality, now, audience=reader,
                                                                 counsellor_ready=ready))
                         for reader in ("ung", "foraelder", "fagperson")}

    def card(self, offer: Offer) -> Card:
        told = self._pickers[self._reader(offer)].say(offer)
        tags = [self._texts["labels"]["formats"][f] for f in offer.formats]
        if offer.anonymous:
            tags.insert(0, self._said["tag_anonymous"])
        return Card(offer, self.who(offer), told.reach, told.open_now, tuple(tags))

    def sheet(self, offer: Offer) -> Sheet:
        reader = self._reader(offer)
        why = wording.why(self._texts, offer, (), reader)
        # What must be said first has a place of its own on the page, so it is not said again in the next step.
        bare = replace(offer, before=None, parental_consent=False)
        ways = tuple(self._way(contact) for contact in offer.contacts if contact.public)
        hidden = is_stale(offer, self._now.astimezone(COPENHAGEN).date()) and any(
            c.channel in NUMBERS and not c.public for c in offer.contacts)
        return Sheet(self.card(offer), why if why != offer.description else None,
                     wording.next_step(self._texts, bare, self._place, reader, None), self._before(offer, reader),
                     self._good(offer), ways, tuple(n for n in offer.former_names if n != n.casefold()), hidden)

    def who(self, offer: Offer) -> str:
        """ "Unge · 13-18 år", "Forældre med børn til og med 18 år"."""
        labels, said = self._texts["labels"]["audiences"], self._said
        names = [labels[a].lower() for a in offer.audiences if self._professional or a != "fagperson"]
        text = said["and"].join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        own = ages(offer, self._texts)
        child = ages(replace(offer, age_min=offer.child_age_min, age_max=offer.child_age_max), self._texts)
        if own:
            text = said["who_age"].format(who=text, ages=own)
        if child:
            text = said["who_child"].format(who=text, ages=child)
        return text[:1].upper() + text[1:]

    def _reader(self, offer: Offer) -> str:
        """Whose words the page uses: the young one's whenever the offer is for them."""
        return next((r for r in ("ung", "foraelder") if SERVES[r] & set(offer.audiences)), "fagperson")

    def _before(self, offer: Offer, reader: str) -> tuple[str, ...]:
        said, told = self._said, [offer.before] if offer.before else []
        if offer.here:
            told.append(self._texts["kinds"][offer.kind]["duty"])
        if offer.anonymous is False and not offer.before:
            told.append(said["not_anonymous"])
        if offer.parental_consent and not offer.before:
            told.append(said["consent_long" if offer.consent_scope == "long_course" else "consent"])
        elif offer.parental_consent is None and not offer.before and reader == "ung" and "gruppe" in offer.formats:
            told.append(self._texts["reach"]["consent"])
        if offer.referral_needed:
            told.append(said["referral"])
        return tuple(told)

    def _good(self, offer: Offer) -> tuple[str, ...]:
        said = self._said
        told = [said["anonymous"]] if offer.anonymous else []
        told += [said["no_referral"]] if offer.referral_needed is False else []
        told += [said["no_consent"]] if offer.parental_consent is False else []
        if offer.price:
            told.append(said["free"] if offer.price.casefold() == said["free_word"] else
                        said["price"].format(price=offer.price))
        return tuple(told)

    def _way(self, contact: Contact) -> Way:
        texts, href = self._texts, None
        if contact.channel in SCHEMES:
            href = SCHEMES[contact.channel] + (contact.value or "")
            said = wording.ways(texts, Offer("x", "x", "x", "x", contacts=(contact,)))[0]
        else:
            said = self._said["ways"][contact.channel].format(value=contact.shown)
        hours = contact.hours if contact.hours and contact.hours.known else None
        week = hours_text.write(hours, texts["messages"]["hours"]) if hours and not hours.always else ""
        return Way(contact.channel, href, said[:1].upper() + said[1:],
                   wording.opening(texts, contact, self._now) if hours else None,
                   bool(hours and hours.open_at(self._now)), tuple(hours_text.split(week, ";")))
