"""What a counsellor does with a conversation over the socket: take, write, offer, hand back, close."""

import pytest


def test_a_counsellor_takes_a_conversation_and_both_write_live(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token)
    mette = open_desk(house.counsellor())
    mette.take(conversation)
    mette.write(conversation, "Hej, jeg hedder Mette.")
    assert mette.hear("ack", client_id="k1")["seq"] == house.thread(token)[-1].seq
    house.write(token, "hej Mette")
    lines = []
    while not lines or lines[-1]["text"] != "hej Mette":
        lines += mette.hear("thread")["messages"]
    assert [line["seq"] for line in lines] == sorted({line["seq"] for line in lines})
    mine = next(line for line in lines if line["author"] == "counsellor")
    assert mine["mine"] and mine["client_id"] == "k1" and mine["name"] == "Mette"
    assert not house.parts.robot.turns[1:], "the robot is silent"


def test_the_same_message_sent_twice_is_written_once(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token)
    mette = open_desk(house.counsellor())
    mette.take(conversation)
    for _ in range(2):
        mette.write(conversation, "Er du der?")
    assert mette.hear("ack")["seq"] == mette.hear("ack")["seq"]
    assert [m.body["text"] for m in house.thread(token)].count("Er du der?") == 1


def test_after_a_reconnect_only_what_is_new_is_sent(house, open_desk, desk):
    token, _ = house.open()
    conversation, mette = house.wait(token), house.counsellor()
    with desk(mette) as before:
        before.take(conversation)
        last = house.thread(token)[-1].seq
    house.write(token, "er du gået?")
    after = open_desk(mette)
    after.say(type="watch", conversation=conversation, after=last)
    assert [line["text"] for line in after.hear("thread")["messages"]] == ["er du gået?"]


def test_two_counsellors_cannot_take_the_same_conversation(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token)
    mette, ole = open_desk(house.counsellor()), open_desk(house.counsellor("ole", "Ole"))
    for one in (mette, ole):
        one.say(type="watch", conversation=conversation, after=0)
        one.hear("thread")
    mette.say(type="move", conversation=conversation, move="take")
    mette.hear("moved")
    ole.say(type="move", conversation=conversation, move="take")
    told = [ole.socket.receive_json() for _ in range(2)]
    while not any(f["type"] == "refused" for f in told) or not any(f["type"] == "left" for f in told):
        told.append(ole.socket.receive_json())
    words = next(f["text"] for f in told if f["type"] == "refused")
    assert "kollega" in words or "åbne" in words
    assert "Mette" not in "".join(f.get("text", "") for f in told)
    assert house.parts.store.get(conversation).owner == house.account("mette").id


def test_who_does_not_have_the_conversation_can_neither_read_nor_write_in_it(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token)
    mette, ole = open_desk(house.counsellor()), open_desk(house.counsellor("ole", "Ole"))
    mette.take(conversation)
    ole.say(type="watch", conversation=conversation, after=0)
    assert ole.hear("left")["state"] == "counsellor"
    ole.write(conversation, "smugler")
    assert ole.hear("refused")["reason"] == "not_yours"
    ole.say(type="move", conversation=conversation, move="close")
    assert ole.hear("refused")["reason"] == "moved_on"
    assert "smugler" not in [m.body["text"] for m in house.thread(token)]


def test_a_conversation_that_is_only_the_robots_is_nobodys_to_read(house, open_desk):
    token, opened = house.open()
    house.write(token, "hej med dig")
    mette = open_desk(house.counsellor())
    mette.say(type="watch", conversation=opened.id, after=0)
    assert mette.hear("left")["state"] == "robot"
    mette.say(type="move", conversation=opened.id, move="take")
    assert mette.hear("refused")["of"] == "move"
    assert house.parts.store.get(opened.id).state == "robot"


def test_danger_with_the_robot_alone_is_shown_and_can_be_picked_up(house, open_desk):
    token, opened = house.open()
    house.write(token, "jeg vil ikke leve mere")
    mette = open_desk(house.counsellor())
    assert [c["id"] for c in mette.hear("overview")["danger"]] == [opened.id]
    mette.take(opened.id)
    assert house.parts.store.get(opened.id).owner == house.account("mette").id


@pytest.mark.parametrize("move, state", [("hand_back", "robot"), ("release", "waiting"), ("close", "closed")])
def test_a_conversation_leaves_the_counsellor_and_the_visitor_is_told(house, open_desk, move, state):
    token, _ = house.open()
    conversation = house.wait(token)
    mette = open_desk(house.counsellor())
    mette.take(conversation)
    mette.say(type="move", conversation=conversation, move=move)
    mette.hear("moved", move=move)
    assert house.parts.store.get(conversation).state == state
    assert house.thread(token)[-1].author == "system"


def test_a_closed_conversation_can_be_taken_up_again_by_the_one_who_had_it(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token)
    mette, ole = open_desk(house.counsellor()), open_desk(house.counsellor("ole", "Ole"))
    mette.take(conversation)
    mette.say(type="move", conversation=conversation, move="close")
    assert mette.hear("left")["again"]
    ole.say(type="move", conversation=conversation, move="take")
    ole.hear("refused")
    mette.say(type="move", conversation=conversation, move="take")
    mette.hear("moved", move="take")


def test_typing_is_told_both_ways_and_stored_nowhere(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token)
    mette = open_desk(house.counsellor())
    mette.take(conversation)
    mette.hear("thread")
    lines = len(house.thread(token))

    with house.parts.hub.listen(conversation) as notices:
        mette.say(type="typing", conversation=conversation)
        while (heard := house.client.portal.call(notices.get))["type"] != "typing":
            pass  # of the take-over before
        assert heard == {"type": "typing", "author": "counsellor"}
    house.client.portal.call(house.parts.hub.publish, conversation, {"type": "typing", "author": "visitor"})
    assert mette.hear("typing")["author"] == "visitor"
    assert len(house.thread(token)) == lines


def test_masked_words_stay_masked_at_the_desk(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token, "ring til mig på 20 30 40 50")
    mette = open_desk(house.counsellor())
    mette.say(type="watch", conversation=conversation, after=0)
    text = " ".join(line["text"] for line in mette.hear("thread")["messages"])
    assert "20 30 40 50" not in text and "[" in text


def test_an_offer_is_found_and_sent_as_a_card(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token)
    mette = open_desk(house.counsellor())
    mette.take(conversation)
    mette.say(type="search", conversation=conversation, words="sorg")
    offers = mette.hear("offers", words="sorg")["offers"]
    assert offers and all(o["name"] and o["reach"] for o in offers)
    mette.write(conversation, "Måske er det noget for dig?", offer=offers[0]["id"])
    mette.hear("ack")
    card = house.thread(token)[-1].body["cards"][0]
    assert card["id"] == offers[0]["id"] and set(card) >= {"kind", "name", "why", "next_step", "reach", "open_now"}
    assert offers[0]["id"] in house.parts.store.get(conversation).facts["shown"]


def test_without_words_the_search_suggests_what_fits_the_conversation(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token)
    mette = open_desk(house.counsellor())
    mette.say(type="search", conversation=conversation, words="")
    assert mette.hear("offers")["offers"]
    mette.say(type="search", conversation=conversation, words="qzxv")
    assert mette.hear("offers", words="qzxv")["offers"] == []


def test_an_offer_that_is_not_shown_is_refused_and_nothing_is_sent(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token)
    mette = open_desk(house.counsellor())
    mette.take(conversation)
    before = len(house.thread(token))
    mette.write(conversation, "se her", offer="findes-ikke")
    assert mette.hear("refused", client_id="k1")["reason"] == "unknown_offer"
    assert len(house.thread(token)) == before


def test_without_a_catalogue_the_desk_works_and_says_what_is_missing(house, open_desk):
    house.parts.settings.catalogue.unlink()
    token, _ = house.open()
    conversation = house.wait(token)
    mette = open_desk(house.counsellor())
    mette.take(conversation)
    mette.say(type="search", conversation=conversation, words="sorg")
    assert mette.hear("refused", of="search")["reason"] == "no_catalogue"
    mette.write(conversation, "hej")
    mette.hear("ack")


@pytest.mark.parametrize("text, reason", [("  ", "empty"), ("x" * 6001, "too_long"), (None, "unreadable"),
                                          (7, "unreadable")], ids=["blank", "long", "nothing", "number"])
def test_a_message_that_cannot_be_taken_is_refused_in_danish(house, open_desk, text, reason):
    token, _ = house.open()
    conversation = house.wait(token)
    mette = open_desk(house.counsellor())
    mette.take(conversation)
    mette.write(conversation, text)
    refused = mette.hear("refused", client_id="k1")
    assert refused["reason"] == reason and refused["text"].endswith(".")


def test_a_deleted_conversation_is_gone_from_the_desk_at_once(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token)
    mette = open_desk(house.counsellor())
    mette.take(conversation)
    house.client.portal.call(house.gateway.delete, token)
    mette.hear("deleted", conversation=conversation)
    mette.write(conversation, "er du der?")
    assert mette.hear("refused", of="message")["reason"] == "gone"
