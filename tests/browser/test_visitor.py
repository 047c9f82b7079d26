"""The visitor's side in a real browser: from the button in the corner to the last word."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CARD = {"id": "hed-sorg", "kind": "gruppe", "name": "Sorggruppe", "organisation": "Hedensted Kommune",
        "why": "Du har mistet en, du holder af.", "next_step": "En rådgiver taler med dig om det.",
        "reach": "Skriv med en rådgiver her.", "open_now": None}


@pytest.fixture
def opened(front_door, new_page):
    """The widget on the demo page, open, with the robot's first words."""
    def make(path="/demo", **options):
        page = new_page(**options)
        page.goto(front_door.url + path)
        if path.startswith("/demo"):
            page.get_by_role("button", name="Skriv med os").click()
        expect(lines(page).first).to_contain_text("robot")
        return page
    return make


def lines(page):
    return page.locator("ol.lines > li")


def say(page, text):
    page.get_by_label("Din besked").fill(text)
    page.get_by_label("Din besked").press("Enter")


def test_a_message_is_answered_with_offers_that_say_why_and_what_happens_next(opened, robot):
    robot.messages = ({"text": "Det gør mig ondt.", "buttons": [], "cards": [CARD]},
                      {"text": "Er det noget?", "buttons": [{"title": "Ja", "payload": "/bekraeft"}], "cards": []})
    page = opened()
    say(page, "min mormor er død og jeg kan ikke sove")
    card = page.get_by_role("article")
    expect(card.get_by_role("heading", name="Sorggruppe")).to_be_visible()
    for words in (CARD["why"], CARD["next_step"], CARD["reach"], CARD["organisation"]):
        expect(card).to_contain_text(words)
    assert card.get_by_role("button").count() == 1
    page.get_by_role("button", name="Ja", exact=True).click()
    expect(lines(page).filter(has_text="Ja").last).to_have_class(re.compile("visitor"))
    assert page.errors == []
    expect(page.get_by_label("Din besked")).to_have_value("")
    assert [t.payload for t in robot.turns][0] is None


def test_the_crisis_reply_is_there_within_a_second_with_the_robot_down(opened, robot, within_a_second):
    robot.down = True

    def asked():
        pages.append(opened())
        say(pages[-1], "jeg vil ikke leve mere")
        return pages[-1].locator("ol.lines a[href='tel:116111']").first

    pages = []
    within_a_second(asked)
    expect(pages[-1].locator("li.robot").nth(2)).to_be_visible()


def test_a_human_takes_over_is_named_and_hands_back(opened, front_door, counsellor, pictures):
    page, desk = opened(), front_door.house.desk
    page.get_by_role("button", name="Skriv med et menneske").click()
    strip = page.locator(".strip")
    expect(strip).to_contain_text("Du er den næste i køen")
    conversation = front_door.conversations()[-1]
    front_door.run(desk.take(conversation.id, counsellor))
    title = page.locator(".title")
    expect(title).to_have_text("Du skriver nu med et menneske: Mette")
    front_door.run(desk.say(conversation.id, counsellor, "k1", "Hej, jeg læser med nu"))
    said = page.locator("li.counsellor")
    expect(said).to_contain_text("Hej, jeg læser med nu")
    expect(said.locator(".who")).to_contain_text("Mette")
    assert said.locator(".bubble").evaluate("b => getComputedStyle(b).borderRadius") != \
        page.locator("li.robot .bubble").first.evaluate("b => getComputedStyle(b).borderRadius")
    front_door.loop.call_soon_threadsafe(front_door.house.parts.hub.publish, conversation.id,
                                         {"type": "typing", "author": "counsellor"})
    expect(page.locator(".typing")).to_have_text("Mette skriver")
    front_door.run(desk.hand_back(conversation.id, counsellor))
    expect(title).to_have_text("Robotten i Hedensted")
    expect(page.locator(".tag")).to_have_text("Robot")


def test_who_waits_can_stop_waiting(opened):
    page = opened()
    page.get_by_role("button", name="Skriv med et menneske").click()
    page.get_by_role("button", name="Stop med at vente").click()
    expect(page.locator(".title")).to_have_text("Robotten i Hedensted")


def test_the_button_of_an_offer_calls_a_human_who_can_read_which_one(opened, robot, front_door):
    robot.messages = ({"text": "Her", "buttons": [], "cards": [CARD]},)
    page = opened()
    say(page, "jeg er ked af det")
    page.get_by_role("article").get_by_role("button").click()
    expect(page.locator(".strip")).to_contain_text("køen")
    expect(page.locator("li.visitor").last).to_contain_text("Sorggruppe")


def test_a_reload_keeps_the_conversation_and_another_tab_does_not_see_it(opened, front_door):
    page = opened()
    say(page, "det her vil jeg gerne kunne se igen")
    expect(page.locator("li.robot").nth(2)).to_be_visible()
    before = lines(page).all_inner_texts()
    page.reload()
    expect(page.locator("li.visitor")).to_contain_text("se igen")
    assert [t.split("\n")[-1] for t in lines(page).all_inner_texts()] == [t.split("\n")[-1] for t in before]
    other = page.context.new_page()
    other.goto(front_door.url + "/demo")
    other.get_by_role("button", name="Skriv med os").click()
    expect(lines(other).first).to_contain_text("robot")
    assert other.locator("li.visitor").count() == 0
    assert len(front_door.conversations()) == 2
    assert page.context.cookies() == [] and page.evaluate("localStorage.length") == 0


def test_deleting_is_asked_once_and_leaves_nothing(opened, front_door):
    page = opened()
    say(page, "slet mig")
    expect(page.locator("li.robot").nth(2)).to_be_visible()
    page.get_by_role("button", name="Mere").click()
    page.get_by_role("button", name="Slet samtalen").click()
    page.get_by_role("button", name="Nej, behold den").click()
    assert len(front_door.conversations()) == 1
    page.get_by_role("button", name="Mere").click()
    page.get_by_role("button", name="Slet samtalen").click()
    page.get_by_role("button", name="Ja, slet den").click()
    expect(page.get_by_role("dialog")).to_contain_text("Samtalen er slettet")
    assert front_door.conversations() == [] and lines(page).count() == 0
    assert "token" not in (page.evaluate("JSON.stringify({...sessionStorage})"))
    page.get_by_role("button", name="Begynd en ny samtale").click()
    expect(lines(page)).to_have_count(2)


def test_what_the_other_tab_deleted_is_gone_here_too(opened, front_door):
    page = opened()
    token = page.evaluate("JSON.parse(sessionStorage['indgang:hedensted']).token")
    front_door.run(front_door.house.gateway.delete(token))
    expect(page.get_by_role("dialog")).to_contain_text("slettet")


@pytest.mark.parametrize("way", ["button", "escape"])
def test_leaving_shows_a_harmless_page_and_the_back_button_does_not_return(opened, way, three_escapes):
    page = opened(path="/chat")
    page.context.route("https://www.dmi.dk/**", lambda route: route.fulfill(
        content_type="text/html", body="<title>Vejret</title><h1>Vejret</h1>"))
    say(page, "noget som ingen må se")
    expect(page.locator("li.visitor")).to_be_visible()
    if way == "button":
        page.get_by_role("button", name="Forlad siden").click()
    else:
        three_escapes(page, "https://www.dmi.dk/")
    page.wait_for_url("https://www.dmi.dk/")
    page.go_back()
    assert "/chat" not in page.url and "ingen må se" not in page.content()


def test_one_or_two_escapes_or_three_slow_ones_leave_nothing(opened):
    page = opened()
    for pause in (0, 1600, 0, 1600):
        page.keyboard.press("Escape")
        page.wait_for_timeout(pause)
    assert "/demo" in page.url
    expect(lines(page).first).to_be_visible()


def test_what_is_too_long_stays_in_the_field_with_a_line_why(opened):
    page = opened()
    field = page.get_by_label("Din besked")
    field.fill("a" * 6050)
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("50 tegn for lang")
    expect(field).to_have_value("a" * 6050)
    assert page.locator("li.visitor").count() == 0


def test_what_the_front_door_refuses_comes_back_into_the_field(opened, front_door, monkeypatch):
    from bot.incoming import Refused

    async def refuse(_self, _incoming):
        raise Refused("too_fast", 429)
    page = opened()
    monkeypatch.setattr(type(front_door.house.gateway), "receive", refuse)
    say(page, "for hurtigt")
    expect(page.get_by_label("Din besked")).to_have_value("for hurtigt")
    expect(page.get_by_role("alert").first).to_contain_text("Din tekst står stadig i feltet")
    expect(page.locator("li.visitor")).to_have_count(0)


def test_enter_sends_shift_enter_is_a_new_line_and_empty_sends_nothing(opened):
    page = opened()
    field = page.get_by_label("Din besked")
    field.press("Enter")
    field.fill("   ")
    field.press("Enter")
    assert page.locator("li.visitor").count() == 0
    field.fill("linje et")
    field.press("Shift+Enter")
    field.type("linje to")
    field.press("Enter")
    expect(page.locator("li.visitor p")).to_have_text(["linje et", "linje to"])


def test_markup_that_somebody_writes_is_only_text(opened):
    page = opened()
    say(page, "<img src=x onerror=alert(1)><b>fed</b>")
    expect(page.locator("li.visitor")).to_contain_text("<b>fed</b>")
    assert page.locator("li.visitor b, li.visitor img").count() == 0


def test_four_words_bring_the_conversation_back_on_another_day(opened):
    page = opened()
    say(page, "min mormor er død")
    expect(lines(page).filter(has_text="min mormor er død")).to_be_visible()
    page.get_by_role("button", name="Mere").click()
    page.get_by_role("button", name="Fortsæt en anden dag").click()
    page.get_by_role("button", name="Lav en kode").click()
    code = page.locator(".code").text_content()
    assert len(code.split()) == 4
    page.get_by_role("button", name="Jeg har dem").click()

    other = opened()
    expect(lines(other).filter(has_text="min mormor er død")).to_have_count(0)
    other.get_by_role("button", name="Mere").click()
    other.get_by_role("button", name="Jeg har en kode").click()
    other.get_by_label("De fire ord").fill("sol")
    other.get_by_role("button", name="Åbn samtalen").click()
    expect(other.get_by_role("alert")).to_contain_text("fire ord")
    other.get_by_label("De fire ord").fill(code)
    other.get_by_role("button", name="Åbn samtalen").click()
    expect(lines(other).filter(has_text="min mormor er død")).to_be_visible()
    expect(page.get_by_role("heading", name="Samtalen er flyttet")).to_be_visible()
    say(other, "nu skriver jeg videre")
    expect(lines(other).filter(has_text="nu skriver jeg videre")).to_be_visible()
    assert page.errors == []
    assert all("400" in error for error in other.errors)  # the browser's own note of the wrong code
