import numpy
import pytest

from knowledge import meaning, search
from knowledge.catalogue import Catalogue, build
from knowledge.checking import parse
from knowledge.search import Filters, find


@pytest.fixture
def ids(catalogue, now):
    def ask(text, filters=None, municipality="hedensted", **more):
        found = find(catalogue, text, municipality, now, filters, use_meaning=False, **more)
        return [offer.id for offer in found]
    return ask


@pytest.mark.parametrize(("text", "wanted"), [
    ("angst", "hed-angstgruppe"), ("Angstgruppen", "hed-angstgruppe"), ("depresion", "hed-depressionsgruppe"),
    ("foraeldrekontakten", "hed-foraeldrekontakten"), ("Familiekontakten", "hed-foraeldrekontakten"),
    ("headspas", "nat-headspace"), ("min far drikker", "hed-alkohol-i-familien"), ("SORG", "hed-sorggruppe"),
    ("LMS", "nat-somenta")])
def test_what_is_looked_for_is_among_the_first_three(ids, text, wanted):
    assert wanted in ids(text)[:3]


def test_danish_compounds_are_found_by_their_parts(ids):
    assert {"hed-angstgruppe", "hed-sorggruppe", "hed-depressionsgruppe"} <= set(ids("gruppe"))


def test_danish_letters_are_kept_apart(tmp_path, now):
    def offer(name):
        return parse({"id": f"x-{len(name)}-{ord(name[-1])}", "name": f"{name} tur", "municipality": "hedensted",
                      "description": "Kom.", "audiences": ["ung"], "status": "published"})

    catalogue = Catalogue.open(build(tmp_path / "c.sqlite", offers=[offer("gå"), offer("ga")]), clock=now.date)
    for name in ("gå", "ga"):
        found = find(catalogue, name, "hedensted", now, use_meaning=False)
        assert [o.name for o in found] == [f"{name} tur"]


@pytest.mark.parametrize("text", ['" OR *', "(((", "NEAR(a b)", "name:x", "AND", "a\x00b", "😭", "'; drop table words"])
def test_what_would_be_syntax_is_only_text(ids, text):
    ids(text)
    assert "hed-angstgruppe" in ids(f"angst {text}")


def test_an_empty_search_lists_everything_local_first(ids):
    found = ids("  ", limit=500)
    assert found[0].startswith("hed-") and len(found) > 50


@pytest.mark.parametrize(("filters", "holds"), [
    (Filters(age=20), lambda o: o.for_age(20)), (Filters(audience="foraelder"), lambda o: "foraelder" in o.audiences
                                                 or "paaroerende" in o.audiences),
    (Filters(topic="sorg"), lambda o: "sorg" in o.topics), (Filters(format="chat"), lambda o: "chat" in o.formats),
    (Filters(anonymous=True), lambda o: o.anonymous is True)])
def test_each_filter_holds_for_every_hit(catalogue, now, filters, holds):
    found = find(catalogue, "", "hedensted", now, filters, limit=500)
    assert found and all(holds(offer) for offer in found)


def test_open_now_means_certainly_open(catalogue, now):
    found = {offer.id for offer in find(catalogue, "", "hedensted", now, Filters(open_now=True), limit=500)}
    assert "nat-boernetelefonen" in found and "nat-livslinien" not in found and "nat-brus-chat" not in found


def test_professionals_find_more_and_the_young_never_what_is_theirs(ids):
    assert "hed-boernebasen" in ids("børnebasen", professional=True)
    assert "hed-boernebasen" not in ids("børnebasen")


def test_it_works_without_the_model(catalogue, now, monkeypatch):
    monkeypatch.setattr(meaning, "query", lambda text: None)
    assert find(catalogue, "jeg savner min mormor", "hedensted", now)


def test_meaning_joins_in_when_there_are_vectors(tmp_path, now, monkeypatch):
    """With a stand-in for the model: what says the same is found though it shares no word."""
    def embed(texts):
        rows = numpy.random.default_rng(0).standard_normal((len(texts), meaning.DIMENSIONS)).astype(numpy.float32)
        for row, text in zip(rows, texts, strict=True):
            if text.startswith("Sorggruppe"):
                row[:] = 0
                row[0] = 30
        return rows

    catalogue = Catalogue.open(build(tmp_path / "c.sqlite", embed=embed), clock=now.date)
    target = numpy.zeros(meaning.DIMENSIONS, numpy.float32)
    target[0] = 30
    monkeypatch.setattr(meaning, "query", lambda text: target)
    assert find(catalogue, "bedstemor væk", "hedensted", now, use_meaning=False) == []
    assert find(catalogue, "bedstemor væk", "hedensted", now, patience_s=5)[0].id == "hed-sorggruppe"


def test_a_model_that_is_slow_is_not_waited_for(catalogue, now, monkeypatch):
    import threading
    release = threading.Event()
    monkeypatch.setattr(meaning, "query", lambda text: release.wait(5) and None)
    monkeypatch.setattr(catalogue.snapshot().index, "matrix", numpy.zeros((1, meaning.DIMENSIONS), numpy.float32))
    try:
        assert find(catalogue, "angst og sorg", "hedensted", now, patience_s=0.01)
    finally:
        release.set()


def test_a_query_is_cut_at_a_length_that_is_quick(catalogue, now):
    assert find(catalogue, "angst " + "x" * 100_000, "hedensted", now, use_meaning=False)
    assert search.LONGEST < 1000
