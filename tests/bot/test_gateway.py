"""The one door, on a real database, with a robot that says what it is told."""

import asyncio

import pytest
import sqlalchemy as sa

from bot.desk import Desk
from bot.gateway import Gateway, Incoming, NotFound, Refused
from bot.statistics import events
from tests.bot.talk import ANNA, BO, ids, said, thread, write


async def test_the_first_words_say_that_it_is_a_robot(gateway):
    token, _ = await gateway.open("web")
    first = (await thread(gateway, token))[0]
    assert first.author == "robot" and "robot" in first.body["text"].lower()


async def test_a_message_is_answered_by_the_robot_and_numbered_without_gaps(gateway, robot):
    token, _ = await gateway.open("web")
    await write(gateway, token, "min mormor er død")
    lines = await thread(gateway, token)
    assert [m.seq for m in lines] == list(range(1, len(lines) + 1))
    assert [m.author for m in lines][-2:] == ["visitor", "robot"]
    assert robot.turns[0].text == "min mormor er død"


async def test_the_same_message_sent_twice_is_kept_and_answered_once(gateway, robot):
    token, _ = await gateway.open("web")
    first = await write(gateway, token, "hej", client_id="same")
    again = await write(gateway, token, "hej", client_id="same")
    assert (again.duplicate, again.seq) == (True, first.seq)
    assert len(robot.turns) == 1


async def test_a_robot_that_is_down_is_replaced_by_an_honest_line(gateway, robot):
    robot.down = True
    token, _ = await gateway.open("web")
    await write(gateway, token, "jeg er ked af det")
    assert (await thread(gateway, token))[-1].body["key"] == "utter_robot_down"


async def test_what_identifies_is_masked_before_it_is_stored_and_the_writer_is_told_once(gateway, parts, robot):
    token, conversation = await gateway.open("web")
    await write(gateway, token, "ring til mig på 20 30 40 50")
    await write(gateway, token, "eller 20 30 40 51")
    assert not any("20 30 40" in t for t in await said(gateway, token, "visitor"))
    assert len(await said(gateway, token, "system")) == 1
    assert "20 30 40" not in robot.turns[0].text


async def test_nothing_readable_of_a_message_lies_on_the_disk(gateway, parts, tmp_path):
    token, _ = await gateway.open("web")
    await write(gateway, token, "zebraord som ingen andre skriver")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"zebraord" not in path.read_bytes(), path.name
            assert token.encode() not in path.read_bytes(), path.name


async def test_a_human_who_takes_over_while_the_robot_thinks_silences_it(gateway, parts, robot, counsellors):
    desk, token_conversation = Desk(parts), await gateway.open("web")
    token, conversation = token_conversation

    async def take():
        await gateway.waiting.request(conversation.id)
        await desk.take(conversation.id, ANNA)
    robot.before_answer = take
    await write(gateway, token, "jeg er ked af det")
    assert "svar" not in await said(gateway, token, "robot")
    await write(gateway, token, "hallo?")
    assert "svar" not in await said(gateway, token, "robot")
    assert len(robot.turns) == 1


async def test_a_handover_goes_there_and_back_more_than_once(gateway, parts, robot, counsellors):
    desk = Desk(parts)
    token, conversation = await gateway.open("web")
    for number in range(2):
        await gateway.waiting.request(conversation.id)
        await desk.take(conversation.id, ANNA)
        await desk.say(conversation.id, ANNA, f"x{number}", "hej, jeg hedder Anna")
        await desk.hand_back(conversation.id, ANNA)
        await write(gateway, token, "hej igen robot")
        assert (await thread(gateway, token))[-1].body["text"] == "svar"
    assert await said(gateway, token, "counsellor") == ["hej, jeg hedder Anna"] * 2


async def test_two_counsellors_who_click_at_once_one_gets_it_and_the_other_is_told(gateway, parts, counsellors):
    from bot.conversation import IllegalMove
    desk = Desk(parts)
    _, conversation = await gateway.open("web")
    await gateway.waiting.request(conversation.id)
    results = await asyncio.gather(desk.take(conversation.id, ANNA), desk.take(conversation.id, BO),
                                   return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["Conversation", "IllegalMove"]
    winner = next(r for r in results if not isinstance(r, Exception)).owner
    loser = BO if winner == ANNA.id else ANNA
    with pytest.raises(IllegalMove):
        await desk.say(conversation.id, loser, "y", "hej")


async def test_a_counsellors_line_sent_twice_is_kept_once(gateway, parts, counsellors):
    desk = Desk(parts)
    token, conversation = await gateway.open("web")
    await gateway.waiting.request(conversation.id)
    await desk.take(conversation.id, ANNA)
    first = await desk.say(conversation.id, ANNA, "same", "hej")
    again = await desk.say(conversation.id, ANNA, "same", "hej")
    assert again.duplicate and again.seq == first.seq
    assert await said(gateway, token, "counsellor") == ["hej"]


async def test_several_short_messages_in_a_row_get_one_answer(parts, robot):
    from dataclasses import replace
    slow = Gateway(replace(parts, settings=replace(parts.settings, burst_seconds=0.8)))
    token, _ = await slow.open("web")
    for text in ("hej", "min kat", "er død"):
        await slow.receive(Incoming(token, next(ids), text))
    await slow.answering.settled()
    assert [t.text for t in robot.turns] == ["hej\nmin kat\ner død"]
    assert (await said(slow, token, "robot")).count("svar") == 1


async def test_only_a_button_that_was_offered_is_obeyed(gateway, robot):
    robot.messages = ({"text": "vælg", "buttons": [{"title": "Vis mig det", "payload": "/vis_hjaelp"}]},)
    token, _ = await gateway.open("web")
    await write(gateway, token, "hej")
    await write(gateway, token, "/restart", payload="/restart")
    await write(gateway, token, "Vis mig det", payload="/vis_hjaelp")
    await write(gateway, token, "vis mig det!")
    assert [t.payload for t in robot.turns] == [None, None, "/vis_hjaelp", "/vis_hjaelp"]


async def test_too_fast_is_refused_and_the_others_are_not_touched(gateway, parts):
    token, _ = await gateway.open("web")
    other, _ = await gateway.open("web")
    for _ in range(parts.settings.max_messages_per_minute):
        await gateway.receive(Incoming(token, next(ids), "hej"))
    with pytest.raises(Refused) as refused:
        await gateway.receive(Incoming(token, next(ids), "hej"))
    assert refused.value.status == 429
    await gateway.receive(Incoming(other, next(ids), "hej"))


async def test_deleting_takes_everything_at_once_and_the_token_opens_nothing(gateway, parts):
    token, conversation = await gateway.open("web")
    await write(gateway, token, "hej")
    await gateway.delete(token)
    with pytest.raises(NotFound):
        await gateway.messages(token)
    with pytest.raises(NotFound):
        await gateway.receive(Incoming(token, next(ids), "hej"))
    assert parts.store.thread(conversation.id) == []


async def test_what_the_robot_alone_had_is_gone_after_a_day_and_what_a_human_had_after_thirty(
        gateway, parts, clock, counsellors):
    alone, _ = await gateway.open("web")
    handed, conversation = await gateway.open("web")
    await gateway.waiting.request(conversation.id)
    await Desk(parts).take(conversation.id, ANNA)
    clock.forward(hours=23)
    assert await gateway.purge() == 0
    clock.forward(hours=2)
    assert await gateway.purge() == 1
    with pytest.raises(NotFound):
        await gateway.messages(alone)
    clock.forward(days=29)
    assert await gateway.purge() == 1
    with pytest.raises(NotFound):
        await gateway.messages(handed)


async def test_what_was_accepted_before_a_crash_is_answered_after_it(parts, robot):
    from dataclasses import replace
    before = Gateway(replace(parts, settings=replace(parts.settings, burst_seconds=60)))
    token, _ = await before.open("web")
    await before.receive(Incoming(token, next(ids), "min hund er død"))
    await before.aclose()  # as a kill would: the answer was owed and never given
    after = Gateway(parts)
    assert await after.resume() == 1
    await after.answering.settled()
    assert (await thread(after, token))[-1].body["text"] == "svar"


async def test_counts_hold_the_hour_and_no_text_token_or_conversation(gateway, parts):
    token, conversation = await gateway.open("web")
    await write(gateway, token, "min mormor er død")
    await gateway.delete(token)
    with parts.statistics.database.read() as connection:
        rows = connection.execute(sa.select(events)).mappings().all()
    kinds = [row["event"] for row in rows]
    assert {"opened", "need", "conversation", "deleted"} <= set(kinds)
    for row in rows:
        joined = " ".join(str(v) for v in row.values())
        assert row["hour"] == "2026-11-25T21" and "mormor" not in joined
        assert conversation.id not in joined and token not in joined


async def test_an_unknown_municipality_is_refused(gateway):
    with pytest.raises(Refused) as refused:
        await gateway.open("web", "atlantis")
    assert refused.value.status == 404


async def test_a_wrong_token_opens_nothing(gateway):
    await gateway.open("web")
    with pytest.raises(NotFound):
        await gateway.messages("x" * 32)


async def test_whoever_asks_for_a_human_gets_into_the_queue_while_the_robot_is_down(gateway, parts, robot):
    robot.down = True
    token, conversation = await gateway.open("web")
    await write(gateway, token, "jeg er ked af det")
    await write(gateway, token, "Skriv med et menneske", payload="/menneske")
    assert [c.id for c in parts.store.queue()] == [conversation.id]


async def test_no_button_is_dead_while_waiting(gateway, parts, robot, clock, counsellors):
    parts.presence.seen(ANNA.id, clock())
    token, conversation = await gateway.open("web")
    await write(gateway, token, "jeg vil ikke leve mere")
    await write(gateway, token, "Jeg er ikke i sikkerhed", payload="/ikke_i_sikkerhed")
    assert "112" in (await thread(gateway, token))[-1].body["text"]
    await gateway.waiting.request(conversation.id)
    parts.presence.seen(ANNA.id, clock())
    again, other = await gateway.open("web")
    await gateway.waiting.request(other.id)
    await write(gateway, again, "Snak med robotten imens", payload="/forlad_koe")
    assert (await gateway.messages(again))[0].state == "robot"
    assert robot.turns == []


async def test_asking_for_a_human_again_and_again_adds_no_lines_and_has_an_end(gateway, parts):
    token, conversation = await gateway.open("web")
    await gateway.waiting.request(conversation.id)
    before = len(await thread(gateway, token))
    await gateway.waiting.request(conversation.id)
    assert len(await thread(gateway, token)) == before
    for _ in range(parts.settings.max_messages_per_minute):
        await gateway.move(token)
    with pytest.raises(Refused) as refused:
        await gateway.move(token)
    assert refused.value.reason == "too_fast"
