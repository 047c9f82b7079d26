"""What does one person need now, and what is suggested?"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from knowledge.offer import Offer

DANGER = frozenset({"akut", "hoej"})
COUNSELLOR, LETTERBOX = "ssp_raadgiver_chat", "brevkasse"
NOT_FOR_ME = frozenset({"too_far", "no_groups", "tried"})
# Which audiences of an offer serve which writer. Unknown writers may be either, never a professional.
SERVES = {"ung": {"ung", "barn"}, "foraelder": {"foraelder", "paaroerende"}, "fagperson": {"fagperson"},
          "ukendt": {"ung", "barn", "foraelder"}}
# Formats that ask for no journey.
REMOTE = frozenset({"telefon", "sms", "chat", "brevkasse", "online"})


@dataclass(frozen=True)
class Need:
    """What one person needs now. `sure` False: the topics are a guess, so a human comes first."""

    topics: tuple[str, ...]
    municipality: str
    now: datetime
    risk: str = "ingen"
    audience: str = "ung"
    age: int | None = None
    child_age: int | None = None
    formats: tuple[str, ...] = ()
    anonymous: bool = False
    refused: tuple[str, ...] = ()        # ids that were shown and not wanted
    not_for_me: tuple[str, ...] = ()     # of NOT_FOR_ME
    wants_human: bool = False
    faq: str | None = None
    danger: str | None = None            # class of danger, when it is known
    sure: bool = True
    counsellor_ready: bool | None = None  # what the console knows; None: go by the rota


@dataclass(frozen=True)
class Suggestion:
    """One offer with everything that is said about it, ready to be shown."""

    offer: Offer
    kind: str
    why: str
    next_step: str
    reach: str
    open_now: bool       # somebody answers now
    reachable_now: bool  # can be used now: open, or a letter can be written


def reader_of(need: Need) -> str:
    """Whose table and whose words; a writer unknown so far who asks as a parent is read as a parent."""
    if need.audience in ("ung", "foraelder", "fagperson"):
        return need.audience
    return "foraelder" if need.topics and need.topics[0].startswith("foraeldreskab_") else "ung"
