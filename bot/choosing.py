"""Which of the offers could somebody use? (So that it can be counted which one, and never who.)

"Yes, I can use that" below three cards does not tell which. In its place stands a button with each offer's name; a
single card keeps the robot's own button.
"""

from __future__ import annotations

import json
from dataclasses import replace

from bot.robot import Answer

CHOSEN = "/hjalp"
NO_OFFERS = ("brev", "soegning")  # cards that lead on, but are no offer
MOST = 3


def offers_of(line: dict) -> list[dict]:
    """The cards of a line that are offers."""
    return [card for card in line.get("cards", ()) if card["kind"] not in NO_OFFERS]


def named(answer: Answer) -> Answer:
    """The answer with a button for each of its offers. Unchanged when there is nothing to tell apart."""
    cards = [card for line in answer.messages for card in offers_of(line)]
    if not 2 <= len(cards) <= MOST:
        return answer
    buttons = [{"title": card["name"], "payload": CHOSEN + json.dumps({"offer": card["id"]}, separators=(",", ":"))}
               for card in cards]
    return replace(answer, messages=tuple(_with(line, buttons) for line in answer.messages))


def _with(line: dict, buttons: list[dict]) -> dict:
    given = line.get("buttons") or []
    if all(button["payload"] != CHOSEN for button in given):
        return line
    return line | {"buttons": [*buttons, *(b for b in given if b["payload"] != CHOSEN)]}
