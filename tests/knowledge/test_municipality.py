import shutil
from datetime import datetime

import pytest
import yaml

from knowledge.catalogue import Catalogue, build
from knowledge.datafiles import DATA, BadData, read
from knowledge.hours import COPENHAGEN
from knowledge.municipality import BadMunicipality, all_ids, default_id, load
from knowledge.routing import Need, suggest

NOW = datetime(2026, 11, 26, 14, 0, tzinfo=COPENHAGEN)


@pytest.fixture
def folder(tmp_path):
    """The data with a third municipality, made as docs/kommuner.md says: a folder is copied and edited."""
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    third = data / "aaby"
    shutil.copytree(data / "hedensted", third)
    settings = (third / "municipality.yml").read_text(encoding="utf-8")
    settings = settings.replace("id: hedensted", "id: aaby").replace("Hedensted", "Aaby")
    (third / "municipality.yml").write_text(settings.replace("default: true", "default: false"), encoding="utf-8")
    offers = (third / "offers.yml").read_text(encoding="utf-8")
    offers = offers.replace("municipality: hedensted", "municipality: aaby").replace("id: hed-", "id: aab-")
    (third / "offers.yml").write_text(offers, encoding="utf-8")
    return data


def test_hedensted_is_the_default_and_norddjurs_the_second():
    assert all_ids() == ("hedensted", "norddjurs") and default_id() == "hedensted"


@pytest.mark.parametrize("name", ["hedensted", "norddjurs"])
def test_what_nobody_has_said_is_not_made_up(name):
    place = load(name)
    assert place.free is None and place.underretning["paragraph"] is None and place.hours_confirmed is False
    assert place.retention_robot_hours == 24 and place.retention_handover_days == 30
    assert place.region == "Region Midtjylland" and place.colours["accent"].startswith("#")


def test_every_team_and_crisis_line_is_an_offer():
    ids = {offer.id for offer in read().offers}
    for name in all_ids():
        assert {team["offer"] for team in load(name).teams} | set(load(name).crisis.values()) <= ids


def test_a_third_municipality_is_a_copied_folder_and_no_code(folder, tmp_path):
    # its teams still point to the copied ids
    text = (folder / "aaby" / "municipality.yml").read_text(encoding="utf-8").replace("hed-", "aab-")
    (folder / "aaby" / "municipality.yml").write_text(text, encoding="utf-8")
    assert all_ids(folder) == ("hedensted", "aaby", "norddjurs")
    catalogue = Catalogue.open(build(tmp_path / "c.sqlite", folder), clock=NOW.date)
    found = suggest(catalogue, Need(("sorg",), "aaby", NOW))
    assert found[0].offer.id == "aab-sorggruppe"
    assert all(offer.municipality in ("aaby", "national") for offer in catalogue.offers("aaby"))
    assert catalogue.municipality("aaby").name == "Aaby Kommune"


def test_a_folder_whose_name_is_not_its_id_is_an_error(folder):
    shutil.copytree(folder / "norddjurs", folder / "andet")
    with pytest.raises(BadMunicipality, match="folder"):
        load("andet", folder)


def test_an_unknown_municipality_says_which_there_are():
    with pytest.raises(BadMunicipality, match="hedensted"):
        load("atlantis")
    with pytest.raises(BadMunicipality):
        load("../national")


@pytest.mark.parametrize(("change", "part"), [
    ({"crisis": {}}, "crisis"), ({"retention": {"robot_hours": 48}}, "retention"), ({"name": None}, "name"),
    ({"counsellor_hours": {"hours": {"monday": ["x"]}}}, "counsellor_hours")])
def test_settings_that_cannot_be_right_are_refused(folder, change, part):
    path = folder / "aaby" / "municipality.yml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    load.cache_clear()
    with pytest.raises(BadMunicipality, match=part):
        load("aaby", folder)


def test_a_crisis_line_that_does_not_exist_stops_the_build(folder):
    path = folder / "aaby" / "municipality.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("alarm: nat-112", "alarm: nat-113"), encoding="utf-8")
    load.cache_clear()
    with pytest.raises(BadData, match="nat-113"):
        read(folder)


@pytest.mark.parametrize(("url", "shown"), [
    (None, None), ("https://kommune.example/erklaering", "https://kommune.example/erklaering"),
    ("javascript:alert(1)", None), ("kommer snart", None)])
def test_only_an_address_of_the_web_is_linked_as_the_accessibility_statement(url, shown):
    from dataclasses import replace
    place = load("hedensted")
    assert replace(place, settings={"accessibility": {"statement_url": url}}).statement_url == shown
