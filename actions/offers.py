"""How are offers suggested, refused and replaced?"""

from __future__ import annotations

from functools import lru_cache

from rasa_sdk import Action

from actions import turn
from actions.wording import say
from bot.dialogue import ASKED_WHY_NOT, HELPED, LISTENING, OFFERED, main_topic
from bot.letter_links import link_of_offer
from bot.need import need_from
from bot.place import phrases
from bot.settings import load
from knowledge import routing
from knowledge.catalogue import Catalogue
from nlu.vocabulary import DANGER

REASONS = ("too_far", "no_groups", "tried")


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The served catalogue; it notices by itself when its file is replaced."""
    return Catalogue.open(load().catalogue)


def suggestions(tracker, known: dict) -> tuple[list[routing.Suggestion], bool]:
    """What was not shown before and fits, and whether that leaves a need unmet."""
    seen = [*known["shown"], *known["refused"]]
    need = need_from(known | {"refused": seen}, turn.municipality(tracker), turn.now(tracker))
    found = routing.suggest(catalogue(), need)
    new = [s for s in found if s.offer.id not in seen]  # the last resort comes back: a button is there for it
    return new, not new or (not seen and routing.is_unmet(found, need))


def fit_age(known: dict) -> bool:
    """Whether all that was shown last is for that age."""
    shown = [offer for why in known["whys"] if (offer := catalogue().offer(why["id"]))]
    parent = known["audience"] == "foraelder"
    return all(o.for_child_age(known["age"]) if parent else o.for_age(known["age"]) for o in shown)


def card(suggestion: routing.Suggestion, place: str) -> dict:
    """What the young person sees of an offer: name, for whom, why, what happens next, how it is reached."""
    offer = suggestion.offer
    return {"id": offer.id, "kind": suggestion.kind, "name": offer.name, "organisation": offer.organisation,
            "why": suggestion.why, "next_step": suggestion.next_step, "reach": suggestion.reach,
            "open_now": suggestion.open_now} | link_of_offer(offer, place)


def search_card(place: str) -> dict:
    """The way to all offers, with those for professionals."""
    words = phrases()["search_card"]
    return {"id": "soegning", "kind": "soegning", "name": words["name"], "organisation": words["from"],
            "why": words["why"], "next_step": words["next_step"], "reach": "", "open_now": None,
            "link": words["link"].format(municipality=place), "link_text": words["link_text"]}


def show(dispatcher, tracker, known: dict, *events: dict):
    """Up to three offers with why and what happens next; a human when nothing fits, and that is counted."""
    found, unmet = suggestions(tracker, known)
    if unmet:
        events = (*events, {"event": "unmet", "detail": "no_match"})
    if not found:
        say(dispatcher, known, "utter_none_left" if known["shown"] or known["refused"] else "utter_no_offer")
        return turn.keep(known | {"step": OFFERED, "shown_for": [*known["shown_for"], main_topic(known)]},
                         events=list(events))
    place = turn.municipality(tracker)
    say(dispatcher, known, "utter_offers_again" if known["shown"] else "utter_offers")
    cards = [card(s, place) for s in found]
    search = [search_card(place)] if known["audience"] == "fagperson" and not known["shown"] else []
    dispatcher.utter_message(json_message={"cards": [*cards, *search]})
    say(dispatcher, known, "utter_helped")
    return turn.keep(known | {
        "step": OFFERED, "shown": [*known["shown"], *(s.offer.id for s in found)],
        "shown_for": [*known["shown_for"], main_topic(known)],
        "whys": [{"id": c["id"], "name": c["name"], "why": c["why"]} for c in cards]}, events=list(events))


def refuse(dispatcher, tracker, known: dict, reason: str | None):
    """What was shown is not wanted: it never comes back. Why not is asked once, when it was not said."""
    last = [w["id"] for w in known["whys"] if w["id"] not in known["refused"]]
    events = [{"event": "offer_refused", "offer": o, "detail": reason} for o in last]
    known = known | {"refused": list(dict.fromkeys([*known["refused"], *known["shown"]]))}
    if reason is None and "why_not" not in known["asked"]:
        say(dispatcher, known, "utter_why_not")
        return turn.keep(known | {"asked": [*known["asked"], "why_not"], "step": ASKED_WHY_NOT}, events=events)
    if reason in REASONS and reason not in known["not_for_me"]:
        known = known | {"not_for_me": [*known["not_for_me"], reason]}
    return show(dispatcher, tracker, known, *events)


class ActionFindOffer(Action):
    """Offers at once, when somebody would rather see than tell."""

    def name(self) -> str:
        return "action_find_offer"

    def run(self, dispatcher, tracker, domain):
        from actions.hear import ask_trouble
        known = turn.facts(tracker)
        in_danger = known.get("danger") in DANGER
        nothing_told = not in_danger and not set(known["topics"]) - {"andet"} and "open" not in known["asked"]
        if nothing_told and known["audience"] != "fagperson" and "trouble" not in known["asked"]:
            return ask_trouble(dispatcher, known | {"step": None if known["step"] == LISTENING else known["step"]})
        return show(dispatcher, tracker, known | {"topics": known["topics"] or ["andet"]})


class ActionNotForMe(Action):
    """What was shown does not fit: asks why once, then shows others."""

    def name(self) -> str:
        return "action_not_for_me"

    def run(self, dispatcher, tracker, domain):
        from actions.hear import go_on
        known, found = turn.facts(tracker), turn.understanding(tracker)
        if not known["shown"] or known["step"] == LISTENING:
            return go_on(dispatcher, tracker, known)
        # Another one, please: no reason is owed.
        reason = found.get("reason") or ("other" if found["intent"] == "andet_forslag" else None)
        return refuse(dispatcher, tracker, known, reason)


class ActionHelped(Action):
    """It helped: said back, and the door stays open."""

    def name(self) -> str:
        return "action_helped"

    def run(self, dispatcher, tracker, domain):
        known = turn.facts(tracker)
        if known["step"] == LISTENING:
            say(dispatcher, known, "utter_listening")
            return turn.keep(known)
        say(dispatcher, known, "utter_glad")
        last = [w["id"] for w in known["whys"]]
        named = turn.understanding(tracker).get("offer")  # the button with an offer's name says which
        only = named if named in last else last[0] if len(last) == 1 else None
        events = [{"event": "offer_chosen", "offer": only}] if last and known["step"] != HELPED else []
        return turn.keep(known | {"step": HELPED, "chosen": [*known["chosen"], *([only] if only else [])]},
                         events=events)
