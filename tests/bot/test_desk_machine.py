"""Many actors, any order: is there ever a second owner, a lost or doubled line, or a robot that talks over a human?"""

import asyncio
import random
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.accounts import Accounts
from bot.caretaker import Caretaker
from bot.conversation import COUNSELLOR, ROBOT, WAITING, IllegalMove
from bot.crypto import Box
from bot.database import Database
from bot.desk import Desk
from bot.gateway import Gateway, Incoming, NotFound, Parts, Refused
from bot.hub import Hub
from bot.migrations import upgrade
from bot.presence import Presence
from bot.robot import Answer
from bot.settings import load
from bot.statistics import Statistics
from bot.store import Store
from bot.texts import Texts
from knowledge.hours import COPENHAGEN
from nlu.safety import Assessment

TEXTS = Texts.load()
TAKEN, LEFT = "utter_with_human", ("utter_robot_again", "utter_closed")
VISITORS, COUNSELLORS = st.integers(0, 2), st.integers(0, 2)


class CalmSafety:
    def assess(self, text, history=(), asked=False):
        level = "hoej" if "fare" in text else "ingen"
        return Assessment(level, 0.0, (), "selvmord" if level == "hoej" else None, False)


class SlowRobot:
    """Thinks until it is told to answer, so that its answer can come after a counsellor has taken over."""

    def __init__(self):
        self.thinking = asyncio.Event()

    async def turn(self, turn):
        await self.thinking.wait()
        return Answer(({"text": "svar", "buttons": [], "cards": []},), turn.facts, (), {})

    async def ready(self):
        return True


class DeskMachine(RuleBasedStateMachine):
    """`said` is what every actor was told is on the disk, in order: conversation -> [(author, text)]."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.mkdtemp()
        self.now = datetime(2026, 11, 25, 18, 0, tzinfo=COPENHAGEN)
        self.tokens, self.ids, self.said, self.count = {}, {}, {}, 0
        self.accounts_made = []
        self.start()

    def start(self):
        """The front door, or the front door again after it was killed: the same disk, nothing in memory."""
        chosen = load({"INDGANG_DATA_DIR": self.folder, "INDGANG_BURST_SECONDS": "0",
                       "INDGANG_MAX_MESSAGES_PER_MINUTE": "1000"}, Path(self.folder) / "none.yml")
        database, counts = Database(chosen.database), Database(chosen.statistics)
        upgrade(database)
        store = Store(database, Box.from_file(chosen.key_file), timedelta(hours=24), timedelta(days=30))
        self.robot = SlowRobot()
        self.parts = Parts(chosen, store, TEXTS, CalmSafety(), self.robot, Hub(), Presence(timedelta(seconds=45)),
                           Statistics(counts), lambda: self.now, random.Random(1))
        self.gateway, self.desk = Gateway(self.parts), Desk(self.parts)
        self.caretaker = Caretaker(self.parts, self.desk, self.gateway.waiting)
        if not self.accounts_made:
            accounts = Accounts(database, timedelta(minutes=60))
            self.accounts_made = [accounts.get(accounts.create(f"r{n}", f"R{n}", "raadgiver", "en lang nok kode"))
                                  for n in range(3)]

    def run(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    def attempt(self, awaitable):
        """Whether it could be done. What cannot is refused, never half done."""
        try:
            return self.run(awaitable) or True
        except (IllegalMove, Refused, NotFound):
            return False

    def state(self, visitor):
        return self.parts.store.get(self.ids[visitor])

    @rule(visitor=VISITORS)
    def open(self, visitor):
        if visitor not in self.tokens:
            self.tokens[visitor], conversation = self.run(self.gateway.open("web"))
            self.ids[visitor] = conversation.id
            self.said[visitor] = []

    @precondition(lambda self: self.tokens)
    @rule(visitor=VISITORS, danger=st.booleans(), again=st.booleans())
    def writes(self, visitor, danger, again):
        if visitor not in self.tokens:
            return
        self.count += 1
        text = f"besked {self.count}{' fare' if danger and self.count % 5 == 0 else ''}"
        for _ in range(2 if again else 1):  # the receipt was lost on the way: the page sends it again
            self.run(self.gateway.receive(Incoming(self.tokens[visitor], f"v{self.count}", text)))
        self.said[visitor].append(("visitor", text))

    @precondition(lambda self: self.tokens)
    @rule(visitor=VISITORS, leaves=st.booleans())
    def asks_for_a_human(self, visitor, leaves):
        if visitor in self.tokens:
            ask = self.gateway.waiting.leave if leaves else self.gateway.waiting.request
            self.run(ask(self.ids[visitor]))

    @rule(counsellor=COUNSELLORS, here=st.booleans())
    def comes_or_goes(self, counsellor, here):
        me = self.accounts_made[counsellor].id
        self.parts.presence.seen(me, self.now)
        if not here:
            self.parts.presence.gone(me)

    @precondition(lambda self: self.tokens)
    @rule(visitor=VISITORS, first=COUNSELLORS, second=COUNSELLORS)
    def two_take_at_once(self, visitor, first, second):
        if visitor not in self.tokens:
            return
        before = self.state(visitor)

        async def both():
            return await asyncio.gather(*(self.desk.take(self.ids[visitor], self.accounts_made[n])
                                          for n in (first, second)), return_exceptions=True)
        got = self.run(both())
        winners = {c.owner for c in got if not isinstance(c, Exception)}
        assert len(winners) <= 1 and all(isinstance(g, IllegalMove) for g in got if isinstance(g, Exception))
        if before.state in (WAITING, ROBOT):
            assert len(winners) == 1

    @precondition(lambda self: self.tokens)
    @rule(visitor=VISITORS, counsellor=COUNSELLORS, again=st.booleans())
    def counsellor_writes(self, visitor, counsellor, again):
        if visitor not in self.tokens:
            return
        me, mine = self.accounts_made[counsellor], self.state(visitor).owner
        self.count += 1
        for _ in range(2 if again else 1):
            done = self.attempt(self.desk.say(self.ids[visitor], me, f"k{self.count}", f"svar {self.count}"))
            assert bool(done) == (mine == me.id)
        if done:
            self.said[visitor].append(("counsellor", f"svar {self.count}"))

    @precondition(lambda self: self.tokens)
    @rule(visitor=VISITORS, counsellor=COUNSELLORS, to=COUNSELLORS)
    def transfers(self, visitor, counsellor, to):
        if visitor not in self.tokens:
            return
        before = self.state(visitor)
        me, other = self.accounts_made[counsellor], self.accounts_made[to]
        allowed = before.owner == me.id and to != counsellor and other.id in self.parts.presence.present(self.now)
        assert bool(self.attempt(self.desk.transfer(before.id, me, other))) == allowed
        assert self.state(visitor).owner == (other.id if allowed else before.owner)

    @precondition(lambda self: self.tokens)
    @rule(visitor=VISITORS, counsellor=COUNSELLORS, move=st.sampled_from(["hand_back", "release", "close"]))
    def moves_on(self, visitor, counsellor, move):
        if visitor not in self.tokens:
            return
        before, me = self.state(visitor), self.accounts_made[counsellor]
        assert bool(self.attempt(getattr(self.desk, move)(before.id, me))) == (before.owner == me.id)
        if move == "release" and before.owner == me.id and before.waiting_since:
            assert self.state(visitor).waiting_since == before.waiting_since, "the old place"

    @rule(minutes=st.integers(1, 8))
    def time_passes_and_the_caretaker_looks(self, minutes):
        self.now += timedelta(minutes=minutes)
        self.run(self.caretaker.look())

    @rule()
    def the_robot_answers(self):
        async def answer():
            self.robot.thinking.set()
            await self.gateway.answering.settled()
            self.robot.thinking.clear()
        self.run(answer())

    @rule()
    def the_server_is_killed_and_started_again(self):
        self.run(self.gateway.aclose())
        self.parts.store.database.close()
        self.parts.statistics.database.close()
        self.start()
        self.run(self.gateway.resume())

    @invariant()
    def nothing_is_lost_doubled_or_out_of_order(self):
        for visitor, token in self.tokens.items():
            conversation, thread = self.run(self.gateway.messages(token))
            assert [m.seq for m in thread] == list(range(1, conversation.last_seq + 1))
            people = [(m.author, m.body["text"]) for m in thread if m.author in ("visitor", "counsellor")]
            assert people == self.said[visitor]

    @invariant()
    def one_owner_and_a_silent_robot(self):
        for token in self.tokens.values():
            conversation, thread = self.run(self.gateway.messages(token))
            assert (conversation.owner is not None) == (conversation.state == COUNSELLOR)
            human = False
            for line in thread:
                key = line.body.get("key")
                if key == TAKEN:
                    human = True
                elif key in LEFT or key in ("utter_released", "utter_vanished"):
                    human = False
                assert not (human and line.author == "robot"), "the robot spoke after a take-over"

    def teardown(self):
        self.run(self.gateway.aclose())
        self.parts.store.database.close()
        self.parts.statistics.database.close()
        self.loop.close()
        shutil.rmtree(self.folder)


TestDesk = DeskMachine.TestCase
TestDesk.settings = settings(max_examples=12, stateful_step_count=30, deadline=None,
                             suppress_health_check=list(HealthCheck))
