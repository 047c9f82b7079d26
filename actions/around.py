"""What stands before the robot's answer: a sentence in the writer's language, or a word to somebody who is back?"""

from __future__ import annotations

from datetime import datetime

from actions import turn
from actions.wording import READ_AS_DANISH, Wording, first_known, fitting, spoken
from bot.dialogue import CRISIS, main_topic
from bot.place import phrases, whole_message
from nlu.vocabulary import WANTS_HUMAN_INTENT

SMALL_TALK = ("hilsen", "farvel", "tak", "ja", "nej", "ved_ikke")
ANSWERS = {"yes": "ja", "no": "nej", "thanks": "tak"}


def meant(text: str) -> str:
    """The text as the robot is to read it: a lone thumb is a yes, and a word that our texts ask for is that word.

    Nothing that could be danger is among them. A typed "/word" stays plain text.
    """
    signs = text.strip()
    for kind, intent in ANSWERS.items():
        if signs in phrases()["emoji"][kind]:
            return f"/{intent}"
    if intent := whole_message(text):
        return f"/{intent}"
    return text.lstrip("/ ") or "?"


def by_intent(command: str) -> dict:
    """What a message says that means one thing only, as the model would have understood it."""
    intent = command.removeprefix("/")
    return {"faq": intent.removeprefix("faq_") if intent.startswith("faq_") else None,
            "wants_human": intent == WANTS_HUMAN_INTENT,
            "topics": ["smalltalk" if intent in SMALL_TALK else "andet"]}


def before_the_answer(wording: Wording, before: dict, known: dict, at: datetime) -> tuple[list[dict], dict]:
    """The lines to put first, and the facts with what was said once and for all."""
    lines, language = [], known["language"]
    key = first_known(f"utter_language_{language}", "utter_language_en")
    told = f"said:{key}"
    if language != "da" and told not in known["asked"]:
        lines.append(wording.line(key, known))
        known = known | {"asked": [*known["asked"], told]}
    if turn.is_back(before, at) and language in READ_AS_DANISH:
        if before.get("step") == CRISIS:
            lines.append(wording.line(spoken(fitting("utter_back_after_danger", known), language), known))
        elif before.get("topics"):
            topic = phrases()["topics"][main_topic(before)]
            lines.append(wording.line("utter_back_after_hours", known, topic=topic))
    return lines, known
