"""What is said to a question about the service, to small talk, to a "why", and to what was not understood?"""

from __future__ import annotations

from rasa_sdk import Action

from actions import turn
from actions.hear import ask_trouble, go_on, proceed, respond
from actions.offers import refuse
from actions.wording import first_known, say
from bot.dialogue import (
    ASKED_ABOUT,
    ASKED_AGE,
    ASKED_DANGER,
    ASKED_WHY_NOT,
    CRISIS,
    HEARD,
    HELPED,
    LISTENING,
    OFFERED,
    main_topic,
)
from bot.place import fill, phrases
from knowledge import municipality as municipalities

# Which text brings a question back, with its buttons, after something else was said.
BACK = {ASKED_ABOUT: "utter_back_about", ASKED_AGE: "utter_back_age", ASKED_WHY_NOT: "utter_back_why_not",
        ASKED_DANGER: "utter_back_danger", OFFERED: "utter_back_offers", HEARD: "utter_back"}
ASIDES = ("smalltalk", "udenfor_emne", "hvad_kan_du", "skaeld", "prompt_injection", "tak", "hilsen")


def back(dispatcher, known: dict) -> None:
    """The open question is not put again, but its answers can still be tapped."""
    key = BACK.get(known["step"])
    if key == "utter_back_age" and known["audience"] == "foraelder":
        key = "utter_back_child_age"
    if key:
        say(dispatcher, known, key)


class ActionFaq(Action):
    """One of the questions about the service, answered from the municipality's settings; then the talk goes on."""

    def name(self) -> str:
        return "action_faq"

    def run(self, dispatcher, tracker, domain):
        before, known, found = turn.before(tracker), turn.facts(tracker), turn.understanding(tracker)
        faq = found.get("faq") or str(found.get("intent")).removeprefix("faq_")
        place = municipalities.load(turn.municipality(tracker))
        open_hours = turn.metadata(tracker).get("hours")
        told = fill(place) | ({"hours": open_hours} if open_hours else {})  # the desk's rota before the data
        unknown = ["utter_faq_aabningstid_ukendt"] if faq == "aabningstid" and not (
            open_hours or place.hours_confirmed) else []
        if f"faq:{faq}" in known["asked"]:
            say(dispatcher, known, "utter_faq_again")
        else:
            say(dispatcher, known, first_known(*unknown, f"utter_faq_{faq}", "utter_can_do"), **told)
        known["asked"] = [*known["asked"], f"faq:{faq}"]
        if known["topics"] != before["topics"] and main_topic(known) != "andet" and known["step"] != LISTENING:
            return respond(dispatcher, tracker, known, before)
        if known["step"] in BACK:
            back(dispatcher, known)
        elif known["step"] != LISTENING:
            say(dispatcher, known, "utter_more_questions")
        return turn.keep(known)


class ActionNotUnderstood(Action):
    """Not understood: said honestly once, then another way is offered. An answer to a question counts as told."""

    def name(self) -> str:
        return "action_not_understood"

    def run(self, dispatcher, tracker, domain):
        before, known = turn.before(tracker), turn.facts(tracker)
        if known["step"] == LISTENING:
            say(dispatcher, known, "utter_listening")
            return turn.keep(known)
        if set(known["topics"]) - {*before["topics"], "andet"} and known["step"] not in (ASKED_DANGER, CRISIS):
            return respond(dispatcher, tracker, known, before)  # what is wanted is unclear, but not what it is about
        if known["topics"] and known["step"] in (HEARD, ASKED_ABOUT, ASKED_AGE):
            if known["step"] == HEARD:
                say(dispatcher, known, "utter_more")
            return proceed(dispatcher, tracker, known)
        if known["step"] == ASKED_DANGER and "danger_again" not in known["asked"]:
            back(dispatcher, known)
            return turn.keep(known | {"asked": [*known["asked"], "danger_again"]})
        if known["step"] == ASKED_DANGER:
            return go_on(dispatcher, tracker, known)
        if known["step"] == ASKED_WHY_NOT:
            return refuse(dispatcher, tracker, known, "other")
        if known["step"] == OFFERED:
            say(dispatcher, known, "utter_after_offers")
            return turn.keep(known)
        times = known["not_understood"] + 1
        if not any(sign.isalnum() for sign in turn.text(tracker)):
            say(dispatcher, known, "utter_only_signs")
        else:
            say(dispatcher, known, "utter_not_understood" if times < 2 else "utter_not_understood_again")
        return turn.keep(known | {"not_understood": times})


class ActionWhy(Action):
    """Why was that asked, or that offer shown? The reason, and then the question is still open."""

    def name(self) -> str:
        return "action_why"

    def run(self, dispatcher, tracker, domain):
        known = turn.facts(tracker)
        step = known["step"]
        if known["whys"] and step in (OFFERED, ASKED_WHY_NOT, HELPED):
            reasons = "\n".join(phrases()["why_line"].format(**why) for why in known["whys"])
            say(dispatcher, known, "utter_why_offers", reasons=reasons)
        else:
            keys = {ASKED_ABOUT: "utter_why_about", ASKED_AGE: "utter_why_age", ASKED_DANGER: "utter_why_danger",
                    HEARD: "utter_why_open"}
            say(dispatcher, known, keys.get(step, "utter_hvorfor_det"))
        back(dispatcher, known)
        return turn.keep(known)


class ActionSay(Action):
    """Small talk and the like: one text for the intent, `utter_<intent>`, and the open question is still there."""

    def name(self) -> str:
        return "action_say"

    def run(self, dispatcher, tracker, domain):
        known, intent = turn.facts(tracker), turn.understanding(tracker)["intent"]
        again = intent == "hilsen" and (known["topics"] or "met" in known["asked"])
        say(dispatcher, known, "utter_hilsen_igen" if again else first_known(f"utter_{intent}", "utter_smalltalk"))
        if intent in ASIDES and known["step"] in (ASKED_ABOUT, ASKED_AGE, ASKED_WHY_NOT, ASKED_DANGER):
            back(dispatcher, known)
        return turn.keep(known | {"asked": [*known["asked"], "met"]} if intent == "hilsen" else known)


class ActionHard(Action):
    """Somebody feels bad and has said no more than that."""

    def name(self) -> str:
        return "action_hard"

    def run(self, dispatcher, tracker, domain):
        known = turn.facts(tracker)
        if known["step"] == LISTENING or [t for t in known["topics"] if t != "andet"]:
            if known["step"] == HEARD:
                say(dispatcher, known, "utter_more")
            return go_on(dispatcher, tracker, known)
        if "hard" in known["asked"]:
            return ask_trouble(dispatcher, known)
        say(dispatcher, known, "utter_har_det_svaert")
        return turn.keep(known | {"asked": [*known["asked"], "hard"]})
