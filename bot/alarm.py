"""What stands in the thread at once when a message tells of danger, whoever has the conversation?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from sqlalchemy.engine import Connection

from bot.conversation import COUNSELLOR, LEVELS, WAITING, Conversation
from bot.crisis import Crisis, reader_of
from bot.dialogue import ABOUT_BY_AUDIENCE, CRISIS
from bot.rota import PRESENT
from bot.tapped import in_language
from bot.waiting import TOLD
from nlu.safety import Assessment

RECENT_LINES = 12  # among which it is looked up whether the same was just said


class Alarm:
    """The crisis reply as a part of the transaction that accepts the message."""

    def __init__(self, parts, crisis: Crisis):
        self._parts, self._crisis = parts, crisis

    def raised(self, connection: Connection, conversation: Conversation, assessment: Assessment, text: str,
               now: datetime) -> Conversation | None:
        """The conversation with what was said; None where a counsellor has it who is connected, and answers."""
        if conversation.state != COUNSELLOR:
            return self._reply(connection, conversation, assessment, text, now)
        if not self._parts.presence.connected(conversation.owner, now):
            return self._counsellor_away(connection, conversation, assessment, now)
        return None

    def _reply(self, connection: Connection, conversation: Conversation, assessment: Assessment, text: str,
               now: datetime) -> Conversation:
        p = self._parts
        if p.presence.present(now, conversation.team):
            conversation = conversation.asked_for_human(now)
        conversation = in_language(conversation, text)
        told = conversation.facts.get("crisis_told", [])
        said = [m.body.get("text") for m in p.store.thread(conversation.id) if m.author == "robot"]
        for line in self._crisis.reply(assessment, conversation, now, conversation.state == WAITING, said):
            conversation, _ = p.store.append(connection, conversation, "robot", line, now)
        worst = max(conversation.facts.get("danger", "ingen"), assessment.level, key=LEVELS.index)
        reader = reader_of(assessment, conversation)  # so that the talk goes on with whoever writes
        who = {"audience": reader, "about": ABOUT_BY_AUDIENCE[reader]} if reader in ABOUT_BY_AUDIENCE else {}
        facts = conversation.facts | who | {
            "step": CRISIS, "danger": worst, "danger_kind": assessment.kind,
            "crisis_told": [*told, assessment.level][-20:], TOLD: [PRESENT]}
        return replace(conversation, facts=facts, pending_seq=0)

    def _counsellor_away(self, connection: Connection, conversation: Conversation, assessment: Assessment,
                         now: datetime) -> Conversation:
        """Nobody may read it in time: 112 and the open lines, once until the counsellor writes again."""
        store, line = self._parts.store, self._crisis.counsellor_away(assessment, conversation, now)
        lately = store.thread(conversation.id, max(0, conversation.last_seq - RECENT_LINES))
        since = takewhile(lambda m: m.author != "counsellor", reversed(lately))
        if any(m.body.get("key") == line["key"] for m in since):
            return conversation
        return store.append(connection, conversation, "system", line, now)[0]
