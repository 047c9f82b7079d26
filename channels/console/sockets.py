"""Which consoles are open, and what had each counsellor in hand?"""

from __future__ import annotations

from collections import Counter


class Sockets:
    """How many consoles each counsellor has open, so that closing one of two tabs does not make them absent; and
    which conversations they had in hand lately, so that one can be taken up again."""

    def __init__(self) -> None:
        self.open: Counter[int] = Counter()
        self._lately: dict[int, list[str]] = {}

    def had(self, counsellor: int, conversation: str) -> None:
        self._lately[counsellor] = [*(c for c in self.lately(counsellor) if c != conversation), conversation][-20:]

    def lately(self, counsellor: int) -> list[str]:
        return self._lately.get(counsellor, [])
