"""Two counsellors and two visitors at the real front door: who gets whom, and what arrives."""

import re

from playwright.sync_api import expect


def write(page, text):
    page.locator("#field").fill(text)
    page.locator("#field").press("Enter")
    expect(page.locator(".line.visitor").last).to_contain_text(text)


def waiting(page):
    return page.locator("[data-list=waiting] .card-row")


def said(page, text):
    """How often that stands in the desk's thread."""
    return page.locator("#lines .words").get_by_text(text, exact=True).count()


def test_two_counsellors_and_two_visitors_find_each_other(desk, visitor):
    mette, ole = desk(), desk("ole", "Ole")
    sad = visitor("min mormor er død og jeg kan ikke sove")
    expect(waiting(mette)).to_have_count(1)
    danger = visitor("jeg vil ikke leve mere", human=False)
    expect(waiting(mette)).to_have_count(2)
    expect(waiting(mette).first).to_contain_text(re.compile("Alvorlig fare|Akut fare"))
    expect(mette).to_have_title(re.compile(r"^\(2\)"))

    waiting(mette).first.click()
    mette.keyboard.press("t")
    mette.locator("#text").fill("Hej, jeg hedder Mette. Godt, du skrev.")
    mette.keyboard.press("Enter")
    expect(danger.locator(".line.counsellor")).to_contain_text("Godt, du skrev.")
    expect(danger.locator("#title")).to_contain_text("Mette")

    expect(waiting(ole)).to_have_count(1)
    waiting(ole).first.click()
    ole.click("#moves .primary")
    ole.locator("#text").fill("Hej, jeg hedder Ole.")
    ole.click("#send")
    expect(sad.locator(".line.counsellor")).to_contain_text("Ole")
    write(sad, "hej Ole")
    expect(ole.locator(".line-visitor").last).to_contain_text("hej Ole")
    assert said(mette, "hej Ole") == 0
    assert mette.errors == ole.errors == []


def test_of_two_who_click_at_once_one_gets_it_and_the_other_is_told(desk, visitor):
    mette, ole = desk(), desk("ole", "Ole")
    visitor("min mormor er død")
    for page in (mette, ole):
        waiting(page).first.click()
        expect(page.locator("#moves .primary")).to_be_visible()
    mette.evaluate("document.querySelector('#moves .primary').click()")
    ole.evaluate("document.querySelector('#moves .primary')?.click()")
    expect(mette.locator("#composer")).to_be_visible()
    expect(ole.locator("#banner")).to_contain_text("En kollega har samtalen nu.")
    expect(ole.locator("#composer")).to_be_hidden()
    assert "Mette" not in ole.locator("#thread").inner_text()


def test_an_offer_goes_as_a_card_and_the_robot_takes_over_again(desk, visitor):
    mette, young = desk(), visitor("min mormor er død")
    waiting(mette).first.click()
    mette.keyboard.press("t")
    expect(mette.locator("#text")).to_be_focused()
    mette.keyboard.press("Escape")
    mette.keyboard.press("s")
    mette.keyboard.type("sorggruppe")
    expect(mette.locator("#offers-told")).to_contain_text("fundet")
    mette.locator("#offers li", has_text="Sorggruppe").first.get_by_role("button", name="Sæt ind som kort").click()
    expect(mette.locator("#attached")).to_contain_text("Sorggruppe")
    mette.keyboard.type("Det her kender jeg godt.")
    mette.keyboard.press("Enter")
    expect(young.locator(".card :is(h2, h3)").last).to_have_text("Sorggruppe")
    mette.get_by_role("button", name="Giv tilbage til robotten").click()
    expect(mette.locator("#banner")).to_contain_text("Robotten har samtalen nu.")
    expect(young.locator(".line").last).to_contain_text("robotten igen")
    mette.get_by_role("button", name="Tag den op igen").click()
    expect(mette.locator("#composer")).to_be_visible()


def test_a_line_that_breaks_before_the_answer_came_neither_loses_nor_doubles(desk, visitor):
    """The message arrives, its receipt does not: the desk sends it again under the same id."""
    line = {"deaf": False}

    def route(socket):
        server, line["socket"] = socket.connect_to_server(), socket
        server.on_message(lambda words: None if line["deaf"] else socket.send(words))

    mette, young = desk(before=lambda page: page.route_web_socket("**/console/socket", route)), visitor("min mormor")
    waiting(mette).first.click()
    mette.keyboard.press("t")
    expect(mette.locator("#text")).to_be_focused()
    line["deaf"] = True
    mette.keyboard.type("er du der?")
    mette.keyboard.press("Enter")
    expect(young.locator(".line.counsellor").last).to_contain_text("er du der?")
    expect(mette.locator(".is-sending")).to_contain_text("Sender")
    write(young, "ja")
    line["deaf"] = False
    line["socket"].close()
    expect(mette.locator(".line-visitor").last).to_contain_text("ja")
    expect(mette.locator("[data-client]")).to_have_count(0)
    assert said(mette, "er du der?") == 1
    assert young.locator(".line.counsellor").get_by_text("er du der?").count() == 1


def test_a_server_that_restarts_loses_and_doubles_nothing(desk, visitor, front_door):
    mette, young = desk(), visitor("min mormor er død")
    waiting(mette).first.click()
    mette.keyboard.press("t")
    expect(mette.locator("#composer")).to_be_visible()
    mette.locator("#text").fill("før")
    mette.keyboard.press("Enter")
    expect(young.locator(".line.counsellor").last).to_contain_text("før")
    port = front_door.house.parts.settings.port
    front_door.stop()
    expect(mette.locator("#link")).to_have_attribute("data-state", "offline")
    mette.locator("#text").fill("imens")
    mette.keyboard.press("Enter")
    expect(mette.locator(".is-queued")).to_contain_text("Venter på forbindelse")
    again = restarted(front_door, port)
    try:
        expect(mette.locator("#link")).to_have_attribute("data-state", "connected", timeout=20000)
        expect(young.locator(".line.counsellor").last).to_contain_text("imens", timeout=20000)
        assert said(mette, "imens") == said(mette, "før") == 1
        assert mette.locator("[data-client]").count() == 0
    finally:
        again.stop()


def restarted(front_door, port):
    from channels import front_door as door
    settings = front_door.house.parts.settings
    house = door.assemble(settings, robot=front_door.house.parts.robot, safety=front_door.house.parts.safety)
    again = type(front_door)(house, door.server(settings, house), port)
    again.start()
    return again


def test_typing_is_seen_on_both_sides(desk, visitor):
    mette, young = desk(), visitor("min mormor er død")
    waiting(mette).first.click()
    mette.keyboard.press("t")
    expect(mette.locator("#text")).to_be_focused()
    mette.keyboard.type("hm")
    expect(young.locator(".typing")).to_be_visible()
    young.locator("#field").press_sequentially("jeg")
    expect(mette.locator("#typing")).to_have_text("Anonym skriver …")


def test_a_deleted_conversation_leaves_no_word_on_the_desk(desk, visitor, front_door):
    mette, _ = desk(), visitor("hemmeligt ord")
    waiting(mette).first.click()
    expect(mette.locator(".line-visitor")).to_contain_text("hemmeligt")
    conversation = front_door.conversations()[0].id

    async def delete():
        front_door.house.parts.store.delete(conversation)
        front_door.house.parts.hub.publish(conversation, {"type": "deleted"})
        front_door.house.parts.hub.publish("queue", {"type": "queue"})
    front_door.run(delete())
    expect(mette.locator("#banner")).to_contain_text("slettet")
    assert "hemmeligt" not in mette.locator("body").inner_text()
