"""What would the robot say to these messages? The same parts as the live way, without keeping anything."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import facts as facts_of
from bot.conversation import Conversation
from bot.crisis import Crisis
from bot.need import need_from
from bot.robot import Robot, RobotDown, Turn
from bot.texts import Texts
from knowledge import municipality as municipalities
from knowledge import routing
from nlu.redact import redact
from nlu.safety import Safety

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MOST_CHARACTERS = 6000


class BadLine(ValueError):
    """The line cannot be assessed; the message says why."""


class Assessor:
    """One message in, everything the robot would make of it out."""

    def __init__(self, safety: Safety, robot: Robot, catalogue, texts: Texts, municipality: str):
        self._safety, self._robot, self._catalogue = safety, robot, catalogue
        self._texts, self._municipality = texts, municipality
        self._crisis = Crisis(texts, random.Random(0))

    async def lines(self, given: Iterable[bytes]) -> AsyncIterator[dict]:
        """One answer a line, in order. A broken line gives {"line": n, "error": ...} and the next goes on."""
        for number, line in enumerate(given, 1):
            if not line.strip():
                continue
            row: dict = {}
            try:
                row = _parse(line)
                yield await self.one(row)
            except (BadLine, RobotDown) as error:
                yield {"line": number, **({"id": row["id"]} if "id" in row else {}), "error": str(error)}

    async def one(self, row: dict) -> dict:
        text, now = row["text"], row["now"]
        place = row.get("municipality") or self._municipality
        if place not in municipalities.all_ids():
            raise BadLine(f"municipality: {place!r} is none of {', '.join(municipalities.all_ids())}")
        history = tuple(row.get("history") or ())
        risk, redaction = self._safety.assess(text, history), redact(text)
        told = {k: row[k] for k in ("age", "audience") if row.get(k) is not None}
        facts = facts_of.fresh(**told)
        answer = await self._robot.turn(Turn("assess", redaction.text, None, facts, place, "assess",
                                             now.isoformat(), history))
        found, known = answer.understanding, answer.facts | {"danger": risk.level}
        if risk.level in ("hoej", "akut"):
            conversation = Conversation("assess", place, "assess", now, now, facts=known)
            reply = [line["text"] for line in self._crisis.reply(risk, conversation, now, called=False)]
        else:
            reply = [line["text"] for line in answer.messages if line["text"]]
        known["topics"] = found.get("topics") or known["topics"]
        known["wants_human"] = bool(found.get("wants_human"))
        offers = routing.suggest(self._catalogue, need_from(known, place, now, found.get("faq")))
        return {
            "id": row["id"], "risk": risk.level, "risk_score": round(risk.score, 4),
            "risk_reasons": list(risk.reasons), "topics": list(found.get("topics", ())),
            "intent": found.get("intent"), "confidence": round(float(found.get("confidence") or 0), 4),
            "faq": found.get("faq"), "wants_human": bool(found.get("wants_human")),
            "audience": found.get("audience", "ukendt"), "language": found.get("language", "da"),
            "redacted": redaction.text,
            "offers": [{"id": s.offer.id, "kind": s.kind, "why": s.why} for s in offers], "reply": reply}


def _parse(line: bytes) -> dict:
    try:
        row = json.loads(line.decode("utf-8"))
    except ValueError as error:
        raise BadLine(f"not a JSON object in UTF-8: {error.__class__.__name__}") from error
    if not isinstance(row, dict):
        raise BadLine("not a JSON object")
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise BadLine("text: missing or empty")
    if len(text) > MOST_CHARACTERS:
        raise BadLine(f"text: {len(text)} characters; at most {MOST_CHARACTERS}")
    if "id" not in row:
        raise BadLine("id: missing")
    age = row.get("age")
    if age is not None and (not isinstance(age, int) or not 0 < age < 120):
        raise BadLine(f"age: {age!r} is not a whole number of years")
    history = row.get("history") or []
    if not isinstance(history, list) or not all(isinstance(h, str) for h in history):
        raise BadLine("history: not a list of texts")
    try:
        now = datetime.fromisoformat(row["now"]) if row.get("now") else datetime.now(COPENHAGEN)
    except (ValueError, TypeError) as error:
        raise BadLine(f"now: {row['now']!r} is not an ISO 8601 time") from error
    if now.tzinfo is None:
        now = now.replace(tzinfo=COPENHAGEN)
    return row | {"now": now.astimezone(COPENHAGEN)}
