"""What is said at once to somebody in danger, when nothing but this process works?

Texts, lines and numbers are in memory since the start. No database, robot, model or network is asked.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml

from bot.conversation import LEVELS, Conversation
from bot.place import fill
from bot.texts import Texts
from knowledge import datafiles
from knowledge import municipality as municipalities
from knowledge.hours import COPENHAGEN
from knowledge.municipality import Municipality
from nlu.safety import Assessment
from nlu.vocabulary import ADULTS

READ_AS_DANISH = ("da", "nb", "sv")  # who writes these can read the Danish texts
TABLE = Path(__file__).with_name("crisis_lines.yml")


class Crisis:
    """Chooses among the reviewed crisis texts."""

    def __init__(self, texts: Texts, rng: random.Random):
        self._texts, self._rng = texts, rng
        for level in ("hoej", "akut"):  # a missing text is found at the start, not at night
            texts.say(f"utter_crisis_{level}")
            texts.say(f"utter_crisis_lines_{level}", lines="")
            texts.say(f"utter_letter_crisis_lines_{level}", lines="")
        texts.say("utter_crisis_again")
        for place in municipalities.all_ids():
            open_lines(municipalities.load(place), None, datetime.now(COPENHAGEN))

    def reply(self, assessment: Assessment, conversation: Conversation, now: datetime, called: bool,
              avoid: Collection[str] = ()) -> list[dict]:
        """The lines to send. The first time in full; when that level was told already, shorter and not the same.

        `called`: a counsellor has been called, and so it may be said. `avoid`: what was said in this thread."""
        told = conversation.facts.get("crisis_told", [])
        place = municipalities.load(conversation.municipality)
        full = not told or LEVELS.index(assessment.level) > max(map(LEVELS.index, told))
        if not full:
            lines = [self._say("utter_crisis_again", conversation, avoid)]
        else:
            lines = [self._texts.say(self._key(assessment, conversation), self._rng, avoid, **fill(place))]
        calling = self._say("utter_crisis_called", conversation, avoid)
        if full and called and calling["text"] not in avoid:  # they know already
            lines.append(calling)
        if full or len(told) % 4 == 0:
            lines.append(self._say(f"utter_crisis_lines_{assessment.level}", conversation, avoid,
                                   lines=self._lines(assessment, conversation, now)))
        return lines

    def in_letter(self, assessment: Assessment, conversation: Conversation, now: datetime) -> list[dict]:
        """What stands on the page at once when a letter tells of danger: no line of it promises that somebody stays."""
        place = municipalities.load(conversation.municipality)
        first = self._texts.say(self._key(assessment, conversation), self._rng, **fill(place))
        return [first, self._texts.say(f"utter_letter_crisis_lines_{assessment.level}",
                                       lines=self._lines(assessment, conversation, now))]

    def counsellor_away(self, assessment: Assessment, conversation: Conversation, now: datetime) -> dict:
        """What is said while a counsellor has the conversation, but is not connected and may not read it in time."""
        return self._say("utter_crisis_counsellor_away", conversation, (),
                         lines=self._lines(assessment, conversation, now))

    def unstored(self, assessment: Assessment, place: Municipality, now: datetime) -> str:
        """What is said when even the database is away: the crisis reply, the open lines, and that nothing was kept."""
        return "\n\n".join((
            self._texts.plain(f"utter_crisis_{assessment.level}", **fill(place)),
            open_lines(place, assessment.kind, now, assessment.writer or "ukendt"),
            self._texts.plain("utter_refused_not_stored")))

    def safe(self, safe: bool, avoid: Collection[str] = ()) -> dict:
        """What follows when they say that they are safe, or not."""
        return self._texts.say("utter_crisis_safe" if safe else "utter_crisis_not_safe", self._rng, avoid)

    @staticmethod
    def _lines(assessment: Assessment, conversation: Conversation, now: datetime) -> str:
        return open_lines(municipalities.load(conversation.municipality), assessment.kind, now,
                          reader_of(assessment, conversation), _reads_no_danish(conversation))

    def _say(self, key: str, conversation: Conversation, avoid: Collection[str], **fill: str) -> dict:
        """In English for whoever reads no Danish, as far as there is such a text."""
        for other in (f"{key}_en", f"{key.rpartition('_')[0]}_en"):
            if _reads_no_danish(conversation) and other in self._texts and other != "utter_crisis_en":
                key = other
                break
        return self._texts.say(key, self._rng, avoid, **fill)

    def _key(self, assessment: Assessment, conversation: Conversation) -> str:
        audience = reader_of(assessment, conversation)
        base, kind = f"utter_crisis_{assessment.level}", assessment.kind
        if _reads_no_danish(conversation):
            return "utter_crisis_en"
        if audience == "fagperson":  # a teacher writes about a pupil: never asked whether they themselves want to die
            kind = "barn_i_fare"
        for key in (f"{base}_{kind}_{audience}", f"{base}_{kind}", f"{base}_{audience}"):
            if key in self._texts:
                return key
        return base


def reader_of(assessment: Assessment, conversation: Conversation) -> str:
    """Who reads the reply: as told before, else as this message shows."""
    told = conversation.facts.get("audience", "ukendt")
    return assessment.writer if told == "ukendt" and assessment.writer else told


def _reads_no_danish(conversation: Conversation) -> bool:
    return conversation.facts.get("language", "da") not in READ_AS_DANISH


@lru_cache(maxsize=1)
def _known() -> tuple[dict, dict]:
    """The table and the offers, read once for the life of the process."""
    seed = datafiles.read()
    return yaml.safe_load(TABLE.read_text(encoding="utf-8")), {offer.id: offer for offer in seed.offers}


def open_lines(place: Municipality, kind: str | None, now: datetime, audience: str = "ukendt",
               english: bool = False) -> str:
    """The lines that fit this danger and are not known to be closed at this minute, one a line, ready to read."""
    table, offers = _known()
    words = table | table["english"] if english else table
    names = table["lines"].get(kind) or table["lines"]["default"]
    if audience in ADULTS:
        names = [n for n in names if n not in table["not_for_adults"]]
    said = []
    for name in names:
        offer = offers.get(place.crisis.get(name, ""))
        line = offer and _line(words, offer, now)
        if line:
            said.append(words["doctor_note"].format(line=line) if name == "doctor" else line)
    return "\n".join(said[:table["most"]])


def _line(words: dict, offer, now: datetime) -> str | None:
    ways = {c.channel: c for c in offer.contacts if c.public}
    way = ways.get("telefon") or ways.get("sms") or ways.get("web")
    if way is None:
        return None
    hours = words["unknown"]
    if way.hours:
        is_open = way.hours.open_at(now)
        if is_open is False:
            return None
        hours = words["always"] if way.hours.always else _until(words, way.hours, now)
    form = "line" if way.channel in ("telefon", "sms") else "line_without_number"
    return words[form].format(name=offer.name, number=way.shown, web=way.shown, hours=hours)


def _until(words: dict, hours, now: datetime) -> str:
    closes = hours.closes_at(now)
    return words["until"].format(until=f"{closes:%H:%M}") if closes else words["unknown"]
