"""What is everything in this room made of?"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.hub import Hub
from bot.presence import Presence
from bot.reached import Reached
from bot.robot import Robot
from bot.settings import Settings
from bot.statistics import Statistics
from bot.store import Store
from bot.texts import Texts
from bot.waits import Waits
from nlu.safety import Safety


@dataclass(frozen=True)
class Parts:
    """What the gateway and the desk share. `clock` gives aware local time."""

    settings: Settings
    store: Store
    texts: Texts
    safety: Safety
    robot: Robot
    hub: Hub
    presence: Presence
    statistics: Statistics
    clock: Callable[[], datetime]
    rng: random.Random
    waits: Waits = field(default_factory=Waits)
    reached: Reached = field(default_factory=Reached)
