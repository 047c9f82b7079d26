"""What comes to the SMS webhook that is not an SMS, or too much of it?"""

import hashlib
import hmac
import json
import time

import jwt
import pytest

ANNA, BO = 4500000001, 4500000002  # no numbers of the Danish plan


def text_of(door, **more):
    return {"id": 1, "msisdn": ANNA, "message": "hej", "senttime": int(door.house.parts.clock().timestamp())} | more


def conversations(door):
    return len(door.ways.addresses.behind())


def test_a_wrong_signature_is_refused_and_counted(sms_door):
    event = text_of(sms_door)
    assert sms_door.call(event, secret="another secret that is long enough too").status_code == 401
    assert sms_door.post("/sms/gatewayapi", json=event).status_code == 401
    unsigned = jwt.encode(event, None, algorithm="none")
    assert sms_door.post("/sms/gatewayapi", json=event, headers={"X-Gwapi-Signature": unsigned}).status_code == 401
    for junk in ("a.b.c", "....", "æøå", "eyJhbGciOiJIUzI1NiJ9..", "W10.W10.W10"):
        assert sms_door.post("/sms/gatewayapi", json=event,
                             headers={"X-Gwapi-Signature": junk.encode()}).status_code == 401
    assert sms_door.count("bad_signature") == 8 and sms_door.count("in") == 0


def test_a_body_that_is_not_what_was_signed_is_refused(sms_door):
    assert sms_door.call(text_of(sms_door), body=text_of(sms_door, id=2)).status_code == 401


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 50_000, b'{"id": NaN}'])
def test_malformed_json_is_refused_and_counted(sms_door, content):
    answer = sms_door.call(text_of(sms_door), content=content)
    assert answer.status_code in (400, 401)
    assert sms_door.count("malformed") + sms_door.count("bad_signature") == 1


@pytest.mark.parametrize("wrong", [
    {"msisdn": None}, {"msisdn": "abc"}, {"msisdn": -4}, {"msisdn": True}, {"msisdn": "1" * 40}, {"msisdn": [1]},
    {"id": None}, {"id": {}}, {"id": "x" * 500}])
def test_fields_of_the_wrong_kind_are_refused_and_nothing_is_opened(sms_door, wrong):
    assert sms_door.call(text_of(sms_door, **wrong)).status_code == 400
    assert sms_door.count("malformed") == 1 and sms_door.count("in") == 0


@pytest.mark.parametrize("odd", [{"senttime": "soon"}, {"senttime": None}, {"message": None}, {"message": 7},
                                 {"message": ""}, {"message": "\u0000\ud83d"}, {"udh": "AAAA", "payload": "BBBB"}])
def test_odd_but_signed_messages_break_nothing(sms_door, odd):
    event = text_of(sms_door, **odd)
    assert sms_door.call(event, content=json.dumps(event)).status_code == 200


@pytest.mark.parametrize("event", [{"id": 9, "kind": "rcs"}, {"id": 9, "status": "TELEPORTED"}, {"id": 9, "status": 4}])
def test_an_unknown_kind_of_event_is_taken_politely_and_counted(sms_door, event):
    answer = sms_door.call(event)
    assert (answer.status_code, answer.json()) == (200, {"outcome": "unknown_event"})
    assert sms_door.count("unknown_event") == 1


def test_a_report_on_a_message_that_we_never_sent_changes_nothing(sms_door):
    assert sms_door.call({"id": 9, "status": "DELIVERED", "userref": "x"}).json() == {"outcome": "report"}


def test_a_megabyte_is_refused_unread_and_counted(sms_door):
    answer = sms_door.call(text_of(sms_door), content=b"x" * 1_000_000)
    assert answer.status_code == 413 and sms_door.count("too_large") == 1


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_other_methods_are_refused(sms_door, method):
    assert getattr(sms_door, method)("/sms/gatewayapi").status_code == 405


def test_a_thousand_messages_of_one_sender_are_slowed_down_and_another_is_served(sms_door, sms_provider, robot):
    began, statuses = time.monotonic(), []
    for n in range(1000):
        statuses.append(sms_door.sms(f"besked {n}").status_code)
        if n == 500:
            assert sms_door.sms("min mormor er død", sender=BO).status_code == 200
            sms_provider.until(lambda: BO in {c["msisdn"] for c in sms_provider.calls if c["text"] == "svar"})
    print(f"1,000 messages in {time.monotonic() - began:.1f} s; {statuses.count(200)} taken, {statuses.count(429)} not")
    assert statuses.count(200) == 40 and statuses.count(429) == 960
    assert sms_door.count("too_fast") == 960 and sms_door.count("in") == 1001
    sms_provider.quiet(1)
    to_anna = [c["text"] for c in sms_provider.calls if c["msisdn"] == ANNA]
    assert len([t for t in to_anna if "mange beskeder på én gang" in t]) == 1


@pytest.fixture
def generic(open_house, sms_provider):
    with open_house(sms_gateway="generic", sms_url=f"{sms_provider.url}/send", sms_token="t", sms_secret="s" * 32,
                    sms_sender="1204") as door:
        def call(event, at=None, secret="s" * 32, signature=None):
            body = json.dumps(event).encode()
            stamp = str(int(door.house.parts.clock().timestamp() if at is None else at))
            made = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
            return door.post("/sms/generic", content=body, headers={
                "X-Timestamp": stamp, "X-Signature": signature or f"sha256={made}"})
        door.call = call
        yield door


def test_the_generic_gateways_signature_is_checked_and_grows_old(generic, clock):
    event = {"type": "message", "id": "a1", "from": f"+{ANNA}", "text": "hej"}
    assert generic.call(event).json() == {"outcome": "accepted"}
    assert generic.call(event).json() == {"outcome": "duplicate"}
    assert generic.call(event, secret="x" * 32).status_code == 401
    assert generic.call(event, signature="sha256=").status_code == 401
    assert generic.call(event, at=clock().timestamp() - 301).status_code == 401
    assert generic.call({"type": "party"}).json() == {"outcome": "unknown_event"}
    assert generic.call([]).status_code == 400
    assert generic.call({"type": "status", "id": "p1", "reference": "r", "status": "delivered"}).status_code == 200
