"""When is a counsellor meant to be here, and what may be promised?"""

from datetime import date, datetime

import pytest

from bot.rota import BadHours, Plan, Rota, availability
from knowledge.hours import COPENHAGEN, Hours, Interval

WEEK = Hours.parse({"wednesday": ["16:00-22:00"], "friday": ["22:00-02:00"], "holiday": "closed"})
NIGHT = Interval.parse("10:00-12:00")


def at(words):
    return datetime.fromisoformat(words).replace(tzinfo=COPENHAGEN)


@pytest.mark.parametrize(("somebody", "confirmed", "moment", "state"), [
    (True, False, "2026-11-25T03:00", "present"), (False, False, "2026-11-25T17:00", "unknown"),
    (False, True, "2026-11-25T17:00", "expected"), (False, True, "2026-11-25T15:59", "closed"),
    (False, True, "2026-11-28T01:30", "expected"), (False, True, "2026-12-25T23:00", "closed")],
    ids=["there", "unconfirmed", "open", "before", "after midnight", "Christmas Day"])
def test_who_is_there_counts_more_than_the_plan_and_an_unconfirmed_plan_promises_nothing(
        somebody, confirmed, moment, state):
    assert availability(Plan(WEEK, confirmed), somebody, at(moment)).state == state


def test_when_it_opens_again_is_only_said_of_a_confirmed_plan():
    closed = availability(Plan(WEEK, True), False, at("2026-11-25T23:00"))
    assert closed.opens == at("2026-11-27T22:00")
    assert availability(Plan(WEEK, False), False, at("2026-11-25T23:00")).opens is None


def test_a_day_that_differs_takes_the_place_of_the_usual_day():
    plan = Plan(WEEK, True, {date(2026, 11, 25): (), date(2026, 11, 26): (NIGHT,)})
    assert plan.open_at(at("2026-11-25T17:00")) is False
    assert plan.open_at(at("2026-11-26T11:00")) is True
    assert plan.opens_next(at("2026-11-25T12:00")) == at("2026-11-26T10:00")


def test_the_data_of_the_municipality_counts_until_somebody_has_written_a_week(parts):
    rota = Rota(parts.store.database)
    assert rota.plan("hedensted").confirmed is False and rota.plan("hedensted").hours is not None
    rota.set_week("hedensted", {"monday": ["09:00-12:00"], "holiday": "closed"}, confirmed=True)
    assert rota.plan("hedensted").open_at(at("2026-11-30T10:00")) is True
    assert rota.plan("norddjurs").confirmed is False


def test_days_are_set_changed_and_forgotten(parts):
    rota, day = Rota(parts.store.database), date(2026, 12, 24)
    rota.set_day("hedensted", day, "10:00-12:00")
    rota.set_day("hedensted", day, "")
    assert rota.plan("hedensted").days == {day: ()}
    rota.forget_day("hedensted", day)
    assert rota.plan("hedensted").days == {}


@pytest.mark.parametrize("words", ["ten to twelve", "10:00-", "25:00-26:00", "10:00-?"])
def test_hours_that_cannot_be_read_change_nothing(parts, words):
    rota = Rota(parts.store.database)
    with pytest.raises(BadHours):
        rota.set_day("hedensted", date(2026, 12, 24), words)
    assert rota.plan("hedensted").days == {}
