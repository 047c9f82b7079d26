"""Coming back with four words, as the page does it."""

import pytest

from bot.letter_codes import words


@pytest.fixture
def code(client, visitor):
    visitor.say("min mormor er død", "a1")
    answer = client.post("/api/conversations/current/code", headers=visitor.headers)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    return answer.json()["code"]


def test_the_whole_thread_is_there_again_under_a_new_token(client, visitor, code):
    found = client.post("/api/conversations/return", json={"code": code})
    opened = found.json()
    assert found.status_code == 200 and opened["token"] != visitor.token and opened["state"] == "robot"
    assert "min mormor er død" in [m["text"] for m in opened["messages"]]
    assert visitor.read().status_code == 404


def test_an_open_page_elsewhere_is_told_where_its_conversation_went(client, visitor, code):
    with client.websocket_connect("/api/socket") as socket:
        socket.send_json({"type": "hello", "token": visitor.token, "after": 0})
        while socket.receive_json()["type"] != "messages":
            pass
        client.post("/api/conversations/return", json={"code": code})
        assert socket.receive_json() == {"type": "moved"}


def test_a_code_is_made_only_for_whoever_has_the_token(client):
    assert client.post("/api/conversations/current/code").status_code == 401
    unknown = client.post("/api/conversations/current/code", headers={"Authorization": "Bearer " + "x" * 32})
    assert unknown.status_code == 404


@pytest.mark.parametrize(("body", "status", "reason"), [
    ({}, 400, "code_words"), ({"code": ["sol"]}, 400, "code_words"), ({"code": "sol måne"}, 400, "code_words"),
    ({"code": " ".join(list(words().values())[:4])}, 404, "code_not_found")])
def test_a_wrong_code_gets_a_clear_answer(client, body, status, reason):
    answer = client.post("/api/conversations/return", json=body)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    assert "kode" in answer.json()["text"] or "ord" in answer.json()["text"]
