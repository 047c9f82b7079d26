"""Which offers fit this need, in which order, and why?"""
from __future__ import annotations

from collections.abc import Iterable

from knowledge.catalogue import Catalogue, Snapshot
from knowledge.need import COUNSELLOR, DANGER, LETTERBOX, NOT_FOR_ME, Need, Suggestion, reader_of
from knowledge.picking import Picker

__all__ = ["NOT_FOR_ME", "Need", "Suggestion", "is_unmet", "suggest"]


def suggest(catalogue: Catalogue, need: Need, limit: int = 3) -> list[Suggestion]:
    """Best offer first; danger before topic, local before national, at least one way that can be used now.

    Empty only when nothing is asked for: small talk, out of scope, a plain question about the service.
    Raises KeyError for an unknown municipality.
    """
    if need.now.tzinfo is None:
        raise ValueError("now must be aware")
    state = catalogue.snapshot()
    place = state.municipalities[need.municipality]
    if not _asks_for_help(state, need):
        return []
    picker = Picker(state, place, need)
    chosen = picker.choose(_kinds_in_order(state, need), limit)
    return [picker.say(offer) for offer in chosen]


def is_unmet(suggestions: Iterable[Suggestion], need: Need) -> bool:
    """Whether somebody with a topic of their own was given nothing made for it; counted as unmet need."""
    topics = set(need.topics) - {"andet", "smalltalk", "udenfor_emne"}
    return bool(topics) and not any(
        topics & set(s.offer.topics) and not s.offer.here and s.kind not in ("boernetelefonen", "headspace", LETTERBOX)
        for s in suggestions)


def _asks_for_help(state: Snapshot, need: Need) -> bool:
    if need.wants_human or need.risk != "ingen" or need.refused or need.not_for_me:
        return True
    idle = set(state.routing["no_offer"])
    if need.faq:
        idle = idle | {"andet"}
    return not set(need.topics[:1]) <= idle if need.topics else need.faq is None


def _kinds_in_order(state: Snapshot, need: Need) -> list[str]:
    """Kinds of help, best first, without repeats."""
    table, reader = state.routing, reader_of(need)
    order: list[str] = []
    if need.risk in DANGER:
        rows = table["danger"][need.risk][reader]
        kind = _danger(table, need)
        row = list(rows.get(kind, rows["default"]))
        if need.risk == "hoej" and kind not in rows:
            # Danger without a class of its own: a human and a line that is open, then what is made for the topic.
            row[2:2] = _made_for(table, reader, need.topics[:1])
        if need.risk == "akut" and need.danger in table["doctor_first"]:
            row.insert(1, "akuthjaelp")
        order += row
    rows = table.get(reader) or {}
    by_topic = [list(rows.get(topic) or ()) for topic in need.topics]
    if need.risk not in DANGER and (need.wants_human or not need.sure):
        order.append(COUNSELLOR)
    if by_topic:
        first, *others = by_topic
        # What is made for each further topic comes right after the two best of the first.
        order += first[:2] + _made_for(table, reader, need.topics[1:]) + first[2:]
        order += [kind for row in others for kind in row]
    order += table["broad"][reader]
    allowed_twice = {"akuthjaelp"}
    return [kind for n, kind in enumerate(order) if kind not in order[:n] or kind in allowed_twice and n < 2]


def _made_for(table, reader: str, topics: Iterable[str]) -> list[str]:
    """The best kind of help for each topic that is not for nearly everybody."""
    broad, rows = set(table["broad"][reader]), table.get(reader) or {}
    best = [next((kind for kind in rows.get(topic) or () if kind not in broad), None) for topic in topics]
    return [kind for kind in best if kind]


def _danger(table, need: Need) -> str:
    kind = need.danger or next((table["danger_of_topic"][t] for t in need.topics if t in table["danger_of_topic"]), "")
    return table["danger_alias"].get(kind, kind)
