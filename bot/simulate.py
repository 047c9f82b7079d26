"""What would the figures look like? (Synthetic visitors, who walk through the real gateway.)

Each message is a sentence of the training data; the robot really reads it. Time is simulated: half a year passes in
minutes. Everything that is counted is marked as simulated, in a database of its own unless told otherwise.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.accounts import Counsellor
from bot.conversation import COUNSELLOR, ROBOT, WAITING, Conversation, IllegalMove
from bot.desk import Desk
from bot.figure_words import texts as figure_texts
from bot.forms import OUTCOMES, Form, prefilled
from bot.gateway import Gateway, Incoming
from bot.incoming import Refused
from bot.store import Message, NotFound
from bot.watch import Watch
from knowledge.hours import COPENHAGEN
from nlu.training_data import Example

# How people come: the hour of the day, the day of the week, the month. Made up, and said to be so.
HOURS = (2, 1, 1, 0, 0, 0, 1, 3, 4, 4, 5, 5, 6, 5, 7, 8, 8, 8, 9, 11, 12, 12, 9, 5)
DAYS = (12, 11, 11, 10, 8, 7, 11)
CHANNELS = {"web": 70, "sms": 22, "telegram": 8}
ON_DUTY = (range(0, 5), range(14, 21))  # weekdays, hours
STEPS = 9
WATCHED = 0.12


@dataclass
class Clock:
    """The time of the simulation."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> None:
        self.at = (self.at + timedelta(**amount)).astimezone(COPENHAGEN)


@dataclass(frozen=True)
class Visit:
    """When somebody comes, where and by which way, and what they have to say."""

    at: datetime
    municipality: str
    channel: str
    says: tuple[Example, ...]


@dataclass
class Simulation:
    """Runs visits through a gateway whose clock it moves. `seen` is told each conversation, before it is deleted."""

    gateway: Gateway
    desk: Desk
    watch: Watch
    clock: Clock
    counsellor: Counsellor
    rng: random.Random
    seen: Callable[[Conversation, Sequence[Message], Visit], None] | None = None
    deleted: int = 0
    _day: date | None = field(default=None)

    async def run(self, visits: Sequence[Visit], told: Callable[[int], None] | None = None) -> None:
        for number, visit in enumerate(visits, 1):
            if self._day != visit.at.date():  # as the front door does every few minutes
                self.clock.at, self._day = visit.at.replace(hour=0, minute=1), visit.at.date()
                await self.gateway.purge()
            self.clock.at = visit.at
            await self._one(visit)
            if told:
                told(number)
        self.clock.forward(days=31)
        await self.gateway.purge()

    async def _one(self, visit: Visit) -> None:
        token, conversation = await self.gateway.open(visit.channel, visit.municipality)
        if self.rng.random() < .06:
            return  # looked in and wrote nothing
        says = list(visit.says)
        for step in range(STEPS):
            self.clock.forward(seconds=self.rng.randint(20, 150))
            self._on_duty()
            now, thread = await self.gateway.messages(token)
            if now.state == WAITING:
                await self._waits(token, now.id)
                break
            said = self._reply(thread, says) if step else (says.pop(0).text, None)
            if said is None:
                break
            with contextlib.suppress(Refused):
                await self.gateway.receive(Incoming(token, f"v{step}", *said))
            await self.gateway.answering.settled()
        await self._end(token, conversation.id, visit)

    def _reply(self, thread: Sequence[Message], says: list[Example]) -> tuple[str, str | None] | None:
        """A button of the last lines, more words, or nothing more."""
        last: list[dict] = []
        for message in reversed(thread):
            if message.author == "visitor":
                break
            last = [*message.body.get("buttons", ()), *last]
        if self.rng.random() < .08:
            return None
        if says and self.rng.random() < .35:
            return says.pop(0).text, None
        wanted = [b for b in last if self.rng.random() < self._liking(b["payload"])]
        if not wanted:
            return (says.pop(0).text, None) if says else None
        button = self.rng.choice(wanted)
        return button["title"], button["payload"]

    @staticmethod
    def _liking(payload: str) -> float:
        for start, liking in (("/hjalp", .3), ("/ikke_for_mig", .35), ("/menneske", .25), ("/alder", .6), ("/om", .7),
                              ("/skriv_brev", .05), ("/forlad_koe", 0)):
            if payload.startswith(start):
                return liking
        return .3

    def _on_duty(self) -> bool:
        here = self.clock.at.weekday() in ON_DUTY[0] and self.clock.at.hour in ON_DUTY[1]
        presence = self.gateway.parts.presence
        if here:
            presence.seen(self.counsellor.id, self.clock.at, self.counsellor.teams)
        else:
            presence.gone(self.counsellor.id)
        return here

    async def _waits(self, token: str, conversation: str) -> None:
        """A counsellor comes, or patience ends."""
        minutes, patience = self.rng.expovariate(1 / 7), self.rng.expovariate(1 / 25) + 3
        if not self._on_duty() or minutes > patience:
            self.clock.forward(minutes=patience)
            if self.rng.random() < .8:
                await self.gateway.waiting.leave(conversation)
            return
        self.clock.forward(minutes=minutes)
        self._on_duty()
        await self.desk.take(conversation, self.counsellor)
        for number, line in enumerate(figure_texts()["simulation"]["lines"]):
            await self.desk.say(conversation, self.counsellor, f"c{number}", line)
            self.clock.forward(minutes=self.rng.randint(2, 9))
        await self.desk.close(conversation, self.counsellor)
        found = self.gateway.parts.store.get(conversation)
        known, outcome = prefilled(found), self.rng.choices(OUTCOMES, (9, 8, 4, 2, 2, 1))[0]
        form = Form(known.topic or "andet", known.age_band, known.suggested[:2], outcome, self.rng.random() < .04)
        self.desk.forms.fill(found, self.counsellor.id, form, self.clock.at)
        await self._asked(token)

    async def _asked(self, token: str) -> None:
        """The two questions at the end, when somebody likes to answer."""
        for number in range(2):
            _, thread = await self.gateway.messages(token)
            buttons = thread[-1].body.get("buttons") or []
            if not buttons or self.rng.random() < .3:
                return
            button = self.rng.choices(buttons, (6, 3, 1, 2)[:len(buttons)])[0]
            self.clock.forward(seconds=20)
            await self.gateway.receive(Incoming(token, f"a{number}", button["title"], button["payload"]))

    async def _end(self, token: str, conversation: str, visit: Visit) -> None:
        found, thread = await self.gateway.messages(token)
        if self.seen:
            self.seen(found, thread, visit)
        if found.state in (ROBOT,) and self.rng.random() < WATCHED:
            self._marked(conversation, visit)
        if self.rng.random() < .05 and found.state != COUNSELLOR:
            with contextlib.suppress(NotFound, IllegalMove):
                await self.gateway.delete(token)
                self.deleted += 1

    def _marked(self, conversation: str, visit: Visit) -> None:
        """A coordinator who knows the answer: the sentence's own label."""
        self.watch.add(conversation, self.clock.at)
        found, _ = self.watch.one(conversation)
        danger, seen = any(e.danger for e in visit.says), found.conversation.danger in ("hoej", "akut")
        mark = "right" if danger == seen else "missed" if danger else "false_alarm"
        self.watch.mark(conversation, "danger", mark, self.clock.at)
        topics = {t for e in visit.says for t in e.topics}
        right = bool(topics & set(found.conversation.facts.get("topics", ()))) or not found.conversation.facts["topics"]
        self.watch.mark(conversation, "routing", "right" if right else "wrong", self.clock.at)


def visits(examples: Sequence[Example], first: date, weeks: int, count: int, places: dict[str, int],
           rng: random.Random) -> list[Visit]:
    """Who comes when. Topics as often as the training data has them, danger and the service's own questions less."""
    by_topic: dict[str, list[Example]] = {}
    for example in examples:
        if not example.talk and len(example.text) < 700:
            by_topic.setdefault(example.topics[0], []).append(example)
    topics = sorted(by_topic)
    weight = [min(len(by_topic[t]), 250) * rng.uniform(.5, 1.5) for t in topics]
    found = []
    for _ in range(count):
        day = rng.randrange(weeks * 7)
        at = datetime.combine(first + timedelta(days=day - day % 7 + rng.choices(range(7), DAYS)[0]),
                              datetime.min.time(), COPENHAGEN)
        at = at.replace(hour=rng.choices(range(24), HOURS)[0], minute=rng.randrange(60))
        topic = rng.choices(topics, weight)[0]
        calm = [e for e in by_topic[topic] if not e.danger] or by_topic[topic]
        pool = by_topic[topic] if rng.random() < .35 else calm
        says = tuple(rng.choice(pool if n == 0 else calm) for n in range(rng.choices((1, 2, 3), (5, 4, 1))[0]))
        found.append(Visit(at, rng.choices(list(places), list(places.values()))[0],
                           rng.choices(list(CHANNELS), list(CHANNELS.values()))[0], says))
    return sorted(found, key=lambda visit: visit.at)
