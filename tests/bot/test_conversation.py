from datetime import datetime, timedelta, timezone

import pytest

from bot.conversation import CLOSED, COUNSELLOR, ROBOT, WAITING, Conversation, IllegalMove

NOW = datetime(2026, 11, 25, 21, 40, tzinfo=timezone.utc)


@pytest.fixture
def fresh():
    return Conversation("c1", "hedensted", "web", NOW, NOW)


def test_asking_twice_keeps_the_place_in_the_queue(fresh):
    first = fresh.asked_for_human(NOW)
    again = first.asked_for_human(NOW + timedelta(minutes=9))
    assert again.state == WAITING and again.waiting_since == NOW


def test_two_counsellors_cannot_take_the_same_conversation(fresh):
    taken = fresh.asked_for_human(NOW).taken_by(1)
    assert (taken.state, taken.owner) == (COUNSELLOR, 1)
    with pytest.raises(IllegalMove):
        taken.taken_by(2)


def test_only_the_owner_hands_back_releases_transfers_and_closes(fresh):
    taken = fresh.asked_for_human(NOW).taken_by(1)
    for move in (lambda: taken.handed_back(2), lambda: taken.released(2, NOW), lambda: taken.transferred(2, 3),
                 lambda: taken.closed(2, NOW)):
        with pytest.raises(IllegalMove):
            move()


def test_a_released_conversation_returns_to_its_old_place(fresh):
    taken = fresh.asked_for_human(NOW).taken_by(1)
    released = taken.released(1, NOW + timedelta(minutes=20))
    assert released.state == WAITING and released.waiting_since == NOW and released.owner is None


def test_a_handover_can_be_repeated_after_it_was_handed_back_and_after_it_was_closed(fresh):
    back = fresh.asked_for_human(NOW).taken_by(1).handed_back(1)
    assert back.state == ROBOT
    closed = back.asked_for_human(NOW).taken_by(2).closed(2, NOW)
    assert closed.state == CLOSED
    assert closed.reopened().asked_for_human(NOW).taken_by(3).owner == 3


def test_a_robots_debt_ends_when_a_human_takes_over(fresh):
    from dataclasses import replace
    owing = replace(fresh, pending_seq=3).asked_for_human(NOW)
    assert owing.taken_by(1).pending_seq == 0


def test_danger_never_falls_and_its_reasons_are_kept_once(fresh):
    worse = fresh.in_danger("akut", ("a", "b")).in_danger("ingen", ()).in_danger("hoej", ("b", "c"))
    assert worse.danger == "akut" and worse.reasons == ("a", "b", "c")


def test_a_conversation_with_the_robot_alone_expires_sooner_than_one_that_a_human_had(fresh):
    day, month = timedelta(hours=24), timedelta(days=30)
    assert fresh.expires_at(day, month) == NOW + day
    assert fresh.asked_for_human(NOW).taken_by(1).handed_back(1).expires_at(day, month) == NOW + month
