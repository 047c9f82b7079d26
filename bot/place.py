"""What may a text say about the municipality it is said in?"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.hours import Hours
from knowledge.municipality import Municipality
from nlu.normalise import fold

PHRASES = Path(__file__).with_name("phrases.yml")


@lru_cache(maxsize=1)
def phrases() -> dict:
    return yaml.safe_load(PHRASES.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _whole_messages() -> dict[str, str]:
    return {fold(line): intent for intent, lines in phrases()["whole_messages"].items() for line in lines}


def whole_message(text: str) -> str | None:
    """The intent of a message that means one thing only, word for word (å or aa); None for all others."""
    return _whole_messages().get(fold(text))


def fill(place: Municipality) -> dict[str, str]:
    """What is put into placeholders. Only what the municipality has confirmed; the rest is said to be unknown."""
    return {"municipality": place.short_name, "hours": hours(place), "robot_hours": str(place.retention_robot_hours),
            "handover_days": str(place.retention_handover_days), "counsellors": place.names["counsellors"]}


def hours(place: Municipality) -> str:
    """When counsellors answer, as a week confirmed by the municipality says; else that it is not known."""
    return week(place.counsellor_hours, place.hours_confirmed) or phrases()["hours_unconfirmed"]


def week(open_hours: Hours | None, confirmed: bool) -> str | None:
    """The days and times in words; None for what nobody has confirmed."""
    if not confirmed or open_hours is None:
        return None
    said = phrases()
    days = [said["hours_day"].format(day=said["days"][n], intervals=said["hours_and"].join(map(str, slots)))
            for n, slots in enumerate(open_hours.week) if slots]
    return ", ".join(days) or None
