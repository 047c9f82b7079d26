from datetime import date

import pytest

from knowledge import phone
from knowledge.checking import InvalidOffer, parse
from knowledge.offer import changed_fields

GOOD = {"id": "hed-prove", "name": "Prøve", "municipality": "hedensted", "description": "En prøve.",
        "audiences": ["ung"], "status": "published"}


def fields_at_fault(data) -> set[str]:
    with pytest.raises(InvalidOffer) as caught:
        parse(data, frozenset({"hedensted"}))
    return {problem.field for problem in caught.value.problems}


def test_a_good_offer_comes_back_as_it_was_written():
    offer = parse(GOOD)
    assert parse(offer.as_data()) == offer
    assert offer.anonymous is None, "unknown is not no"


def test_every_fault_is_found_at_once():
    assert fields_at_fault({"id": "Æ!", "municipality": "mars", "age_min": "13", "age_max": 200, "anonymous": "ja",
                            "topics": ["glæde"], "kind": "x", "valid_to": "i morgen", "foo": 1}) == {
        "id", "name", "municipality", "description", "age_min", "age_max", "anonymous", "topics", "kind", "valid_to",
        "foo"}


def test_a_published_offer_says_whom_it_is_for():
    assert fields_at_fault(GOOD | {"audiences": []}) == {"audiences"}


@pytest.mark.parametrize(("low", "high"), [("age_min", "age_max"), ("child_age_min", "child_age_max")])
def test_an_age_range_that_runs_backwards_is_a_fault(low, high):
    assert fields_at_fault(GOOD | {low: 18, high: 13}) == {high}


def test_an_offer_that_ends_before_it_begins_is_a_fault():
    assert fields_at_fault(GOOD | {"valid_from": "2026-02-01", "valid_to": "2026-01-01"}) == {"valid_to"}


def test_it_is_valid_on_its_first_and_last_day_and_not_outside():
    offer = parse(GOOD | {"valid_from": "2026-02-01", "valid_to": "2026-02-03"})
    assert [offer.valid_on(date(2026, 2, day)) for day in (1, 3, 4)] == [True, True, False]
    assert not offer.valid_on(date(2026, 1, 31))


@pytest.mark.parametrize(("written", "stored", "shown"), [
    ("70 11 31 31", "+4570113131", "70 11 31 31"), ("+45 70113131", "+4570113131", "70 11 31 31"),
    ("116 111", "116111", "116 111"), ("+45116111", "116111", "116 111"), ("112", "112", "112"),
    ("1888", "1888", "1888")])
def test_numbers_are_stored_in_full_and_short_codes_stay_short(written, stored, shown):
    assert phone.store(written) == stored and phone.show(stored) == shown


@pytest.mark.parametrize("written", ["12", "ring til os", "70 11 31", "", "70 20 22 66 (from memory)"])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(phone.BadPhone):
        phone.store(written)


@pytest.mark.parametrize(("status", "told"), [
    ("official", True), ("multiple_sources", True), ("press_and_many_sources", True), ("municipality", True),
    ("press", False), ("secondary_source", False), ("official_archived_verify", False), (None, False)])
def test_a_number_is_told_only_when_good_sources_vouch_for_it(status, told):
    contact = {"channel": "telefon", "value": "70113131"} | ({"status": status} if status else {})
    assert parse(GOOD | {"contacts": [contact]}).contacts[0].public is told


@pytest.mark.parametrize("value", ["javascript:alert(1)", "www.example.org", "https://", "data:text/html,x"])
def test_only_a_web_address_is_a_web_address(value):
    assert fields_at_fault(GOOD | {"contacts": [{"channel": "web", "value": value}]}) == {"contacts.web.value"}


def test_changed_fields_names_old_and_new():
    assert changed_fields(parse(GOOD), parse(GOOD | {"age_min": 13})) == {"age_min": (None, 13)}
