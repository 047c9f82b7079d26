"""Who wants to know at once that a thread or the queue has changed?

In one process. A topic is a conversation's id, or "queue". A notice carries no text: the listener reads the store,
so that a notice that is lost or comes twice does no harm. Several nodes would put Redis' pub/sub behind this class.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator

QUEUE = "queue"
ANY = "*"  # whoever listens here gets the notices of every topic


def of_counsellor(counsellor: int | None) -> str:
    """The topic of what concerns one counsellor only."""
    return f"counsellor:{counsellor}"


class Hub:
    """Topics and the queues of those who listen."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Queue]] = defaultdict(set)

    def publish(self, topic: str, notice: dict) -> None:
        for listener in (*self._listeners.get(topic, ()), *self._listeners.get(ANY, ())):
            if listener.full():  # a listener who sleeps gets one notice to look again, not a growing heap
                with contextlib.suppress(asyncio.QueueEmpty):
                    listener.get_nowait()
            listener.put_nowait(notice)

    @contextlib.contextmanager
    def listen(self, *topics: str) -> Iterator[asyncio.Queue]:
        """A queue that gets each notice of the topics while the block runs."""
        queue: asyncio.Queue = asyncio.Queue(maxsize=200)
        for topic in topics:
            self._listeners[topic].add(queue)
        try:
            yield queue
        finally:
            for topic in topics:
                self._listeners[topic].discard(queue)
                if not self._listeners[topic]:
                    del self._listeners[topic]

    def listeners(self, topic: str) -> int:
        return len(self._listeners.get(topic, ()))
