"""Can everybody use it: by keyboard, by ear, on a small screen, in large print, in the dark?"""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CARD = {"id": "x", "kind": "gruppe", "name": "Sorggruppe for børn og unge", "organisation": "Hedensted Kommune",
        "why": "Du har mistet en.", "next_step": "En rådgiver taler med dig.", "reach": "Ring på 116 111.",
        "open_now": True}
ANSWER = ({"text": "Det gør mig ondt.", "buttons": [], "cards": [CARD]},
          {"text": "Er det noget?", "buttons": [{"title": "Ja, det er det", "payload": "/bekraeft"}], "cards": []})


def open_demo(page, front_door, path="/demo"):
    page.goto(front_door.url + path)
    if path.startswith("/demo"):
        page.get_by_role("button", name="Skriv med os").click()
    expect(page.locator("ol.lines > li").first).to_contain_text("robot")


def say(page, text):
    page.get_by_label("Din besked").fill(text)
    page.get_by_label("Din besked").press("Enter")


def focused(page) -> str:
    return page.evaluate("""() => { let e = document.activeElement;
        while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement; 
        return (e?.innerText || e?.id || '').trim() }""")


def test_the_whole_way_can_be_walked_by_keyboard(front_door, new_page, robot):
    robot.messages = ANSWER
    page = new_page()
    page.goto(front_door.url + "/demo")
    page.get_by_role("button", name="Skriv med os").focus()
    page.keyboard.press("Enter")
    expect(page.locator("ol.lines > li").first).to_be_visible()
    assert focused(page) == "field"
    page.keyboard.type("min mormor er død")
    page.keyboard.press("Enter")
    chip = page.get_by_role("button", name="Ja, det er det")
    expect(chip).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if focused(page) == "Ja, det er det":
            break
    assert focused(page) == "Ja, det er det"
    page.keyboard.press("Space")
    expect(page.locator("li.visitor").last).to_contain_text("Ja, det er det")


def test_the_focus_is_not_trapped_and_returns_to_the_button(front_door, new_page):
    page = new_page()
    open_demo(page, front_door)
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.localName") != "indgang-chat":
            break
    assert page.evaluate("document.activeElement.localName") != "indgang-chat"
    page.get_by_role("button", name="Luk vinduet").click()
    assert "Skriv med os" in focused(page)
    page.keyboard.press("Enter")
    expect(page.locator(".panel")).to_be_visible()


def test_a_sheet_takes_the_focus_rests_what_is_below_and_gives_the_focus_back(front_door, new_page):
    page = new_page()
    open_demo(page, front_door)
    page.get_by_role("button", name="Hjælp lige nu").click()
    expect(page.get_by_role("dialog")).to_contain_text("116 111")
    assert focused(page) == "Hjælp lige nu"
    assert page.get_by_label("Din besked").evaluate("f => Boolean(f.closest('[inert]'))")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert "Hjælp lige nu" in focused(page)


def test_each_new_line_is_announced_once_and_what_was_there_before_is_not(front_door, new_page, robot):
    robot.messages = ({"text": "Hvordan har du det ellers", "buttons": [], "cards": []},)
    page = new_page()
    open_demo(page, front_door)
    page.evaluate("""() => { window.heard = []; new MutationObserver((all) => all.forEach((m) =>
        m.addedNodes.forEach((n) => heard.push(n.textContent)))).observe(
        document.querySelector('indgang-chat').shadowRoot.querySelector('[aria-live=polite]'), {childList: true}) }""")
    say(page, "min egen besked")
    expect(page.locator("li.robot").nth(2)).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_timeout(500)
    heard = page.evaluate("heard")
    assert heard == ["Robotten siger: Hvordan har du det ellers"]
    page.reload()
    expect(page.locator("li.visitor")).to_be_visible()
    said = page.locator("[aria-live=polite] p").all_inner_texts()
    assert not any("ellers" in text for text in said)


@pytest.mark.parametrize("path", ["/demo", "/chat"])
def test_at_320_pixels_and_at_double_size_nothing_is_cut_off(front_door, new_page, robot, path, pictures):
    robot.messages = ANSWER
    for name, viewport in (("320", {"width": 320, "height": 640}), ("200-percent", {"width": 640, "height": 400})):
        page = new_page(viewport, device_scale_factor=2)
        open_demo(page, front_door, path)
        say(page, "Donaudampfschifffahrtsgesellschaftskapitän" * 3)
        expect(page.get_by_role("article")).to_be_visible()
        page.get_by_role("button", name="Skriv med et menneske").click()
        expect(page.locator(".strip")).to_contain_text("køen")
        page.screenshot(path=pictures / f"small-{name}{path.replace('/', '-')}.png")
        wide = page.evaluate("""() => { const root = document.querySelector('indgang-chat').shadowRoot;
            return [...root.querySelectorAll('.panel *')].filter((e) => !e.closest('.hidden') && !e.closest('svg')
              && e.getClientRects().length && (e.getBoundingClientRect().right > innerWidth + 1
              || e.getBoundingClientRect().left < -1)).map((e) => e.className || e.localName) }""")
        assert wide == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") or path == "/demo"
        assert page.locator(".scroller").bounding_box()["height"] > 90


def test_letters_and_targets_are_large_enough(front_door, new_page, robot):
    robot.messages = ANSWER
    page = new_page()
    open_demo(page, front_door)
    say(page, "hej")
    expect(page.get_by_role("button", name="Ja, det er det")).to_be_visible()
    small = page.evaluate("""() => { const root = document.querySelector('indgang-chat').shadowRoot;
        return [...root.querySelectorAll('.panel button, .panel textarea')].filter((b) => b.getClientRects().length)
          .filter((b) => b.getBoundingClientRect().height < 44 || b.getBoundingClientRect().width < 44)
          .map((b) => b.innerText) }""")
    assert small == []
    for selector in (".bubble", ".card dd", "textarea", ".chip"):
        assert page.locator(selector).first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 17


def test_who_wants_stillness_sees_nothing_move(front_door, new_page):
    page = new_page(reduced_motion="reduce")
    open_demo(page, front_door)
    conversation = front_door.conversations()[0]
    front_door.until_connected(conversation.id)
    front_door.loop.call_soon_threadsafe(front_door.house.parts.hub.publish, conversation.id,
                                         {"type": "typing", "author": "robot"})
    expect(page.locator(".typing")).to_be_visible()
    moving = page.evaluate("""() => [...document.querySelector('indgang-chat').shadowRoot.querySelectorAll('*')]
        .filter((e) => getComputedStyle(e).animationName !== 'none'
          || parseFloat(getComputedStyle(e).transitionDuration)).length""")
    assert moving == 0


@pytest.mark.parametrize("municipality", ["hedensted", "norddjurs"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(front_door, new_page, robot, counsellor, axe, municipality, scheme):
    robot.messages = ANSWER
    page = new_page(color_scheme=scheme)

    def check(state):
        found = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
        assert found.violations_count == 0, f"{state}: {found.generate_report()}"

    page.goto(f"{front_door.url}/demo/{municipality}")
    expect(page.get_by_role("button", name="Skriv med os")).to_be_visible()
    check("closed")
    open_demo(page, front_door, f"/demo/{municipality}")
    check("open")
    say(page, "min mormor er død")
    expect(page.get_by_role("article")).to_be_visible()
    check("offers")
    say(page, "a" * 6100)
    check("too long")
    page.get_by_label("Din besked").fill("")
    page.get_by_role("button", name="Skriv med et menneske").click()
    expect(page.locator(".strip")).to_contain_text("køen")
    check("waiting")
    conversation = front_door.conversations()[-1]
    front_door.run(front_door.house.desk.take(conversation.id, counsellor))
    front_door.run(front_door.house.desk.say(conversation.id, counsellor, "k", "Hej. Ring på 116 111"))
    expect(page.locator("li.counsellor")).to_be_visible()
    check("human")
    page.context.set_offline(True)
    say(page, "er du der")
    expect(page.locator(".notice")).to_be_visible()
    check("offline")
    page.context.set_offline(False)
    for entry in ("Hjælp lige nu", "Om samtalen", "Fortsæt en anden dag", "Jeg har en kode", "Slet samtalen"):
        page.get_by_role("button", name="Mere").click()
        check("menu")
        page.get_by_role("dialog").get_by_role("button", name=entry).click()
        check(entry)
        page.get_by_role("button", name="Tilbage").click()  # three fast Escapes would leave the page
    for path in ("/chat", "/hjaelp", "/nowhere"):
        page.goto(f"{front_door.url}{path}/{municipality}")
        page.wait_for_load_state("networkidle")
        check(path)
