"""Which text, and which variant of it, does the robot say, so that it fits who reads it and does not repeat itself?

Texts are read from their files at the start of the robot, not from the trained model: a changed sentence needs no
training.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterable
from functools import lru_cache

from rasa.core.nlg.generator import NaturalLanguageGenerator

from bot.texts import Texts
from nlu.vocabulary import ADULTS

# Rasa cuts a text into messages where a line is empty; here a text is one line of the thread.
PARAGRAPH, PARAGRAPH_IN_RASA = "\n\n", "\n\u2060\n"
REMEMBERED = 60  # fingerprints of lines that are kept with the facts
READ_AS_DANISH = ("da", "nb", "sv")  # who writes these can read the Danish texts


@lru_cache(maxsize=1)
def texts() -> Texts:
    return Texts.load()


def first_known(*keys: str) -> str:
    """The first of the keys that has a text; the last one always has."""
    return next((key for key in keys if key in texts()), keys[-1])


def fitting(base: str, known: dict) -> str:
    """The key in the tone of who reads it: a parent, a professional, somebody with a friend in mind; else the plain."""
    if known["audience"] in ADULTS:
        return first_known(f"{base}_{known['audience']}", base)
    return first_known(f"{base}_ven", base) if known["about"] == "other" else base


def spoken(key: str, language: str) -> str:
    """The key of the English text for whoever does not read Danish, as far as there is one.

    `utter_hear_sorg_foraelder` falls back on `utter_hear_en`; a crisis text only on its own translation.
    """
    if language in READ_AS_DANISH:
        return key
    parts = key.split("_")
    least = len(parts) if key.startswith("utter_crisis") else 2
    shorter = ["_".join([*parts[:n], "en"]) for n in range(len(parts), least - 1, -1)]
    return first_known(*shorter, key)


def say(dispatcher, known: dict, base: str, **fill: str) -> None:
    """One line to whoever reads, in their tone and language."""
    dispatcher.utter_message(response=spoken(fitting(base, known), known["language"]), **fill)


def fingerprint(text: str) -> int:
    return zlib.crc32(text.encode())


class Said:
    """The lines that were said before, as fingerprints; asked with `text in said`."""

    def __init__(self, fingerprints: Iterable[int]):
        self._fingerprints = set(fingerprints)

    def __contains__(self, text: str) -> bool:
        return fingerprint(text) in self._fingerprints


class Wording(NaturalLanguageGenerator):
    """Rasa's generator interface over our texts: a variant by chance that was not said in this conversation."""

    def __init__(self, rng: random.Random):
        self._rng = rng
        self.keys: dict[str, str] = {}  # of the texts of this turn; Rasa's messages carry none

    async def generate(self, utter_action, tracker, output_channel, **fill) -> dict | None:
        """None for a key without text, as Rasa expects."""
        if utter_action not in texts():
            return None
        facts = tracker.get_slot("facts") or {}
        line = self.line(utter_action, facts, **fill)
        return {"text": line["text"].replace(PARAGRAPH, PARAGRAPH_IN_RASA), "buttons": line["buttons"]}

    def line(self, key: str, facts: dict, **fill) -> dict:
        """A line that was not said in this conversation, as long as there is another."""
        line = texts().say(key, self._rng, Said(facts.get("said", ())), **fill)
        self.keys[line["text"]] = key
        return line


def remembered(facts: dict, lines: Iterable[dict]) -> dict:
    """The facts with the fingerprints of what was just said."""
    said = [*facts.get("said", ()), *(fingerprint(line["text"]) for line in lines if line["text"])]
    return facts | {"said": said[-REMEMBERED:]}
