"""Who may open the desk's socket, who counts as present, and what becomes of frames that make no sense."""

import logging

import pytest
from starlette.websockets import WebSocketDisconnect


def test_without_a_session_the_socket_closes_and_says_why(house, open_desk):
    anna = open_desk(house.visitor())
    with pytest.raises(WebSocketDisconnect) as closed:
        anna.socket.receive_json()
    assert closed.value.code == 4401


def test_a_page_of_another_site_cannot_open_the_socket(house):
    mette = house.counsellor()
    for origin in ({"origin": "https://evil.example"}, {"origin": "null"}):
        with pytest.raises(WebSocketDisconnect) as closed, mette.websocket_connect("/console/socket", headers=origin):
            pass
        assert closed.value.code == 4403


def test_an_editor_gets_no_conversation_over_the_socket(house, open_desk):
    rie = open_desk(house.counsellor("rie", "Rie", "redaktoer"))
    with pytest.raises(WebSocketDisconnect) as closed:
        rie.socket.receive_json()
    assert closed.value.code == 4401


def test_the_queue_comes_by_danger_then_by_waiting_time(house, open_desk, clock):
    first, second, third = (house.open()[0] for _ in range(3))
    calm = house.wait(first, "jeg er lidt ked af det")
    clock.forward(minutes=3)
    calm_too = house.wait(second, "jeg kan ikke sove")
    clock.forward(minutes=3)
    danger = house.wait(third, "jeg vil ikke leve mere")
    overview = open_desk(house.counsellor()).hear("overview")
    assert [c["id"] for c in overview["waiting"]] == [danger, calm, calm_too]
    assert overview["waiting"][0]["danger"] in ("hoej", "akut") and overview["waiting"][0]["reasons"]


def test_an_open_console_makes_its_counsellor_present_and_a_closed_one_does_not(house, clock, desk):
    mette = house.counsellor()
    with desk(mette) as one:
        one.hear("overview", present=1)
        with desk(mette) as two:
            two.hear("overview")
        assert house.parts.presence.present(clock())
    assert not house.parts.presence.present(clock())


def test_a_pause_makes_absent_until_it_ends(house, open_desk, clock):
    mette = open_desk(house.counsellor())
    mette.say(type="pause", paused=True)
    assert mette.hear("overview", paused=True)["present"] == 0
    mette.say(type="pause", paused=False)
    assert mette.hear("overview", paused=False)["present"] == 1


@pytest.mark.parametrize("frame", [{"type": "nonsense"}, {"type": "move"}, {"type": "watch"}, {"type": "search"},
                                   {"type": "move", "move": "delete", "conversation": "x"}, {"type": "message"},
                                   {"type": "watch", "conversation": {"a": 1}}, {"type": "_seen"}])
def test_a_frame_that_makes_no_sense_is_refused_and_the_socket_lives(house, open_desk, frame):
    mette = open_desk(house.counsellor())
    mette.say(**frame)
    assert mette.hear("refused")["reason"] in ("unreadable", "gone")
    mette.say(type="ping")
    mette.hear("pong")


@pytest.mark.parametrize("text", ["no json", "[1]", '{"no": "type"}', "x" * 100_001],
                         ids=["words", "list", "no type", "huge"])
def test_what_is_no_frame_closes_the_socket(house, open_desk, text):
    mette = open_desk(house.counsellor())
    mette.hear("overview")
    mette.socket.send_text(text)
    with pytest.raises(WebSocketDisconnect) as closed:
        mette.hear("never")
    assert closed.value.code == 4400


def test_a_session_that_ends_closes_the_socket_at_the_next_frame(house, open_desk, clock):
    mette = open_desk(house.counsellor())
    mette.hear("overview")
    clock.forward(minutes=61)
    mette.say(type="active")
    with pytest.raises(WebSocketDisconnect) as closed:
        mette.hear("never")
    assert closed.value.code == 4401


def test_the_beat_closes_the_socket_of_an_idle_session_and_does_not_keep_it_alive(house, open_desk, clock, monkeypatch):
    monkeypatch.setattr("channels.console.link.BEAT_SECONDS", 0.05)
    mette = open_desk(house.counsellor())
    mette.hear("overview")
    clock.forward(minutes=61)
    with pytest.raises(WebSocketDisconnect) as closed:
        mette.hear("never")
    assert closed.value.code == 4401


def test_no_word_of_a_conversation_is_logged(house, open_desk, caplog):
    with caplog.at_level(logging.DEBUG):
        token, _ = house.open()
        conversation = house.wait(token, "hemmelighedsord")
        mette = open_desk(house.counsellor())
        mette.take(conversation)
        mette.write(conversation, "svarhemmelighed")
        mette.hear("ack")
        mette.say(type="search", conversation=conversation, words="sogehemmelighed")
        mette.hear("offers")
    assert "hemmelighed" not in caplog.text and "testclient" not in caplog.text
