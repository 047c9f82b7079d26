"""An evening: two counsellors, three visitors, every move, a lid that is closed and a server that falls over."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def waiting(page):
    return page.locator("[data-list=waiting] .card-row")


def write(page, text):
    page.locator("#field").fill(text)
    page.locator("#field").press("Enter")
    expect(page.locator(".line.visitor").last).to_contain_text(text)


def say(page, text):
    page.locator("#text").fill(text)
    page.keyboard.press("Enter")


def take(page, words):
    """Open the waiting conversation in which that was written, and take it."""
    expect(waiting(page).first).to_be_visible()
    for row in waiting(page).all():
        row.click()
        expect(page.locator("#moves .primary")).to_be_visible()
        if page.locator(".line-visitor").get_by_text(words).count():
            page.locator("#moves .primary").click()
            expect(page.locator("#composer")).to_be_visible()
            return
    raise AssertionError(f"nobody wrote {words}")


def test_two_counsellors_and_three_visitors_through_an_evening(desk, visitor, front_door, robot):
    mette, ole = desk(), desk("ole", "Ole")
    young = {word: visitor(f"jeg vil gerne skrive om min {word}") for word in ("mormor", "kanin", "skole")}
    expect(waiting(mette)).to_have_count(3)
    expect(young["mormor"].locator(".strip")).to_contain_text("Du er den næste i køen")
    expect(young["skole"].locator(".strip")).to_contain_text("Du er nummer 3 i køen")
    expect(young["skole"].locator(".strip")).to_contain_text("Vi ved ikke, hvor længe det tager")

    take(mette, "mormor")
    expect(young["skole"].locator(".strip")).to_contain_text("Du er nummer 2 i køen")
    say(mette, "Hej, jeg hedder Mette.")
    expect(young["mormor"].locator(".line.counsellor").last).to_contain_text("Mette")
    expect(mette.locator(".line-mine .tick").last).to_have_attribute("title", "Nået frem")
    expect(waiting(ole)).to_have_count(2)  # what Mette took has left Ole's list too
    take(ole, "kanin")

    # A lid is closed: the line is dead, the page does not know it, and both go on writing.
    ole.context.set_offline(True)
    say(ole, "Det lyder hårdt.")
    write(young["kanin"], "hallo?")
    ole.context.set_offline(False)
    expect(young["kanin"].locator(".line.counsellor").last).to_contain_text("hårdt", timeout=30000)
    expect(ole.locator(".line-visitor").last).to_contain_text("hallo?", timeout=30000)
    assert young["kanin"].locator(".line.counsellor").get_by_text("Det lyder hårdt.").count() == 1

    # Passed on; the receiver is told, the giver sees it no more.
    mette.get_by_role("button", name="Giv videre").click()
    mette.locator("#transfer-who button", has_text="Ole").click()
    expect(mette.locator("#banner")).to_contain_text("En kollega har samtalen nu.")
    expect(ole.locator(".toast").last).to_contain_text("Mette har givet dig samtalen")
    expect(young["mormor"].locator("#title")).to_contain_text("Ole")

    # A ready sentence is not sent as it is by one press.
    ole.locator("[data-list=mine] .card-row").first.click()
    expect(ole.locator("#composer")).to_be_visible()
    ole.get_by_role("button", name="Luk samtalen").click()
    ole.locator("#ask-yes").click()
    expect(ole.locator("#form")).to_be_visible()
    ole.locator("#form label", has_text="Kærester og venner").click()
    ole.locator("#form label", has_text="Fik talt om det").click()
    ole.locator("#form label", has_text="Nej").click()
    ole.locator("#form-send").click()
    expect(ole.locator("#form")).to_contain_text("Tak")

    # The server falls over with one conversation in hand and one visitor waiting.
    expect(waiting(mette)).to_have_count(1)
    port = front_door.house.parts.settings.port
    front_door.stop()
    expect(mette.locator("#link")).to_have_attribute("data-state", "offline")
    from channels import front_door as door
    house = door.assemble(front_door.house.parts.settings, robot=robot, safety=front_door.house.parts.safety)
    again = type(front_door)(house, door.server(house.parts.settings, house), port)
    again.start()
    try:
        expect(mette.locator("#link")).to_have_attribute("data-state", "connected", timeout=30000)
        take(mette, "skole")
        say(mette, "Nu er jeg her.")
        expect(young["skole"].locator(".line.counsellor").last).to_contain_text("Nu er jeg her.", timeout=30000)
        states = sorted(c.state for c in again.conversations())
        assert states == ["closed", "counsellor", "counsellor"]
    finally:
        again.stop()


def test_the_end_is_asked_about_in_two_taps_and_then_the_clock_runs(desk, visitor):
    mette, young = desk(), visitor("min mormor er syg")
    take(mette, "mormor")
    mette.get_by_role("button", name="Luk samtalen").click()
    mette.locator("#ask-yes").click()
    young.get_by_role("button", name="Ja, det hjalp").click()
    young.get_by_role("button", name="Måske").click()
    expect(young.locator(".line.system").last).to_contain_text("30 dage")
    expect(young.locator("#title")).to_have_text("Samtalen er slut")


def test_a_ready_sentence_wants_to_be_made_ones_own(desk, visitor, front_door):
    from bot.canned import Canned
    mette, young = desk(), visitor("min mormor er syg")
    me = front_door.house.accounts.everyone()[0].counsellor
    Canned(front_door.house.parts.store.database).save(me, "Hilsen", "Hej, jeg hedder [navn].", False)
    take(mette, "mormor")
    mette.locator("#open-canned").click()
    mette.locator("#canned-list button", has_text="Hilsen").click()
    expect(mette.locator("#adapt")).to_contain_text("Ret det til")
    assert mette.evaluate("getSelection().toString() || text.value.slice(text.selectionStart, text.selectionEnd)") \
        == "[navn]"
    mette.locator("#text").press("End")
    mette.keyboard.press("Enter")
    expect(mette.locator("#adapt")).to_contain_text("Tryk igen")
    assert young.locator(".line.counsellor").count() == 0
    mette.locator("#text").fill("Hej, jeg hedder Mette.")
    mette.keyboard.press("Enter")
    expect(young.locator(".line.counsellor")).to_contain_text("jeg hedder Mette")
    expect(mette.locator("#adapt")).to_be_hidden()


def test_a_coordinator_reads_along_and_the_counsellor_sees_it(desk, visitor):
    mette, kim = desk(), desk("kim", "Kim", "koordinator")
    visitor("min mormor er syg")
    take(mette, "mormor")
    kim.locator("[data-list=others] .card-row").click()
    expect(kim.locator("#banner")).to_contain_text("Du læser med som koordinator")
    expect(kim.locator("#composer")).to_be_hidden()
    expect(kim.locator(".line-visitor")).to_contain_text("mormor")
    expect(mette.locator(".toast").last).to_contain_text("Kim læser med")
