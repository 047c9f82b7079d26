from dataclasses import replace
from datetime import date

from knowledge import datafiles
from knowledge.checking import parse
from knowledge.freshness import by_keeper, is_stale, old, visible

DAY = date(2026, 11, 26)
OFFER = parse({"id": "x", "name": "X", "municipality": "hedensted", "description": "X.", "audiences": ["ung"],
               "status": "published", "confirmed_on": "2026-11-01", "owner": "PPR", "notes": "kun til os",
               "contacts": [{"channel": "telefon", "value": "70113131", "status": "municipality",
                             "hours": {"all": ["10:00-12:00"]}},
                            {"channel": "web", "value": "https://example.org/"}]})


def test_confirmation_lasts_180_days_and_not_one_more():
    assert not is_stale(replace(OFFER, confirmed_on=date(2026, 5, 30)), DAY)
    assert is_stale(replace(OFFER, confirmed_on=date(2026, 5, 29)), DAY)
    assert is_stale(replace(OFFER, confirmed_on=None), DAY)


def test_a_stale_offer_keeps_its_name_and_web_address_and_loses_number_and_hours():
    shown = visible(replace(OFFER, confirmed_on=None), DAY)
    assert shown.name == "X"
    assert [(c.channel, c.value, c.hours) for c in shown.contacts] == [
        ("telefon", None, None), ("web", "https://example.org/", None)]


def test_hours_still_to_be_confirmed_are_not_shown():
    assert visible(replace(OFFER, to_confirm=True), DAY).contacts[0].hours is None


def test_notes_are_for_editors_only():
    assert visible(OFFER, DAY).notes is None


def test_the_list_says_why_and_by_whom_it_must_be_looked_at():
    offers = [OFFER, replace(OFFER, id="a", confirmed_on=None), replace(OFFER, id="b", confirmed_on=date(2025, 1, 1)),
              replace(OFFER, id="c", valid_to=date(2026, 11, 20)), replace(OFFER, id="d", status="withdrawn"),
              replace(OFFER, id="e", to_confirm=True, owner="SSP")]
    found = {item.offer.id: (item.reason, item.days) for item in old(offers, DAY)}
    assert found == {"a": ("never_confirmed", None), "b": ("stale", 694), "c": ("expired", 6), "e": ("to_confirm", 25)}
    assert set(by_keeper(old(offers, DAY))) == {"PPR", "SSP"}


def test_every_offer_that_lacks_something_is_on_the_editors_list():
    offers = datafiles.read().offers
    listed = {item.offer.id for item in old(offers, DAY)}
    assert {o.id for o in offers if o.to_confirm and o.status == "published"} <= listed
