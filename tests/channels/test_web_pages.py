"""What a browser gets: pages, the widget's files, and the headers that guard them."""

import gzip
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "channels" / "web"
STATIC, SHARED = WEB / "static", WEB.parent / "static"
PAGES = ["/chat", "/chat/norddjurs", "/chat?kommune=norddjurs", "/demo", "/demo/norddjurs", "/hjaelp"]
ALL = [*PAGES, "/widget.js", "/static/theme.css", "/widget/config/hedensted.json", "/healthz", "/nowhere", "/api/x"]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_there_in_danish_and_says_which_municipality(client, path):
    page = client.get(path)
    assert page.status_code == 200 and '<html lang="da">' in page.text
    assert ("Norddjurs" if "norddjurs" in path else "Hedensted") in page.text


@pytest.mark.parametrize("path", ALL)
def test_every_answer_carries_the_guarding_headers_and_no_cookie(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert "set-cookie" not in headers and "server" not in headers
    if not path.startswith(("/chat", "/hjaelp")):
        assert "frame-ancestors 'none'" in policy and headers["x-frame-options"] == "DENY"


def test_the_chat_may_stand_in_a_frame_of_those_who_are_allowed(client, house):
    from dataclasses import replace

    from starlette.testclient import TestClient

    from channels.front_door import application
    anybody = client.get("/chat").headers
    assert "frame-ancestors *" in anybody["content-security-policy"] and "x-frame-options" not in anybody
    settings = replace(house.parts.settings, allowed_hosts="cyberhus.dk, https://ung.hedensted.dk/")
    limited = replace(house, parts=replace(house.parts, settings=settings))
    with TestClient(application(limited)) as strict:
        policy = strict.get("/chat").headers["content-security-policy"]
        assert policy.endswith("frame-ancestors https://cyberhus.dk https://ung.hedensted.dk")
        foreign = strict.post("/api/conversations", json={}, headers={"Origin": "https://other.example"})
        assert "access-control-allow-origin" not in foreign.headers
        known = strict.post("/api/conversations", json={}, headers={"Origin": "https://cyberhus.dk"})
        assert known.headers["access-control-allow-origin"] == "https://cyberhus.dk"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_script_or_style_inside_it_or_asks_a_third_party(client, path):
    text = client.get(path).text
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=|javascript:", text)
    loaded = re.findall(r'(?<!&gt;)<(?:script|link|img|iframe)[^>]*?(?:src|href)="([^"]+)"', text)
    assert loaded and all(address.startswith("/") and not address.startswith("//") for address in loaded)


@pytest.mark.parametrize("path", PAGES)
def test_everything_that_a_page_loads_is_there(client, path):
    for address in re.findall(r'<(?:script|link)[^>]*?(?:src|href)="([^"]+)"', client.get(path).text):
        assert client.get(address).status_code == 200, address


def test_help_is_readable_and_can_be_called_without_any_script(client):
    for path in ("/hjaelp", "/chat"):
        text = client.get(path).text
        assert '<a href="tel:112">112</a>' in text and 'href="tel:116111"' in text


@pytest.mark.parametrize("path, reason", [("/nowhere", "side"), ("/chat/atlantis", "kommune"), ("/demo/x%2fy", "side")])
def test_a_wrong_address_is_a_danish_page_for_a_reader(client, path, reason):
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 404 and reason in page.text and "text/html" in page.headers["content-type"]


def test_a_municipalitys_colours_come_from_its_data(client):
    from knowledge import municipality as municipalities
    for name in municipalities.all_ids():
        colours = municipalities.load(name).colours
        css = client.get(f"/theme/{name}.css")
        assert css.headers["content-type"].startswith("text/css")
        assert colours["accent"] in css.text and colours["accent_dark"] in css.text


def test_the_widget_is_told_all_that_it_shows_and_nothing_of_the_installation(client):
    config = client.get("/widget/config/norddjurs.json", headers={"Origin": "https://cyberhus.dk"})
    assert config.headers["access-control-allow-origin"] == "*"
    told = config.json()
    assert told["names"]["robot"] == "Robotten i Norddjurs" and told["quick_exit"].startswith("https://")
    assert told["keeps"] == {"robot_hours": 24, "handover_days": 30} and told["help"]
    assert "var" not in told and "database" not in config.text and "sqlite" not in config.text


def test_files_of_this_version_are_kept_and_of_another_are_no_files(client):
    from channels.web.pages import VERSION
    kept = client.get(f"/widget/v/{VERSION}/chat.js")
    assert kept.status_code == 200 and "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-type"].startswith(("text/javascript", "application/javascript"))
    assert kept.headers["cross-origin-resource-policy"] == "cross-origin"
    assert client.get("/widget/v/0/chat.js").status_code == 404
    assert client.get("/widget.js").headers["cache-control"] == "no-cache"
    assert client.get(f"/widget/v/{VERSION}/../pages.py").status_code == 404


def test_the_scripts_are_small_on_the_wire(client):
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in STATIC.glob("*.js")}
    print("gzipped:", sizes, "together", sum(sizes.values()))
    assert sum(sizes.values()) < 40_000 and sizes["widget.js"] < 5_000
    answer = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


def test_the_typeface_is_ours_to_serve_and_its_licence_lies_beside_it(client):
    fonts = list((SHARED / "fonts").glob("*.woff2"))
    assert len(fonts) == 2 and "SIL Open Font License" in (SHARED / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    served = client.get(f"/static/fonts/{fonts[0].name}", headers={"Origin": "https://cyberhus.dk"})
    assert served.status_code == 200 and served.headers["access-control-allow-origin"] == "*"


def test_the_widget_asks_nobody_else_and_never_makes_markup_of_text():
    for path in [*STATIC.glob("*.js"), *STATIC.glob("*.css"), *SHARED.glob("*.css")]:
        text = path.read_text(encoding="utf-8")
        addresses = set(re.findall(r"https?://[\w.]+", text)) - {"http://www.w3.org"}
        assert not addresses, f"{path.name}: {addresses}"
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)
        assert not re.search(r"localStorage|document\.cookie|indexedDB", text), path.name


def test_each_text_that_the_widget_names_is_there_and_none_is_left_over():
    from channels.web.answers import page_texts
    texts = page_texts()["widget"]
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.js"))
    templates = "\n".join(path.read_text(encoding="utf-8") for path in (WEB / "templates").glob("*.html"))
    named = set(re.findall(r"\b(?:texts|t)\.([a-z_]+)\b", scripts)) | set(
        re.findall(r"texts\.widget\.([a-z_]+)", templates))
    assert named - set(texts) == set()
    assert set(texts) - named == set()


def test_a_start_topic_is_one_that_the_robot_knows():
    from channels.web.answers import page_texts
    from nlu.vocabulary import TOPICS
    assert set(page_texts()["widget"]["topics"]) <= set(TOPICS)


def test_no_script_is_longer_than_can_be_kept_in_mind():
    for path in STATIC.glob("*.js"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 250, path.name


def test_healthz_says_that_this_process_answers(client, robot):
    robot.down = True
    assert client.get("/healthz").json() == {"status": "ok"}


def test_readyz_names_each_part_and_which_of_them_is_down(client, robot, house):
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "parts": {"database": True, "statistics": True, "robot": True}}
    robot.down = True
    without = client.get("/readyz")
    assert without.status_code == 503 and without.json()["parts"] == {
        "database": True, "statistics": True, "robot": False}


def test_readyz_says_so_when_the_database_does_not_answer(client, house, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def broken():
        raise OperationalError("select 1", {}, Exception())
    monkeypatch.setattr(house.parts.store.database, "check", broken)
    assert client.get("/readyz").json()["parts"]["database"] is False


def test_strict_transport_is_asked_for_only_where_there_is_https(house):
    from dataclasses import replace

    from starlette.testclient import TestClient

    from channels.front_door import application
    for https in (True, False):
        settings = replace(house.parts.settings, behind_https=https)
        with TestClient(application(replace(house, parts=replace(house.parts, settings=settings)))) as client:
            assert ("strict-transport-security" in client.get("/chat").headers) is https


@pytest.mark.parametrize("path", ["/hjaelp", "/find/hedensted", "/brevkasse"])
def test_each_kind_of_page_leads_to_the_accessibility_statement_once_there_is_one(client, monkeypatch, path):
    from knowledge.municipality import Municipality
    assert "Tilgængelighedserklæring" not in client.get(path).text
    monkeypatch.setattr(Municipality, "statement_url", "https://kommune.example/erklaering")
    assert '<a href="https://kommune.example/erklaering">' in client.get(path).text


@pytest.mark.parametrize("path", ["/chat/nope", "/demo/nope", "/hjaelp/nope", "/find/nope", "/brevkasse?kommune=nope",
                                  "/brevkasse/breve/nope", "/find/hedensted/a/b/c"])
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_whoever_reads_a_page_gets_a_page_also_for_an_error_with_the_way_to_112(client, path, accept):
    page = client.get(path, headers={"accept": accept})
    assert page.status_code == 404 and page.headers["content-type"].startswith("text/html")
    assert 'href="tel:112"' in page.text and 'href="/hjaelp"' in page.text
    assert client.get(path, headers={"accept": "application/json"}).json()["reason"]


@pytest.mark.parametrize("path", ["/chat", "/hjaelp", "/find/hedensted", "/brevkasse", "/brevkasse/svar",
                                  "/find/hedensted/hed-ssp", "/find/hedensted/hed-ssp/plakat"])
def test_every_page_that_can_be_left_gives_way_before_it_shows_anything(client, path):
    head = client.get(path).text.split("</head>")[0]
    assert re.search(r'<script src="[^"]+/left\.js"></script>', head)
