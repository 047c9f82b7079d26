"""The robot's texts as data: what the linter finds, and the sheet out and in again."""

import shutil

import pytest
from openpyxl import load_workbook

from bot import text_lint
from bot.text_sheet import BadSheet, export, import_sheet
from bot.texts import RESPONSES, Texts


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(RESPONSES, tmp_path / "responses")


@pytest.fixture
def sheet(folder, tmp_path):
    export(tmp_path / "tekster.xlsx", folder)
    return tmp_path / "tekster.xlsx"


def change(sheet, key, variant, **columns):
    """Write cells of one row, by the place of their column."""
    places = {"key": 1, "variant": 2, "text": 3, "buttons": 4, "purpose": 5, "review": 6}
    book = load_workbook(sheet)
    row = next(r for r in book.active.iter_rows(min_row=2) if (r[0].value, r[1].value) == (key, variant))
    for name, value in columns.items():
        row[places[name] - 1].value = value
    book.save(sheet)


def test_every_text_of_the_repository_is_one_that_we_want_said():
    assert [str(fault) for fault in text_lint.lint()] == []


@pytest.mark.parametrize("text, wrong", [
    ("Det skal nok gå. Skriv igen.", "det skal nok gå"),
    ("Et.\n\nTo.\n\nTre.\n\nFire.", "paragraphs"),
    ("Ring til {hvem} nu.", "hvem"),
    ("Ring på 20304050 nu.", "number"),
    ("Hurra for dig!", "!"),
    ("Socialforvaltningens visitationsmyndighed vurderer sædvanligvis ansøgninger", "LIX"),
])
def test_a_text_that_we_do_not_want_is_found(text, wrong):
    assert any(wrong in problem for problem in text_lint.check_text("utter_x", text, text_lint.rules()))


def test_lix_is_words_a_sentence_and_the_share_of_long_words():
    assert text_lint.lix("Det er godt. Jeg er her.") == 3
    assert text_lint.lix("Ubehagelig. Hej.") == 51


def test_a_key_that_is_used_and_missing_is_found_and_so_is_a_text_that_nothing_says():
    faults = [str(f) for f in text_lint.check_use({"utter_nobody_says_this": "x.yml"}, {"utter_gone"}, set())]
    assert len(faults) == 2 and "utter_gone" in faults[0] and "nothing says it" in faults[1]


def test_out_and_in_again_changes_not_one_byte(sheet, folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert import_sheet(sheet, folder) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_changed_text_is_taken_over_and_order_and_comments_stay(sheet, folder):
    change(sheet, "utter_tak", 1, text="Selv tak. Skriv igen, når du vil.", review="reviewed")
    keys, head = Texts.load(folder).keys(), (folder / "samtale.yml").read_text(encoding="utf-8").splitlines()[0]
    assert import_sheet(sheet, folder) == 1
    assert Texts.load(folder).say("utter_tak")["text"] == "Selv tak. Skriv igen, når du vil."
    assert Texts.load(folder).keys() == keys
    assert (folder / "samtale.yml").read_text(encoding="utf-8").splitlines()[0] == head
    untouched = (RESPONSES / "faq.yml").read_bytes()
    assert (folder / "faq.yml").read_bytes() == untouched


def test_buttons_keep_their_braces_and_a_new_variant_is_appended(sheet, folder):
    book = load_workbook(sheet)
    book.active.append(["utter_tak", 99, "Det var godt, du skrev det.", "", "Answer to a thank you", "draft"])
    count = len(Texts.load(folder)._responses["utter_tak"])
    book.active.cell(book.active.max_row, 2).value = count + 1
    book.save(sheet)
    assert import_sheet(sheet, folder) == 1
    assert len(Texts.load(folder)._responses["utter_tak"]) == count + 1
    assert Texts.load(folder).say("utter_ask_age")["buttons"] == Texts.load().say("utter_ask_age")["buttons"]


def test_one_wrong_row_and_nothing_is_written(sheet, folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    change(sheet, "utter_tak", 1, text="Selv tak. Skriv igen, når du vil.")
    change(sheet, "utter_tak", 2, text="Det skal nok gå, {navn}.", review="ja")
    with pytest.raises(BadSheet) as bad:
        import_sheet(sheet, folder)
    assert len(bad.value.faults) == 4 and all(fault.startswith("Række") for fault in bad.value.faults)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_is_no_sheet_or_lacks_a_column_is_said_in_danish(tmp_path, folder, sheet):
    (tmp_path / "x.xlsx").write_text("nej")
    with pytest.raises(BadSheet, match="regneark"):
        import_sheet(tmp_path / "x.xlsx", folder)
    book = load_workbook(sheet)
    book.active["A1"].value = "noget andet"
    book.save(sheet)
    with pytest.raises(BadSheet, match="overskrifter"):
        import_sheet(sheet, folder)


def test_a_text_that_looks_like_a_formula_stays_a_text(sheet, folder):
    change(sheet, "utter_tak", 1, text="Selv tak. 1 + 1 er to.")
    import_sheet(sheet, folder)
    export(sheet, folder)
    assert all(cell.data_type != "f" for row in load_workbook(sheet).active.iter_rows() for cell in row)
