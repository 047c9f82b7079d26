"""Which letter of somebody else's fits what the robot just suggested?

The gateway adds this to the robot's answer: published letters belong to the front door's database, which the robot
does not open. Right below the offers, once for each letter, and never beside danger.
"""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import Conversation
from bot.letter_links import letter, letterbox
from bot.letters import DANGER, Letters
from bot.place import phrases
from bot.robot import Answer
from bot.texts import Texts

SUGGESTED = "letters_suggested"  # among the facts: public ids that were shown
EXCERPT = 160


class Hints:
    """Adds to an answer: the letterbox, when it was asked for, and a letter that fits."""

    def __init__(self, letters: Letters, texts: Texts, public_url: str):
        self._letters, self._texts, self._public_url = letters, texts, public_url.rstrip("/")

    def add(self, answer: Answer, conversation: Conversation) -> Answer:
        if "letter" in answer.commands and answer.messages:
            *before, last = answer.messages
            cards = [*last.get("cards", ()), self._box_card(conversation)]
            answer = replace(answer, messages=(*before, last | {"cards": cards}))
        offered = next((n for n, line in enumerate(answer.messages) if line.get("cards")), None)
        told = answer.facts.get(SUGGESTED, [])
        if offered is None or conversation.danger in DANGER or "letter" in answer.commands:
            return answer
        fitting = [x for x in self._letters.similar(answer.facts.get("topics", ()), conversation.municipality)
                   if x.id not in told]
        if not fitting:
            return answer
        line = self._texts.say("utter_similar_letter") | {"cards": [self._letter_card(fitting[0], conversation)]}
        said = (*answer.messages[:offered + 1], line, *answer.messages[offered + 1:])
        return replace(answer, messages=said, facts=answer.facts | {SUGGESTED: [*told, fitting[0].id][-20:]})

    def letterbox(self, conversation: Conversation) -> dict:
        """The line that leads to the letterbox."""
        return self._texts.say("utter_letter") | {"cards": [self._box_card(conversation)]}

    def _letter_card(self, found, conversation: Conversation) -> dict:
        words, question = phrases()["letter_card"], " ".join(found.public.question.split())
        if len(question) > EXCERPT:
            question = question[:EXCERPT].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …"
        return self._card("brev", found.id, found.public.title, words, letter(found.id), conversation) | {
            "why": words["why"].format(question=question)}

    def _box_card(self, conversation: Conversation) -> dict:
        words = phrases()["letterbox_card"]
        return self._card("brevkasse", "brevkassen", words["name"], words, letterbox(conversation.municipality),
                          conversation)

    def _card(self, kind: str, made: str, name: str, words: dict, link: str, conversation: Conversation) -> dict:
        """In writing only (SMS) the whole address is said; without a public address there is none to say."""
        in_writing = conversation.channel != "web" and self._public_url
        return {"id": made, "kind": kind, "name": name, "organisation": words["from"], "why": words["why"],
                "next_step": words["next_step"], "reach": f"{self._public_url}{link}" if in_writing else "",
                "open_now": None, "link": link, "link_text": words["link_text"]}
