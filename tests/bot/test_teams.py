import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.accounts import Accounts
from bot.conversation import COUNSELLOR, WAITING, Conversation, IllegalMove
from bot.desk import Desk
from bot.gateway import Incoming
from bot.teams import NO, YES, answering

NOW = datetime(2026, 11, 25, 21, 40, tzinfo=timezone.utc)
PARENTS = "foraeldrekontakten"


@pytest.fixture
def taken():
    return Conversation("c1", "hedensted", "web", NOW, NOW).asked_for_human(NOW).taken_by(1)


def test_nothing_moves_before_the_visitors_yes(taken):
    asked = taken.asked_about_team(1, PARENTS)
    assert (asked.team, asked.state, asked.owner) == ("ssp", COUNSELLOR, 1)
    moved = asked.moved_to_team(NOW + timedelta(minutes=5))
    assert (moved.team, moved.state, moved.owner) == (PARENTS, WAITING, None)
    assert moved.waiting_since == NOW + timedelta(minutes=5) and "team_asked" not in moved.facts


def test_without_a_question_there_is_no_yes_and_no_no(taken):
    for move in (lambda: taken.moved_to_team(NOW), taken.stayed_with_team):
        with pytest.raises(IllegalMove):
            move()


def test_only_the_owner_asks_and_only_about_another_team(taken):
    for move in (lambda: taken.asked_about_team(2, PARENTS), lambda: taken.asked_about_team(1, "ssp")):
        with pytest.raises(IllegalMove):
            move()


def test_a_no_leaves_everything_as_it_was(taken):
    assert taken.asked_about_team(1, PARENTS).stayed_with_team() == taken


def test_the_teams_that_answer_are_data():
    assert answering("hedensted")[PARENTS] == "Forældrekontakten" and PARENTS not in answering("norddjurs")
    assert "ssp" in answering("norddjurs")


@pytest.fixture
def staff(parts):
    accounts = Accounts(parts.store.database, timedelta(minutes=60))
    made = {}
    for name, teams in (("anna", ("ssp",)), ("bo", (PARENTS,)), ("alle", ())):
        made[name] = accounts.create(name, name.title(), "raadgiver", "en lang nok kode")
        if teams:
            accounts.set_teams(made[name], teams)
    return {name: accounts.get(i) for name, i in made.items()}


@pytest.fixture
async def talk(gateway, parts, staff):
    """A parent with whom Anna of SSP talks."""
    token, conversation = await gateway.open("web")
    await gateway.waiting.request(conversation.id)
    await Desk(parts).take(conversation.id, staff["anna"])
    return token, conversation.id


async def tap(gateway, token, said, team=PARENTS, client_id="t1"):
    payload = said + json.dumps({"team": team}, separators=(",", ":"))
    await gateway.receive(Incoming(token, client_id, "svar", payload))
    await gateway.answering.settled()


async def last(gateway, token):
    return (await gateway.messages(token))[1][-1]


async def test_a_written_yes_brings_the_conversation_to_the_other_teams_queue_and_away_from_the_first(
        gateway, parts, staff, talk):
    token, conversation = talk
    await gateway.tapped.teams.ask(conversation, staff["anna"], PARENTS)
    line = await last(gateway, token)
    assert line.author == "system" and "Forældrekontakten" in line.body["text"] and len(line.body["buttons"]) == 2
    desk = Desk(parts)
    assert (await desk.overview(staff["bo"]))["waiting"] == []
    with pytest.raises(IllegalMove):
        await desk.take(conversation, staff["bo"])
    await tap(gateway, token, YES)
    assert [c.id for c in (await desk.overview(staff["bo"]))["waiting"]] == [conversation]
    assert not any((await desk.overview(staff["anna"])).values())
    with pytest.raises(IllegalMove):
        await desk.take(conversation, staff["anna"])
    assert (await desk.take(conversation, staff["bo"])).owner == staff["bo"].id
    assert [c.id for c in (await desk.overview(staff["alle"]))["waiting"]] == []


async def test_the_typed_title_of_the_button_is_a_written_yes_too(gateway, parts, staff, talk):
    token, conversation = talk
    await gateway.tapped.teams.ask(conversation, staff["anna"], PARENTS)
    title = (await last(gateway, token)).body["buttons"][0]["title"]
    await gateway.receive(Incoming(token, "t1", title.lower()))
    assert parts.store.get(conversation).team == PARENTS


async def test_a_no_stays_and_an_invented_yes_is_plain_text(gateway, parts, staff, talk):
    token, conversation = talk
    await tap(gateway, token, YES, client_id="t0")
    assert parts.store.get(conversation).team == "ssp"
    await gateway.tapped.teams.ask(conversation, staff["anna"], PARENTS)
    await tap(gateway, token, NO)
    found = parts.store.get(conversation)
    assert (found.team, found.state, found.owner) == ("ssp", COUNSELLOR, staff["anna"].id)
    await tap(gateway, token, YES, client_id="t2")
    assert parts.store.get(conversation).team == "ssp"
    assert (await last(gateway, token)).body["key"] == "utter_team_old"


async def test_the_visitor_is_told_when_nobody_of_the_team_is_there(gateway, parts, staff, talk, clock):
    token, conversation = talk
    parts.presence.seen(staff["anna"].id, clock(), staff["anna"].teams)
    await gateway.tapped.teams.ask(conversation, staff["anna"], PARENTS)
    await tap(gateway, token, YES)
    assert (await last(gateway, token)).body["key"] == "utter_team_moved_nobody"


async def test_the_place_in_the_queue_is_counted_within_the_team(gateway, parts, staff, talk):
    token, conversation = talk
    _, other = await gateway.open("web")
    await gateway.waiting.request(other.id)
    await gateway.tapped.teams.ask(conversation, staff["anna"], PARENTS)
    await tap(gateway, token, YES)
    assert gateway.waiting.place(parts.store.get(conversation)) == 1
    assert gateway.waiting.place(parts.store.get(other.id)) == 1


async def test_a_team_that_does_not_answer_here_cannot_be_asked_about(gateway, staff, talk):
    for team in ("ppr", "findes-ikke", "ssp"):
        with pytest.raises(IllegalMove):
            await gateway.tapped.teams.ask(talk[1], staff["anna"], team)


async def test_danger_in_the_same_message_is_not_missed(gateway, parts, staff, talk):
    token, conversation = talk
    await gateway.tapped.teams.ask(conversation, staff["anna"], PARENTS)
    payload = YES + json.dumps({"team": PARENTS}, separators=(",", ":"))
    await gateway.receive(Incoming(token, "t1", "jeg vil ikke leve mere", payload))
    found = parts.store.get(conversation)
    assert (found.team, found.danger in ("hoej", "akut")) == (PARENTS, True)
    assert any("112" in m.body["text"] for m in (await gateway.messages(token))[1] if m.author == "robot")


def test_counsellors_belong_to_all_teams_unless_it_is_said_otherwise(staff):
    assert staff["alle"].is_in("ssp") and staff["alle"].is_in(PARENTS)
    assert staff["bo"].is_in(PARENTS) and not staff["bo"].is_in("ssp")
    assert not replace(staff["bo"], teams=()).is_in("ssp")


async def test_a_letter_instead_of_the_queue_is_no_dead_button(gateway, parts):
    token, conversation = await gateway.open("web")
    await gateway.waiting.request(conversation.id)
    button = next(b for b in (await last(gateway, token)).body["buttons"] if b["payload"] == "/skriv_brev")
    await gateway.receive(Incoming(token, "t1", button["title"], button["payload"]))
    assert (await last(gateway, token)).body["cards"][0]["link"].startswith("/brevkasse")
