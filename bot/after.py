"""What is the visitor asked when a counsellor has ended the conversation?

Two questions, each of which can be skipped with one tap. The answers are counted and stored nowhere else; the last
line says when the conversation is deleted, and that clock has then begun.
"""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy.engine import Connection

from bot.conversation import Conversation
from bot.place import fill
from bot.statistics import ANSWERS
from knowledge import municipality as municipalities

ASKED = "after"  # among the facts: the question that waits for its answer
QUESTIONS = ("helped", "again")
PAYLOAD = "/efter"
SKIP = "skip"
EVENT = {"helped": "helped", "again": "come_again"}
UNASKED = ("sms",)  # each question would be one more SMS on their phone


def is_answer(payload: str | None) -> bool:
    return bool(payload) and payload.startswith(PAYLOAD)


class After:
    """Asks, counts, and says goodbye."""

    def __init__(self, parts):
        self._parts = parts

    def ask(self, connection: Connection, conversation: Conversation, now) -> Conversation:
        """The first question below the counsellor's end of it."""
        if conversation.channel in UNASKED:
            return self._end(connection, conversation, now)
        asked = replace(conversation, facts=conversation.facts | {ASKED: QUESTIONS[0]})
        return self._say(connection, asked, f"utter_after_{QUESTIONS[0]}", now)

    def answered(self, connection: Connection, conversation: Conversation, payload: str, now) -> Conversation:
        """The next question, or the end. An old button is no answer to a later question, and changes nothing."""
        question, answer = _read(payload)
        if question != conversation.facts.get(ASKED) or answer not in (*ANSWERS, SKIP):
            return conversation
        if answer != SKIP:
            self._parts.statistics.count(
                EVENT[question], now=now, municipality=conversation.municipality, channel=conversation.channel,
                facts={"topics": conversation.facts.get("topics", [])}, detail=answer)
        following = QUESTIONS[1] if question == QUESTIONS[0] else None
        moved = replace(conversation, facts=conversation.facts | {ASKED: following})
        if following:
            return self._say(connection, moved, f"utter_after_{following}", now)
        return self._end(connection, moved, now)

    def _end(self, connection: Connection, conversation: Conversation, now) -> Conversation:
        return self._say(connection, conversation, "utter_after_end", now)

    def _say(self, connection: Connection, conversation: Conversation, key: str, now) -> Conversation:
        line = self._parts.texts.say(key, **fill(municipalities.load(conversation.municipality)) | {
            "handover_days": str(self._parts.settings.handed_over_days)})
        return self._parts.store.append(connection, conversation, "system", line, now)[0]


def _read(payload: str) -> tuple[str | None, str | None]:
    try:
        (question, answer), = json.loads(payload[len(PAYLOAD):]).items()
        return question, answer
    except (ValueError, AttributeError):
        return None, None
