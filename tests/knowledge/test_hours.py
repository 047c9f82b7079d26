from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from knowledge.hours import COPENHAGEN, BadHours, Hours, half_holiday, public_holiday


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=COPENHAGEN)


def test_a_plain_week_is_open_within_its_hours_and_closed_outside():
    hours = Hours.parse({"thursday": ["18:00-21:00"]})
    assert hours.open_at(at(26, 17, 59)) is False
    assert hours.open_at(at(26, 18)) is True
    assert hours.open_at(at(26, 21)) is False
    assert hours.opens_next(at(26, 21)) == at(3, 18, month=12)
    assert hours.closes_at(at(26, 18, 30)) == at(26, 21)


def test_the_wall_clock_in_copenhagen_decides_whatever_zone_is_asked_in():
    hours = Hours.parse({"all": ["10:00-12:00"]})
    assert hours.open_at(datetime(2026, 11, 26, 9, 30, tzinfo=ZoneInfo("UTC"))) is True


def test_a_night_across_midnight_belongs_to_the_evening_it_began():
    hours = Hours.parse({"friday": ["22:00-04:00"]})
    assert hours.open_at(at(27, 23)) is True
    assert hours.open_at(at(28, 3, 59)) is True
    assert hours.open_at(at(28, 4)) is False
    assert hours.open_at(at(27, 3)) is False
    assert hours.closes_at(at(27, 23)) == at(28, 4)


@pytest.mark.parametrize(("month", "day"), [(3, 29), (10, 25)])
def test_a_night_with_a_change_of_clocks_opens_and_closes_by_the_wall_clock(month, day):
    hours = Hours.parse({"all": ["22:00-04:00"]})
    assert hours.open_at(at(day, 3, 59, month)) is True
    assert hours.open_at(at(day, 4, 0, month)) is False
    assert hours.closes_at(at(day, 1, 0, month)) == at(day, 4, 0, month)
    assert Hours.parse({"all": ["10:00-12:00"]}).opens_next(at(day, 1, 0, month)) == at(day, 10, 0, month)


def test_an_unknown_opening_time_is_neither_open_nor_closed_until_it_closes():
    hours = Hours.parse({"tuesday": ["?-20:00"]})
    assert hours.open_at(at(24, 15)) is None
    assert hours.open_at(at(24, 20)) is False
    assert hours.open_at(at(25, 15)) is False
    assert hours.opens_next(at(23, 12)) is None


def test_danish_holidays_are_known_and_store_bededag_is_gone():
    assert public_holiday(date(2026, 4, 3)) and public_holiday(date(2026, 12, 25))
    assert not public_holiday(date(2026, 5, 1))
    assert half_holiday(date(2026, 12, 24)) and half_holiday(date(2026, 6, 5))


@pytest.mark.parametrize(("rule", "answer"), [
    ({}, None), ({"holiday": "closed"}, False), ({"holiday": "open"}, True), ({"holiday": "as_weekday"}, True),
    ({"holiday": ["08:00-09:00"]}, False)])
def test_a_holiday_follows_its_rule_and_is_unknown_without_one(rule, answer):
    christmas_day = at(25, 11, month=12)
    assert Hours.parse({"friday": ["10:00-12:00"], **rule}).open_at(christmas_day) is answer


def test_christmas_eve_is_closed_where_holidays_are():
    assert Hours.parse({"all": ["10:00-22:00"], "holiday": "closed"}).open_at(at(24, 15, month=12)) is False


def test_round_the_clock_is_open_on_every_day_and_never_closes():
    hours = Hours.parse({"all": ["00:00-24:00"], "holiday": "open"})
    assert hours.always and hours.open_at(at(25, 3, month=12)) is True
    assert hours.closes_at(at(25, 3)) is None


def test_only_a_note_is_no_week():
    hours = Hours.parse({"note": "ring"})
    assert not hours.known and hours.open_at(at(26, 12)) is None


@pytest.mark.parametrize("data", [{"monday": ["8-16"]}, {"monday": ["25:00-26:00"]}, {"monday": "10:00-12:00"},
                                  {"mandag": ["10:00-12:00"]}, {"all": ["?-?"]}, {"all": [], "holiday": "maybe"},
                                  {"all": ["24:00-02:00"]}])
def test_hours_that_cannot_be_read_say_so(data):
    with pytest.raises(BadHours):
        Hours.parse(data)
