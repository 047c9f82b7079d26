"""The outbox and the addresses, on a real database."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.addresses import Addresses, AddressTaken
from bot.crypto import Box
from bot.outbox import Outbox
from bot.outbox_tables import addresses as addresses_table
from bot.outbox_tables import outbox as outbox_table
from bot.store import NotFound

NUMBER = "4500000001"  # no number of the Danish plan


@pytest.fixture
def box(parts):
    return Box.from_file(parts.settings.key_file)


@pytest.fixture
def addresses(parts, box):
    return Addresses(parts.store.database, box)


@pytest.fixture
def outbox(parts, box):
    return Outbox(parts.store.database, box)


@pytest.fixture
async def conversation(gateway, addresses):
    token, opened = await gateway.open("sms")
    addresses.remember("sms", NUMBER, opened.id, token)
    return opened.id


def queued(outbox, conversation, now, pieces=(("a",),), after=0):
    lines = [(after + n, [{"text": t} for t in texts]) for n, texts in enumerate(pieces, 1)]
    return outbox.queue(conversation, "sms", after, after + len(pieces), lines, now)


async def test_an_address_is_found_again_and_is_one_conversations_only(conversation, addresses, gateway):
    assert addresses.find("sms", NUMBER).conversation == conversation
    assert addresses.find("telegram", NUMBER) is None and addresses.find("sms", "4500000002") is None
    assert addresses.of(conversation) == NUMBER
    token, other = await gateway.open("sms")
    with pytest.raises(AddressTaken):
        addresses.remember("sms", NUMBER, other.id, token)


async def test_an_address_is_found_after_the_key_was_changed(conversation, parts):
    from cryptography.fernet import Fernet
    file = parts.settings.key_file
    file.write_bytes(Fernet.generate_key() + b"\n" + file.read_bytes())
    assert Addresses(parts.store.database, Box.from_file(file)).find("sms", NUMBER).conversation == conversation


async def test_address_and_outbox_are_deleted_with_the_conversation(conversation, parts, outbox, addresses, clock):
    queued(outbox, conversation, clock())
    parts.store.delete(conversation)
    with parts.store.database.read() as connection:
        for table in (addresses_table, outbox_table):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0
    with pytest.raises(NotFound):
        addresses.of(conversation)


async def test_address_and_text_are_sealed(conversation, outbox, clock, tmp_path):
    queued(outbox, conversation, clock(), (("zebraord",),))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert NUMBER.encode() not in path.read_bytes() and b"zebraord" not in path.read_bytes(), path.name


async def test_a_line_is_queued_once_whoever_asks(conversation, outbox, clock):
    assert queued(outbox, conversation, clock()) is True
    assert queued(outbox, conversation, clock()) is False
    assert outbox.waiting("sms") == 1


async def test_pieces_are_claimed_once_and_in_order(conversation, outbox, clock):
    queued(outbox, conversation, clock(), (("a", "b"), ("c",)))
    said = []
    while claimed := outbox.claim(conversation, clock()):
        assert outbox.claim(conversation, clock()) is None  # while one is under way nothing overtakes it
        outbox.sent(claimed, f"p{len(said)}")
        said.append(claimed.piece["text"])
    assert said == ["a", "b", "c"]
    assert outbox.states(conversation) == {1: "sent", 2: "sent"}


async def test_what_waits_for_its_next_try_is_not_overtaken(conversation, outbox, clock):
    queued(outbox, conversation, clock(), (("a",), ("b",)))
    outbox.later(outbox.claim(conversation, clock()), clock().timestamp() + 60)
    assert outbox.claim(conversation, clock()) is None and outbox.due(clock()) != []
    clock.forward(seconds=61)
    again = outbox.claim(conversation, clock())
    assert (again.piece["text"], again.attempts) == ("a", 2)


async def test_a_new_line_lets_an_old_one_go_soon(conversation, outbox, clock):
    queued(outbox, conversation, clock())
    outbox.later(outbox.claim(conversation, clock()), clock().timestamp() + 1800)
    queued(outbox, conversation, clock(), after=1)
    clock.forward(seconds=6)
    assert outbox.claim(conversation, clock()).seq == 1


async def test_a_line_of_several_messages_is_what_the_worst_of_them_is(conversation, outbox, clock):
    queued(outbox, conversation, clock(), (("a", "b"),))
    outbox.sent(outbox.claim(conversation, clock()), "p1")
    assert outbox.states(conversation) == {1: "waiting"}
    outbox.report("sms", "p1", None, True)
    outbox.failed(outbox.claim(conversation, clock()), "expired")
    assert outbox.states(conversation) == {1: "failed"} and outbox.failures(conversation) == {1: "expired"}


async def test_a_report_that_is_quicker_than_the_answer_is_not_taken_back(conversation, outbox, clock):
    queued(outbox, conversation, clock())
    claimed = outbox.claim(conversation, clock())
    assert outbox.report("sms", None, claimed.reference, True) == conversation
    outbox.sent(claimed, "p1")
    assert outbox.states(conversation) == {1: "delivered"}
    assert outbox.report("sms", "p1", None, False, "expired") is None
    assert outbox.states(conversation) == {1: "delivered"}


async def test_another_channels_report_touches_nothing(conversation, outbox, clock):
    queued(outbox, conversation, clock())
    outbox.sent(outbox.claim(conversation, clock()), "p1")
    assert outbox.report("telegram", "p1", None, True) is None and outbox.report("sms", None, None, True) is None


async def test_a_dead_claim_is_uncertain_and_is_not_sent_again(conversation, outbox, clock):
    queued(outbox, conversation, clock(), (("a",), ("b",)))
    outbox.claim(conversation, clock())
    assert outbox.recover(clock() - timedelta(seconds=90)) == []
    clock.forward(seconds=91)
    assert outbox.recover(clock() - timedelta(seconds=90)) == [(conversation, "sms", 1)]
    assert outbox.failures(conversation) == {1: "uncertain"}
    assert outbox.claim(conversation, clock()).piece["text"] == "b"


async def test_a_dead_claim_is_sent_again_where_the_provider_promises_once(conversation, outbox, clock):
    queued(outbox, conversation, clock())
    first = outbox.claim(conversation, clock())
    clock.forward(seconds=91)
    assert outbox.recover(clock() - timedelta(seconds=90), ["sms"]) == []
    assert outbox.claim(conversation, clock()).reference == first.reference


async def test_what_arrived_is_remembered_for_a_while_without_a_link_to_anybody(addresses, parts, clock):
    addresses.arrived("sms", "77", clock())
    addresses.arrived("sms", "77", clock())
    assert addresses.arrived_before("sms", "77") and not addresses.arrived_before("telegram", "77")
    addresses.forget_arrivals(clock() + timedelta(seconds=1))
    assert not addresses.arrived_before("sms", "77")


async def test_two_who_claim_at_once_get_it_once(conversation, outbox, clock):
    from concurrent.futures import ThreadPoolExecutor
    queued(outbox, conversation, clock())
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: outbox.claim(conversation, clock()), range(8)))
    assert len([c for c in claims if c]) == 1
