"""What comes to Telegram's webhook that is no update, or too much, and what becomes of replies that are refused?"""

import json
import time

import pytest
import sqlalchemy as sa

from bot.outbox_tables import outbox
from tests.channels.providers import CHAT, SECRET, message

OTHER = 7002


def rows(door):
    with door.house.parts.store.database.read() as connection:
        return connection.execute(sa.select(outbox).order_by(outbox.c.seq, outbox.c.part)).mappings().all()


def post(door, content, secret=SECRET):
    return door.post("/telegram/webhook", content=content, headers={"X-Telegram-Bot-Api-Secret-Token": secret})


def test_whoever_has_no_secret_is_refused_and_counted(telegram_door, robot):
    assert telegram_door.update(secret="wrong", message=message(text="hej")).status_code == 403
    assert telegram_door.post("/telegram/webhook", json={}).status_code == 403
    assert telegram_door.count("bad_signature") == 2 and telegram_door.count("in") == 0


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 50_000])
def test_what_is_no_json_is_refused_and_counted(telegram_door, content):
    assert post(telegram_door, content).status_code == 400 and telegram_door.count("malformed") == 1


@pytest.mark.parametrize("update", [
    [], 7, {}, {"update_id": "x"}, {"update_id": 5, "message": 7}, {"update_id": 5, "message": {"text": "hej"}},
    {"update_id": 5, "callback_query": {}}, {"update_id": 5, "message": {"message_id": "x", "chat": []}}])
def test_a_broken_update_gets_200_so_that_it_does_not_come_for_ever(telegram_door, update):
    assert post(telegram_door, json.dumps(update)).status_code == 200
    assert telegram_door.count("in") == 0
    assert telegram_door.write("hej").json() == {"outcome": "accepted"}


def test_a_kind_of_update_that_we_do_not_know_gets_200(telegram_door):
    assert telegram_door.update(poll_answer_of_tomorrow={"x": 1}).status_code == 200


def test_an_error_of_ours_is_tried_again_gets_200_and_is_owned_up_to(telegram_door, bot_api, monkeypatch):
    broken = []

    async def fails(*_given, **_more):
        broken.append(1)
        raise KeyError("inside")
    monkeypatch.setattr(telegram_door.ways.inbox, "write", fails)
    assert telegram_door.write("hej").status_code == 200
    assert len(broken) == 3 and telegram_door.count("error") == 1
    bot_api.has_text("kan jeg ikke gemme det")


def test_a_megabyte_is_refused_and_counted(telegram_door):
    assert post(telegram_door, b"x" * 1_000_000).status_code == 413 and telegram_door.count("too_large") == 1


def test_a_thousand_messages_of_one_sender_are_taken_with_200_and_told_once(telegram_door, bot_api, robot):
    began = time.monotonic()
    for n in range(1000):
        assert telegram_door.write(f"besked {n}").status_code == 200
        if n == 500:
            telegram_door.write("min mormor er død", chat=OTHER)
    print(f"1,000 updates in {time.monotonic() - began:.1f} s")
    bot_api.until(lambda: any(t.text == "min mormor er død" for t in robot.turns))
    assert telegram_door.count("too_fast") == 960
    bot_api.quiet(1)
    assert len([t for t in bot_api.texts() if "mange beskeder på én gang" in t]) == 1


def test_who_has_blocked_us_is_a_permanent_failure_that_the_counsellor_sees(telegram_door, bot_api):
    bot_api.plan.extend([(403, None)] * 2)
    telegram_door.write("hej")
    bot_api.until(lambda: telegram_door.count("failed") == 2)
    conversation = rows(telegram_door)[0]["conversation"]
    assert set(telegram_door.ways.outbox.failures(conversation).values()) == {"blocked"}
    assert len(bot_api.named("sendMessage")) == 2


def test_flood_control_is_honoured_to_the_second_for_everybody(telegram_door, bot_api, clock):
    bot_api.plan.append((429, {"retry_after": 30}))
    telegram_door.write("hej")
    bot_api.until(lambda: rows(telegram_door) and rows(telegram_door)[0]["attempts"] == 1)
    bot_api.until(lambda: rows(telegram_door)[0]["state"] == "waiting")
    telegram_door.write("hej", chat=OTHER)
    bot_api.quiet(0.4)
    assert len(bot_api.named("sendMessage")) == 1
    clock.forward(seconds=29)
    bot_api.quiet(0.3)
    assert len(bot_api.named("sendMessage")) == 1
    clock.forward(seconds=2)
    bot_api.until(lambda: bot_api.texts().count("svar") == 2)
    assert {c["data"]["chat_id"] for c in bot_api.named("sendMessage")} == {str(CHAT), str(OTHER)}


def test_telegram_that_is_down_gets_it_once_and_in_order_when_it_is_back(telegram_door, bot_api, clock):
    bot_api.plan.extend([(502, None), (500, None), (401, None)])
    telegram_door.write("hej")
    bot_api.until(lambda: rows(telegram_door) and rows(telegram_door)[0]["attempts"] == 1)
    for _ in range(3):
        bot_api.until(lambda: rows(telegram_door)[0]["state"] == "waiting")
        before = len(bot_api.named("sendMessage"))
        clock.forward(minutes=31)
        bot_api.until(lambda n=before: len(bot_api.named("sendMessage")) > n)
    bot_api.has_text("svar")
    assert "ikke helt anonym" in bot_api.texts()[0] and bot_api.texts()[1:] == ["svar"]
    assert telegram_door.count("access") == 1


def test_the_house_opens_and_takes_updates_while_telegram_cannot_be_reached(open_telegram, bot_api, robot):
    bot_api.stop()
    with open_telegram() as door:
        assert door.get("/healthz").status_code == 200
        assert door.write("min mormor er død").json() == {"outcome": "accepted"}
        bot_api.until(lambda: len(robot.turns) == 1)
        bot_api.until(lambda: {r["state"] for r in rows(door)} == {"waiting"} and rows(door)[0]["attempts"] >= 1)
        assert door.count("retry") >= 1
