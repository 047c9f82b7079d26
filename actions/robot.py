"""How does one turn go through Rasa, when Rasa keeps nothing between turns?

The facts are laid into the slots of a tracker that lives for this turn only, in memory; the answer is read out, and
the tracker is forgotten. So there is no tracker to expire, and each turn costs the same however long the talk is.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from datetime import datetime
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from actions.around import before_the_answer, by_intent, meant
from actions.wording import PARAGRAPH, PARAGRAPH_IN_RASA, Wording, remembered
from bot import facts as facts_of
from bot.dialogue import ABOUT_DANGER, impossible_moves
from bot.robot import Answer, RobotDown, Turn

log = logging.getLogger(__name__)


class InProcessActions(EndpointConfig):
    """The action server without the network: the same executor, called directly."""

    def __init__(self) -> None:
        super().__init__("http://in-process")
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, *_args, json: dict | None = None, **_kwargs) -> dict:
        return await self._executor.run(json)


class RasaRobot:
    """The trained assistant. Turns run one after the other: Rasa's pipeline holds the event loop anyway."""

    def __init__(self, agent: Agent):
        self._agent = agent
        self._one_at_a_time = asyncio.Lock()

    @classmethod
    def load(cls, model: Path) -> RasaRobot:
        """Raises RobotDown when there is no trained model at that path (Rasa would start another one)."""
        if not model.exists():
            raise RobotDown(f"no model at {model.name}: run `indgang train`")
        agent = Agent.load(str(model), action_endpoint=InProcessActions())
        if not agent.is_ready():
            raise RobotDown(f"{model.name} could not be loaded")
        agent.processor.nlg = Wording(random.Random())
        return cls(agent)

    async def ready(self) -> bool:
        return self._agent.is_ready()

    async def turn(self, turn: Turn) -> Answer:
        """The robot's answer. Raises RobotDown when Rasa fails; the text goes into no log."""
        async with self._one_at_a_time:
            sender = secrets.token_hex(8)
            try:
                return await self._turn(sender, turn)
            except Exception as error:  # whatever Rasa raises: the front door answers in its place
                log.error("a turn failed: %s", type(error).__name__)
                raise RobotDown(type(error).__name__) from error
            finally:
                self._forget(sender)

    async def _turn(self, sender: str, turn: Turn) -> Answer:
        agent, facts = self._agent, facts_of.fresh() | turn.facts
        wording: Wording = agent.processor.nlg
        wording.keys.clear()
        slots = {"facts": facts, "step": facts.get("step"), "audience": facts.get("audience"), "commands": [],
                 "events": [], "municipality": turn.municipality}
        tracker = DialogueStateTracker(sender, agent.domain.slots)
        for event in (ActionExecuted("action_session_start"), SessionStarted(),
                      *(SlotSet(name, value) for name, value in slots.items()), ActionExecuted("action_listen")):
            tracker.update(event, agent.domain)
        await agent.tracker_store.save(tracker)
        channel = CollectingOutputChannel()
        # A typed "/word" is plain text: only a button that was offered becomes an intent.
        text = f"/{turn.payload.lstrip('/')}" if turn.payload else meant(turn.text)
        await agent.handle_message(UserMessage(
            text, channel, sender, metadata={
                "municipality": turn.municipality, "now": turn.now, "text": turn.text, "channel": turn.channel,
                "hours": turn.hours, "history": list(turn.history), "impossible": impossible_moves(facts),
                "asked_about_danger": facts.get("step") in ABOUT_DANGER}))
        tracker = await agent.tracker_store.retrieve(sender)
        understood = (tracker.latest_message.parse_data or {}) if tracker.latest_message else {}
        found = dict(understood.get("understanding") or ({} if turn.payload else by_intent(text)))
        found["intent"] = tracker.latest_message.intent_name
        found["confidence"] = (understood.get("intent") or {}).get("confidence", 0.0)
        found["events"] = tracker.get_slot("events") or []
        known = tracker.get_slot("facts") or facts
        first, known = before_the_answer(wording, facts, known, datetime.fromisoformat(turn.now))
        said = [*first, *lines(channel.messages, wording.keys)]
        if not said:
            raise RobotDown("no answer")
        return Answer(tuple(said), remembered(known, said),
                      tuple(tracker.get_slot("commands") or ()), found)

    def _forget(self, sender: str) -> None:
        store = self._agent.tracker_store
        while store is not None and not isinstance(store, InMemoryTrackerStore):
            store = getattr(store, "_tracker_store", None)
        if store is None:
            raise RobotDown("the robot's tracker store must be in memory")
        store.store.pop(sender, None)


def lines(said: list[dict], keys: dict[str, str]) -> list[dict]:
    """Rasa's messages as lines of a thread with the keys of their texts; cards belong to the line before them."""
    out: list[dict] = []
    for message in said:
        custom = message.get("custom") or {}
        if custom.get("cards") and out:
            out[-1]["cards"] = custom["cards"]
            continue
        text = message.get("text", "").replace(PARAGRAPH_IN_RASA, PARAGRAPH)
        out.append({"key": keys.get(text, ""), "text": text, "buttons": message.get("buttons") or [],
                    "cards": custom.get("cards", [])})
    return out
