"""Up to which line has the visitor's own page got the conversation?

In memory: a restart asks the pages again, and until then nothing is claimed.
"""

from __future__ import annotations

MOST = 5000


class Reached:
    """The highest sequence number that a page has said it shows, by conversation."""

    def __init__(self) -> None:
        self._upto: dict[str, int] = {}

    def got(self, conversation: str, seq: int) -> bool:
        """Whether that is news."""
        if seq <= self._upto.get(conversation, 0):
            return False
        self._upto.pop(conversation, None)
        self._upto[conversation] = seq
        if len(self._upto) > MOST:
            del self._upto[next(iter(self._upto))]
        return True

    def upto(self, conversation: str) -> int:
        return self._upto.get(conversation, 0)
