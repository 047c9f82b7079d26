"""What holds for every need, every offer and every broken file."""
import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import exporter, hours_text, importer
from knowledge.catalogue import Catalogue, build
from knowledge.checking import UNWRITABLE, InvalidOffer, parse
from knowledge.hours import COPENHAGEN, Hours
from knowledge.need import SERVES
from knowledge.routing import NOT_FOR_ME, Need, suggest
from knowledge.search import Filters, find
from knowledge.store import Store
from knowledge.vocabulary import AUDIENCES, CHANNELS, CONTACT_STATUS, FORMATS, KINDS, TOPICS

NOW = datetime(2026, 11, 26, 14, 0, tzinfo=COPENHAGEN)
DANGERS = ("selvmord", "selvskade", "forgiftning", "vold", "overgreb", "billedafpresning", "spiseforstyrrelse",
           "psykose", "medicinsk", "vaaben", "hjemloes", "ven_i_fare", "barn_i_fare", "foraelder_bange_for_sig_selv")


def relaxed(examples: int):
    return settings(max_examples=examples, deadline=None, database=None,
                    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), min_size=1,
                max_size=30).map(str.strip).filter(lambda t: t and t != "?" and not UNWRITABLE.search(t))
ages = st.none() | st.integers(0, 120)
three = st.sampled_from([True, False, None])
days = st.none() | st.dates(date(2020, 1, 1), date(2032, 1, 1))


def some(values, most=3):
    return st.lists(st.sampled_from(sorted(values)), max_size=most, unique=True)


@st.composite
def intervals(draw):
    opens, closes = draw(st.integers(0, 1439)), draw(st.integers(1, 1440))
    start = draw(st.sampled_from([f"{opens // 60:02d}:{opens % 60:02d}", "?"]))
    end = f"{closes // 60:02d}:{closes % 60:02d}"
    return f"{start}-{end if start == '?' else draw(st.sampled_from([end, '?']))}"


slots = st.lists(intervals(), min_size=1, max_size=2)
weeks = st.fixed_dictionaries({}, optional={
    "monday": slots, "thursday": slots, "sunday": slots, "all": slots, "note": words,
    "holiday": st.sampled_from(["closed", "open", "as_weekday"]) | slots})


@st.composite
def contacts(draw):
    channel = draw(st.sampled_from(CHANNELS))
    value = draw(st.none() | {
        "telefon": st.sampled_from(["70113131", "112", "116111"]), "sms": st.sampled_from(["47471020", "116111"]),
        "email": st.just("hej@example.org"), "web": st.just("https://example.org/a?b=1;c=2|3"),
        "chat": st.just("https://example.org/chat")}.get(channel, words))
    found = {"channel": channel, "value": value, "hours": draw(st.none() | weeks),
             "status": draw(st.none() | st.sampled_from(sorted(CONTACT_STATUS)))}
    return {key: item for key, item in found.items() if item is not None}


@st.composite
def offers(draw, number: int = 0):
    low, high = sorted(draw(st.tuples(st.integers(0, 120), st.integers(0, 120))))
    first, last = sorted(draw(st.tuples(st.dates(date(2020, 1, 1), date(2032, 1, 1)),
                                        st.dates(date(2020, 1, 1), date(2032, 1, 1)))))
    data = {
        "id": f"prove-{number}", "name": draw(words), "description": draw(words),
        "municipality": draw(st.sampled_from(["hedensted", "norddjurs", "national"])),
        "kind": draw(st.none() | st.sampled_from(sorted(KINDS))), "former_names": draw(st.lists(words, max_size=2)),
        "organisation": draw(st.none() | words), "owner": draw(st.none() | words),
        "audiences": draw(some(AUDIENCES).filter(bool)), "topics": draw(some(TOPICS)), "formats": draw(some(FORMATS)),
        "age_min": draw(st.sampled_from([None, low])), "age_max": draw(st.sampled_from([None, high])),
        "child_age_min": draw(st.sampled_from([None, low])), "child_age_max": draw(st.sampled_from([None, high])),
        "contacts": draw(st.lists(contacts(), max_size=3)), "anonymous": draw(three), "referral_needed": draw(three),
        "parental_consent": draw(three), "price": draw(st.none() | words), "before": draw(st.none() | words),
        "valid_from": draw(st.sampled_from([None, first])), "valid_to": draw(st.sampled_from([None, last])),
        "confirmed_on": draw(days), "confirmed_by": draw(st.none() | st.just("redaktoer")),
        "status": draw(st.sampled_from(["published", "published", "published", "draft", "withdrawn"])),
        "role": draw(st.sampled_from(["offer", "handoff_team", "crisis", "professional_only"])),
        "to_confirm": draw(st.booleans()), "permanent_number": draw(st.booleans()), "source": draw(st.none() | words),
        "next_step": draw(st.none() | words), "why": draw(st.none() | words), "kle": draw(st.none() | words),
        "notes": draw(st.none() | words)}
    return parse({key: value for key, value in data.items() if value is not None})


lists_of_offers = st.integers(1, 8).flatmap(lambda size: st.tuples(*(offers(number=n) for n in range(size))))
needs = st.builds(
    Need, topics=some(TOPICS).map(tuple), municipality=st.sampled_from(["hedensted", "norddjurs"]),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(timezone.utc)),
    risk=st.sampled_from(["ingen", "bekymring", "hoej", "akut"]),
    audience=st.sampled_from(["ung", "foraelder", "fagperson", "ukendt"]), age=ages, child_age=ages,
    formats=some(FORMATS).map(tuple), anonymous=st.booleans(), not_for_me=some(NOT_FOR_ME).map(tuple),
    wants_human=st.booleans(), faq=st.sampled_from([None, "pris"]), danger=st.none() | st.sampled_from(DANGERS),
    sure=st.booleans(), counsellor_ready=three)


def check_fit(found, need):
    day = need.now.astimezone(COPENHAGEN).date()
    assert len({s.offer.id for s in found}) == len(found) <= 3
    for suggestion in found:
        offer = suggestion.offer
        assert offer.municipality in (need.municipality, "national")
        assert offer.status == "published" and offer.valid_on(day)
        assert SERVES[need.audience] & set(offer.audiences)
        assert offer.role != "professional_only" or need.audience == "fagperson"
        fits = offer.for_child_age(need.child_age) if need.audience == "foraelder" else offer.for_age(need.age)
        assert fits
        assert suggestion.why and suggestion.next_step and suggestion.reach
        assert "{" not in suggestion.why + suggestion.next_step + suggestion.reach


@relaxed(300)
@given(need=needs)
def test_no_offer_outside_its_age_audience_dates_or_municipality_for_any_need(catalogue, need):
    check_fit(suggest(catalogue, need), need)


@relaxed(300)
@given(need=needs, refused=st.integers(0, 5))
def test_every_answer_has_a_way_that_can_be_used_now(catalogue, need, refused):
    ids = tuple(offer.id for offer in catalogue.offers(need.municipality))[:refused * 20]
    found = suggest(catalogue, replace(need, refused=ids))
    assert not found or any(s.reachable_now for s in found)
    if need.risk in ("akut", "hoej"):
        assert found and ("nat-112" in ids or any(s.open_now for s in found))
    if need.risk == "akut" and "nat-112" not in ids:
        assert found[0].offer.id == "nat-112" and found[0].open_now


@relaxed(25)
@given(made=lists_of_offers, need=needs)
def test_the_same_holds_for_any_catalogue_at_all(tmp_path_factory, made, need):
    path = build(tmp_path_factory.mktemp("any") / "c.sqlite", offers=made)
    check_fit(suggest(Catalogue.open(path), need), need)


@relaxed(25)
@given(made=lists_of_offers, form=st.sampled_from(["csv", "xlsx", "hsds", "json"]))
def test_import_then_export_is_the_identity(tmp_path_factory, made, form):
    folder = tmp_path_factory.mktemp("trip")
    ending = {"hsds": "json"}.get(form, form)
    file = folder / f"out.{ending}"
    exporter.write(made, file, form, NOW)
    fresh = Store(folder / "fresh.sqlite")
    source = form if form in ("hsds", "json") else "boernebasen"
    importer.apply(fresh, importer.plan(fresh, file, source), NOW)
    assert fresh.offers() == list(made)
    assert importer.plan(fresh, file, source).changes == {}


@relaxed(100)
@given(data=weeks)
def test_hours_come_back_from_data_and_from_one_cell_as_they_were(data):
    hours = Hours.parse(data)
    if hours:
        messages = {"days": ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
                    "every_day": "alle dage", "weekdays": "hverdage", "holidays": "helligdage", "note": "bemærkning",
                    "holiday_rules": {"closed": "lukket", "open": "åbent", "as_weekday": "som andre dage"}}
        assert Hours.parse(hours.as_data()) == hours
        assert hours_text.read(hours_text.write(hours, messages), messages) == hours


@relaxed(100)
@given(data=weeks, at=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(COPENHAGEN)))
def test_the_next_opening_is_open_and_the_closing_is_not(data, at):
    hours = Hours.parse(data)
    if hours and (opens := hours.opens_next(at)):
        assert opens > at and opens - at < timedelta(days=22)
        assert hours.open_at(opens) is not False
    if hours and (closes := hours.closes_at(at)):
        assert hours.open_at(at) is True and hours.open_at(closes) is not True


@pytest.fixture(scope="module")
def small_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    store = Store(folder / "store.sqlite", folder / "c.sqlite")
    store.change({"prove": parse({"id": "prove", "name": "P", "municipality": "hedensted", "description": "P",
                                  "audiences": ["ung"], "status": "published"})}, "system", "seed", NOW)
    return store


@relaxed(120)
@given(noise=st.binary(max_size=400) | st.text(max_size=300).map(lambda t: t.encode("utf-8", "surrogatepass")),
       form=st.sampled_from([("csv", "boernebasen"), ("xlsx", "boernebasen"), ("json", "hsds"), ("json", "json")]),
       head=st.sampled_from([b"", b"Navn;Beskrivelse;Kommune\n", b"[{", b"PK\x03\x04", b'{"contents": [']))
def test_a_random_broken_file_never_changes_the_served_catalogue(tmp_path_factory, small_store, noise, form, head):
    store, folder = small_store, tmp_path_factory.mktemp("broken")
    before, file = store.served.read_bytes(), folder / f"in.{form[0]}"
    file.write_bytes(head + noise)
    with pytest.raises(importer.BadImport) as caught:
        importer.apply(store, importer.plan(store, file, form[1]), NOW)
    assert caught.value.faults
    assert store.served.read_bytes() == before
    assert len(store.offers()) == 1


@relaxed(100)
@given(data=st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8),
                         lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                             st.sampled_from(["id", "name", "contacts", "hours", "channel", "value", "topics", "status",
                                              "valid_to", "municipality", "description", "audiences"]),
                             inner, max_size=6), max_leaves=20))
def test_any_data_is_an_offer_or_a_list_of_problems(data):
    try:
        offer = parse(data if isinstance(data, dict) else {"name": data})
    except InvalidOffer as error:
        assert error.problems and json.dumps([p.code for p in error.problems])
    else:
        assert parse(offer.as_data()) == offer


@relaxed(200)
@given(text=st.text(max_size=500), age=ages, open_now=st.booleans())
def test_every_text_is_a_legal_search(catalogue, text, age, open_now):
    found = find(catalogue, text, "hedensted", NOW, Filters(age=age, audience="ung", open_now=open_now),
                 use_meaning=False)
    assert all(offer.for_age(age) and {"ung", "barn"} & set(offer.audiences) for offer in found)
