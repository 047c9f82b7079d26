"""How often may something be done that costs, or that could be a guess?"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from bot.incoming import Refused

REMEMBERED = 10_000  # conversations; the one that did something longest ago is forgotten first


class Window:
    """At most so many in a time, counted for the whole process: who it is that comes is not known and not asked."""

    def __init__(self, most: int, during: timedelta):
        self._most, self._during = most, during
        self._times: deque[datetime] = deque()
        self._lock = threading.Lock()

    def full(self, now: datetime) -> bool:
        with self._lock:
            while self._times and now - self._times[0] >= self._during:
                self._times.popleft()
            return len(self._times) >= self._most

    def add(self, now: datetime) -> None:
        with self._lock:
            self._times.append(now)


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
