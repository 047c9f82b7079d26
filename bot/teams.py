"""How does a conversation come to another team's queue?

Only by the visitor's written yes. A counsellor asks, a line with two buttons stands in the thread, and nothing moves
before one of them is tapped. Teams are data: those with `queue: true` in municipality.yml answer here.
"""

from __future__ import annotations

import json

from anyio import to_thread
from sqlalchemy.engine import Connection

from bot.accounts import Counsellor
from bot.conversation import Conversation, IllegalMove
from bot.crisis import open_lines
from knowledge import municipality as municipalities

YES, NO = "/team_ja", "/team_nej"


def answering(municipality: str) -> dict[str, str]:
    """The names of the teams that answer here, by id."""
    return {team["id"]: team["name"] for team in municipalities.load(municipality).teams if team.get("queue") is True}


def is_answer(payload: str | None) -> bool:
    return bool(payload) and payload.startswith((YES, NO))


class Teams:
    """Asks the visitor, and does as they say."""

    def __init__(self, parts):
        self._parts = parts

    async def ask(self, conversation: str, counsellor: Counsellor, team: str) -> Conversation:
        """The question stands in the thread. Raises IllegalMove when the conversation is not the counsellor's, or the
        team is the same, or none that answers here."""
        asked = await to_thread.run_sync(self._ask, conversation, counsellor, team)
        self._parts.hub.publish(conversation, {"type": "messages"})
        return asked

    def _ask(self, conversation: str, counsellor: Counsellor, team: str) -> Conversation:
        p = self._parts
        with p.store.database.write() as connection:
            found = p.store.locked(connection, conversation)
            name = answering(found.municipality).get(team)
            if name is None:
                raise IllegalMove("no such team answers here")
            line = p.texts.say("utter_team_ask", team=name)
            named = json.dumps({"team": team}, separators=(",", ":"))  # an old button is no yes to a later question
            line["buttons"] = [b | {"payload": b["payload"] + named} for b in line["buttons"]]
            return p.store.append(connection, found.asked_about_team(counsellor.id, team), "system", line,
                                  p.clock())[0]

    def answered(self, connection: Connection, conversation: Conversation, payload: str, now) -> Conversation:
        """What the tapped button leads to, with the line that says so; in the gateway's own transaction."""
        p, (said, team) = self._parts, _read(payload)
        if not team or team != conversation.facts.get("team_asked"):
            return p.store.append(connection, conversation, "system", p.texts.say("utter_team_old"), now)[0]
        name = answering(conversation.municipality).get(team, team)
        if said == NO:
            return p.store.append(connection, conversation.stayed_with_team(), "system",
                                  p.texts.say("utter_team_stay"), now)[0]
        moved = conversation.moved_to_team(now)
        if p.presence.present(now, team):
            line = p.texts.say("utter_team_moved", team=name)
        else:
            place = municipalities.load(conversation.municipality)
            audience = conversation.facts.get("audience", "ukendt")
            line = p.texts.say("utter_team_moved_nobody", team=name, lines=open_lines(place, None, now, audience))
        p.statistics.count("team_moved", now=now, municipality=moved.municipality, channel=moved.channel,
                           facts=moved.facts, danger=moved.danger, detail=team)
        return p.store.append(connection, moved, "system", line, now)[0]


def _read(payload: str) -> tuple[str, str | None]:
    said = YES if payload.startswith(YES) else NO
    try:
        return said, json.loads(payload[len(said):])["team"]
    except (ValueError, KeyError, TypeError):
        return said, None
