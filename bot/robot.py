"""What passes between the one door and whatever answers as the robot?

The robot keeps nothing: it gets the facts of the conversation with each turn and returns them changed. So it can be
restarted, run twice, or be down, and nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class RobotDown(RuntimeError):
    """The robot did not answer in time, or not sensibly. Carries no text of the visitor."""


@dataclass(frozen=True)
class Turn:
    """What the visitor said. `payload` is set when a button was tapped that the robot had offered."""

    conversation: str
    text: str
    payload: str | None
    facts: dict
    municipality: str
    channel: str
    now: str  # ISO 8601 with offset
    history: tuple[str, ...] = ()
    hours: str | None = None  # when counsellors answer, as the rota says it; None when nobody has confirmed one


@dataclass(frozen=True)
class Answer:
    """What the robot says, what it now knows, and what it asks the gateway to do ("request_counsellor", ...)."""

    messages: tuple[dict, ...]
    facts: dict
    commands: tuple[str, ...] = ()
    understanding: dict = field(default_factory=dict)


class Robot(Protocol):
    async def turn(self, turn: Turn) -> Answer:
        """Raises RobotDown."""

    async def ready(self) -> bool: ...
