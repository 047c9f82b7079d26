"""What becomes of replies while the SMS provider is down, slow, or we are started again in the middle?"""

import sqlalchemy as sa

from bot.outbox_tables import outbox


def rows(door):
    with door.house.parts.store.database.read() as connection:
        return connection.execute(sa.select(outbox).order_by(outbox.c.seq, outbox.c.part)).mappings().all()


def conversation(door):
    return rows(door)[0]["conversation"]


def test_a_provider_that_is_down_gets_everything_once_and_in_order_when_it_is_back(sms_door, sms_provider, clock):
    sms_provider.plan.extend([500, 503, 401, 429])
    sms_door.sms("hej")
    sms_provider.until(lambda: rows(sms_door) and rows(sms_door)[0]["attempts"] == 1)
    for _ in range(4):
        sms_provider.until(lambda: rows(sms_door)[0]["state"] == "waiting")
        clock.forward(minutes=31)
        before = len(sms_provider.calls)
        sms_provider.until(lambda n=before: len(sms_provider.calls) > n)
    sms_provider.has_text("svar")
    taken = sms_provider.texts()
    assert "ikke helt anonym" in taken[0] and taken[1:] == ["svar"]
    assert len(sms_provider.calls) == 6 and sms_door.count("retry") == 3 and sms_door.count("access") == 1
    assert rows(sms_door)[0]["attempts"] == 5


def test_pauses_grow_and_no_hammering_happens(sms_door, sms_provider, clock):
    sms_provider.plan.extend([500] * 50)
    sms_door.sms("hej")
    sms_provider.until(lambda: len(sms_provider.calls) == 1)
    sms_provider.quiet(0.5)
    assert len(sms_provider.calls) == 1
    pauses = []
    for n in range(2, 7):
        sms_provider.until(lambda: rows(sms_door)[0]["state"] == "waiting")
        pauses.append(rows(sms_door)[0]["next_at"] - clock().timestamp())
        clock.forward(seconds=pauses[-1] + 0.01)
        sms_provider.until(lambda n=n: len(sms_provider.calls) == n)
    assert pauses == sorted(pauses) and pauses[-1] > 50


def test_a_number_that_does_not_exist_fails_at_once_and_the_counsellor_can_see_it(sms_door, sms_provider):
    sms_provider.plan.extend([422, 422])
    sms_door.sms("hej")
    sms_provider.until(lambda: sms_door.count("failed") == 2)
    found = sms_door.ways.outbox.states(conversation(sms_door))
    assert set(found.values()) == {"failed"}
    assert set(sms_door.ways.outbox.failures(conversation(sms_door)).values()) == {"rejected"}
    assert all(row["body"] is None for row in rows(sms_door))


def test_after_a_day_it_is_given_up_and_said(sms_door, sms_provider, clock):
    sms_provider.plan.extend([500, 500, 500])
    sms_door.sms("hej")
    sms_provider.until(lambda: len(sms_provider.calls) == 1)
    clock.forward(hours=23)
    sms_provider.until(lambda: len(sms_provider.calls) == 2)
    clock.forward(hours=2)
    sms_provider.until(lambda: sms_door.count("failed") >= 1)
    assert "gave_up" in sms_door.ways.outbox.failures(conversation(sms_door)).values()


def test_a_slow_provider_may_have_sent_it_so_it_is_not_sent_again_but_they_are_told(
        sms_door, sms_provider, monkeypatch):
    import httpx
    sms_door.ways.transports["sms"]._client.timeout = httpx.Timeout(0.5)
    sms_provider.plan.extend(["slow"])
    sms_door.sms("hej")
    sms_provider.has_text("måske ikke nået frem")
    sms_provider.quiet(0.5)
    texts = sms_provider.texts()
    assert len([t for t in texts if "ikke helt anonym" in t]) == 1
    assert list(sms_door.ways.outbox.failures(conversation(sms_door)).values()) == ["uncertain"]
    sms_door.call({"id": 5000, "status": "DELIVERED", "userref": sms_provider.calls[0]["userref"]})
    assert sms_door.ways.outbox.failures(conversation(sms_door)) == {}


def test_a_restart_in_the_middle_loses_nothing_and_doubles_nothing(open_sms, sms_provider, clock):
    with open_sms() as door:
        sms_provider.plan.extend([500] * 2)
        door.sms("hej")
        sms_provider.until(lambda: len(sms_provider.calls) >= 1)
        sms_provider.until(lambda: len(rows(door)) == 2)
    assert sms_provider.texts() == []
    clock.forward(hours=1)
    sms_provider.plan.clear()
    with open_sms() as door:
        sms_provider.has_text("svar")
        sms_provider.quiet(0.5)
        assert len(sms_provider.texts()) == 2 and {r["state"] for r in rows(door)} == {"sent"}
    with open_sms() as door:
        sms_provider.quiet(0.5)
        assert len(sms_provider.texts()) == 2


def test_a_crash_between_sending_and_marking_is_settled_by_the_rule(open_sms, sms_provider, clock):
    with open_sms() as door:
        door.sms("hej")
        sms_provider.has_text("svar")
        sms_provider.until(lambda: {r["state"] for r in rows(door)} == {"sent"})
        with door.house.parts.store.database.write() as connection:  # as a kill would leave it
            connection.execute(outbox.update().where(outbox.c.seq == rows(door)[-1]["seq"]).values(
                state="sending", provider_id=None, claimed_at=clock().timestamp()))
    with open_sms() as door:
        sms_provider.quiet(0.3)
        assert rows(door)[-1]["state"] == "sending"
        clock.forward(seconds=91)
        sms_provider.has_text("måske ikke nået frem")
        assert sms_provider.texts().count("svar") == 1
        assert list(door.ways.outbox.failures(conversation(door)).values()) == ["uncertain"]


def test_a_provider_that_promises_once_is_asked_again(open_sms, sms_provider, clock):
    with open_sms(sms_idempotent=True) as door:
        door.sms("hej")
        sms_provider.has_text("svar")
        sms_provider.until(lambda: {r["state"] for r in rows(door)} == {"sent"})
        with door.house.parts.store.database.write() as connection:
            connection.execute(outbox.update().where(outbox.c.seq == rows(door)[0]["seq"]).values(
                state="sending", claimed_at=clock().timestamp(), body=door.ways.outbox._box.seal({"text": "igen"})))
        clock.forward(seconds=91)
        sms_provider.has_text("igen")
        assert sms_provider.calls[-1]["userref"] == sms_provider.calls[0]["userref"]


def test_danger_is_answered_by_sms_once_while_the_database_is_away(sms_door, sms_provider, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def away(*_given):
        raise OperationalError("select", {}, Exception("away"))
    monkeypatch.setattr(sms_door.ways.addresses, "arrived_before", away)
    for _ in range(2):
        assert sms_door.sms("jeg vil ikke leve mere", id=4711).status_code == 503
    assert "112" in sms_provider.has_text("gemme")
    assert len([t for t in sms_provider.texts() if "gemme" in t]) == 1
    assert sms_door.count("error") == 2
    monkeypatch.undo()
    assert sms_door.sms("jeg vil ikke leve mere", id=4711).json() == {"outcome": "accepted"}
