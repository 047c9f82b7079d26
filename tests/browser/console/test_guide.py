"""Makes the pictures of docs/raadgiver.md out of the real desk, when INDGANG_GUIDE=1 is set.

Without the flag the same walk is done and the pictures are thrown away, so that the guide cannot show what is no more.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).resolve().parents[3] / "docs" / "billeder"
LARGEST = 150_000
WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def picture(tmp_path):
    folder = PICTURES if os.environ.get("INDGANG_GUIDE") else Path(os.environ.get("INDGANG_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def take(page, name):
        page.wait_for_timeout(250)
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        smaller(path)
        assert path.stat().st_size < LARGEST
    return take


def smaller(path):
    from PIL import Image
    with Image.open(path) as image:
        image.convert("RGB").quantize(96).save(path, optimize=True)


def waiting(page):
    return page.locator("[data-list=waiting] .card-row")


def test_the_pictures_of_the_guide(desk, visitor, front_door, picture):
    accounts = front_door.house.accounts
    mette = desk("mette", "Mette", "koordinator", viewport=WIDE)
    ole = desk("ole", "Ole", viewport={"width": 390, "height": 844})
    from bot.canned import Canned
    canned, me = Canned(front_door.house.parts.store.database), accounts.everyone()[0].counsellor
    canned.save(me, "Første hilsen", "Hej, jeg hedder [navn]. Godt, du skriver. Det lyder [sådan].", True)
    canned.save(me, "Lige et øjeblik", "Jeg læser, hvad du har skrevet, og svarer om lidt.", False)

    sad = visitor("min mormor er død, og jeg kan ikke sove om natten")
    visitor("jeg er så træt af at mine forældre skændes hele tiden")
    visitor("jeg vil ikke leve mere", human=False)
    expect(waiting(mette)).to_have_count(3)
    picture(sad, "unge-i-koe")
    waiting(mette).first.click()
    expect(mette.locator("#moves .primary")).to_be_visible()
    picture(mette, "skriveplads-koe")
    waiting(mette).filter(has_text="Chat").last.click()
    expect(mette.locator("#moves .primary")).to_be_visible()
    for row in waiting(mette).all():
        row.click()
        expect(mette.locator("#moves .primary")).to_be_visible()
        if mette.locator(".line-visitor").get_by_text("mormor").count():
            break
    mette.keyboard.press("t")
    expect(mette.locator("#text")).to_be_focused()
    mette.keyboard.type("Hej, jeg hedder Mette. Det gør mig ondt med din mormor.")
    mette.keyboard.press("Enter")
    expect(sad.locator(".line.counsellor")).to_contain_text("Mette")
    sad.locator("#field").fill("tak. jeg savner hende hele tiden")
    sad.locator("#field").press("Enter")
    expect(mette.locator(".line-visitor").last).to_contain_text("savner")
    mette.locator("#notes-section summary").click()
    mette.locator("#note").fill("Har talt om begravelsen. Vil gerne skrive igen i morgen.")
    mette.get_by_role("button", name="Gem noten").click()
    mette.get_by_role("button", name="Skriver igen").click()
    expect(mette.locator("#notes")).to_contain_text("begravelsen")
    expect(mette.locator(".tick").last).to_have_attribute("title", "Nået frem")
    picture(mette, "skriveplads-samtale")
    mette.locator("#open-canned").click()
    expect(mette.locator("#canned-list button").first).to_be_visible()
    picture(mette, "faste-svar")
    mette.locator("#canned-list button", has_text="Første hilsen").click()
    expect(mette.locator("#adapt")).to_be_visible()
    mette.locator("#text").fill("")
    mette.get_by_role("button", name="Giv videre").click()
    expect(mette.locator("#transfer-who button")).to_have_text("Ole")
    picture(mette, "giv-videre")
    mette.locator("#transfer-no").click()

    waiting(ole).first.click()
    ole.locator("#moves .primary").click()
    expect(ole.locator("#composer")).to_be_visible()
    picture(ole, "skriveplads-telefon")

    store = front_door.house.parts.store
    mine, = store.of_counsellor(me.id)
    store.move(mine.id, lambda c: replace(c, facts=c.facts | {
        "topics": ["sorg"], "age_band": "13-15", "shown": ["hed-sorggruppe"]}))
    mette.get_by_role("button", name="Luk samtalen").click()
    mette.locator("#ask-yes").click()
    expect(mette.locator("#form")).to_be_visible()
    picture(mette, "skema")
    expect(sad.locator(".choices")).to_be_visible()
    picture(sad, "unge-spoergsmaal")
    mette.locator("#form label", has_text="Fik talt om det").click()
    mette.locator("#form label", has_text="Nej").click()
    mette.locator("#form-send").click()
    expect(mette.locator("#form")).to_contain_text("Tak")

    mette.goto(f"{front_door.url}/console/vagter")
    expect(mette.get_by_role("heading", name="Vagtplan")).to_be_visible()
    picture(mette, "vagtplan")
    assert mette.errors == []
