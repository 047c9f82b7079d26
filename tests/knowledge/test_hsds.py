from uuid import UUID

from knowledge import hsds
from knowledge.hours import Hours

NAMES = {"hedensted": "Hedensted Kommune", "national": "Danmark"}


def test_a_service_has_what_the_standard_asks_for(store, now):
    for found in hsds.write(store.offers(), now, NAMES)["contents"]:
        assert UUID(found["id"]) and found["name"]
        assert found["status"] in ("active", "inactive", "defunct", "temporarily closed")
        assert UUID(found["organization"]["id"]) and found["organization"]["name"]
        for place in found.get("service_at_locations", []):
            assert place["location"]["location_type"] in ("physical", "virtual", "postal")
        for item in found.get("phones", []):
            assert item["number"] and item["type"] in ("voice", "text")


def test_the_same_offer_has_the_same_uuid_every_time(store, now):
    offer = store.offer("hed-sorggruppe")
    assert hsds.service(offer, now, NAMES)["id"] == hsds.service(offer, now, NAMES)["id"]


def test_a_night_is_cut_at_midnight_and_the_offset_is_denmark_s_that_day(now):
    night = Hours.parse({"sunday": ["16:00-08:00"]})
    found = hsds.schedules(night, "x", now)
    assert [(s["byday"], s["opens_at"], s["closes_at"]) for s in found] == [
        ("SU", "16:00", "23:59"), ("MO", "00:00", "08:00")]
    assert found[0]["timezone"] == 1.0
    assert hsds.schedules(night, "x", now.replace(month=7))[0]["timezone"] == 2.0


def test_chat_and_sms_of_the_same_service_keep_hours_of_their_own(store, now):
    places = hsds.service(store.offer("nat-headspace-family"), now, NAMES)["service_at_locations"]
    days = {p["location"]["name"]: {s["byday"] for s in p.get("schedules", [])} for p in places}
    assert days["sms"] == {"TU", "WE", "TH"} and days["chat"] == {"TU", "TH"}
