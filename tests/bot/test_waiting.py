"""The wait for a human: place, estimate, hours, and what is said when nothing happens."""

from datetime import timedelta

import pytest

from bot.accounts import Accounts
from bot.caretaker import Caretaker
from bot.conversation import COUNSELLOR, ROBOT, WAITING
from bot.desk import Desk, NotThere
from bot.gateway import Incoming
from bot.waits import Waits

WEEK = {"wednesday": ["16:00-22:00"], "friday": ["16:00-22:00"], "holiday": "closed"}


@pytest.fixture
def staff(parts):
    accounts = Accounts(parts.store.database, timedelta(minutes=60))
    return [accounts.get(accounts.create(n, n.title(), "raadgiver", "en lang nok kode")) for n in ("anna", "bo")]


@pytest.fixture
def desk(parts):
    return Desk(parts)


@pytest.fixture
def caretaker(parts, desk, gateway):
    return Caretaker(parts, desk, gateway.waiting)


@pytest.fixture
def present(parts, staff, clock):
    def say(*who):
        for counsellor in who or staff:
            parts.presence.seen(counsellor.id, clock())
    return say


def keys(parts, conversation):
    return [m.body.get("key") for m in parts.store.thread(conversation.id) if m.author == "system"]


async def waiting(gateway, channel="web"):
    token, conversation = await gateway.open(channel)
    return token, await gateway.waiting.request(conversation.id)


async def test_outside_confirmed_hours_nobody_is_queued_in_silence(gateway, parts, clock):
    gateway.waiting.rota.set_week("hedensted", WEEK, confirmed=True)
    clock.forward(hours=2)
    _, conversation = await waiting(gateway)
    assert conversation.state == ROBOT and keys(parts, conversation) == ["utter_closed_now"]
    said = parts.store.thread(conversation.id)[-1].body
    assert "på fredag kl. 16:00" in said["text"] and "112" in said["text"]
    assert "/skriv_brev" in [b["payload"] for b in said["buttons"]]


async def test_by_sms_one_waits_until_it_opens_and_is_told_when(gateway, parts, clock):
    gateway.waiting.rota.set_week("hedensted", WEEK, confirmed=True)
    clock.forward(hours=2)
    _, conversation = await waiting(gateway, "sms")
    assert conversation.state == WAITING and keys(parts, conversation) == ["utter_closed_in_queue"]


async def test_inside_the_hours_with_nobody_there_it_is_said_at_once(gateway, parts):
    gateway.waiting.rota.set_week("hedensted", WEEK, confirmed=True)
    _, conversation = await waiting(gateway)
    assert conversation.state == WAITING and keys(parts, conversation) == ["utter_waiting_expected"]


async def test_a_plan_that_nobody_confirmed_promises_nothing(gateway, parts):
    _, conversation = await waiting(gateway)
    assert keys(parts, conversation) == ["utter_waiting_nobody"]


async def test_when_the_last_counsellor_leaves_it_is_said_within_a_minute_and_once(
        gateway, parts, clock, present, caretaker):
    present()
    _, conversation = await waiting(gateway)
    for _ in range(12):
        clock.forward(seconds=10)
        await caretaker.look()
    assert keys(parts, conversation) == ["utter_waiting", "utter_waiting_nobody"]
    at = parts.store.thread(conversation.id)[-1].at
    assert at - conversation.last_at <= timedelta(minutes=1)
    present()
    await caretaker.look()
    await caretaker.look()
    assert keys(parts, conversation).count("utter_wait_present") <= 1


async def test_after_a_long_wait_other_ways_are_offered_once(gateway, parts, clock, present, caretaker):
    present()
    _, conversation = await waiting(gateway)
    for _ in range(4):
        clock.forward(minutes=2)
        present()
        await caretaker.look()
    assert keys(parts, conversation) == ["utter_waiting", "utter_wait_long"]
    buttons = parts.store.thread(conversation.id)[-1].body["buttons"]
    assert {b["payload"] for b in buttons} == {"/skriv_brev", "/forlad_koe"}


async def test_a_counsellor_who_vanishes_gives_the_conversation_back_in_its_old_place(
        gateway, parts, clock, present, desk, staff, caretaker):
    present()
    _, first = await waiting(gateway)
    clock.forward(seconds=30)
    _, second = await waiting(gateway)
    await desk.take(first.id, staff[0])
    parts.presence.gone(staff[0].id)
    clock.forward(minutes=4)
    await caretaker.look()
    assert parts.store.get(first.id).state == COUNSELLOR
    clock.forward(minutes=2)
    present(staff[1])
    await caretaker.look()
    back = parts.store.get(first.id)
    assert (back.state, back.owner) == (WAITING, None) and "utter_vanished" in keys(parts, back)
    assert gateway.waiting.place(back) == 1 and gateway.waiting.place(parts.store.get(second.id)) == 2


async def test_by_sms_a_counsellor_may_go_home_when_no_answer_is_owed(gateway, parts, clock, desk, staff, caretaker):
    token, conversation = await waiting(gateway, "sms")
    await desk.take(conversation.id, staff[0])
    await gateway.receive(Incoming(token, "a1", "hej"))
    await desk.say(conversation.id, staff[0], "k1", "hej igen")
    clock.forward(hours=10)
    await caretaker.look()
    assert parts.store.get(conversation.id).state == COUNSELLOR
    await gateway.receive(Incoming(token, "a2", "er du der?"))
    await caretaker.look()
    assert parts.store.get(conversation.id).state == WAITING


async def test_a_transfer_goes_to_somebody_who_is_there_or_changes_nothing(gateway, parts, clock, present, desk, staff):
    anna, bo = staff
    present(anna)
    _, conversation = await waiting(gateway)
    await desk.take(conversation.id, anna)
    for nobody in (bo, None, anna):
        with pytest.raises(NotThere):
            await desk.transfer(conversation.id, anna, nobody)
    parts.presence.seen(bo.id, clock(), ("foraeldrekontakten",))
    with pytest.raises(NotThere):
        await desk.transfer(conversation.id, anna, bo)
    assert parts.store.get(conversation.id).owner == anna.id
    present(bo)
    assert (await desk.transfer(conversation.id, anna, bo)).owner == bo.id
    assert "Bo" in parts.store.thread(conversation.id)[-1].body["text"]


def test_an_estimate_comes_from_recent_waits_and_is_unknown_without_them(clock):
    waits, now = Waits(), clock()
    assert waits.estimate(timedelta(0), now) is None
    for minutes in (3, 4, 9):
        waits.ended(minutes, now)
    assert waits.estimate(timedelta(0), now) == 5
    assert waits.estimate(timedelta(minutes=3), now) == 2
    assert waits.estimate(timedelta(minutes=6), now) is None, "it takes longer than it did: nobody knows"
    assert waits.estimate(timedelta(0), now + timedelta(hours=4)) is None, "old waits say nothing"


async def test_waits_are_read_from_the_counts_after_a_restart(gateway, parts, clock, present, desk, staff):
    present()
    for _ in range(3):
        _, conversation = await waiting(gateway)
        clock.forward(minutes=4)
        await desk.take(conversation.id, staff[0])
    again = Waits()
    again.load(parts.statistics, clock())
    assert again.estimate(timedelta(0), clock()) == 5


async def test_the_robot_is_told_the_hours_that_the_rota_has_and_none_that_nobody_confirmed(gateway, robot):
    token, _ = await gateway.open("web")
    await gateway.receive(Incoming(token, "h1", "hvornår har I åbent"))
    await gateway.answering.settled()
    gateway.waiting.rota.set_week("hedensted", WEEK, confirmed=True)
    await gateway.receive(Incoming(token, "h2", "og nu"))
    await gateway.answering.settled()
    assert robot.turns[0].hours is None
    assert "16:00-22:00" in robot.turns[1].hours
