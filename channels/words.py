"""What do SMS, Telegram and the status page say that the robot does not?"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from bot.incoming import fold

FILE = Path(__file__).with_name("texts.da.yml")


@lru_cache(maxsize=1)
def words() -> dict:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def without_buttons(channel: str, text: str) -> str:
    """A text that was written for a page, as it is said where there is none."""
    for written, instead in words()["say_instead"][channel].items():
        text = text.replace(written, instead)
    return text


def is_stop(text: str) -> bool:
    """Whether the whole message is the word that deletes everything."""
    return fold(text) in words()["stop"]


def card(offer: dict) -> str:
    """An offer as a short text."""
    said = [offer.get(name) for name in ("why", "reach", "next_step")]
    return words()["card"].format(name=offer["name"], rest=" ".join(s.strip() for s in said if s))
