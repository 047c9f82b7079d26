"""The letterbox in a real browser: from a letter to its publication, on a phone and on a desk, light and dark."""

import re

import pytest
from playwright.sync_api import expect

from bot.letter_desk import LetterDesk
from bot.letter_states import Public

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
PASSWORD = "en lang nok kode"
LETTER = ("Kære brevkasse\n\nMin mormor døde for tre uger siden, og jeg kan ikke sove. Mine venner siger ikke noget, "
          "og jeg vil ikke ødelægge stemningen.\n\nEr der noget galt med mig, fordi jeg ikke græder?")
ANSWER = ("Kære du\n\nDet gør ondt at miste en, man holder af. Nogle græder, andre gør ikke. Der er ikke noget galt "
          "med dig.\n\nVil du tale med nogen, så ring til BørneTelefonen på 116 111, eller skriv til os i chatten.")
PUBLIC = [
    Public("Er der noget galt med mig, når jeg ikke græder?", LETTER, ANSWER, ("sorg", "soevn")),
    Public("Mine forældre skændes hver aften", "De råber, når de tror, jeg sover.",
           "Det er ikke din skyld.", ("skilsmisse_familiekonflikt",)),
    Public("Hvordan fortæller jeg det til min lærer?", "Jeg savner min farfar og kan ikke følge med.",
           "Du kan skrive det på en seddel.", ("sorg", "skolefravaer"))]


@pytest.fixture
def two(front_door):
    accounts = front_door.house.accounts
    return [accounts.get(accounts.create(name, name.title(), "raadgiver", PASSWORD)) for name in ("mette", "ole")]


@pytest.fixture
def desk(front_door):
    return LetterDesk(front_door.house.parts, front_door.house.gateway.letters)


def answer(front_door, desk, two, letter):
    drafted = front_door.run(desk.draft(letter, two[0], ANSWER))
    front_door.run(desk.approve(letter, two[1], drafted.revision))


def lay_out(front_door, desk, two):
    for public in PUBLIC:
        sent = front_door.run(front_door.house.gateway.letters.write(public.question, None, True))
        answer(front_door, desk, two, sent.letter.id)
        proposed, _ = front_door.run(desk.propose(sent.letter.id, two[0], public))
        front_door.run(desk.publish(sent.letter.id, two[1], proposed.revision))


def write(page, url, text=LETTER):
    page.goto(f"{url}/brevkasse")
    page.fill("#brev", text)
    page.click("main button")
    expect(page.locator("#code li")).to_have_count(4)
    return " ".join(page.locator("#code li").all_inner_texts())


def test_a_letter_goes_its_way_without_javascript(front_door, desk, two, new_page):
    page = new_page(PHONE, java_script_enabled=False)
    code = write(page, front_door.url)
    answer(front_door, desk, two, front_door.house.gateway.letters.store.all()[0].id)
    page.goto(f"{front_door.url}/brevkasse/svar")
    page.fill("#kode", code.upper())
    page.click("main button")
    expect(page.locator("h1")).to_have_text("Svar på dit brev")
    page.get_by_role("button", name="Ja, andre må læse det").click()
    expect(page.locator("[role=status]")).to_contain_text("Andre må gerne")
    page.locator(".delete summary").click()
    page.get_by_role("button", name="Ja, slet det nu").click()
    expect(page.locator("h1")).to_have_text("Brevet er slettet")
    assert front_door.house.gateway.letters.store.all() == [] and page.context.cookies() == []


def test_danger_shows_the_way_to_help_before_anything_else(front_door, new_page):
    page = new_page(PHONE)
    write(page, front_door.url, "jeg vil ikke leve mere")
    box = page.locator(".crisis").bounding_box()
    assert box["y"] < page.locator("h1").bounding_box()["y"]
    expect(page.locator(".crisis a[href='tel:112']").first).to_be_visible()
    assert page.errors == []


def test_three_escapes_leave_and_the_letter_is_gone(front_door, new_page, three_escapes):
    page = new_page()
    page.route(re.compile("dmi.dk"), lambda route: route.fulfill(body="vejret"))
    page.goto(f"{front_door.url}/brevkasse")
    page.fill("#brev", LETTER)
    three_escapes(page, re.compile("dmi.dk"))
    page.go_back()
    assert "/brevkasse" not in page.url or page.locator("#brev").input_value() == ""


def test_nothing_is_wider_than_a_small_phone(front_door, desk, two, new_page):
    lay_out(front_door, desk, two)
    page = new_page({"width": 320, "height": 640})
    first = front_door.house.gateway.letters.published("hedensted")[0].id
    for path in ("", "/svar", "/breve", f"/breve/{first}", "/breve?q=findesikke"):
        page.goto(f"{front_door.url}/brevkasse{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    write(page, front_door.url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_pictures_to_look_at(front_door, desk, two, new_page, pictures, scheme, size):
    lay_out(front_door, desk, two)
    page = new_page(PHONE if size == "phone" else DESK, color_scheme=scheme)

    def picture(name):
        page.evaluate("document.fonts.ready")
        page.screenshot(path=pictures / f"brevkasse-{name}-{size}-{scheme}.png", full_page=True)
    page.goto(f"{front_door.url}/brevkasse")
    picture("write")
    code = write(page, front_door.url)
    picture("sent")
    found = front_door.house.gateway.letters
    waiting = next(x for x in found.store.all() if x.state == "received")
    answer(front_door, desk, two, waiting.id)
    page.goto(f"{front_door.url}/brevkasse/svar")
    page.fill("#kode", "måne ørred blåbær blrgh")
    page.click("main button")
    picture("fetch")
    page.fill("#kode", code)
    page.click("main button")
    expect(page.locator(".answer")).to_be_visible()
    picture("answer")
    page.goto(f"{front_door.url}/brevkasse/breve")
    picture("public")
    page.goto(f"{front_door.url}/brevkasse/breve/{found.published('hedensted')[0].id}")
    picture("one")
    write(page, front_door.url, "jeg vil ikke leve mere")
    picture("danger")
    pictures_of_the_desk(front_door, desk, two, page, picture)
    assert [e for e in page.errors if "400" not in e] == []  # the wrong code was meant


def pictures_of_the_desk(front_door, desk, two, page, picture):
    letters = front_door.house.gateway.letters
    for text in (LETTER, "Min mor drikker, og jeg tør ikke tage nogen med hjem."):
        front_door.run(letters.write(text, None, True))
    waiting = [x for x in letters.store.all() if x.state == "received"]
    front_door.run(desk.draft(waiting[-1].id, two[1], ANSWER))
    page.goto(f"{front_door.url}/console/login")
    page.fill("#username", "mette")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.goto(f"{front_door.url}/console/breve")
    picture("desk-list")
    page.goto(f"{front_door.url}/console/breve/{waiting[0].id}")
    picture("desk-danger")
    page.goto(f"{front_door.url}/console/breve/{waiting[-1].id}")
    picture("desk-approve")
    page.get_by_role("button", name="Godkend, og læg svaret klar").click()
    expect(page.locator(".told-done")).to_be_visible()
    picture("desk-publish")
