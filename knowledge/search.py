"""Which offers answer somebody who would rather look than talk?"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from knowledge import meaning
from knowledge.catalogue import Catalogue
from knowledge.hours import COPENHAGEN
from knowledge.need import SERVES
from knowledge.offer import Offer

PATIENCE_S = 0.011  # how long an answer waits for the model
LONGEST = 400  # characters of a query that are read


@dataclass(frozen=True)
class Filters:
    """What the page "Find hjælp" can be narrowed by; empty means everything."""

    age: int | None = None
    audience: str | None = None
    topic: str | None = None
    format: str | None = None
    anonymous: bool = False
    open_now: bool = False

    def let_through(self, offer: Offer, now: datetime) -> bool:
        """Unknown age is no mismatch; anonymous and open now must be certain."""
        if self.audience and not SERVES.get(self.audience, {self.audience}) & set(offer.audiences):
            return False
        if self.audience == "foraelder" and not offer.for_child_age(self.age):
            return False
        if self.audience != "foraelder" and not offer.for_age(self.age):
            return False
        if self.topic and self.topic not in offer.topics:
            return False
        if self.format and self.format not in offer.formats:
            return False
        if self.anonymous and offer.anonymous is not True:
            return False
        return not self.open_now or any(c.public and c.hours and c.hours.open_at(now) for c in offer.contacts)


def find(catalogue: Catalogue, text: str, municipality: str, now: datetime, filters: Filters | None = None, *,
         professional: bool = False, use_meaning: bool = True, patience_s: float = PATIENCE_S,
         limit: int = 30) -> list[Offer]:
    """Offers, best first, by words, parts of words, misspelt words and meaning; all of them for an empty text.

    Without the model, with `use_meaning` False, or when the model needs longer than `patience_s`, words alone decide.
    Never raises for any text.
    """
    filters = filters or Filters()
    state = catalogue.snapshot()
    view = state.view(municipality, now.astimezone(COPENHAGEN).date(), professional)
    text = " ".join(text[:LONGEST].split())
    if text:
        begin = partial(meaning.begin, patience_s=patience_s) if use_meaning else None
        positions = state.index.search(text, view.by_position.keys(), view.local, begin)
        ranked = (view.by_position[position] for position in positions)
    else:
        ranked = iter(view.offers)
    return list(islice((offer for offer in ranked if filters.let_through(offer, now)), limit))
