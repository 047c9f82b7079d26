"""When does the robot answer, and is it still its turn when the answer is there?

Several short messages in a row get one answer. The owner is checked again in the transaction that writes the reply:
a counsellor may have taken over while the robot was thinking, and then it says nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import replace

from anyio import to_thread

from bot import facts as facts_of
from bot.choosing import named, offers_of
from bot.conversation import BY_CODE, ROBOT, Conversation
from bot.hub import QUEUE
from bot.incoming import fold
from bot.letter_hints import Hints
from bot.place import phrases, week
from bot.robot import Answer, RobotDown, Turn
from bot.store import NotFound
from bot.tapped import NOT_SAFE, SAFE, endangered
from bot.waiting import Waiting
from nlu.vocabulary import DANGER

log = logging.getLogger(__name__)


class Answering:
    """The robot's side of every conversation."""

    def __init__(self, parts, waiting: Waiting, hints: Hints):
        self._parts, self._waiting, self._hints = parts, waiting, hints
        self._tasks: dict[str, asyncio.Task] = {}
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def soon(self, conversation: str) -> None:
        """Answer after the pause for bursts; a later message starts the pause anew."""
        running = self._tasks.get(conversation)
        if running and not running.done() and not self._locks[conversation].locked():
            running.cancel()
        task = asyncio.create_task(self._after_pause(conversation))
        self._tasks[conversation] = task
        task.add_done_callback(lambda done: self._ended(conversation, done))

    async def settled(self) -> None:
        """All answers that were owed have been given (or failed)."""
        while self._tasks:
            await asyncio.gather(*tuple(self._tasks.values()), return_exceptions=True)
            await asyncio.sleep(0)

    async def aclose(self) -> None:
        for task in tuple(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*tuple(self._tasks.values()), return_exceptions=True)

    def _ended(self, conversation: str, task: asyncio.Task) -> None:
        if self._tasks.get(conversation) is task:
            del self._tasks[conversation]
            self._locks.pop(conversation, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("answering failed: %s", type(error).__name__, exc_info=error)

    async def _after_pause(self, conversation: str) -> None:
        await asyncio.sleep(self._parts.settings.burst_seconds)
        async with self._locks[conversation]:
            try:
                await self._answer(conversation)
            except NotFound:
                log.info("the conversation was deleted before it was answered")

    async def _answer(self, conversation_id: str) -> None:
        p = self._parts
        conversation, turn, upto = await to_thread.run_sync(self._turn, conversation_id)
        if turn is None:
            return
        p.hub.publish(conversation_id, {"type": "typing", "author": "robot"})
        try:
            answer = await p.robot.turn(turn)
        except RobotDown as error:
            log.warning("the robot did not answer: %s", error)
            self._count("robot_down", conversation)
            answer = self._without_robot(conversation, turn)
        answer = named(await to_thread.run_sync(self._hints.add, answer, conversation))
        said = await to_thread.run_sync(self._write, conversation_id, answer, upto)
        if said is None:
            return
        p.hub.publish(conversation_id, {"type": "messages"})
        if said.danger in DANGER:
            p.hub.publish(QUEUE, {"type": "queue"})
        if "request_counsellor" in answer.commands:
            await self._waiting.request(conversation_id)
        if "leave_queue" in answer.commands:
            await self._waiting.leave(conversation_id)
        if said.pending_seq:
            self._tasks.pop(conversation_id, None)
            self.soon(conversation_id)

    def _without_robot(self, conversation: Conversation, turn: Turn) -> Answer:
        """An honest line; and whoever asks for a human gets into the queue all the same."""
        asks = turn.payload == "/menneske" or fold(turn.text) in phrases()["words_for_a_human"]
        if turn.payload in (SAFE, NOT_SAFE):
            key = "utter_crisis_safe" if turn.payload == SAFE else "utter_crisis_not_safe"
            commands = () if turn.payload == SAFE else ("danger:akut", "request_counsellor")
            return Answer((self._parts.texts.say(key),), conversation.facts, commands)
        if asks:
            return Answer((self._parts.texts.say("utter_human_soon"),), conversation.facts, ("request_counsellor",))
        return Answer((self._parts.texts.say("utter_robot_down"),), conversation.facts)

    def _turn(self, conversation_id: str) -> tuple[Conversation, Turn | None, int]:
        p = self._parts
        conversation = p.store.get(conversation_id)
        if conversation.state != ROBOT or not conversation.pending_seq:
            return conversation, None, 0
        owed = [m for m in p.store.thread(conversation_id, after=conversation.pending_seq - 1)
                if m.author == "visitor"]
        tapped = next((m.body["payload"] for m in reversed(owed) if m.body.get("payload")), None)
        with p.store.database.read() as connection:
            history = p.store.visitor_texts(connection, conversation_id, limit=8)
        return conversation, Turn(
            conversation_id, "\n".join(m.body["text"] for m in owed), tapped, facts_of.fresh() | conversation.facts,
            conversation.municipality, conversation.channel, p.clock().isoformat(),
            tuple(history[:-len(owed)] if owed else history), self._hours(conversation.municipality)
        ), owed[-1].seq if owed else 0

    def _hours(self, municipality: str) -> str | None:
        plan = self._waiting.rota.plan(municipality)
        return week(plan.hours, plan.confirmed)

    def _write(self, conversation_id: str, answer: Answer, upto: int) -> Conversation | None:
        """The reply in the thread; None (and nothing written) when it is no longer the robot's turn."""
        p, now = self._parts, self._parts.clock()
        with p.store.database.write() as connection:
            conversation = p.store.locked(connection, conversation_id)
            if conversation.state != ROBOT or not conversation.pending_seq:
                return None
            newer = conversation.last_seq > upto and bool(
                p.store.visitor_texts(connection, conversation_id, from_seq=upto + 1, limit=1))
            own = ("masked_told", "crisis_told", "danger", BY_CODE)
            kept = {k: v for k, v in conversation.facts.items() if k in own}
            for line in answer.messages:
                conversation, _ = p.store.append(connection, conversation, "robot", line, now)
            conversation = replace(conversation, facts=answer.facts | kept, pending_seq=upto + 1 if newer else 0)
            conversation = endangered(conversation, answer.commands)
            p.store.save(connection, conversation)
        self._counted(conversation, answer)
        return conversation

    def _counted(self, conversation: Conversation, answer: Answer) -> None:
        understanding = answer.understanding
        if understanding.get("topics"):
            self._count("need", conversation)
        if understanding.get("intent") == "nlu_fallback":
            self._count("not_understood", conversation)
        shown = [card for line in answer.messages for card in offers_of(line)]
        for card in shown:
            self._count("offer_shown", conversation, offer=card["id"])
        if shown and not any(card["open_now"] for card in shown):
            self._count("unmet", conversation, detail="nothing_open")
        if any(card["kind"] == "brev" for line in answer.messages for card in line.get("cards", ())):
            self._count("letter_suggested", conversation)
        for event in understanding.get("events", ()):
            self._count(event["event"], conversation, offer=event.get("offer"), detail=event.get("detail"))

    def _count(self, event: str, conversation: Conversation, **more) -> None:
        self._parts.statistics.count(event, now=self._parts.clock(), municipality=conversation.municipality,
                                     channel=conversation.channel, facts=conversation.facts,
                                     danger=more.pop("danger", conversation.danger), **more)
