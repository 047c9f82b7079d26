"""The visitor's page over a WebSocket."""

import contextlib
import json
from concurrent.futures import CancelledError

import pytest
from starlette.websockets import WebSocketDisconnect


def until(socket, kind, most=20):
    """The next frame of that kind; the ones before it are dropped."""
    for _ in range(most):
        frame = socket.receive_json()
        if frame["type"] == kind:
            return frame
    raise AssertionError(f"no {kind}")


@pytest.fixture
def connect(client, visitor):
    def make(token=None, after=0):
        session = client.websocket_connect("/api/socket")
        socket = session.__enter__()
        opened.append(session)
        socket.send_json({"type": "hello", "token": visitor.token if token is None else token, "after": after})
        return socket
    opened = []
    yield make
    for session in opened:
        with contextlib.suppress(CancelledError):  # the test client cancels what has not ended by itself yet
            session.__exit__(None, None, None)


def closed_with(socket) -> int:
    for _ in range(200):
        try:
            socket.receive_json()
        except WebSocketDisconnect as end:
            return end.code
    raise AssertionError("still open")


def test_a_hello_is_answered_with_the_state_and_the_thread(connect):
    socket = connect()
    assert socket.receive_json() == {"type": "ready", "state": "robot", "place": None}
    assert [m["seq"] for m in socket.receive_json()["messages"]] == [1, 2]


def test_who_has_read_the_thread_gets_only_what_came_later(connect, visitor):
    visitor.say("hej", "a1")
    socket = connect(after=2)
    assert until(socket, "messages")["messages"][0]["client_id"] == "a1"


def test_a_message_is_acknowledged_and_answered(connect):
    socket = connect()
    until(socket, "messages")
    socket.send_json({"type": "message", "client_id": "m1", "text": "min mormor er død"})
    seen = [socket.receive_json() for _ in range(4)]
    ack = next(f for f in seen if f["type"] == "ack")
    assert ack == {"type": "ack", "client_id": "m1", "seq": 3}
    said = [m for f in seen if f["type"] == "messages" for m in f["messages"]]
    assert [(m["seq"], m["author"]) for m in said] == [(3, "visitor"), (4, "robot")]
    assert {"type": "typing", "author": "robot"} in seen


def test_the_same_message_again_is_acknowledged_with_the_same_number(connect):
    socket = connect()
    for _ in range(2):
        socket.send_json({"type": "message", "client_id": "m1", "text": "hej"})
        assert until(socket, "ack")["seq"] == 3


def test_two_tabs_with_one_token_are_both_live(connect):
    first, second = connect(), connect()
    until(first, "messages"), until(second, "messages")
    first.send_json({"type": "message", "client_id": "t1", "text": "fra den ene"})
    assert until(second, "messages")["messages"][0]["text"] == "fra den ene"
    second.send_json({"type": "message", "client_id": "t2", "text": "fra den anden"})
    for _ in range(6):
        texts = [m["text"] for m in until(first, "messages")["messages"]]
        if "fra den anden" in texts:
            return
    raise AssertionError("the first tab was not told")


def test_what_is_no_json_is_answered_once_and_ends_the_socket_the_second_time(connect):
    socket = connect()
    socket.send_text("not json")
    refused = until(socket, "refused")
    assert refused["reason"] == "unreadable" and refused["text"]
    socket.send_text("[1, 2]")
    assert closed_with(socket) == 4400


def test_bytes_that_are_no_utf8_are_answered(connect):
    socket = connect()
    socket.send_bytes(b"\xff\xfe\x00")
    assert until(socket, "refused")["reason"] == "unreadable"


def test_after_one_bad_frame_the_next_good_one_is_taken(connect):
    socket = connect()
    socket.send_text("{")
    socket.send_json({"type": "message", "client_id": "m1", "text": "hej"})
    assert until(socket, "ack")["seq"] == 3


@pytest.mark.parametrize("frame", [
    {"type": "message", "client_id": "a", "text": "hej"}, {"hello": 1},
    {"type": "hello", "token": "x" * 32, "after": -1}, {"type": "hello", "token": "x" * 32, "after": True},
    {"type": "hello", "token": "x" * 32, "after": "many"}])
def test_a_socket_that_does_not_begin_with_a_hello_is_closed(client, frame):
    with client.websocket_connect("/api/socket") as socket:
        socket.send_json(frame)
        assert closed_with(socket) == 4400


@pytest.mark.parametrize("token", ["x" * 32, "", "short", 7, None, {"a": 1}, "\ud800" * 20, "æ" * 32])
def test_a_wrong_token_closes_the_socket_and_tells_nothing(client, token):
    with client.websocket_connect("/api/socket") as socket:
        socket.send_text(json.dumps({"type": "hello", "token": token}))
        assert closed_with(socket) == 4404


def test_frames_of_an_unknown_kind_are_refused_and_nothing_breaks(connect):
    socket = connect()
    for frame in ({"type": "fly"}, {"type": ["message"]}, {}, {"type": "hello", "token": "again"}):
        socket.send_json(frame)
        assert until(socket, "refused")["reason"] == "unreadable"
    socket.send_json({"type": "ping"})
    assert until(socket, "pong")


@pytest.mark.parametrize("text, reason", [("", "empty"), (" \n ", "empty"), ("a" * 6001, "too_long"),
                                          ("a" * 100_000, "too_long"), (None, "unreadable"), (["hej"], "unreadable")])
def test_a_message_that_cannot_be_taken_is_refused_by_its_id(connect, text, reason):
    socket = connect()
    socket.send_json({"type": "message", "client_id": "m1", "text": text})
    refused = until(socket, "refused")
    assert (refused["client_id"], refused["reason"]) == ("m1", reason) and len(refused["text"]) > 10
    socket.send_json({"type": "message", "client_id": "m2", "text": "hej"})
    assert until(socket, "ack")["client_id"] == "m2"


def test_too_many_frames_close_the_socket(connect):
    socket = connect()
    for _ in range(110):
        socket.send_json({"type": "typing"})
    assert closed_with(socket) == 4429


def test_a_failure_of_ours_keeps_the_socket_and_lets_the_page_try_again(connect, house, monkeypatch, caplog):
    socket = connect()
    until(socket, "messages")
    receive = house.gateway.receive

    async def broken(_incoming):
        raise RuntimeError("words of a visitor")
    monkeypatch.setattr(type(house.gateway), "receive", lambda self, incoming: broken(incoming))
    socket.send_json({"type": "message", "client_id": "m1", "text": "hej"})
    assert until(socket, "refused")["reason"] == "failed"
    monkeypatch.setattr(type(house.gateway), "receive", lambda self, incoming: receive(incoming))
    socket.send_json({"type": "message", "client_id": "m1", "text": "hej"})
    assert until(socket, "ack")["seq"] == 3
    assert "words of a visitor" not in caplog.text


def test_the_way_to_a_human_and_back_is_told_as_it_happens(connect, client, visitor, house, mette):
    socket = connect()
    socket.send_json({"type": "human"})
    assert until(socket, "state") == {"type": "state", "state": "waiting", "place": 1, "minutes": None}
    conversation = house.parts.store.by_token(visitor.token)
    client.portal.call(house.desk.take, conversation.id, mette)
    assert until(socket, "state") == {"type": "state", "state": "counsellor", "place": None, "name": "Mette"}
    client.portal.call(house.parts.hub.publish, conversation.id, {"type": "typing", "author": "counsellor"})
    assert until(socket, "typing") == {"type": "typing", "author": "counsellor"}
    client.portal.call(house.desk.hand_back, conversation.id, mette)
    assert until(socket, "state")["state"] == "robot"


def test_who_waits_is_told_when_the_queue_moves(connect, client, visitor, house, mette, clock):
    ahead = client.post("/api/conversations", json={}).json()["token"]
    client.post("/api/conversations/current/human", headers={"Authorization": f"Bearer {ahead}"})
    clock.forward(minutes=1)
    socket = connect()
    socket.send_json({"type": "human"})
    assert until(socket, "state")["place"] == 2
    client.portal.call(house.desk.take, house.parts.store.by_token(ahead).id, mette)
    assert until(socket, "state")["place"] == 1
    socket.send_json({"type": "leave"})
    assert until(socket, "state")["state"] == "robot"


def test_a_visitor_who_writes_is_seen_writing_by_the_counsellor_only(connect, client, visitor, house, mette):
    socket = connect()
    conversation = house.parts.store.by_token(visitor.token)
    socket.send_json({"type": "human"})
    until(socket, "state")
    client.portal.call(house.desk.take, conversation.id, mette)
    until(socket, "state")
    noticed = []
    publish = house.parts.hub.publish
    house.parts.hub.publish = lambda topic, notice: (noticed.append(notice), publish(topic, notice))
    socket.send_json({"type": "typing"})
    socket.send_json({"type": "ping"})
    assert until(socket, "pong")
    assert {"type": "typing", "author": "visitor"} in noticed


def test_a_deleted_conversation_ends_every_tab(connect, client, visitor):
    first, second = connect(), connect()
    until(first, "messages"), until(second, "messages")
    client.delete("/api/conversations/current", headers=visitor.headers)
    for socket in (first, second):
        assert until(socket, "deleted") == {"type": "deleted"}
        assert closed_with(socket) == 1000


def test_a_ping_finds_what_a_lost_notice_did_not_tell(connect, visitor, house):
    socket = connect()
    until(socket, "messages")
    house.parts.hub.publish = lambda *_: None
    visitor.say("hej", "lost")
    socket.send_json({"type": "ping"})
    assert until(socket, "messages")["messages"][0]["client_id"] == "lost"


def test_nobody_listens_any_more_when_the_socket_is_gone(client, visitor, house):
    conversation = house.parts.store.by_token(visitor.token)
    with client.websocket_connect("/api/socket") as socket:
        socket.send_json({"type": "hello", "token": visitor.token})
        until(socket, "messages")
        assert house.parts.hub.listeners(conversation.id) == 1
    for _ in range(100):
        if not house.parts.hub.listeners(conversation.id):
            return
        client.get("/healthz")
    raise AssertionError("a listener was left behind")
