"""Where does the letterbox stand, and the letter that everybody may read? (Pure: addresses and cards.)"""

from __future__ import annotations

LETTERBOX = "/brevkasse"


def letterbox(municipality: str) -> str:
    return f"{LETTERBOX}?kommune={municipality}"


def letter(published: str) -> str:
    return f"{LETTERBOX}/breve/{published}"


def link_of_offer(offer, municipality: str) -> dict:
    """What makes the card of the municipality's own letterbox lead there; nothing for any other offer."""
    return {"link": letterbox(municipality)} if offer.kind == "brevkasse" and offer.local else {}
