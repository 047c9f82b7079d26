"""How much of what was asked for, and what was missing?

Counts without identity: the hour, never the minute; no text, no token, no conversation id, nothing by which two
rows could be joined to one person. They live in a database of their own and survive the deletion of conversations.
Each row stands for itself: what is known of the need is written into it.
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.database import Database
from bot.facts import AGE_BANDS
from bot.statistics_migrations import upgrade
from bot.statistics_tables import LONGEST, MOST_MINUTES, events, metadata
from knowledge.hours import COPENHAGEN
from nlu.vocabulary import AUDIENCE, RISK, TOPICS

EVENTS = ("opened", "message", "need", "offer_shown", "offer_chosen", "offer_refused", "unmet", "crisis",
          "human_asked", "human_taken", "human_unavailable", "queue_left", "handed_back", "closed", "deleted",
          "expired", "not_understood", "robot_down", "team_moved", "transferred", "vanished",
          "letter_received", "letter_answered", "letter_published", "letter_deleted", "letter_expired",
          "letter_suggested",
          "conversation",   # one a conversation, when it has ended: see bot.summaries
          "form", "form_offer", "underretning",  # the counsellor's form: its outcome, what was suggested
          "helped", "come_again",                # the visitor's two answers
          "marked_danger", "marked_routing")  # the quality watch
UNMET = ("no_match", "nothing_open", "left_queue", "out_of_hours")
SERVED = ("robot", "counsellor", "left_queue", "unanswered")
ANSWERS = ("yes", "some", "no")
DANGER_MARKS, ROUTING_MARKS = ("right", "missed", "false_alarm"), ("right", "wrong")
REASONS = ("too_far", "no_groups", "tried", "other")
UNLISTED = "unlisted"
# A word of a vocabulary: letters and hyphens, few digits in a row. A random id or a telephone number is none.
_WORD = re.compile(r"(?!.*\d{4})[a-z0-9æøå]+([-_][a-z0-9æøå]+)*")
_NAMELESS = re.compile(r"[0-9a-f-]{16,}|[A-Za-z0-9]{24,}")
# There is no path from an anonymous young person to those who register young people: not even as a count.
WALLED = re.compile("taskforce|task_force|task-force")


class NotCountable(ValueError):
    """The value may not stand in the statistics: no word of a vocabulary."""


class Statistics:
    """Where the counts are written. One row an event."""

    def __init__(self, database: Database, simulated: bool = False):
        self.database, self.simulated = database, simulated
        upgrade(database)

    def count(self, event: str, *, now: datetime, municipality: str, channel: str, facts: dict | None = None,
              danger: str = "ingen", offer: str | None = None, detail: str | None = None,
              minutes: int | None = None, duration: int | None = None) -> None:
        """Write one event; of `now` only the local hour is kept.

        Raises ValueError for an unknown event and NotCountable for what is no word of a vocabulary.
        """
        row = counted(event, now=now, municipality=municipality, channel=channel, facts=facts, danger=danger,
                      offer=offer, detail=detail, minutes=minutes, duration=duration)
        with self.database.write() as connection:
            connection.execute(events.insert().values(**row, simulated=self.simulated))


def counted(event: str, *, now: datetime, municipality: str, channel: str, facts: dict | None = None,
            danger: str = "ingen", offer: str | None = None, detail: str | None = None,
            minutes: int | None = None, duration: int | None = None) -> dict:
    """The row of one event, as it is written. Raises as `Statistics.count` does."""
    if event not in EVENTS:
        raise ValueError(f"unknown event {event}")
    facts, local = facts or {}, now.astimezone(COPENHAGEN)
    topics = [t for t in facts.get("topics", ()) if t in TOPICS][:3] + [None, None, None]
    bands, audience = {name for _, _, name in AGE_BANDS}, facts.get("audience")
    return dict(
        hour=f"{local:%Y-%m-%dT%H}", weekday=local.weekday(), event=event,
        municipality=_word(municipality), channel=_word(channel), topic=topics[0], topic2=topics[1],
        topic3=topics[2], audience=audience if audience in AUDIENCE else "ukendt",
        age_band=facts.get("age_band") if facts.get("age_band") in bands else None,
        danger=danger if danger in RISK else "ingen", offer=_offer(offer), detail=_word(detail),
        minutes=_bounded(minutes), duration=_bounded(duration))


def _word(value: str | None) -> str | None:
    if value is None:
        return None
    if len(value) > LONGEST or not _WORD.fullmatch(value) or _NAMELESS.fullmatch(value) or WALLED.search(value):
        raise NotCountable("no word of a vocabulary")
    return value


def _offer(value: str | None) -> str | None:
    """An offer whose number cannot be told from a person's (an imported UUID) is counted without its name."""
    if value and WALLED.search(value):
        raise NotCountable("the wall: never counted")
    try:
        return _word(value)
    except NotCountable:
        return UNLISTED


def _bounded(minutes: int | None) -> int | None:
    return None if minutes is None else max(0, min(int(minutes), MOST_MINUTES))


__all__ = ["EVENTS", "NotCountable", "Statistics", "counted", "events", "metadata"]
