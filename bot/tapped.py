"""Which buttons does the gateway answer itself, because the robot is silent or it is not about the robot?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.engine import Connection

from bot import after, teams
from bot.conversation import Conversation
from bot.place import phrases, whole_message
from nlu.language import detect
from nlu.safety import Assessment

SAFE, NOT_SAFE, LEAVE, LETTER = "/i_sikkerhed", "/ikke_i_sikkerhed", "/forlad_koe", "/skriv_brev"
IN_DANGER = "/i_fare"
TOLD_WAITING = "waiting_told"  # among the facts: since when they wait who were told that what they write is kept


def is_ours(payload: str | None) -> bool:
    """Whether the button was ours whoever has the conversation."""
    return teams.is_answer(payload) or after.is_answer(payload)


def answered(payload: str | None, text: str, assessment: Assessment) -> Assessment:
    """What a tapped button says: its title is our own words, so danger is not read in them but known. So it is with
    the few whole messages that mean one thing only ("tak", "ved ikke").

    A yes to "are you in danger?" is danger, whatever the two letters look like.
    """
    if payload is None:
        return Assessment("ingen", 0.0) if whole_message(text) else assessment
    if payload != IN_DANGER:
        return Assessment("ingen", 0.0)
    return Assessment("hoej", 1.0, (phrases()["reason_said_yes"],), assessment.kind)


def endangered(conversation: Conversation, commands: Sequence[str]) -> Conversation:
    """The conversation with the danger that the robot heard of by asking ("danger:hoej" among its commands)."""
    levels = [command.partition(":")[2] for command in commands if command.startswith("danger:")]
    for level in levels:
        conversation = conversation.in_danger(level, (phrases()["reason_not_safe"],))
        conversation = replace(conversation, facts=conversation.facts | {"danger": conversation.danger})
    return conversation


def in_language(conversation: Conversation, text: str) -> Conversation:
    """The facts with the language of a message that the robot will not read, when it is not Danish."""
    language = detect(text)
    if language == "da":
        return conversation
    return replace(conversation, facts=conversation.facts | {"language": language})


class Tapped:
    """No button that was shown may be dead."""

    def __init__(self, parts, crisis, hints):
        self._parts, self._crisis, self._hints = parts, crisis, hints
        self.teams, self.after = teams.Teams(parts), after.After(parts)

    def ours(self, connection: Connection, conversation: Conversation, payload: str, now: datetime) -> Conversation:
        """An answer to a question that the house asked, not the robot."""
        answerer = self.teams if teams.is_answer(payload) else self.after
        return answerer.answered(connection, conversation, payload, now)

    def while_waiting(self, connection: Connection, conversation: Conversation, payload: str | None,
                      now: datetime) -> Conversation:
        """The robot is silent in the queue; what is written there without a button is acknowledged once."""
        p = self._parts
        if payload is None:
            return self._kept(connection, conversation, now)
        if payload in (SAFE, NOT_SAFE):
            line = self._crisis.safe(payload == SAFE)
        elif payload == LEAVE:
            conversation, line = conversation.left_queue(), p.texts.say("utter_robot_again")
            p.statistics.count("queue_left", now=now, municipality=conversation.municipality,
                               channel=conversation.channel, facts=conversation.facts, danger=conversation.danger)
        elif payload == LETTER:
            line = self._hints.letterbox(conversation)
        else:
            line = p.texts.say("utter_still_waiting")
        return p.store.append(connection, conversation, "system", line, now)[0]

    def _kept(self, connection: Connection, conversation: Conversation, now: datetime) -> Conversation:
        p, since = self._parts, conversation.waiting_since and conversation.waiting_since.isoformat()
        if conversation.facts.get(TOLD_WAITING) == since or p.presence.present(now, conversation.team):
            return conversation
        conversation, _ = p.store.append(connection, conversation, "system", p.texts.say("utter_kept_waiting"), now)
        return replace(conversation, facts=conversation.facts | {TOLD_WAITING: since})
