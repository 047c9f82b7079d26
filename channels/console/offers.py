"""Which offers may a counsellor put before the young person, and how does one look as a card?"""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

from bot.conversation import Conversation
from bot.letter_links import link_of_offer
from bot.need import need_from
from knowledge import search
from knowledge.catalogue import Catalogue, NoCatalogue
from knowledge.hours import COPENHAGEN
from knowledge.picking import Picker
from knowledge.routing import suggest

MOST, SUGGESTED = 12, 6


class Offers:
    """The catalogue as the desk uses it. Opened at the first question: the desk works without it too."""

    def __init__(self, path: Path):
        self._path, self._lock = path, threading.Lock()
        self._catalogue: Catalogue | None = None

    def _open(self) -> Catalogue:
        with self._lock:
            if self._catalogue is None:
                self._catalogue = Catalogue.open(self._path)
            return self._catalogue

    def name(self, offer_id: str) -> str:
        """The offer's name; its id when it is not shown any more."""
        try:
            found = self._open().offer(offer_id)
        except NoCatalogue:
            return offer_id
        return found.name if found else offer_id

    def find(self, words: str, conversation: Conversation, now: datetime, ready: bool) -> list[dict]:
        """Cards, best first; without words, what fits what the conversation is about. Raises NoCatalogue."""
        catalogue = self._open()
        need = need_from(conversation.facts, conversation.municipality, now, counsellor_ready=ready)
        if not words.strip():
            fitting = suggest(catalogue, need, limit=SUGGESTED)
            return [_card(suggestion, need.municipality) for suggestion in fitting if not suggestion.offer.here]
        # By words alone: what a counsellor types is a name or a topic, and the answer must come while they type.
        found = search.find(catalogue, words, conversation.municipality, now, use_meaning=False, limit=MOST)
        picker = _picker(catalogue, need)
        return [_card(picker.say(offer), need.municipality) for offer in found]

    def card(self, offer_id: str, conversation: Conversation, now: datetime, ready: bool) -> dict | None:
        """The card of one offer as this conversation's visitor sees it; None when it is not to be shown."""
        catalogue = self._open()
        day = now.astimezone(COPENHAGEN).date()
        offer = catalogue.snapshot().view(conversation.municipality, day).by_id.get(offer_id)
        if offer is None:
            return None
        need = need_from(conversation.facts, conversation.municipality, now, counsellor_ready=ready)
        return _card(_picker(catalogue, need).say(offer), need.municipality)


def _picker(catalogue: Catalogue, need) -> Picker:
    state = catalogue.snapshot()
    return Picker(state, state.municipalities[need.municipality], need)


def _card(suggestion, place: str) -> dict:
    """The same shape as the robot's cards, so that the visitor's side knows only one."""
    offer = suggestion.offer
    return {"id": offer.id, "kind": suggestion.kind, "name": offer.name, "organisation": offer.organisation,
            "why": suggestion.why, "next_step": suggestion.next_step, "reach": suggestion.reach,
            "open_now": suggestion.open_now} | link_of_offer(offer, place)


__all__ = ["NoCatalogue", "Offers"]
