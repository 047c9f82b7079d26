"""What breaks in others: where is each line of that list tested here?

The name of a test is a promise: this test fails when one of them is gone.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]

# What breaks -> the file and the test that holds it, one or more.
WHERE = {
    "1 the bot keeps talking after the hand-over": [
        ("bot/test_desk_machine.py", "one_owner_and_a_silent_robot"),
        ("bot/test_gateway.py", "test_a_human_who_takes_over_while_the_robot_thinks_silences_it")],
    "2 a pause is one-way, and a typed command ends it": [
        ("channels/console/test_console_work.py",
         "test_a_conversation_leaves_the_counsellor_and_the_visitor_is_told"),
        ("bot/test_gateway.py", "test_only_a_button_that_was_offered_is_obeyed")],
    "3 hand-over works once only": [
        ("channels/console/test_console_work.py",
         "test_a_closed_conversation_can_be_taken_up_again_by_the_one_who_had_it"),
        ("bot/test_desk_machine.py", "asks_for_a_human")],
    "4 outside the hours no message, or two": [
        ("bot/test_waiting.py", "test_outside_confirmed_hours_nobody_is_queued_in_silence"),
        ("bot/test_waiting.py", "test_by_sms_one_waits_until_it_opens_and_is_told_when")],
    "5 stuck with a counsellor who went silent": [
        ("bot/test_waiting.py", "test_a_counsellor_who_vanishes_gives_the_conversation_back_in_its_old_place")],
    "6 a transfer to someone offline": [
        ("bot/test_waiting.py", "test_a_transfer_goes_to_somebody_who_is_there_or_changes_nothing"),
        ("channels/console/test_console_casework.py",
         "test_a_transfer_to_somebody_away_is_refused_in_words_and_changes_nothing")],
    "7 no way out after a long wait": [
        ("bot/test_waiting.py", "test_after_a_long_wait_other_ways_are_offered_once")],
    "8 no place in the queue": [
        ("bot/test_waiting.py", "test_an_estimate_comes_from_recent_waits_and_is_unknown_without_them"),
        ("browser/test_visitor.py", "test_a_human_takes_over_is_named_and_hands_back")],
    "9 a counsellor reconnects and misses a reply": [
        ("channels/console/test_console_work.py", "test_after_a_reconnect_only_what_is_new_is_sent")],
    "10 a phone in the background shows replies only after a reload": [
        ("browser/test_visitor_lines.py", "test_a_page_that_was_put_away_catches_up_when_it_is_looked_at")],
    "11 a reconnect doubles the history": [
        ("browser/console/test_console.py",
         "test_a_line_that_breaks_before_the_answer_came_neither_loses_nor_doubles"),
        ("browser/console/test_console.py", "test_a_server_that_restarts_loses_and_doubles_nothing")],
    "12 a reload loses the chat, a guessed id opens another's": [
        ("channels/test_web_socket.py", "test_a_wrong_token_closes_the_socket_and_tells_nothing"),
        ("channels/test_web_api.py", "test_without_the_right_token_nothing_opens"),
        ("browser/test_visitor.py", "test_a_reload_keeps_the_conversation_and_another_tab_does_not_see_it")],
    "13 the chat stays on a shared computer": [
        ("browser/test_visitor.py", "test_deleting_is_asked_once_and_leaves_nothing"),
        ("browser/test_visitor.py", "test_leaving_shows_a_harmless_page_and_the_back_button_does_not_return")],
    "14 Telegram: edits, other kinds, the same update for ever": [
        ("channels/test_telegram.py", "test_an_edit_is_not_a_new_message"),
        ("channels/test_telegram.py", "test_what_is_no_text_is_politely_not_read_and_never_fetched"),
        ("channels/test_telegram_trouble.py", "test_a_broken_update_gets_200_so_that_it_does_not_come_for_ever")],
    "15 delivered twice to the counsellor": [
        ("channels/console/test_console_work.py", "test_the_same_message_sent_twice_is_written_once")],
    "16 emoji alone mean nothing": [
        ("channels/console/test_what_breaks.py", "test_emoji_alone_are_a_message_and_a_knife_is_a_knife")],
    "17 a confident wrong intent, and negation": [("nlu/test_phrases.py", "test_what_is_denied_is_not_said")],
    "18 the action server is down and the bot is silent": [
        ("bot/test_gateway.py", "test_a_robot_that_is_down_is_replaced_by_an_honest_line"),
        ("bot/test_alarm.py", "test_a_crisis_reply_is_there_before_the_robot_is_asked_and_when_it_is_down")],
    "19 the IP address is stored": [
        ("channels/test_web_serving.py",
         "test_what_was_acknowledged_survives_a_kill_and_no_address_or_text_is_in_the_log")],
    "20 nothing is deleted": [
        ("bot/test_gateway.py", "test_deleting_takes_everything_at_once_and_the_token_opens_nothing"),
        ("bot/test_gateway.py",
         "test_what_the_robot_alone_had_is_gone_after_a_day_and_what_a_human_had_after_thirty"),
        ("channels/console/test_console_casework.py",
         "test_notes_and_labels_are_for_colleagues_and_no_visitor_ever_gets_them")],
    "21 private notes leak to the visitor": [
        ("channels/console/test_console_casework.py", "test_no_module_on_the_visitors_side_can_read_a_note")],
    "22 the widget cannot be used with a screen reader": [
        ("browser/test_visitor_access.py", "test_the_whole_way_can_be_walked_by_keyboard"),
        ("browser/test_visitor_access.py", "test_axe_finds_nothing_in_any_state")],
    "23 five short messages get five answers": [
        ("bot/test_gateway.py", "test_several_short_messages_in_a_row_get_one_answer"),
        ("bot/test_alarm.py", "test_danger_inside_a_burst_is_answered_at_once")],
}


def test_all_twenty_three_are_here():
    assert [int(line.split()[0]) for line in WHERE] == list(range(1, 24))


@pytest.mark.parametrize("line", WHERE)
def test_what_breaks_in_others_is_tested_here(line):
    for file, name in WHERE[line]:
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        names = [n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
        assert [n for n in names if name in n and (n.startswith("test_") or "machine" in file)], f"{file}: {name}"


def test_emoji_alone_are_a_message_and_a_knife_is_a_knife(house):
    from nlu.normalise import plain_words
    token, _ = house.open()
    house.write(token, "😭🔪")
    assert "😭🔪" in [m.body["text"] for m in house.thread(token)]
    assert "kniv" in plain_words("😭🔪")
