"""Can the desk be used: by keyboard, at any size, by ear, and only by who is logged in?"""

import pytest
from playwright.sync_api import expect


def waiting(page):
    return page.locator("[data-list=waiting] .card-row")


def test_whoever_is_logged_out_sees_nothing_more_and_is_told(desk, visitor, front_door, monkeypatch):
    monkeypatch.setattr("channels.console.link.BEAT_SECONDS", 0.3)
    mette, _ = desk(), visitor("hemmeligt ord")
    waiting(mette).first.click()
    expect(mette.locator(".line-visitor")).to_contain_text("hemmeligt")
    accounts = front_door.house.accounts
    accounts.set_disabled(next(a.counsellor.id for a in accounts.everyone()), True)
    expect(mette.get_by_text("Log ind igen")).to_be_visible()
    assert "hemmeligt" not in mette.locator("#lines").inner_text()
    expect(mette.locator(".card-row")).to_have_count(0)


def test_a_soft_tone_is_heard_when_somebody_waits_and_not_when_it_is_muted(desk, visitor):
    listen = """() => { window.tones = 0; const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...at) { window.tones += 1; return start.apply(this, at); }; }"""
    mette = desk(before=lambda page: page.add_init_script(f"({listen})()"))
    mette.locator("#queue").click()
    visitor("min mormor er død")
    expect(waiting(mette)).to_have_count(1)
    mette.wait_for_function("window.tones > 0")
    mette.keyboard.press("m")
    heard = mette.evaluate("window.tones")
    visitor("jeg kan ikke sove")
    expect(waiting(mette)).to_have_count(2)
    assert mette.evaluate("window.tones") == heard


def test_the_desk_is_worked_by_keyboard_alone(desk, visitor):
    mette = desk()
    visitor("min mormor er død")
    expect(waiting(mette)).to_have_count(1)
    mette.keyboard.press("?")
    expect(mette.locator("#shortcuts")).to_be_visible()
    mette.keyboard.press("Escape")
    mette.keyboard.press("j")
    mette.keyboard.press("Enter")
    expect(mette.locator("#thread")).to_be_focused()
    mette.keyboard.press("t")
    expect(mette.locator("#text")).to_be_focused()
    mette.keyboard.type("Hej")
    mette.keyboard.press("Enter")
    mette.keyboard.press("Escape")
    mette.keyboard.press("x")
    expect(mette.locator("#ask")).to_be_visible()
    expect(mette.locator("#ask-no")).to_be_focused()
    mette.keyboard.press("Shift+Tab")
    mette.keyboard.press("Tab")
    mette.keyboard.press("Tab")
    mette.keyboard.press("Enter")
    expect(mette.locator("#banner")).to_contain_text("Samtalen er lukket.")


@pytest.mark.parametrize("width, height", [(320, 640), (390, 844), (640, 400), (1280, 800), (1440, 900)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_at_any_size(desk, visitor, pictures, width, height, scheme):
    mette = desk(viewport={"width": width, "height": height}, color_scheme=scheme)
    visitor("min mormor er død og jeg kan ikke sove. ring til mig på 20 30 40 50")
    expect(waiting(mette)).to_have_count(1)
    shots = [("queue", lambda: None), ("thread", lambda: waiting(mette).first.click()),
             ("panel", lambda: mette.click("#to-panel") if mette.is_visible("#to-panel") else None)]
    for name, go in shots:
        go()
        mette.wait_for_timeout(200)
        mette.screenshot(path=pictures / f"console-{width}-{scheme}-{name}.png")
        assert mette.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if mette.is_visible("#panel-back"):
        mette.click("#panel-back")
        expect(mette.locator("#thread-title")).to_be_visible()
    if mette.is_visible("#back"):
        mette.click("#back")
        expect(mette.locator("[data-list=waiting] .card-row").first).to_be_visible()
    assert mette.errors == []
