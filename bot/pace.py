"""How often may one conversation do what costs something and is no message?"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.incoming import Refused
from bot.letter_codes import Window

REMEMBERED = 10_000  # conversations; the one that did something longest ago is forgotten first


class Pace:
    """At most so many moves a minute and conversation: into the queue, out of it, a new code. In memory."""

    def __init__(self, most: int):
        self._most = most
        self._windows: OrderedDict[str, Window] = OrderedDict()

    def step(self, conversation: str, now: datetime) -> None:
        """Counts one move. Raises Refused for one too many."""
        window = self._windows.setdefault(conversation, Window(self._most, timedelta(minutes=1)))
        self._windows.move_to_end(conversation)
        while len(self._windows) > REMEMBERED:
            self._windows.popitem(last=False)
        if window.full(now):
            raise Refused("too_fast", 429)
        window.add(now)
