"""How is a trouble heard, and what is asked before anything is suggested?"""

from __future__ import annotations

from rasa_sdk import Action

from actions import offers, turn
from actions.wording import first_known, fitting, say
from bot.dialogue import (
    ASKED_ABOUT,
    ASKED_AGE,
    ASKED_HUMAN,
    HEARD,
    HELPED,
    LISTENING,
    OFFERED,
    asked,
    main_topic,
    next_question,
    with_about,
    with_age,
)
from bot.place import fill, phrases
from knowledge import municipality as municipalities

STEP_OF = {"about": ASKED_ABOUT, "age": ASKED_AGE, "child_age": ASKED_AGE}


def hear(dispatcher, known: dict) -> dict:
    """Say that the trouble was heard, in the words of its topic and of who asks."""
    topic = main_topic(known)
    own = fitting(f"utter_hear_{topic}", known)
    if own == f"utter_hear_{topic}":  # never the words for somebody else
        own = "utter_hear_ven" if known["about"] == "other" else fitting("utter_hear_andet", known)
        own = own if own != "utter_hear_andet" else f"utter_hear_{topic}"
    say(dispatcher, known, own)
    return known | {"asked": [*known["asked"], f"heard:{topic}"]}


def open_question(dispatcher, known: dict) -> dict:
    """The one open question that fits the topic and who asks. There is one in a conversation."""
    key = fitting("utter_open", known)
    say(dispatcher, known, key if key != "utter_open" else first_known(f"utter_open_{main_topic(known)}", key))
    return asked(known, "open", HEARD)


def ask_trouble(dispatcher, known: dict):
    """What is it about? Asked once; whoever has no word for it gets other ways."""
    if "trouble" in known["asked"]:
        say(dispatcher, known, "utter_no_words")
        return turn.keep(known)
    say(dispatcher, known, "utter_ask_trouble")
    return turn.keep(known | {"asked": [*known["asked"], "trouble"]})


def proceed(dispatcher, tracker, known: dict, *events: dict):
    """The next thing worth asking, or the offers; once they are there, what else could be done."""
    question = next_question(known)
    if question is not None:
        say(dispatcher, known, f"utter_ask_{question}")
        return turn.keep(asked(known, question, STEP_OF[question]), events=list(events))
    if not known["shown_for"]:
        return offers.show(dispatcher, tracker, known, *events)
    # Nobody is buried in cards: for another trouble they are asked first.
    say(dispatcher, known, "utter_after_offers" if main_topic(known) in known["shown_for"] else "utter_more_offers")
    return turn.keep(known | {"step": OFFERED}, events=list(events))


def go_on(dispatcher, tracker, known: dict):
    """On from wherever the talk is."""
    if known["step"] == LISTENING:
        say(dispatcher, known, "utter_listening")
        return turn.keep(known)
    if not known["topics"]:
        return ask_trouble(dispatcher, known)
    if "open" not in known["asked"] and not known["shown_for"]:
        return turn.keep(open_question(dispatcher, known))
    return proceed(dispatcher, tracker, known)


def respond(dispatcher, tracker, known: dict, before: dict):
    """A trouble was told: heard, with one open question; told more about it: on to what helps."""
    topic, new = main_topic(known), [t for t in known["topics"] if t not in before["topics"]]
    if f"heard:{topic}" in known["asked"]:
        if known["step"] == HEARD:
            say(dispatcher, known, "utter_more")
        return proceed(dispatcher, tracker, known)
    known = hear(dispatcher, known)
    others = [t for t in new if t != topic][:1]
    if others:
        say(dispatcher, known, "utter_also", topic=phrases()["topics"][others[0]])
    if "open" not in known["asked"] and not known["shown_for"]:
        return turn.keep(open_question(dispatcher, known))
    return proceed(dispatcher, tracker, known)


class ActionHear(Action):
    """A trouble was told, maybe with a question about the service or a wish for a human in it."""

    def name(self) -> str:
        return "action_hear"

    def run(self, dispatcher, tracker, domain):
        before, known = turn.before(tracker), turn.facts(tracker) | {"not_understood": 0}
        found = turn.understanding(tracker)
        if known["step"] == LISTENING:
            say(dispatcher, known, "utter_listening")
            return turn.keep(known)
        if found.get("faq") and f"faq:{found['faq']}" not in known["asked"]:
            say(dispatcher, known, f"utter_faq_{found['faq']}",
                **fill(municipalities.load(turn.municipality(tracker))))
            known["asked"] = [*known["asked"], f"faq:{found['faq']}"]
        if found.get("wants_human") and "human" not in known["asked"]:
            if f"heard:{main_topic(known)}" not in known["asked"]:
                known = hear(dispatcher, known)
            say(dispatcher, known, "utter_human_now")
            return turn.keep(asked(known, "human", ASKED_HUMAN))
        return respond(dispatcher, tracker, known, before)


class ActionAbout(Action):
    """Who it is about was said."""

    def name(self) -> str:
        return "action_about"

    def run(self, dispatcher, tracker, domain):
        known, about = turn.facts(tracker), turn.understanding(tracker).get("about")
        if about in ("self", "other", "child", "pupil"):
            known = with_about(known, about)
        if known["step"] == LISTENING or known["topics"] or about in (None, "self") or "open" in known["asked"]:
            return go_on(dispatcher, tracker, known)
        hear(dispatcher, known)  # the topic is still to come, and will be heard then
        return turn.keep(open_question(dispatcher, known))


class ActionAge(Action):
    """An age was said."""

    def name(self) -> str:
        return "action_age"

    def run(self, dispatcher, tracker, domain):
        before, known = turn.before(tracker), turn.facts(tracker)
        age = turn.understanding(tracker).get("age")
        if age is not None and str(age).isdigit() and 0 < int(age) < 120:
            known = with_age(known, int(age))
        if known["step"] == OFFERED and known["age"] != before["age"] and not offers.fit_age(known):
            known["shown_for"] = []  # what was shown is for another age
        return go_on(dispatcher, tracker, known)


class ActionOn(Action):
    """On, whatever was asked: "ved ikke", skipped, or a yes."""

    def name(self) -> str:
        return "action_on"

    def run(self, dispatcher, tracker, domain):
        known, intent = turn.facts(tracker), turn.understanding(tracker)["intent"]
        if known["step"] in (OFFERED, HELPED):
            say(dispatcher, known, "utter_undecided")
            return turn.keep(known)
        if intent in ("ved_ikke", "spring_over", "nej") and known["step"] in (HEARD, ASKED_ABOUT, ASKED_AGE):
            say(dispatcher, known, "utter_no_matter")
        return go_on(dispatcher, tracker, known)


class ActionListen(Action):
    """Somebody wants only to be heard: no offers until they ask."""

    def name(self) -> str:
        return "action_just_listen"

    def run(self, dispatcher, tracker, domain):
        known = turn.facts(tracker)
        say(dispatcher, known, "utter_listening" if known["step"] == LISTENING else "utter_just_listen")
        return turn.keep(known | {"step": LISTENING})
