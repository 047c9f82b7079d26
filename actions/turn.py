"""What does an action need of the tracker, and how does it hand back what it learned?"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from bot import facts as facts_of
from bot.dialogue import ASKED_AGE, learned, with_age
from nlu.ages import ages
from nlu.vocabulary import ADULTS, TOPICS

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
AWAY = timedelta(hours=3)  # after that somebody is back, and is met with what they told
ENOUGH_WORDS = 4  # fewer say nothing about the language: "ok", "ja tak"


def metadata(tracker: Tracker) -> dict:
    return tracker.latest_message.get("metadata") or {}


def text(tracker: Tracker) -> str:
    """What was written, also where it was read as a button."""
    return metadata(tracker).get("text") or tracker.latest_message.get("text") or ""


def understanding(tracker: Tracker) -> dict:
    """What the pipeline understood, with the entities of a tapped button."""
    found = dict(tracker.latest_message.get("understanding") or {})
    for entity in tracker.latest_message.get("entities") or ():
        if entity["entity"] in ("age", "about", "offer", "reason"):
            found[entity["entity"]] = entity["value"]
    found["intent"] = (tracker.latest_message.get("intent") or {}).get("name")
    if "topics" not in found and found["intent"] in TOPICS:  # a tapped topic
        found["topics"] = [found["intent"]]
    if found.get("language") == "da" and len(text(tracker).split()) < ENOUGH_WORDS:
        del found["language"]
    return found


def before(tracker: Tracker) -> dict:
    """The facts as they were before this message."""
    return facts_of.fresh() | (tracker.get_slot("facts") or {})


def facts(tracker: Tracker) -> dict:
    """The facts of the conversation with what this message told."""
    known = learned(before(tracker), understanding(tracker)) | {"at": now(tracker).isoformat()}
    if known["age"] is None and (known["audience"] in ADULTS or known["step"] == ASKED_AGE):
        found = ages(text(tracker), known["audience"])  # "han er 15" is a child's age once a parent writes
        age = found.child if found.child is not None else found.writer
        known = known if age is None else with_age(known, age)
    return known


def is_back(known: dict, at: datetime) -> bool:
    """Whether somebody writes again after hours. `known`: the facts before this message."""
    return bool(known.get("at")) and at - datetime.fromisoformat(known["at"]) > AWAY


def keep(known: dict, *commands: str, events: list[dict] | None = None) -> list[EventType]:
    """The slots that carry the facts on, and what the gateway is asked to do and count.

    The slot `step` stays as it was at the start of the turn: a rule that depends on it would not know its own end.
    """
    return [SlotSet("facts", known), SlotSet("audience", known["audience"]),
            SlotSet("commands", list(commands)), SlotSet("events", events or [])]


def now(tracker: Tracker) -> datetime:
    """Local time of the turn; of the machine when the robot is used alone (`rasa shell`)."""
    told = metadata(tracker).get("now")
    return datetime.fromisoformat(told).astimezone(COPENHAGEN) if told else datetime.now(COPENHAGEN)


def municipality(tracker: Tracker) -> str:
    return metadata(tracker).get("municipality") or tracker.get_slot("municipality") or "hedensted"
