"""What does a counsellor see of a conversation, and may they see it at all?

Pure: values in, plain data for the browser out. No token, no key, nothing of the visitor's connection.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.accounts import Counsellor
from bot.conversation import CLOSED, COUNSELLOR, WAITING, Conversation
from bot.store import Message
from bot.teams import answering
from channels.console.words import Words

DANGER = ("hoej", "akut")
SUPERVISOR = "koordinator"


def may_see(conversation: Conversation, me: Counsellor, supervising: bool = False) -> bool:
    """Who waits is seen by all of the team, who talks with a counsellor by that one only (and by a coordinator who
    asked to read along, which is written in the log), and the robot's only when there is danger in them."""
    if conversation.state == WAITING:
        return me.is_in(conversation.team)
    if conversation.state == COUNSELLOR:
        reads_along = supervising and me.role == SUPERVISOR and me.is_in(conversation.team)
        return conversation.owner == me.id or reads_along
    return conversation.state != CLOSED and conversation.danger in DANGER and me.is_in(conversation.team)


def may_move(conversation: Conversation, me: Counsellor) -> list[str]:
    """The moves that make sense now, as the desk offers them."""
    if conversation.state == COUNSELLOR:
        return ["write", "transfer", "hand_back", "release", "close"] if conversation.owner == me.id else []
    return ["take"]


def brief(conversation: Conversation, me: Counsellor, words: Words) -> dict:
    """One line of the queue."""
    facts = conversation.facts
    return {
        "id": conversation.id, "alias": words.alias(conversation.id), "state": conversation.state,
        "channel": words.label("channels", conversation.channel), "municipality": conversation.municipality,
        "danger": conversation.danger, "reasons": list(conversation.reasons),
        "topics": [words.label("topics", topic) for topic in facts.get("topics", ())],
        "audience": words.label("audience", facts.get("audience") or "ukendt"),
        "age_band": words.label("age_bands", facts.get("age_band")),
        "waiting_since": millis(conversation.waiting_since), "last_at": millis(conversation.last_at),
        "last_seq": conversation.last_seq, "mine": conversation.owner == me.id,
    }


def detail(conversation: Conversation, me: Counsellor, words: Words, offer_name: Callable[[str], str]) -> dict:
    """What the right-hand panel shows: only what was said or tapped."""
    facts = conversation.facts
    teams = answering(conversation.municipality)
    refused, chosen = set(facts.get("refused", ())), set(facts.get("chosen", ()))
    language = facts.get("language") or "da"
    return brief(conversation, me, words) | {
        "may": may_move(conversation, me), "created_at": millis(conversation.created_at),
        "about": words.label("about", facts.get("about")),
        "language": words.label("languages", language) if language != "da" else None,
        "safe": facts.get("safe"), "in_course": bool(facts.get("in_course")),
        "offers": [{"name": offer_name(i), "refused": i in refused, "chosen": i in chosen}
                   for i in dict.fromkeys(facts.get("shown", ()))],
        "team": teams.get(conversation.team, conversation.team),
        "teams": [{"id": i, "name": name} for i, name in teams.items() if i != conversation.team],
        "team_asked": teams.get(facts.get("team_asked")),
        "not_for_me": [words.label("not_for_me", reason) for reason in facts.get("not_for_me", ())],
    }


def line(message: Message, me: Counsellor) -> dict:
    """One line of the thread. `client_id` comes back to the one who wrote it, to find its own bubble again."""
    mine, prefix = False, f"c{me.id}:"
    if message.author == "counsellor" and message.client_id and message.client_id.startswith(prefix):
        mine = True
    body = message.body
    return {
        "seq": message.seq, "author": message.author, "at": millis(message.at), "text": body.get("text", ""),
        "buttons": [button["title"] for button in body.get("buttons") or ()], "cards": body.get("cards") or [],
        "tapped": bool(body.get("payload")), "name": body.get("name"), "mine": mine,
        "client_id": message.client_id[len(prefix):] if mine else None,
    }


def millis(at: datetime | None) -> int | None:
    """Milliseconds since 1970, as the browser counts."""
    return int(at.timestamp() * 1000) if at else None
