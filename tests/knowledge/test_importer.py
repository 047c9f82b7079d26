import json

import openpyxl
import pytest

from knowledge import datafiles, exporter, importer
from knowledge.catalogue import Catalogue

HEAD = "Id;Navn;Beskrivelse;Kommune;Målgruppe"
ROW = "hed-ny;Åben rådgivning;Kom forbi.;Hedensted;Unge, Forældre"


@pytest.fixture
def write(tmp_path):
    def put(text, name="in.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path
    return put


def told(store, path, source="boernebasen", **more):
    """What the editor reads when the file is wrong."""
    with pytest.raises(importer.BadImport) as caught:
        importer.plan(store, path, source, **more)
    messages = datafiles.read_texts()["messages"]
    return [fault.told(messages) for fault in caught.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_a_csv_is_read_whatever_program_wrote_it(store, write, encoding, mark):
    row = ROW.replace("Unge, Forældre", "Unge")
    made = importer.plan(store, write(f"{HEAD}\n{row}\n".replace(";", mark), encoding=encoding), "boernebasen")
    offer = made.changes["hed-ny"][1]
    assert (offer.name, offer.audiences, offer.status) == ("Åben rådgivning", ("ung",), "published")


def test_xlsx_is_read_with_numbers_and_dates_as_cells(store, tmp_path):
    from datetime import datetime
    book = openpyxl.Workbook()
    for row in (["Navn", "Beskrivelse", "Kommune", "Målgruppe", "Alder fra", "Slutdato", "Anonym"],
                ["Prøve", "En prøve.", "Norddjurs Kommune", "Unge", 13, datetime(2027, 1, 31), True]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    offer = importer.plan(store, tmp_path / "in.xlsx", "boernebasen").added[0]
    assert (offer.id, offer.age_min, offer.valid_to.isoformat(), offer.anonymous) == (
        "norddjurs-proeve", 13, "2027-01-31", True)


def test_every_fault_names_file_row_and_column_and_what_would_be_right(store, write):
    path = write(f"{HEAD};Alder fra;Telefon;Åbningstid\n{ROW};tretten;12;man-fre 8-16\n"
                 "hed-to;;Kom.;Mars;Marsmænd;13;70113131;mandag til\n")
    faults = told(store, path)
    assert faults[0].startswith("in.csv:2: Alder fra: “tretten” er ikke en alder.")
    assert any(f.startswith("in.csv:2: Telefon: “12”") for f in faults)
    assert any(f.startswith("in.csv:3: Åbningstid: ") for f in faults)
    assert any(f.startswith("in.csv:3: Navn: mangler") for f in faults)
    assert any("Marsmænd" in f and "Unge; Børn" in f for f in faults)
    assert any(f.startswith("in.csv:3: Kommune: “Mars”") for f in faults)


def test_one_fault_and_nothing_is_written(store, write):
    before = store.offers()
    told(store, write(f"{HEAD}\n{ROW}\nhed-to;To;;Hedensted;Unge\n"))
    assert store.offers() == before


@pytest.mark.parametrize(("text", "name", "part"), [
    ("", "in.csv", "tom"), ("Navn;Kommune\n", "in.csv", "ingen tilbud"), ("Foo;Bar\n1;2\n", "in.csv", "Navn"),
    ("Navn;navn\na;b\n", "in.csv", "to kolonner"), (f"{HEAD}\n{ROW};x;y\n", "in.csv", "skilletegn"),
    ("PK\x03\x04nonsense", "in.xlsx", "XLSX"), ("{", "in.json", "JSON"), ('{"a": 1}', "in.json", "JSON"),
    (f"{HEAD}\n{ROW}\n{ROW}\n", "in.csv", "også i række 2")])
def test_a_file_that_cannot_be_used_says_why(store, write, text, name, part):
    source = "json" if name.endswith(".json") else "boernebasen"
    assert part in told(store, write(text, name), source)[0]


def test_a_dry_run_shows_each_field_and_changes_nothing(store, write):
    path = write("Id;Navn;Alder fra\nhed-sorggruppe;Sorggruppen;13\n")
    before = store.offers()
    (offer, fields), = importer.plan(store, path, "boernebasen").changed
    assert offer.id == "hed-sorggruppe"
    assert fields == {"name": ("Sorggruppe", "Sorggruppen"), "age_min": (None, 13)}
    assert store.offers() == before


def test_a_column_that_is_missing_keeps_what_is_known_and_an_empty_cell_empties_it(store, write):
    made = importer.plan(store, write("Id;Navn;Pris\nhed-brus;BRUS;\n"), "boernebasen")
    offer = made.changes["hed-brus"][1]
    assert offer.price is None and offer.contacts and offer.topics


def test_an_offer_without_id_is_found_by_its_name(store, write):
    made = importer.plan(store, write("Navn;Kommune;Alder fra\nSorggruppe;Hedensted;13\n"), "boernebasen")
    assert list(made.changes) == ["hed-sorggruppe"]


def test_a_complete_file_withdraws_what_it_lacks_in_its_own_municipality_only(store, write):
    made = importer.plan(store, write(f"{HEAD}\n{ROW}\n"), "boernebasen", complete=True)
    gone = {offer.municipality for offer in made.withdrawn}
    assert gone == {"hedensted"} and len(made.added) == 1
    assert not importer.plan(store, write(f"{HEAD}\n{ROW}\n"), "boernebasen").withdrawn


def test_columns_that_are_not_used_are_named(store, write):
    made = importer.plan(store, write(f"{HEAD};Journalnummer\n{ROW};7\n"), "boernebasen")
    assert made.ignored == ("Journalnummer",)


def test_an_import_is_served_at_once_and_can_be_rolled_back(store, write, now):
    catalogue = Catalogue.open(store.served, clock=now.date)
    importer.apply(store, importer.plan(store, write(f"{HEAD}\n{ROW}\n"), "boernebasen"), now)
    assert catalogue.offer("hed-ny").name == "Åben rådgivning"
    store.rollback(store.last_batch(), "redaktoer", now)
    assert catalogue.offer("hed-ny") is None


def test_a_formula_in_a_cell_stays_text_in_a_spreadsheet_and_comes_back(store, tmp_path, now):
    from dataclasses import replace
    offer = replace(store.offer("hed-sorggruppe"), name='=HYPERLINK("http://example.org")')
    for form in ("csv", "xlsx"):
        exporter.write([offer], tmp_path / f"out.{form}", form, now)
        assert importer.plan(store, tmp_path / f"out.{form}", "boernebasen").changed[0][0].name == offer.name
    assert "'=HYPERLINK" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_public_export_has_no_note_no_unvouched_number_and_no_draft(store, tmp_path, now):
    offers = exporter.public(store.offers(), now)
    exporter.write(offers, tmp_path / "out.json", "hsds", now)
    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    assert "nor-taskforce" not in text and "hed-aftentelefonen" not in text
    assert "21736018" not in text and "+4570101818" not in text and '"hjaelp:notes"' not in text
    assert "116111" in text


@pytest.mark.parametrize("form", exporter.FORMATS)
def test_the_real_catalogue_goes_out_and_in_without_loss(store, tmp_path, now, form):
    path = tmp_path / f"out.{'json' if form in ('hsds', 'json') else form}"
    exporter.write(store.offers(), path, form, now)
    made = importer.plan(store, path, form if form in ("hsds", "json") else "boernebasen")
    assert made.changes == {} and made.same == len(store.offers())


def test_a_foreign_hsds_service_comes_in_with_phones_and_weekly_hours(store, write):
    service = {"id": "8d1f", "name": "Åben dør", "description": "Kom ind.", "status": "active", "minimum_age": 13,
               "service_areas": [{"name": "Hedensted Kommune"}], "url": "https://example.org/",
               "phones": [{"number": "70113131", "type": "voice"}],
               "schedules": [{"freq": "WEEKLY", "byday": "MO,TU", "opens_at": "10:00", "closes_at": "12:00"}]}
    path = write(json.dumps({"contents": [service]}), "in.json")
    faults = told(store, path, "hsds")
    assert faults == ["in.json:1: audiences: mangler. Skriv noget her."], "whom it is for has no field in HSDS"
    service["status"] = "temporarily closed"
    offer = importer.plan(store, write(json.dumps([service]), "in.json"), "hsds").added[0]
    assert (offer.id, offer.age_min, offer.status) == ("hsds-8d1f", 13, "draft")
    assert offer.contacts[0].hours.as_data() == {"monday": ["10:00-12:00"], "tuesday": ["10:00-12:00"]}
