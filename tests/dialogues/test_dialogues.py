"""Whole conversations through the one door, with the trained robot: do they hold together?

The dialogues are data, one folder a path (`tests/dialogues/<path>/*.yml`; the keys are explained in README.md). What
must hold in each of them, whatever is said, stands here as invariants.
"""

import itertools
import random
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from bot.gateway import Gateway, Incoming
from knowledge.hours import COPENHAGEN

pytestmark = pytest.mark.model
HERE = Path(__file__).parent
KNOWN_FAILURES = frozenset(yaml.safe_load((HERE / "known_failures.yml").read_text(encoding="utf-8")))
ids = (f"d{n}" for n in itertools.count())
ASKED_ONCE = ("utter_ask_about", "utter_ask_age", "utter_ask_child_age", "utter_ask_trouble", "utter_why_not",
              "utter_open", "utter_unsure", "utter_har_det_svaert", "utter_human_now")
WAY = re.compile(r"\?|112|\b(skriv|skrive|sig til|sig det|tryk|vælg|ring|write|tell)\b", re.I)
KNOWN = {"says", "taps", "waits", "reply", "never", "text", "cards", "no_cards", "state", "step", "facts", "danger"}
MOST_PARAGRAPHS = 3


def dialogues():
    for path in sorted(HERE.glob("*/*.yml")):
        for number, dialogue in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), 1):
            name = f"{path.parent.name}/{path.stem}-{number}"
            known = pytest.mark.xfail(reason="known failure, see known_failures.yml")
            yield pytest.param(dialogue, id=name, marks=[known] if name in KNOWN_FAILURES else [])


@dataclass
class Player:
    """One visitor at the door. `lines` are what was said since their last message."""

    gateway: Gateway
    token: str
    lines: list = field(default_factory=list)
    seq: int = 0

    async def listen(self):
        conversation, thread = await self.gateway.messages(self.token)
        new = [m for m in thread if m.seq > self.seq]
        self.seq = thread[-1].seq
        self.lines = [m for m in new if m.author in ("robot", "system")]
        return conversation

    async def say(self, text, payload=None):
        await self.gateway.receive(Incoming(self.token, next(ids), text, payload))

    def button(self, wanted):
        """The newest button with that title or payload. A dialogue may not tap what is not there."""
        buttons = [b for m in reversed(self.lines) for b in m.body.get("buttons", ())]
        found = next((b for b in buttons if wanted in (b["title"], b["payload"])), None)
        assert found, f"no button {wanted!r}; there are {[b['title'] for b in buttons]}"
        return found


def as_list(value):
    return value if isinstance(value, list) else [value]


def base(key):
    """The question that a key puts: `utter_ask_age_ven` and `utter_ask_age_en` are the same one."""
    return next((q for q in sorted(ASKED_ONCE, key=len, reverse=True)
                 if key == q or key.startswith(q + "_")), None)


def check_turn(turn, conversation, lines, number):
    keys = [m.body.get("key", "") for m in lines]
    cards = [c for m in lines for c in m.body.get("cards") or ()]
    kinds = [c["kind"] for c in cards]
    where = f"turn {number} {turn}: {keys} {kinds} {conversation.facts.get('step')}"
    for wanted in as_list(turn.get("reply", [])):
        assert any(key.startswith(one) for key in keys for one in wanted.split("|")), where
    for unwanted in as_list(turn.get("never", [])):
        assert not any(key.startswith(unwanted) for key in keys), where
    if "text" in turn:
        said = "\n".join(m.body["text"] for m in lines)
        assert re.search(turn["text"], said, re.I | re.S), f"{where}\n{said}"
    if turn.get("cards") is True:
        assert cards, where
    elif "cards" in turn:
        assert set(as_list(turn["cards"])) <= set(kinds), where
    if turn.get("no_cards"):
        assert not cards, where
    if "state" in turn:
        assert conversation.state == turn["state"], where
    if "step" in turn:
        assert conversation.facts.get("step") in as_list(turn["step"]), where
    if "danger" in turn:
        assert conversation.danger in as_list(turn["danger"]), where
    for name, value in turn.get("facts", {}).items():
        had = conversation.facts.get(name)
        assert (value in had if isinstance(had, list) and not isinstance(value, list) else had == value), where


class Invariants:
    """What must hold in every conversation."""

    def __init__(self):
        self.questions, self.texts, self.refused, self.shown = set(), set(), set(), set()

    def check(self, conversation, lines, answered):
        assert not answered or lines, "silent"
        for line in lines:
            key, text = line.body.get("key", ""), line.body["text"]
            assert line.author == "system" or key, f"a line without a key: {text}"
            if key.startswith("utter_start_forfra"):
                self.questions.clear()
            assert len(re.split(r"\n\s*\n", text)) <= MOST_PARAGRAPHS, f"too long: {text}"
            if (question := base(key)) and line.author == "robot":
                assert question not in self.questions, f"{question} is put twice"
                self.questions.add(question)
            if line.author == "robot":
                assert text not in self.texts, f"said twice: {text}"
                self.texts.add(text)
            offers = {c["id"] for c in line.body.get("cards") or () if c["kind"] not in ("brev", "soegning")}
            if key.startswith(("utter_letter",)):
                continue
            assert not offers & self.refused, f"offered again after a refusal: {offers & self.refused}"
            self.shown |= offers
        self.refused |= set(conversation.facts.get("refused", ()))
        last = lines[-1].body if lines else None
        assert not last or last.get("buttons") or last.get("cards") or WAY.search(last["text"]), f"dead end: {last}"
        assert not last or not re.search(r":\s*$|\n-[^\n]*$", last["text"]), "ends with a list"


@pytest.mark.parametrize("dialogue", dialogues())
async def test_dialogue(dialogue, parts, trained_robot):
    if at := dialogue.get("at"):
        parts.clock.at = datetime.fromisoformat(at).replace(tzinfo=COPENHAGEN)
    pause = 0.5 if any(isinstance(turn.get("says"), list) for turn in dialogue["turns"]) else 0
    parts = replace(parts, robot=trained_robot, rng=random.Random(1),
                    settings=replace(parts.settings, burst_seconds=pause))
    gateway = Gateway(parts)
    if week := dialogue.get("rota"):
        gateway.waiting.rota.set_week(dialogue.get("municipality", "hedensted"), week, confirmed=True)
    token, conversation = await gateway.open("web", dialogue.get("municipality", "hedensted"))
    player, invariants = Player(gateway, token), Invariants()
    conversation = await player.listen()
    invariants.check(conversation, player.lines, True)
    for number, turn in enumerate(dialogue["turns"], 1):
        assert set(turn) <= KNOWN, f"unknown keys: {set(turn) - KNOWN}"
        parts.clock.forward(**turn.get("waits", {"seconds": 20}))
        if dialogue.get("counsellor"):
            parts.presence.seen(1, parts.clock())
        waited = conversation.state == "waiting"
        if "taps" in turn:
            button = player.button(turn["taps"])
            await player.say(button["title"], button["payload"])
        for text in as_list(turn.get("says", [])):
            await player.say(text)
        await gateway.answering.settled()
        conversation = await player.listen()
        check_turn(turn, conversation, player.lines, number)
        invariants.check(conversation, player.lines, not waited)
    await gateway.aclose()


def test_there_are_enough_of_them_and_each_is_long_enough():
    known = [d.values[0] for d in dialogues()]
    assert len(known) >= 80
    assert all(5 <= len(d["turns"]) <= 15 for d in known), [d["name"] for d in known if not 5 <= len(d["turns"]) <= 15]
    assert {d.get("municipality", "hedensted") for d in known} == {"hedensted", "norddjurs"}
