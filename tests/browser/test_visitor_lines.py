"""The visitor's line in a real browser: without net, without a socket, in somebody else's page, in a frame."""

import functools
import http.server
import threading

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

HOSTILE = ("* { color: red !important; font-size: 5px !important; letter-spacing: 1em; box-sizing: content-box }"
           "button { display: none !important } html { font-size: 40px; line-height: 4 } div, section { float: right }")


def lines(page):
    return page.locator("ol.lines > li")


def say(page, text):
    page.get_by_label("Din besked").fill(text)
    page.get_by_label("Din besked").press("Enter")


def open_demo(page, front_door):
    page.goto(front_door.url + "/demo")
    page.get_by_role("button", name="Skriv med os").click()
    expect(lines(page).first).to_contain_text("robot")


@pytest.fixture
def foreign_host(tmp_path, front_door):
    """A page of somebody else's on another port, with styles of its own and the strictest policy that can be."""
    policy = (f"default-src 'none'; style-src 'self'; script-src {front_door.url}; frame-src {front_door.url}; "
              f"connect-src {front_door.url} {front_door.url.replace('http', 'ws')}")
    folder = tmp_path / "host"
    folder.mkdir()
    (folder / "host.css").write_text(HOSTILE)
    (folder / "index.html").write_text(
        '<!doctype html><html lang="da"><meta charset="utf-8">'
        '<link rel="stylesheet" href="host.css"><h1>Kommunens side</h1>'
        f'<script type="module" async src="{front_door.url}/widget.js" data-municipality="norddjurs" '
        'data-accent="#7a1f5b" data-position="left" data-topic="sorg" data-label="Spørg os"></script>')
    (folder / "frame.html").write_text(
        f'<!doctype html><html lang="da"><iframe src="{front_door.url}/chat" title="Skriv med os"></iframe>')

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, *_args):
            """Silent."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_a_strict_and_hostile_host_page_neither_breaks_it_nor_is_touched(front_door, foreign_host, new_page, pictures):
    page = new_page()
    page.goto(foreign_host)
    looks = "e => JSON.stringify(e.getBoundingClientRect()) + getComputedStyle(e).color + getComputedStyle(e).fontSize"
    before = page.locator("h1").evaluate(looks)
    expect(page.get_by_role("button", name="Spørg os"), str(page.errors)).to_be_visible()
    page.get_by_role("button", name="Spørg os").click()
    expect(lines(page).first).to_contain_text("Norddjurs")
    expect(page.get_by_label("Din besked")).to_have_value("Jeg har mistet en, jeg holder af.")
    bubble = lines(page).first.locator(".bubble")
    assert float(bubble.evaluate("b => parseFloat(getComputedStyle(b).fontSize)")) >= 17
    assert bubble.evaluate("b => getComputedStyle(b).color") != "rgb(255, 0, 0)"
    assert page.locator(".send").evaluate("b => getComputedStyle(b).backgroundColor") == "rgb(122, 31, 91)"
    assert page.locator(".panel").bounding_box()["x"] < 100
    page.get_by_label("Din besked").press("Enter")
    expect(page.locator("li.robot").nth(2)).to_be_visible()
    assert page.evaluate("document.fonts.check('17px \"Indgang Hyperlegible\"')")
    assert page.locator("h1").evaluate(looks) == before and page.errors == []
    page.screenshot(path=pictures / "hostile-host.png")


def test_in_a_frame_it_works_and_leaving_takes_the_whole_window_along(front_door, foreign_host, new_page):
    page = new_page()
    page.context.route("https://www.dmi.dk/**", lambda route: route.fulfill(content_type="text/html", body="Vejret"))
    page.goto(foreign_host + "/frame.html")
    frame = page.frame_locator("iframe")
    expect(frame.locator("ol.lines > li").first).to_contain_text("robot")
    frame.get_by_label("Din besked").fill("hej")
    frame.get_by_label("Din besked").press("Enter")
    expect(frame.locator("li.visitor")).to_contain_text("hej")
    frame.get_by_role("button", name="Forlad siden").click()
    page.wait_for_url("https://www.dmi.dk/")


def test_the_host_pages_first_paint_does_not_wait_for_us(front_door, new_page):
    page = new_page()
    held = []
    page.route("**/widget.js", lambda route: held.append(route))
    page.goto(front_door.url + "/demo", wait_until="domcontentloaded")
    expect(page.get_by_role("heading", name="Er der noget, der fylder?")).to_be_visible()
    assert page.evaluate("performance.getEntriesByType('paint').length || 1") and held
    assert page.locator("indgang-chat").count() == 0
    held[0].continue_()
    expect(page.get_by_role("button", name="Skriv med os")).to_be_visible()


def test_until_it_is_opened_nothing_is_begun_and_little_is_loaded(front_door, new_page):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(front_door.url)))
    page.goto(front_door.url + "/demo")
    expect(page.get_by_role("button", name="Skriv med os")).to_be_visible()
    assert front_door.conversations() == []
    assert not [path for path in asked if "chat.js" in path or "/api/" in path or "font" in path]
    assert all(path.startswith("/") for path in asked)


def test_what_is_written_without_net_is_sent_once_when_it_is_back(front_door, new_page):
    page = new_page()
    open_demo(page, front_door)
    page.context.set_offline(True)
    say(page, "er der nogen")
    expect(page.locator(".notice")).to_contain_text("ikke noget net")
    expect(page.locator("li.visitor")).to_contain_text("Ikke sendt endnu")
    page.context.set_offline(False)
    expect(page.locator("li.visitor.waiting")).to_have_count(0, timeout=20000)
    expect(page.locator(".notice")).to_be_hidden()
    conversation = front_door.conversations()[0]
    sent = [m for m in front_door.house.parts.store.thread(conversation.id) if m.author == "visitor"]
    assert [m.body["text"] for m in sent] == ["er der nogen"]


def test_a_message_whose_receipt_was_lost_is_sent_again_with_the_same_id_and_kept_once(front_door, new_page):
    page = new_page()
    dropped = []

    def proxy(socket):
        server = socket.connect_to_server()

        def to_page(message):
            if '"ack"' in message and not dropped:
                dropped.append(message)
                socket.close(code=1012)
            elif dropped or '"visitor"' not in message:
                socket.send(message)
        server.on_message(to_page)
    page.route_web_socket("**/api/socket", proxy)
    open_demo(page, front_door)
    say(page, "kun én gang")
    expect(page.locator("li.visitor:not(.waiting)")).to_have_count(1, timeout=15000)
    conversation = front_door.conversations()[0]
    thread = front_door.house.parts.store.thread(conversation.id)
    assert dropped and [m.body["text"] for m in thread if m.author == "visitor"] == ["kun én gang"]


def test_without_a_socket_it_asks_over_http(front_door, new_page, counsellor):
    page = new_page()
    page.route_web_socket("**/api/socket", lambda socket: socket.close(code=1011))
    open_demo(page, front_door)
    say(page, "kan du høre mig")
    expect(page.locator("li.robot").nth(2)).to_be_visible(timeout=10000)
    expect(page.locator("li.visitor.waiting")).to_have_count(0)
    page.get_by_role("button", name="Skriv med et menneske").click()
    expect(page.locator(".strip")).to_contain_text("den næste i køen")
    conversation = front_door.conversations()[0]
    front_door.run(front_door.house.desk.take(conversation.id, counsellor))
    front_door.run(front_door.house.desk.say(conversation.id, counsellor, "k", "Jeg er her"))
    expect(page.locator("li.counsellor")).to_contain_text("Jeg er her", timeout=10000)
    expect(page.locator(".title")).to_contain_text("Mette")


def test_a_page_that_was_put_away_catches_up_when_it_is_looked_at(front_door, new_page, counsellor):
    page = new_page()
    open_demo(page, front_door)
    front_door.until_connected(front_door.conversations()[0].id)
    publish = front_door.house.parts.hub.publish
    front_door.house.parts.hub.publish = lambda *_: None  # as when a sleeping phone misses every notice
    token = page.evaluate("JSON.parse(sessionStorage['indgang:hedensted']).token")
    from bot.incoming import Incoming
    front_door.run(front_door.house.gateway.receive(Incoming(token, "elsewhere", "skrevet imens")))
    page.wait_for_timeout(300)
    assert page.locator("li.visitor").count() == 0
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("li.visitor")).to_contain_text("skrevet imens")
    front_door.house.parts.hub.publish = publish


def test_a_duplicated_tab_shows_the_same_lines_live(front_door, new_page):
    page = new_page()
    open_demo(page, front_door)
    kept = page.evaluate("sessionStorage['indgang:hedensted']")
    twin = page.context.new_page()
    twin.goto(front_door.url + "/hjaelp")
    twin.evaluate("kept => sessionStorage.setItem('indgang:hedensted', kept)", kept)
    twin.goto(front_door.url + "/demo")
    expect(lines(twin).first).to_be_visible()
    say(page, "fra den første")
    expect(twin.locator("li.visitor")).to_contain_text("fra den første")
    say(twin, "fra den anden")
    expect(page.locator("li.visitor").last).to_contain_text("fra den anden")
