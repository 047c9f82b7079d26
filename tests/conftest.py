"""What every room's tests share: a clock, a robot that says what it is told, a whole gateway on a temporary disk."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@dataclass
class Clock:
    """Time as the test wants it: a Wednesday evening, until it is moved."""

    at: datetime = datetime(2026, 11, 25, 21, 40, tzinfo=COPENHAGEN)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@dataclass
class FakeRobot:
    """Answers what it was told; `down` makes it fail, `before_answer` runs while it is thinking."""

    messages: tuple = ({"text": "svar", "buttons": [], "cards": []},)
    commands: tuple = ()
    down: bool = False
    before_answer: object = None
    turns: list = field(default_factory=list)

    async def turn(self, turn):
        from bot.robot import Answer, RobotDown
        self.turns.append(turn)
        if self.before_answer:
            await self.before_answer()
        if self.down:
            raise RobotDown("down")
        return Answer(self.messages, turn.facts, self.commands, {"topics": ["sorg"], "intent": "sorg"})

    async def ready(self):
        return not self.down


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def robot():
    return FakeRobot()


@pytest.fixture(scope="session")
def safety():
    from nlu.safety import Safety
    return Safety.load()


@pytest.fixture(scope="session")
def texts():
    from bot.texts import Texts
    return Texts.load()


@pytest.fixture
def parts(tmp_path, clock, robot, safety, texts):
    """A gateway's parts on a temporary disk. Bursts are answered at once."""
    from bot.crypto import Box
    from bot.database import Database
    from bot.gateway import Parts
    from bot.hub import Hub
    from bot.migrations import upgrade
    from bot.presence import Presence
    from bot.settings import load
    from bot.statistics import Statistics
    from bot.store import Store
    settings = load({"INDGANG_DATA_DIR": str(tmp_path), "INDGANG_BURST_SECONDS": "0"}, tmp_path / "none.yml")
    database, counts = Database(settings.database), Database(settings.statistics)
    upgrade(database)
    store = Store(database, Box.from_file(settings.key_file), timedelta(hours=24), timedelta(days=30))
    yield Parts(settings, store, texts, safety, robot, Hub(), Presence(timedelta(seconds=45)),
                Statistics(counts), clock, random.Random(1))
    database.close()
    counts.close()


@pytest.fixture
async def gateway(parts):
    from bot.gateway import Gateway
    made = Gateway(parts)
    yield made
    await made.aclose()


@pytest.fixture(scope="session")
def shared():
    """The folder with evaluation data; tests that need it are skipped with a reason where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("the evaluation data is not on this machine")
    return SHARED


def pytest_collection_modifyitems(items):
    """Browser tests come last: playwright keeps an event loop running, beside which no asynchronous test can run."""
    items.sort(key=lambda item: "browser" in item.path.relative_to(Path(__file__).parent).parts)
