"""The four words by which a visitor comes back to a conversation."""

import pytest

from bot.gateway import Gateway, Incoming, NotFound, Refused
from bot.letter_codes import MOST_GUESSES, Codes, UnknownWords
from bot.return_codes import ReturnCodes


@pytest.fixture
async def gateway(parts):
    made = Gateway(parts)
    made.codes = ReturnCodes(parts, Codes(parts.store.box.marks, cost=2, kind="conversation"))
    yield made
    await made.aclose()


@pytest.fixture
async def written(gateway):
    """A conversation with one message of the visitor."""
    token, conversation = await gateway.open("web")
    await gateway.receive(Incoming(token, "m1", "min mormor er død"))
    await gateway.answering.settled()
    return token, conversation.id


async def test_the_code_opens_the_same_conversation_with_a_new_token_and_the_old_one_ends(gateway, written):
    token, conversation = written
    code = await gateway.codes.new(token)
    assert len(code.split()) == 4
    again, found = await gateway.codes.open(code.upper().replace(" ", ", "))
    assert found.id == conversation and again != token
    _, messages = await gateway.messages(again)
    assert "min mormor er død" in [m.body["text"] for m in messages]
    with pytest.raises(NotFound):
        await gateway.messages(token)


async def test_a_new_code_ends_the_one_before(gateway, written):
    first, second = [await gateway.codes.new(written[0]) for _ in range(2)]
    with pytest.raises(NotFound):
        await gateway.codes.open(first)
    assert (await gateway.codes.open(second))[1].id == written[1]


async def test_the_words_are_not_in_the_database(gateway, written, parts):
    code = await gateway.codes.new(written[0])
    with parts.store.database.read() as connection:
        dump = "\n".join(connection.connection.dbapi_connection.iterdump())
    assert not any(word in dump.casefold() for word in [code, *(w for w in code.split() if len(w) > 5)])


async def test_who_has_a_code_is_kept_as_long_as_after_a_human_and_others_are_not(gateway, written, parts, clock):
    other, _ = await gateway.open("web")
    code = await gateway.codes.new(written[0])
    await gateway.receive(Incoming(written[0], "m2", "og jeg savner hende"))  # the robot's turn must not forget it
    await gateway.answering.settled()
    clock.forward(hours=parts.settings.robot_only_hours + 1)
    assert await gateway.purge() == 1
    with pytest.raises(NotFound):
        await gateway.messages(other)
    assert (await gateway.codes.open(code))[1].id == written[1]
    clock.forward(hours=24 * parts.settings.handed_over_days)
    assert await gateway.purge() == 1
    with pytest.raises(NotFound):
        await gateway.codes.open(code)


async def test_a_deleted_conversation_takes_its_code_with_it(gateway, written):
    code = await gateway.codes.new(written[0])
    await gateway.delete(written[0])
    with pytest.raises(NotFound):
        await gateway.codes.open(code)


async def test_the_code_of_a_letter_opens_no_conversation(gateway, written, parts):
    words = await gateway.codes.new(written[0])
    letters = Codes(parts.store.box.marks, cost=2)
    assert not set(letters.fingerprints(words)) & set(gateway.codes._codes.fingerprints(words))


@pytest.mark.parametrize("typed", ["", "sol", "sol måne", "sol måne hund kat ko", "<script>", 4, None])
async def test_what_is_no_code_is_said_to_be_none(gateway, typed):
    with pytest.raises(UnknownWords):
        await gateway.codes.open(typed)


async def test_guessing_is_stopped_and_a_minute_later_the_right_code_works(gateway, written, clock):
    code = await gateway.codes.new(written[0])
    wrong = gateway.codes._codes.new()
    for _ in range(MOST_GUESSES):
        with pytest.raises(NotFound):
            await gateway.codes.open(wrong)
    with pytest.raises(Refused) as stopped:
        await gateway.codes.open(code)
    assert (stopped.value.reason, stopped.value.status) == ("too_many_codes", 429)
    clock.forward(seconds=61)
    assert (await gateway.codes.open(code))[1].id == written[1]
