"""After the end: the form that is owed, the visitor's two questions, and the deletion clock."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot import forms
from bot.accounts import Accounts
from bot.conversation import CLOSED, ROBOT
from bot.desk import Desk
from bot.gateway import Incoming, Refused
from bot.statistics import events


@pytest.fixture
def anna(parts):
    accounts = Accounts(parts.store.database, timedelta(minutes=60))
    return accounts.get(accounts.create("anna", "Anna", "raadgiver", "en lang nok kode"))


async def closed(gateway, parts, anna, channel="web"):
    token, conversation = await gateway.open(channel)
    await gateway.waiting.request(conversation.id)
    desk = Desk(parts)
    await desk.take(conversation.id, anna)
    await desk.close(conversation.id, anna)
    return token, parts.store.get(conversation.id), desk


async def tap(gateway, token, number):
    """The button of that number below the last line."""
    _, thread = await gateway.messages(token)
    button = thread[-1].body["buttons"][number]
    await gateway.receive(Incoming(token, f"t{thread[-1].seq}", button["title"], button["payload"]))


def counted(parts, *which):
    with parts.statistics.database.read() as connection:
        rows = connection.execute(sa.select(events).where(events.c.event.in_(which))).all()
    return [(row.event, row.detail) for row in rows]


async def test_two_questions_follow_and_the_end_says_when_it_is_deleted(gateway, parts, anna):
    token, _, _ = await closed(gateway, parts, anna)
    await tap(gateway, token, 0)
    await tap(gateway, token, 2)
    conversation, thread = await gateway.messages(token)
    assert conversation.state == CLOSED and conversation.pending_seq == 0
    assert "30 dage" in thread[-1].body["text"]
    assert sorted(counted(parts, "helped", "come_again")) == [("come_again", "no"), ("helped", "yes")]
    assert conversation.expires_at(timedelta(hours=24), timedelta(days=30)) == thread[-1].at + timedelta(days=30)


async def test_both_can_be_skipped_and_nothing_is_counted(gateway, parts, anna):
    token, _, _ = await closed(gateway, parts, anna)
    await tap(gateway, token, 3)
    await tap(gateway, token, 3)
    assert counted(parts, "helped", "come_again") == []


async def test_an_old_button_is_no_second_answer(gateway, parts, anna):
    token, _, _ = await closed(gateway, parts, anna)
    await tap(gateway, token, 0)
    await gateway.receive(Incoming(token, "old", "Nej", '/efter{"helped":"no"}'))
    assert counted(parts, "helped") == [("helped", "yes")]


async def test_whoever_writes_something_else_is_with_the_robot(gateway, parts, anna):
    token, _, _ = await closed(gateway, parts, anna)
    await gateway.receive(Incoming(token, "x", "hej igen"))
    assert (await gateway.messages(token))[0].state == ROBOT


async def test_by_sms_nothing_is_asked(gateway, parts, anna):
    token, _, _ = await closed(gateway, parts, anna, "sms")
    _, thread = await gateway.messages(token)
    assert thread[-1].body["key"] == "utter_after_end"


async def test_the_form_is_prefilled_counted_once_and_leaves_no_trace_of_whose_it_was(gateway, parts, anna):
    _, conversation, desk = await closed(gateway, parts, anna)
    parts.store.move(conversation.id, lambda c: replace(c, facts=c.facts | {
        "topics": ["sorg"], "age": 14, "age_band": "13-15", "shown": ["hed-sorggruppe", "nat-boernetelefonen"],
        "refused": ["nat-boernetelefonen"]}))
    conversation = parts.store.get(conversation.id)
    known = forms.prefilled(conversation)
    assert (known.topic, known.age_band, known.suggested) == ("sorg", "13-15", ("hed-sorggruppe",))
    assert known.outcome is None and known.underretning is None
    filled = forms.read({"topic": "sorg", "age_band": "13-15", "suggested": ["hed-sorggruppe", "opfundet"],
                         "outcome": "offer", "underretning": True}, known)
    assert filled.suggested == ("hed-sorggruppe",)
    desk.forms.fill(conversation, anna.id, filled, parts.clock())
    with pytest.raises(Refused):
        desk.forms.fill(conversation, anna.id, filled, parts.clock())
    assert sorted(e for e, _ in counted(parts, "form", "form_offer", "underretning")) == [
        "form", "form_offer", "underretning"]
    with parts.statistics.database.read() as connection:
        assert conversation.id not in str(connection.execute(sa.select(events)).all())


@pytest.mark.parametrize("change", [{"outcome": "won"}, {"underretning": "ja"}, {"topic": "x"}, {"suggested": None},
                                    {"age_band": "12"}], ids=str)
def test_a_form_that_is_not_finished_is_refused(change):
    given = {"topic": "sorg", "age_band": None, "suggested": [], "outcome": "talked", "underretning": False} | change
    with pytest.raises(Refused):
        forms.read(given, forms.Form("sorg", None, ()))


async def test_taken_up_again_and_closed_again_a_new_form_is_owed(gateway, parts, anna, clock):
    _, conversation, desk = await closed(gateway, parts, anna)
    filled = forms.Form("sorg", None, (), "talked", False)
    desk.forms.fill(conversation, anna.id, filled, clock())
    await desk.take(conversation.id, anna)
    assert desk.forms.closed_by(anna.id, clock()) == {}
    await desk.close(conversation.id, anna)
    assert desk.forms.closed_by(anna.id, clock()) == {conversation.id: False}
