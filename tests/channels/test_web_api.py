"""The visitor's page over plain HTTP."""

import json

import pytest


def test_a_conversation_opens_with_the_robots_first_words_and_a_token(client):
    answer = client.post("/api/conversations", json={"municipality": "norddjurs"})
    opened = answer.json()
    assert answer.status_code == 201 and opened["state"] == "robot" and opened["place"] is None
    assert len(opened["token"]) >= 32
    assert "robot" in opened["messages"][0]["text"].lower() and "Norddjurs" in opened["messages"][0]["text"]
    assert [m["seq"] for m in opened["messages"]] == [1, 2]


def test_no_body_at_all_opens_the_default_municipality(client):
    answer = client.post("/api/conversations")
    assert answer.status_code == 201 and "Hedensted" in answer.json()["messages"][0]["text"]


def test_a_message_is_accepted_answered_and_read_from_a_number_on(client, visitor, house):
    sent = visitor.say("min mormor er død", "a1")
    assert (sent.status_code, sent.json()) == (202, {"seq": 3, "duplicate": False})
    client.portal.call(house.gateway.answering.settled)
    later = visitor.read(after=2).json()["messages"]
    assert [(m["author"], m["text"]) for m in later] == [("visitor", "min mormor er død"), ("robot", "svar")]
    assert later[0]["client_id"] == "a1" and "client_id" not in later[1]


def test_the_same_client_id_is_kept_once(visitor):
    visitor.say("hej", "same")
    again = visitor.say("hej", "same")
    assert again.status_code == 202 and again.json() == {"seq": 3, "duplicate": True}
    assert [m["text"] for m in visitor.read().json()["messages"]].count("hej") == 1


def test_deleting_leaves_nothing_behind_the_token(client, visitor):
    assert client.delete("/api/conversations/current", headers=visitor.headers).status_code == 204
    gone = visitor.read()
    assert gone.status_code == 404 and gone.json()["reason"] == "not_found"
    assert client.delete("/api/conversations/current", headers=visitor.headers).status_code == 404


def test_a_human_is_asked_for_and_the_queue_left_again(client, visitor):
    waiting = client.post("/api/conversations/current/human", headers=visitor.headers)
    assert waiting.status_code == 200 and waiting.json() == {"state": "waiting", "place": 1, "minutes": None}
    left = client.post("/api/conversations/current/leave", headers=visitor.headers)
    assert left.json() == {"state": "robot", "place": None}


def test_the_counsellors_name_is_told_and_the_ids_of_the_console_are_not(client, visitor, house, mette):
    client.post("/api/conversations/current/human", headers=visitor.headers)
    conversation = house.parts.store.by_token(visitor.token)
    client.portal.call(house.desk.take, conversation.id, mette)
    client.portal.call(house.desk.say, conversation.id, mette, "k1", "hej")
    found = visitor.read().json()
    assert (found["state"], found["name"]) == ("counsellor", "Mette")
    said = found["messages"][-1]
    assert (said["author"], said["name"], said["text"]) == ("counsellor", "Mette", "hej")
    assert "client_id" not in said


@pytest.mark.parametrize("headers, status, reason", [
    ({}, 401, "no_token"), ({"Authorization": "Basic abc"}, 401, "no_token"),
    ({"Authorization": "Bearer " + "x" * 32}, 404, "not_found"), ({"Authorization": "Bearer"}, 404, "not_found"),
    ({"Authorization": "Bearer ' or 1=1 --"}, 404, "not_found")])
def test_without_the_right_token_nothing_opens(client, visitor, headers, status, reason):
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/messages"), ("POST", "/human"), ("POST", "/leave")):
        answer = client.request(method, f"/api/conversations/current{path}", headers=headers,
                                json={"text": "hej", "client_id": "a"} if path == "/messages" else None)
        assert (answer.status_code, answer.json()["reason"]) == (status, reason)
        assert len(answer.json()["text"].split()) > 2


@pytest.mark.parametrize("body, status, reason", [
    (b"", 400, "unreadable"), (b"not json", 400, "unreadable"), (b"[1,2]", 400, "unreadable"),
    (b'"text"', 400, "unreadable"), (b'{"text": "\xff\xfe", "client_id": "a"}', 400, "unreadable"),
    (b"[" * 50_000, 400, "unreadable"), (b'{"text": 7, "client_id": "a"}', 400, "unreadable"),
    (b'{"text": "hej"}', 400, "unreadable"), (b'{"text": "hej", "client_id": "a b"}', 400, "unreadable"),
    (b'{"text": "hej", "client_id": "a", "payload": {}}', 400, "unreadable"),
    (b'{"text": "", "client_id": "a"}', 400, "empty"), (b'{"text": "  \\n\\u200b ", "client_id": "a"}', 400, "empty"),
    (b'{"text": "\\u0000\\u0007", "client_id": "a"}', 400, "empty")])
def test_what_cannot_be_a_message_is_refused_in_danish_and_the_next_one_is_answered(visitor, client, body, status,
                                                                                    reason):
    refused = client.post("/api/conversations/current/messages", content=body, headers=visitor.headers)
    assert (refused.status_code, refused.json()["reason"]) == (status, reason)
    assert refused.json()["text"] and "Traceback" not in refused.text
    assert visitor.say("hej", "ok").status_code == 202


def test_a_hundred_thousand_characters_are_refused_with_a_sentence(visitor):
    for many in (7_000, 100_000):
        refused = visitor.say("a" * many, "long")
        assert refused.status_code == 413 and refused.json()["reason"] == "too_long"
        assert len(refused.json()["text"]) > 10
    assert visitor.say("hej", "ok").status_code == 202


def test_a_body_without_a_length_is_read_no_further_than_the_limit(client, visitor):
    read = 0

    def endless():
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b"x" * 10_000
    refused = client.post("/api/conversations/current/messages", content=endless(), headers=visitor.headers)
    assert refused.status_code == 413 and refused.json()["reason"] == "too_long"


def test_a_lone_surrogate_and_markup_are_kept_as_plain_text(visitor):
    raw = '{"text": "hej \\ud83d <b onclick=alert(1)>", "client_id": "s"}'
    assert visitor.say(json.loads(raw)["text"].encode("utf-8", "replace").decode(), "t").status_code == 202
    assert "<b onclick=alert(1)>" in visitor.read(after=2).json()["messages"][0]["text"]


def test_a_lone_surrogate_in_json_is_taken(client, visitor):
    sent = client.post("/api/conversations/current/messages", headers=visitor.headers,
                       content=b'{"text": "hej \\ud83d", "client_id": "s"}')
    assert sent.status_code == 202
    assert visitor.read(after=2).json()["messages"][0]["text"].startswith("hej ")


def test_a_typed_command_is_plain_text_to_the_robot(visitor, client, house, robot):
    assert visitor.say("/restart", "r", payload="/restart").status_code == 202
    client.portal.call(house.gateway.answering.settled)
    assert (robot.turns[0].text, robot.turns[0].payload) == ("/restart", None)


def test_danger_is_answered_before_the_message_is_acknowledged_with_the_robot_down(visitor, robot):
    robot.down = True
    visitor.say("jeg vil ikke leve mere", "d")
    authors = [m["author"] for m in visitor.read(after=3).json()["messages"]]
    assert authors and authors[0] == "robot"


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "٣", "9" * 40, "1.5"])
def test_a_strange_number_to_read_from_is_refused(visitor, after):
    assert visitor.read(after).status_code == 400


@pytest.mark.parametrize("body", [{"municipality": "atlantis"}, {"municipality": "../national"}])
def test_an_unknown_municipality_opens_nothing(client, body):
    answer = client.post("/api/conversations", json=body)
    assert answer.status_code == 404 and answer.json()["reason"] == "unknown_municipality"


def test_an_error_that_nobody_expected_says_nothing_of_itself(client, visitor, house, monkeypatch, caplog):
    def broken(*_args):
        raise RuntimeError("secret words of a visitor")
    monkeypatch.setattr(house.parts.store, "by_token", broken)
    answer = visitor.read()
    assert answer.status_code == 500 and answer.json()["reason"] == "failed"
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert "RuntimeError at test_web_api.py" in caplog.text and "secret" not in caplog.text


def test_a_page_elsewhere_may_ask_and_needs_no_cookie(client):
    asked = client.options("/api/conversations", headers={
        "Origin": "https://cyberhus.dk", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type"})
    assert asked.status_code == 200 and asked.headers["access-control-allow-origin"] == "*"
    opened = client.post("/api/conversations", json={}, headers={"Origin": "https://cyberhus.dk"})
    assert opened.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in opened.headers and "set-cookie" not in opened.headers
    assert opened.headers["cache-control"] == "no-store"


def test_moves_that_are_no_messages_have_an_end_and_leave_no_heap_of_lines(client, visitor, house):
    most = house.parts.settings.max_messages_per_minute
    answers = [client.post("/api/conversations/current/human", headers=visitor.headers) for _ in range(most + 1)]
    assert [a.status_code for a in answers[:-1]] == [200] * most and answers[-1].status_code == 429
    lines = visitor.read().json()["messages"]
    assert len([line for line in lines if line["author"] == "system"]) == 1
