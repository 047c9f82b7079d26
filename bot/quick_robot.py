"""What would the robot say, without Rasa? (For `indgang simulate --fast` alone.)

The same reader, the same facts, the same moves and the same routing and texts as the live robot; only Rasa's
pipeline and its rules are left out, for which a few plain ones stand. Each message is really read: no answer is
written in advance.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import datetime

from bot import facts as facts_of
from bot.dialogue import HEARD, HELPED, OFFERED, asked, learned, main_topic, next_question, with_age
from bot.need import need_from
from bot.place import fill
from bot.robot import Answer, Turn
from bot.texts import Texts
from knowledge import municipality as municipalities
from knowledge import routing
from knowledge.catalogue import Catalogue
from nlu.understanding import Reader

SURE_FROM = 0.3  # below it, config.yml's fallback says that the message was not understood


class QuickRobot:
    """Answers in a few milliseconds beyond the reading."""

    def __init__(self, reader: Reader, catalogue: Catalogue, texts: Texts, rng: random.Random):
        self._reader, self._catalogue, self._texts, self._rng = reader, catalogue, texts, rng

    async def ready(self) -> bool:
        return True

    async def turn(self, turn: Turn) -> Answer:
        intent, told = _payload(turn.payload)
        found = {} if turn.payload else self._understood(turn)
        intent = intent or found.get("intent", "")
        facts = learned(facts_of.fresh() | turn.facts, found | told)
        if intent == "menneske" or found.get("wants_human"):
            return self._answer(facts | {"wants_human": True}, found, "utter_human_soon", turn,
                                commands=("request_counsellor",))
        if intent == "hjalp":
            last = facts["shown"][-3:]
            named = told.get("offer") if told.get("offer") in last else last[0] if len(last) == 1 else None
            events = [{"event": "offer_chosen", "offer": named}] if last and facts["step"] != HELPED else []
            return self._answer(facts | {"step": HELPED}, found, "utter_glad", turn, events=events)
        if intent == "ikke_for_mig" and facts["shown"]:
            return self._refused(facts, found, told.get("reason") or found.get("reason"), turn)
        if intent == "alder" and str(told.get("age", "")).isdigit():
            facts = with_age(facts, int(told["age"]))
        return self._talked(facts, found, intent, turn)

    def _talked(self, facts: dict, found: dict, intent: str, turn: Turn) -> Answer:
        if found.get("faq"):
            key = f"utter_faq_{found['faq']}"
            return self._answer(facts, found, key if key in self._texts else "utter_can_do", turn)
        if found.get("intent") == "nlu_fallback" and not facts["topics"]:
            return self._answer(facts, found, "utter_not_understood", turn)
        if not facts["topics"]:
            return self._answer(facts, found, "utter_ask_trouble", turn)
        opened = f"open:{main_topic(facts)}"
        if opened not in facts["asked"]:
            key = f"utter_hear_{main_topic(facts)}"
            return self._answer(asked(facts, opened, HEARD), found, key if key in self._texts else "utter_hear_andet",
                                turn)
        question = next_question(facts)
        if question:
            return self._answer(asked(facts, question, question), found, f"utter_ask_{question}", turn)
        return self._offers(facts, found, turn)

    def _refused(self, facts: dict, found: dict, reason: str | None, turn: Turn) -> Answer:
        last = [o for o in facts["shown"] if o not in facts["refused"]]
        facts = facts | {"refused": [*facts["refused"], *last]}
        if reason in ("too_far", "no_groups", "tried"):
            facts["not_for_me"] = [*facts["not_for_me"], reason]
        return self._offers(facts, found, turn,
                            [{"event": "offer_refused", "offer": o, "detail": reason} for o in last])

    def _offers(self, facts: dict, found: dict, turn: Turn, events: list[dict] | None = None) -> Answer:
        now = datetime.fromisoformat(turn.now)
        seen = {*facts["shown"], *facts["refused"]}
        need = need_from(facts | {"refused": sorted(seen)}, turn.municipality, now)
        suggested = routing.suggest(self._catalogue, need)
        new = [s for s in suggested if s.offer.id not in seen]
        events = list(events or [])
        if not new or (not seen and routing.is_unmet(suggested, need)):
            events.append({"event": "unmet", "detail": "no_match"})
        if not new:
            return self._answer(facts | {"step": OFFERED}, found, "utter_no_offer", turn, events=events)
        cards = [{"id": s.offer.id, "kind": s.kind, "name": s.offer.name, "organisation": s.offer.organisation,
                  "why": s.why, "next_step": s.next_step, "reach": s.reach, "open_now": s.open_now} for s in new]
        facts = facts | {"step": OFFERED, "shown": [*facts["shown"], *(s.offer.id for s in new)]}
        offered = self._answer(facts, found, "utter_offers", turn, events=events)
        line = offered.messages[0] | {"cards": cards}
        return Answer((line, self._line("utter_helped", turn)), facts, (), offered.understanding)

    def _answer(self, facts: dict, found: dict, key: str, turn: Turn, events=(), commands=()) -> Answer:
        return Answer((self._line(key, turn),), facts, commands, found | {"events": list(events)})

    def _line(self, key: str, turn: Turn) -> dict:
        place = fill(municipalities.load(turn.municipality))
        line = self._texts.say(key, self._rng, **place)
        return {"text": line["text"], "buttons": line["buttons"], "cards": []}

    def _understood(self, turn: Turn) -> dict:
        u = self._reader.read(turn.text)
        sure = u.confidence >= SURE_FROM
        return {"topics": list(u.topics) if sure else [], "intent": u.intent if sure else "nlu_fallback",
                "faq": u.faq, "wants_human": u.wants_human, "audience": u.audience, "about": u.about,
                "reason": u.reason, "language": u.language, "confidence": u.confidence,
                "age": u.child_age if u.audience == "foraelder" else u.age}


def _payload(payload: str | None) -> tuple[str | None, Mapping]:
    """The intent of a button and what it says beside it."""
    if not payload:
        return None, {}
    name, brace, rest = payload.lstrip("/").partition("{")
    return name, json.loads(brace + rest) if brace else {}
