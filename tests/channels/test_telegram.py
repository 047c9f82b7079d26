"""Telegram, with the real library against a local Bot API server. Telegram itself was not tried."""

import pytest
import sqlalchemy as sa

from tests.channels.providers import CHAT, SECRET, message

OTHER = 7002


def conversations(door):
    from bot.tables import conversations as table
    with door.house.parts.store.database.read() as connection:
        return connection.execute(sa.select(table.c.id)).scalars().all()


def test_it_tells_telegram_where_to_call_with_which_secret(telegram_door, bot_api):
    hook = bot_api.until(lambda: bot_api.named("setWebhook"))[0]["data"]
    assert hook["url"] == "https://chat.example.dk/telegram/webhook" and hook["secret_token"] == SECRET


def test_start_opens_with_what_telegram_knows_and_with_buttons(telegram_door, bot_api):
    assert telegram_door.write("/start").status_code == 200
    assert "Telegram er ikke helt anonym" in bot_api.has_text("robot")
    assert '"callback_data"' in bot_api.named("sendMessage")[0]["data"]["reply_markup"]
    telegram_door.write("/start")
    bot_api.has_text("Jeg er her stadig")
    assert len(conversations(telegram_door)) == 1


def test_a_message_is_answered_and_a_tapped_button_is_obeyed_once(telegram_door, bot_api, robot):
    robot.messages = ({"text": "Hvad vil du?", "buttons": [
        {"title": "Vis mig det", "payload": '/om{"about":"other"}'}, {"title": "Andet", "payload": "/andet"}]},)
    telegram_door.write("hej")
    bot_api.has_text("Hvad vil du?")
    keys = bot_api.named("sendMessage")[-1]["data"]["reply_markup"]
    seq = max(telegram_door.ways.outbox.states(conversations(telegram_door)[0]))
    assert f"c:{seq}:0" in keys and "about" not in keys
    tap = {"id": "q1", "chat_instance": "1", "data": f"c:{seq}:0",
           "from": {"id": CHAT, "is_bot": False, "first_name": "Zebraline"}}
    for _ in range(2):
        assert telegram_door.update(update_id=900, callback_query=tap).status_code == 200
    bot_api.until(lambda: len(robot.turns) == 2)
    bot_api.quiet(0.4)
    assert [(t.payload, t.text) for t in robot.turns] == [(None, "hej"), ('/om{"about":"other"}', "Vis mig det")]
    assert len(bot_api.named("answerCallbackQuery")) == 1


def test_a_button_of_a_conversation_that_is_gone_says_so_and_opens_none(telegram_door, bot_api):
    for data in ("c:5:0", "c:x:y", "evil", "c:-1:0", "c:99999999999999999999:0"):
        telegram_door.update(callback_query={"id": "q", "chat_instance": "1", "data": data,
                                    "from": {"id": CHAT, "is_bot": False, "first_name": "Z"}})
    assert len(bot_api.named("answerCallbackQuery")) == 5 and conversations(telegram_door) == []
    assert "slettet" in bot_api.named("answerCallbackQuery")[0]["data"]["text"]


def test_a_button_number_of_another_conversation_does_nothing_there(telegram_door, bot_api, robot):
    telegram_door.write("hej")
    telegram_door.write("hej", chat=OTHER)
    bot_api.until(lambda: len(robot.turns) == 2)
    telegram_door.update(callback_query={"id": "q", "chat_instance": "1", "data": "c:1:0",
                                "from": {"id": OTHER, "is_bot": False, "first_name": "Z"}})
    bot_api.until(lambda: len(robot.turns) == 3)
    assert len({t.conversation for t in robot.turns[1:]}) == 1


def test_name_username_and_id_lie_nowhere_in_the_clear(telegram_door, bot_api, tmp_path):
    telegram_door.write("hej", chat=70019999123)
    bot_api.has_text("svar")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"70019999123" not in content and b"ebraline" not in content, path.name


def test_an_update_that_comes_again_is_taken_once_also_after_a_restart(open_telegram, bot_api, robot):
    for _ in range(2):
        with open_telegram() as telegram_door:
            for _ in range(2):
                assert telegram_door.update(update_id=500, message=message(text="hej")).status_code == 200
            bot_api.has_text("svar")
            bot_api.quiet(0.3)
    assert len(robot.turns) == 1 and bot_api.texts().count("svar") == 1


@pytest.mark.parametrize("content", [
    {"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1,
                 "is_animated": False, "is_video": False}},
    {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}},
    {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
    {"location": {"latitude": 55.8, "longitude": 9.7}},
    {"contact": {"phone_number": "1", "first_name": "x"}}])
def test_what_is_no_text_is_politely_not_read_and_never_fetched(telegram_door, bot_api, robot, content):
    assert telegram_door.update(message=message(**content)).status_code == 200
    bot_api.has_text("Jeg kan kun læse tekst")
    assert robot.turns == [] and bot_api.named("getFile") == [] and telegram_door.count("not_read") == 1


def test_the_words_below_a_picture_are_read(telegram_door, bot_api, robot):
    telegram_door.update(message=message(caption="jeg er ked af det",
                                photo=[{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]))
    bot_api.has_text("svar")
    bot_api.has_text("Jeg kan kun læse tekst")
    assert robot.turns[0].text == "jeg er ked af det"


def test_an_edit_is_not_a_new_message(telegram_door, bot_api, robot):
    telegram_door.write("hej")
    bot_api.has_text("svar")
    for _ in range(3):
        telegram_door.update(edited_message=message(text="hej igen", edit_date=1764100001))
    bot_api.has_text("Du rettede i en besked")
    bot_api.quiet(0.3)
    assert len(robot.turns) == 1 and len([t for t in bot_api.texts() if "Du rettede" in t]) == 1


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_groups_and_channels_are_left_and_nothing_is_kept(telegram_door, bot_api, kind):
    name = "channel_post" if kind == "channel" else "message"
    telegram_door.update(**{name: message(-100, kind, text="hej alle", title="Klassen")})
    assert bot_api.named("leaveChat")[0]["data"]["chat_id"] == "-100" and conversations(telegram_door) == []


def test_slet_deletes_everything_and_says_so(telegram_door, bot_api):
    from bot.outbox_tables import addresses
    telegram_door.write("hej")
    bot_api.has_text("svar")
    telegram_door.write("/slet")
    bot_api.has_text("Samtalen er slettet")
    with telegram_door.house.parts.store.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(addresses)).scalar() == 0
    assert conversations(telegram_door) == []


def test_the_word_stop_inside_a_talk_is_no_command_here(telegram_door, bot_api, robot):
    telegram_door.write("stop")
    bot_api.has_text("svar")
    assert len(conversations(telegram_door)) == 1


def test_by_asking_each_update_is_taken_once_and_confirmed(open_telegram, bot_api, robot):
    bot_api.updates = [{"update_id": 10 + n, "message": message(text=f"besked {n}")} for n in range(3)]
    with open_telegram(telegram_secret="") as telegram_door:
        bot_api.until(lambda: robot.turns and "besked 2" in robot.turns[-1].text)
        bot_api.until(lambda: bot_api.updates == [])
        assert bot_api.named("deleteWebhook") and not bot_api.named("setWebhook")
        assert telegram_door.post("/telegram/webhook", json={}).status_code in (404, 405)
        assert telegram_door.count("in") == 3


def test_a_long_line_goes_as_several_messages_with_the_buttons_below_the_last(telegram_door, bot_api, robot):
    robot.messages = ({"text": "Det er langt. " * 700, "buttons": [{"title": "Ja", "payload": "/ja"}]},)
    telegram_door.write("hej")
    bot_api.until(lambda: len([t for t in bot_api.texts() if "Det er langt" in t]) == 3)
    with_keys = [bool(c["data"].get("reply_markup")) for c in bot_api.named("sendMessage")][1:]
    assert with_keys == [False, False, True]
