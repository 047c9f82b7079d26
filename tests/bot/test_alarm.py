"""What stands in the thread at once when there is danger, on a real database, whoever has the conversation."""

import pytest

from bot.desk import Desk
from bot.gateway import Gateway, Incoming, Refused
from tests.bot.talk import ANNA, ids, thread, write


async def test_a_crisis_reply_is_there_before_the_robot_is_asked_and_when_it_is_down(gateway, robot):
    robot.down = True
    token, _ = await gateway.open("web")
    await gateway.receive(Incoming(token, next(ids), "jeg vil ikke leve mere"))
    lines = await thread(gateway, token)
    assert lines[-1].author == "robot" and "crisis" in lines[-2].body["key"]
    assert any("116" in m.body["text"] for m in lines)
    assert robot.turns == []


async def test_danger_calls_a_counsellor_who_is_present_with_priority(gateway, parts, clock, counsellors):
    calm, _ = await gateway.open("web")
    await gateway.waiting.request((await gateway.messages(calm))[0].id)
    clock.forward(minutes=5)
    parts.presence.seen(ANNA.id, clock())
    token, _ = await gateway.open("web")
    await write(gateway, token, "jeg vil ikke leve mere")
    assert [c.danger for c in parts.store.queue()][0] in ("hoej", "akut")
    assert parts.store.queue()[0].reasons


async def test_second_word_of_danger_gets_another_reply_not_the_same(gateway):
    token, _ = await gateway.open("web")
    await write(gateway, token, "jeg vil ikke leve mere")
    before = len(await thread(gateway, token))
    await write(gateway, token, "jeg vil bare dø")
    later = [m.body["key"] for m in (await thread(gateway, token))[before:] if m.author == "robot"]
    assert later and later[0] == "utter_crisis_again"


async def test_danger_inside_a_burst_is_answered_at_once(parts, robot):
    from dataclasses import replace
    slow = Gateway(replace(parts, settings=replace(parts.settings, burst_seconds=5)))
    token, _ = await slow.open("web")
    for text in ("hej", "jeg vil ikke leve mere"):
        await slow.receive(Incoming(token, next(ids), text))
    assert any("crisis" in m.body.get("key", "") for m in await thread(slow, token))
    await slow.aclose()


async def test_danger_is_answered_even_when_the_database_is_away(gateway, parts, monkeypatch):
    from sqlalchemy.exc import OperationalError
    token, _ = await gateway.open("web")

    def away(*_args):
        raise OperationalError("select", {}, Exception("gone"))
    monkeypatch.setattr(parts.store, "by_token", away)
    with pytest.raises(Refused) as refused:
        await gateway.receive(Incoming(token, next(ids), "jeg vil ikke leve mere"))
    assert (refused.value.status, refused.value.reason) == (503, "danger_not_stored")
    assert "112" in refused.value.said and "116 111" in refused.value.said
    with pytest.raises(Refused) as refused:
        await gateway.receive(Incoming(token, next(ids), "hvad er klokken"))
    assert refused.value.reason == "not_stored"


async def test_danger_while_the_counsellor_is_not_connected_is_not_left_to_wait(gateway, parts, clock, counsellors):
    desk = Desk(parts)
    token, conversation = await gateway.open("web")
    await gateway.waiting.request(conversation.id)
    parts.presence.seen(ANNA.id, clock())
    await desk.take(conversation.id, ANNA)
    await write(gateway, token, "jeg vil ikke leve mere")
    assert (await thread(gateway, token))[-1].author == "visitor"  # Anna is there and reads it
    clock.forward(minutes=2)
    await write(gateway, token, "jeg vil bare dø")
    line = (await thread(gateway, token))[-1]
    assert line.author == "system" and "112" in line.body["text"]
    await write(gateway, token, "jeg vil bare dø nu")
    assert [m.author for m in (await thread(gateway, token))[-2:]] == ["system", "visitor"]  # told once
    await desk.say(conversation.id, ANNA, "y", "jeg er her igen")
    await write(gateway, token, "jeg vil ikke leve mere")
    assert (await thread(gateway, token))[-1].author == "system"


async def test_a_parent_is_answered_as_a_parent_from_the_first_message_on(gateway):
    token, _ = await gateway.open("web")
    await write(gateway, token, "jeg har slået min søn på 6 år i går og jeg skammer mig")
    lines = [m.body for m in await thread(gateway, token) if m.author == "robot"]
    assert lines[-2]["key"].endswith("foraelder_bange_for_sig_selv")
    assert "BørneTelefonen" not in lines[-1]["text"]
    assert (await gateway.messages(token))[0].facts["audience"] == "foraelder"


async def test_danger_in_english_is_answered_in_english_to_the_last_word(gateway):
    token, _ = await gateway.open("web")
    await write(gateway, token, "i cut myself and i want to die")
    lines = await thread(gateway, token)
    first = next(n for n, line in enumerate(lines) if line.author == "visitor")
    answer = " ".join(line.body["text"] for line in lines[first + 1:])
    assert "112" in answer and "116 111" in answer
    assert not [word for word in ("åben", "kender ikke", "Lægen spørger") if word in answer]
