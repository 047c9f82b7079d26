import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from knowledge import datafiles, meaning
from knowledge.catalogue import Catalogue, NoCatalogue, build, build_if_stale
from knowledge.freshness import CONFIRM_EVERY_DAYS

NAMED = {  # existing help that the two municipalities' documents name
    "hedensted": "hed-cyberhus hed-sms-raadgivning hed-brevkasse hed-foraeldrekontakten hed-anonyme-ungesamtaler "
                 "hed-diamantforloeb hed-sorggruppe hed-angstgruppe hed-depressionsgruppe hed-act-gruppe "
                 "hed-boern-af-psykisk-syge hed-alkohol-i-familien hed-ssp hed-ppr",
    "norddjurs": "nor-ungnorddjurs nor-brus nor-skilsmissegrupper nor-faa-styr-paa-angsten nor-rette-hjaelp-adhd "
                 "nor-ses nor-skolevaegring nor-ssp nor-ppr nor-familiehuset"}


@pytest.mark.parametrize("municipality", NAMED)
def test_every_offer_that_the_documents_name_is_shown(catalogue, municipality):
    shown = {offer.id for offer in catalogue.offers(municipality)}
    assert set(NAMED[municipality].split()) <= shown


def test_a_municipality_sees_its_own_and_the_country_s_offers_and_nobody_else_s(catalogue):
    assert {offer.municipality for offer in catalogue.offers("norddjurs")} == {"norddjurs", "national"}


def test_what_is_for_professionals_is_shown_to_them_only(catalogue):
    young = {offer.id for offer in catalogue.offers("hedensted")}
    staff = {offer.id for offer in catalogue.offers("hedensted", professional=True)}
    assert "hed-boernebasen" not in young and "nor-taskforce" not in young
    assert "hed-boernebasen" in staff


def test_no_candidate_draft_or_editor_s_note_leaves_the_store(catalogue):
    for municipality in ("hedensted", "norddjurs"):
        for offer in catalogue.offers(municipality, professional=True):
            assert offer.status == "published" and offer.role != "candidate" and offer.notes is None


def test_the_only_numbers_told_are_those_with_good_sources(catalogue):
    told = {contact.shown for municipality in ("hedensted", "norddjurs")
            for offer in catalogue.offers(municipality, professional=True) for contact in offer.contacts
            if contact.channel in ("telefon", "sms") and contact.value}
    assert told == {"112", "114", "1888", "116 111", "70 11 31 31", "70 20 12 01", "47 47 10 20"}


def test_the_capital_s_doctor_line_is_nowhere_in_the_data():
    for path in datafiles.DATA.rglob("*.yml"):
        assert "1813" not in path.read_text(encoding="utf-8"), path


def test_an_expired_offer_is_never_shown(tmp_path):
    seed = datafiles.read().offers
    ended = [replace(o, valid_to=date(2026, 11, 25)) if o.id == "hed-sorggruppe" else o for o in seed]
    path = build(tmp_path / "c.sqlite", offers=ended)
    assert Catalogue.open(path, clock=lambda: date(2026, 11, 25)).offer("hed-sorggruppe")
    assert Catalogue.open(path, clock=lambda: date(2026, 11, 26)).offer("hed-sorggruppe") is None


def test_an_unconfirmed_offer_loses_numbers_and_hours_but_a_crisis_line_keeps_its_number(catalogue, now):
    later = now.date() + timedelta(days=CONFIRM_EVERY_DAYS + 1)
    family = catalogue.offer("nat-headspace-family", later)
    assert all(c.hours is None and (c.channel != "sms" or c.value is None) for c in family.contacts)
    assert any(c.value == "116111" for c in catalogue.offer("nat-boernetelefonen", later).contacts)


def test_a_replaced_file_is_seen_at_the_next_question(tmp_path):
    path = build(tmp_path / "c.sqlite")
    catalogue = Catalogue.open(path)
    seed = datafiles.read().offers
    build(path, offers=[replace(o, name="Nyt navn") if o.id == "hed-sorggruppe" else o for o in seed])
    assert catalogue.offer("hed-sorggruppe").name == "Nyt navn"


def test_a_broken_replacement_is_not_taken_over(tmp_path, caplog):
    path = build(tmp_path / "c.sqlite")
    catalogue = Catalogue.open(path)
    (tmp_path / "broken").write_bytes(b"not a database" * 100)
    os.replace(tmp_path / "broken", path)
    assert len(catalogue.offers("hedensted")) > 30
    assert "cannot be read" in caplog.text


def test_a_missing_or_foreign_file_is_a_clear_error(tmp_path):
    with pytest.raises(NoCatalogue):
        Catalogue.open(tmp_path / "none.sqlite")
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    with pytest.raises(NoCatalogue):
        Catalogue.open(tmp_path / "empty.sqlite")


def test_a_build_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = build(tmp_path / "c.sqlite")
    before = path.read_bytes()
    with pytest.raises(datafiles.BadData):
        build(path, directory=_broken_data(tmp_path))
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def _broken_data(tmp_path) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(datafiles.DATA, copy)
    (copy / "national" / "offers.yml").write_text("- {id: x}\n", encoding="utf-8")
    return copy


def test_many_threads_read_while_the_file_is_replaced(tmp_path):
    path = build(tmp_path / "c.sqlite")
    catalogue, seed = Catalogue.open(path), datafiles.read().offers

    def ask(_):
        return len(catalogue.offers("hedensted"))

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ask, n) for n in range(200)]
        for _ in range(3):
            build(path, offers=seed)
        assert {answer.result() for answer in answers} == {len(catalogue.offers("hedensted"))}


def test_an_empty_catalogue_is_a_catalogue(tmp_path):
    assert Catalogue.open(build(tmp_path / "c.sqlite", offers=[])).offers("hedensted") == []


def test_it_is_built_anew_only_when_data_or_edits_are_newer(tmp_path, monkeypatch):
    monkeypatch.setattr(meaning, "passages", lambda texts, progress: None)
    data = tmp_path / "data"
    shutil.copytree(datafiles.DATA, data)
    path = tmp_path / "var" / "catalogue.sqlite"
    assert build_if_stale(path, data) and not build_if_stale(path, data)
    file = data / "texts" / "kinds.yml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert build_if_stale(path, data) and not build_if_stale(path, data)
    path.write_bytes(b"broken")
    assert build_if_stale(path, data)
