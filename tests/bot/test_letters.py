import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.accounts import Accounts
from bot.gateway import Gateway
from bot.incoming import Refused
from bot.letter_desk import LetterDesk
from bot.letter_states import IllegalLetterMove, Public
from bot.letters import NotSent
from bot.store import NotFound

PUBLIC = Public("Jeg savner min mormor", "Min mormor er død, og jeg kan ikke sove.", "Det gør ondt.", ("sorg",))


@pytest.fixture
def letters(gateway):
    return gateway.letters


@pytest.fixture
def desk(parts, letters):
    return LetterDesk(parts, letters)


@pytest.fixture
def two(parts):
    accounts = Accounts(parts.store.database, timedelta(minutes=60))
    return [accounts.get(accounts.create(name, name.title(), "raadgiver", "en lang nok kode"))
            for name in ("anna", "bo")]


async def answered(letters, desk, two, text="min mormor er død og jeg kan ikke sove", wish=True):
    sent = await letters.write(text, may_publish=wish)
    drafted = await desk.draft(sent.letter.id, two[0], "Kære du\n\nDet gør ondt at savne.")
    await desk.approve(sent.letter.id, two[1], drafted.revision)
    return sent


async def published(letters, desk, two, public=PUBLIC, **more):
    sent = await answered(letters, desk, two, **more)
    proposed, _ = await desk.propose(sent.letter.id, two[1], public)
    await desk.publish(sent.letter.id, two[0], proposed.revision)
    return sent


def rows(parts, table):
    with parts.store.database.read() as connection:
        return connection.execute(sa.text(f"select * from {table}")).mappings().all()


async def test_a_letter_is_sealed_masked_and_its_code_is_kept_nowhere(letters, parts):
    sent = await letters.write("jeg hedder Sofie Madsen og mit nummer er 20 11 22 33. min kat er væk")
    assert sent.masked and "Madsen" not in sent.letter.text and "20 11 22 33" not in sent.letter.text
    stored = str([dict(row) for row in rows(parts, "letters")])
    assert "kat" not in stored and not any(f"'{w}'" in stored for w in sent.code.split()) and sent.code not in stored


async def test_only_the_code_opens_a_letter_and_the_answer_is_there_once_it_is_approved(letters, desk, two):
    sent = await letters.write("min mormor er død")
    drafted = await desk.draft(sent.letter.id, two[0], "Kære du")
    assert (await letters.fetch(sent.code)).answer is None
    with pytest.raises(IllegalLetterMove):
        await desk.approve(sent.letter.id, two[0], drafted.revision)
    await desk.approve(sent.letter.id, two[1], drafted.revision)
    typed = sent.code.upper().replace("Æ", "AE").replace("Ø", "OE").replace("Å", "AA")
    assert (await letters.fetch(typed)).answer == "Kære du"
    assert (await desk.get(sent.letter.id, two[0])).fetched_at
    with pytest.raises(NotFound):
        await letters.fetch(" ".join(reversed(sent.code.split())))


async def test_danger_gets_the_crisis_reply_at_once_and_comes_first_at_the_desk(letters, desk, two):
    calm = await letters.write("min kanin er syg")
    danger = await letters.write("jeg vil ikke leve mere")
    assert not calm.crisis and "112" in danger.crisis[0]["text"] + danger.crisis[1]["text"]
    assert "116 111" in danger.crisis[1]["text"] or "Livslinien" in danger.crisis[1]["text"]
    assert [x.id for x in await desk.all(two[0])] == [danger.letter.id, calm.letter.id]
    assert desk.waiting(two[0]) == {"waiting": 2, "danger": 1}
    assert (await desk.all(two[0]))[0].reasons


async def test_the_crisis_reply_is_there_even_when_the_letter_is_refused(parts, letters):
    with pytest.raises(NotSent) as refused:
        await letters.write("jeg vil ikke leve mere " + "x" * parts.settings.max_characters)
    assert refused.value.reason == "too_long" and refused.value.crisis
    with pytest.raises(NotSent) as empty:
        await letters.write(" \u200b ")
    assert empty.value.reason == "empty" and not empty.value.crisis


async def test_a_flood_is_refused_but_leaves_room_for_danger_and_ends(letters, parts, clock):
    for n in range(parts.settings.max_letters_per_minute):
        await letters.write(f"brev {n}")
    with pytest.raises(NotSent) as refused:
        await letters.write("et til")
    assert refused.value.status == 429
    assert (await letters.write("jeg vil ikke leve mere")).crisis
    clock.forward(minutes=1)
    await letters.write("et til")


async def test_guessing_codes_is_refused_for_a_while(letters, clock):
    sent = await letters.write("min mormor er død")
    for _ in range(20):
        with pytest.raises(NotFound):
            await letters.fetch("måne ørred blåbær æble")
    with pytest.raises(Refused) as refused:
        await letters.fetch(sent.code)
    assert refused.value.reason == "too_many_codes"
    clock.forward(minutes=1)
    assert (await letters.fetch(sent.code)).text == "min mormor er død"


async def test_the_same_form_sent_twice_is_one_letter_with_one_code(letters, parts, clock):
    first, second = await asyncio.gather(*(letters.write("min mormor er død", form="a") for _ in range(2)))
    assert first.code == second.code and len(rows(parts, "letters")) == 1
    clock.forward(minutes=16)
    assert (await letters.write("noget andet", form="a")).code != first.code


async def test_deleting_with_the_code_leaves_nothing_at_once(letters, desk, two, parts):
    sent = await answered(letters, desk, two)
    await letters.delete(sent.code)
    assert rows(parts, "letters") == [] and letters._recent == {}
    with pytest.raises(NotFound):
        await letters.fetch(sent.code)
    with pytest.raises(NotFound):
        await desk.get(sent.letter.id, two[0])


async def test_what_is_published_is_masked_and_has_no_way_back_to_the_writer(letters, desk, two, parts):
    sent = await answered(letters, desk, two)
    proposed, masked = await desk.propose(
        sent.letter.id, two[0], replace(PUBLIC, question="Jeg hedder Sofie Madsen, og min mormor er død."))
    assert masked
    await desk.publish(sent.letter.id, two[1], proposed.revision)
    row = dict(rows(parts, "published_letters")[0])
    assert "Madsen" not in str(row) and row["published_on"] == "2026-11-25"
    assert set(row) == {"id", "municipality", "title", "question", "answer", "topics", "published_on"}
    stored = rows(parts, "letters")[0]
    assert row["id"] not in str(dict(stored)) and stored["id"] not in str(row)
    assert parts.store.box.open(stored["body"])["proposal"] is None


async def test_a_publication_needs_a_topic_that_exists(letters, desk, two):
    sent = await answered(letters, desk, two)
    for topics in ((), ("findes_ikke",), ("smalltalk",), ("sorg", "angst", "vrede", "mobning")):
        with pytest.raises(Refused) as refused:
            await desk.propose(sent.letter.id, two[0], replace(PUBLIC, topics=topics))
        assert refused.value.reason == "letter_topics"


async def test_letters_expire_thirty_days_after_the_answer_and_what_is_published_stays(
        letters, desk, two, gateway, clock, parts):
    unanswered = await letters.write("min kanin er syg")
    clock.forward(days=20)
    sent = await published(letters, desk, two)
    clock.forward(days=11)
    await gateway.purge()
    with pytest.raises(NotFound):
        await letters.fetch(unanswered.code)
    assert (await letters.fetch(sent.code)).answer
    clock.forward(days=19, minutes=1)
    with pytest.raises(NotFound):  # before it is purged too
        await letters.fetch(sent.code)
    await gateway.purge()
    assert rows(parts, "letters") == [] and len(letters.published("hedensted")) == 1


async def test_published_letters_are_found_by_words_and_topics_and_gaa_is_not_ga(letters, desk, two):
    await published(letters, desk, two)
    other = Public("Kan ikke gå i skole", "Jeg kan ikke gå derhen om morgenen.", "Du er ikke alene.", ("skolefravaer",))
    await published(letters, desk, two, public=other)

    def titles(*words, **more):
        return [x.public.title for x in letters.published("hedensted", *words, **more)]
    assert set(titles()) == {PUBLIC.title, other.title}
    assert titles(words="mormor") == [PUBLIC.title] == titles(words="morm") == titles("sorg")
    assert titles(words="gå") == [other.title] == titles(words="gaa") and titles(words="ga") == []
    assert titles(words='" OR * NEAR( -') == [] and titles("angst") == []
    assert letters.published("norddjurs") == []


async def test_similar_letters_share_a_topic_and_there_is_no_guess(letters, desk, two):
    await published(letters, desk, two)
    assert [x.public.title for x in letters.similar(("angst", "sorg"), "hedensted")] == [PUBLIC.title]
    assert letters.similar(("angst",), "hedensted") == [] == letters.similar(("sorg",), "norddjurs")


async def test_the_answer_by_time_is_unknown_until_the_municipality_confirms_it(letters, monkeypatch, clock):
    from bot import letters as module
    from knowledge import municipality
    assert (await letters.write("min kat er væk")).letter.due_at is None
    place = municipality.load("hedensted")
    for promised, days in (({"answer_days": 3, "confirmed": False}, None), ({"answer_days": 3, "confirmed": True}, 3)):
        given = replace(place, settings=dict(place.settings) | {"letterbox": promised})
        monkeypatch.setattr(module.municipalities, "load", lambda _id, given=given: given)
        due = (await letters.write("min kat er væk")).letter.due_at
        assert due == (clock() + timedelta(days=days) if days else None)


async def test_a_letter_is_seen_by_its_team_only(letters, desk, two):
    sent = await letters.write("min mormor er død")
    stranger = replace(two[0], teams=("foraeldrekontakten",))
    assert await desk.all(stranger) == [] and desk.waiting(stranger)["waiting"] == 0
    with pytest.raises(NotFound):
        await desk.get(sent.letter.id, stranger)
    with pytest.raises(NotFound):
        await desk.draft(sent.letter.id, stranger, "Kære du")


async def test_the_robot_suggests_a_fitting_letter_once_right_below_its_offers(parts, robot, two):
    from bot.gateway import Incoming
    robot.messages = ({"text": "Her er noget", "buttons": [], "cards": [{"id": "hed-ssp", "kind": "x", "name": "SSP"}]},
                      {"text": "Passer det?", "buttons": [], "cards": []})
    gateway = Gateway(parts)
    await published(gateway.letters, LetterDesk(parts, gateway.letters), two)
    token, conversation = await gateway.open("web")
    parts.store.move(conversation.id, lambda c: replace(c, facts=c.facts | {"topics": ["sorg"]}))
    for n in range(2):
        await gateway.receive(Incoming(token, f"m{n}", "min mormor er død"))
        await gateway.answering.settled()
    said = [m for m in parts.store.thread(conversation.id) if m.author == "robot"][2:]
    cards = [card for line in said for card in line.body["cards"] if card["kind"] == "brev"]
    assert [c["name"] for c in cards] == [PUBLIC.title] and cards[0]["link"].startswith("/brevkasse/breve/")
    assert [bool(m.body["cards"]) for m in said[:3]] == [True, True, False]
    await gateway.aclose()


async def test_whoever_wants_to_write_a_letter_gets_the_way_to_the_letterbox(parts, robot):
    from bot.gateway import Incoming
    robot.commands = ("letter",)
    gateway = Gateway(parts)
    token, conversation = await gateway.open("web")
    await gateway.receive(Incoming(token, "m1", "jeg vil hellere skrive et brev"))
    await gateway.answering.settled()
    card = parts.store.thread(conversation.id)[-1].body["cards"][0]
    assert (card["kind"], card["link"]) == ("brevkasse", "/brevkasse?kommune=hedensted")
    await gateway.aclose()
