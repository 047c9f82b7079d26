"""SMS, against a local server that speaks GatewayAPI's documented format. The gateway itself was not tried."""

import sqlalchemy as sa

ANNA = 4500000001  # no number of the Danish plan


def conversations(door):
    from bot.tables import conversations as table
    with door.house.parts.store.database.read() as connection:
        return connection.execute(sa.select(table.c.id).order_by(table.c.created_at)).scalars().all()


def test_a_message_is_answered_by_sms_after_a_welcome_that_says_what_sms_is(sms_door, sms_provider, robot):
    assert sms_door.sms("min mormor er død").status_code == 200
    sms_provider.has_text("svar")
    assert "SMS er ikke helt anonym" in sms_provider.texts()[0] and sms_provider.texts()[1] == "svar"
    assert {c["msisdn"] for c in sms_provider.calls} == {ANNA}
    assert {c["sender"] for c in sms_provider.calls} == {"1204"}
    assert {c["encoding"] for c in sms_provider.calls} == {"UTF8"}
    assert robot.turns[0].channel == "sms" and robot.turns[0].text == "min mormor er død"


def test_danger_is_answered_at_once_also_while_the_robot_is_down(sms_door, sms_provider, robot):
    robot.down = True
    sms_door.sms("jeg vil ikke leve mere")
    sms_provider.has_text("Svar 1 for Jeg er i sikkerhed")
    assert any("112" in text for text in sms_provider.texts()) and robot.turns == []


def test_the_number_lies_nowhere_in_the_clear_and_no_counsellor_sees_it(sms_door, sms_provider, tmp_path):
    sms_door.sms("hej")
    sms_provider.has_text("svar")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert str(ANNA).encode() not in path.read_bytes(), path.name
    conversation, messages = sms_door.portal.call(sms_door.house.desk.thread, conversations(sms_door)[0])
    assert str(ANNA) not in f"{conversation}{messages}"


def test_a_typed_number_chooses_the_button_and_a_typed_age_stays_an_age(sms_door, sms_provider, robot):
    robot.messages = ({"text": "Hvad vil du?", "buttons": [
        {"title": "Vis mig det", "payload": "/vis"}, {"title": "Et menneske", "payload": "/menneske"}]},)
    sms_door.sms("hej")
    sms_provider.has_text("Svar 1 for Vis mig det\nSvar 2 for Et menneske")
    robot.messages = ({"text": "Hvor gammel er du?", "buttons": [
        {"title": "13-15", "payload": "/alder_1"}, {"title": "16-17", "payload": "/alder_2"}]},)
    sms_door.sms(" Svar 1. ")
    sms_provider.has_text("Svar A for 13-15\nSvar B for 16-17")
    robot.messages = ({"text": "tak", "buttons": []},)
    sms_door.sms("14")
    sms_provider.has_text("tak")
    sms_door.sms("b")
    sms_provider.until(lambda: len(robot.turns) == 4)
    assert [(t.payload, t.text) for t in robot.turns] == [
        (None, "hej"), ("/vis", "Vis mig det"), (None, "14"), (None, "b")]


def test_a_letter_chooses_where_letters_were_offered(sms_door, sms_provider, robot):
    robot.messages = ({"text": "Hvor gammel er du?", "buttons": [
        {"title": "13-15", "payload": "/alder_1"}, {"title": "16-17", "payload": "/alder_2"}]},)
    sms_door.sms("hej")
    sms_provider.has_text("Svar B for 16-17")
    sms_door.sms("b")
    sms_provider.until(lambda: len(robot.turns) == 2)
    assert robot.turns[1].payload == "/alder_2"


def test_an_offer_is_a_short_text_with_how_to_reach_it(sms_door, sms_provider, robot):
    robot.messages = ({"text": "Måske det her", "buttons": [], "cards": [
        {"id": "x", "kind": "gruppe", "name": "Unge-gruppen", "organisation": "Kommunen", "why": "Du skrev om sorg.",
         "next_step": "Ring og spørg.", "reach": "Skriv til gruppen.", "open_now": None}]},)
    sms_door.sms("hej")
    assert sms_provider.has_text("Unge-gruppen") == (
        "Måske det her\n\nUnge-gruppen: Du skrev om sorg. Skriv til gruppen. Ring og spørg.")


def test_a_counsellor_writes_by_sms_and_nothing_of_it_is_sent_twice(sms_door, sms_provider, robot):
    accounts = sms_door.house.accounts
    mette = accounts.get(accounts.create("mette", "Mette", "raadgiver", "en lang nok kode"))
    sms_door.sms("hej")
    sms_provider.has_text("svar")
    conversation = conversations(sms_door)[0]
    sms_door.portal.call(sms_door.house.gateway.waiting.request, conversation)
    sms_door.portal.call(sms_door.house.desk.take, conversation, mette)
    for _ in range(2):
        sms_door.portal.call(sms_door.house.desk.say, conversation, mette, "m1", "Hej, jeg hedder Mette “her”")
    sms_provider.has_text('Hej, jeg hedder Mette "her"')
    sms_provider.quiet(0.5)
    assert len([t for t in sms_provider.texts() if "jeg hedder Mette" in t]) == 1
    assert sms_provider.calls[-1]["encoding"] == "UTF8"
    seqs = sms_door.ways.outbox.states(conversation)
    assert set(seqs.values()) == {"sent"} and len(seqs) == len(sms_provider.texts())


def test_stop_deletes_conversation_and_address_and_is_confirmed(sms_door, sms_provider):
    from bot.outbox_tables import addresses, outbox
    sms_door.sms("hej")
    sms_provider.has_text("svar")
    assert sms_door.sms("Stop!").status_code == 200
    sms_provider.has_text("Samtalen er slettet")
    assert conversations(sms_door) == []
    with sms_door.house.parts.store.database.read() as connection:
        for table in (addresses, outbox):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0
    sms_door.sms("hej igen")
    sms_provider.until(lambda: len([t for t in sms_provider.texts() if "ikke helt anonym" in t]) == 2)


def test_a_message_that_comes_twice_is_taken_once_also_after_stop(sms_door, sms_provider, robot):
    again = {"id": 77, "msisdn": ANNA, "message": "hej", "senttime": int(sms_door.house.parts.clock().timestamp())}
    assert sms_door.call(again).json() == {"outcome": "accepted"}
    assert sms_door.call(again).json() == {"outcome": "duplicate"}
    sms_provider.has_text("svar")
    sms_door.sms("STOP")
    sms_provider.has_text("Samtalen er slettet")
    assert sms_door.call(again).json() == {"outcome": "duplicate"}
    assert conversations(sms_door) == [] and sms_door.count("duplicate") == 2 and len(robot.turns) == 1


def test_a_captured_message_that_is_sent_again_after_a_week_is_not_taken(sms_door, clock):
    old = {"id": 78, "msisdn": ANNA, "message": "hej", "senttime": int(clock().timestamp())}
    clock.forward(days=8)
    assert sms_door.call(old).json() == {"outcome": "stale"} and conversations(sms_door) == []


def test_delivery_reports_are_kept_and_a_late_one_takes_nothing_back(sms_door, sms_provider):
    sms_door.sms("hej")
    sms_provider.has_text("svar")
    conversation = conversations(sms_door)[0]
    sms_provider.until(lambda: set(sms_door.ways.outbox.states(conversation).values()) == {"sent"})
    first, second = sms_provider.calls[0], sms_provider.calls[1]
    for status in ("ENROUTE", "DELIVERED", "BUFFERED", "EXPIRED"):
        assert sms_door.call({"id": first["id"], "msisdn": ANNA, "time": 1, "status": status,
                           "userref": first["userref"]}).status_code == 200
    sms_door.call({"id": second["id"], "msisdn": ANNA, "time": 1, "status": "UNDELIVERABLE", "error": None})
    states = sms_door.ways.outbox.states(conversation)
    assert sorted(states.values()) == ["delivered", "failed"]
    assert list(sms_door.ways.outbox.failures(conversation).values()) == ["undeliverable"]


def test_a_conversation_goes_on_after_days_with_a_counsellor(sms_door, sms_provider, clock):
    accounts = sms_door.house.accounts
    mette = accounts.get(accounts.create("mette", "Mette", "raadgiver", "en lang nok kode"))
    sms_door.sms("hej")
    sms_provider.has_text("svar")
    conversation = conversations(sms_door)[0]
    sms_door.portal.call(sms_door.house.gateway.waiting.request, conversation)
    sms_door.portal.call(sms_door.house.desk.take, conversation, mette)
    clock.forward(days=5)
    sms_door.portal.call(sms_door.house.gateway.purge)
    sms_door.sms("er du der endnu?")
    assert conversations(sms_door) == [conversation]
    sms_door.portal.call(sms_door.house.desk.take, conversation, mette)  # it went back to the queue meanwhile
    sms_door.portal.call(sms_door.house.desk.say, conversation, mette, "m1", "Ja, jeg er her")
    sms_provider.has_text("Ja, jeg er her")


def test_without_secrets_the_channel_is_off_and_has_no_address(client):
    assert client.post("/sms/gatewayapi", json={}).status_code in (404, 405)


def test_the_keyword_of_a_shared_short_code_is_not_part_of_the_message(open_sms, sms_provider, robot):
    with open_sms(sms_keyword="snak") as door:
        door.sms("SNAK hej med dig")
        sms_provider.has_text("svar")
    assert robot.turns[0].text == "hej med dig"
