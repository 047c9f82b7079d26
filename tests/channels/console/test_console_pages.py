"""Log-in, log-out, roles, forms and headers of the counsellors' pages."""

import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from bot.accounts import Accounts
from bot.desk import Desk
from bot.gateway import Gateway
from channels.console.routes import routes
from knowledge.municipality import load

PAGES = ("/console/", "/console/account", "/console/people")


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_every_page_leads_to_the_log_in(house, path):
    answer = house.client.get(path, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/console/login"


def test_a_counsellor_logs_in_and_sees_the_desk(house):
    page = house.counsellor().get("/console/")
    assert page.status_code == 200
    assert 'id="queue"' in page.text and "Mette" in page.text


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(house, tools):
    house.accounts.create("mette", "Mette", "raadgiver", tools.password)
    answer = tools.log_in(house.client, "mette", tools.password)
    cookie = next(v for k, v in answer.headers.multi_items() if k == "set-cookie" and v.startswith("indgang_console="))
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/console" in cookie
    assert "Secure" not in cookie and "expires" not in cookie.lower() and "max-age" not in cookie.lower()


def test_behind_https_the_cookie_is_secure(parts, tools):
    secure = replace(parts, settings=replace(parts.settings, behind_https=True))
    accounts = Accounts(parts.store.database, timedelta(minutes=60))
    app = Starlette(routes=[Mount("/console", routes=routes(secure, Gateway(secure), Desk(secure), accounts))])
    answer = TestClient(app, base_url="https://testserver").get("/console/login")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_a_wrong_password_and_an_unknown_name_get_the_same_words(house, tools):
    house.accounts.create("mette", "Mette", "raadgiver", tools.password)
    wrong = tools.log_in(house.client, "mette", "noget helt andet")
    unknown = tools.log_in(house.client, "findesikke", "noget helt andet")
    words = "Navnet eller adgangskoden er forkert."
    assert wrong.status_code == unknown.status_code == 403
    assert words in wrong.text and words in unknown.text


def test_after_five_wrong_passwords_the_account_waits_and_says_so(house, tools, clock):
    house.accounts.create("mette", "Mette", "raadgiver", tools.password)
    for _ in range(5):
        tools.log_in(house.client, "mette", "noget helt andet")
    locked = tools.log_in(house.client, "mette", tools.password)
    assert locked.status_code == 429 and "Vent et kvarter" in locked.text
    clock.forward(minutes=16)
    assert tools.log_in(house.client, "mette", tools.password).status_code == 303


def test_a_log_in_without_the_forms_token_is_refused(house, tools):
    house.accounts.create("mette", "Mette", "raadgiver", tools.password)
    answer = house.client.post("/console/login", data={"username": "mette", "password": tools.password})
    assert answer.status_code == 403 and "Siden var for gammel" in answer.text


def test_a_form_from_another_site_is_refused(house, tools):
    browser = house.counsellor()
    token = tools.csrf(browser.get("/console/account").text)
    answer = browser.post("/console/logout", data={"csrf": token}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert browser.get("/console/", follow_redirects=False).status_code == 200


def test_log_out_ends_the_session_on_the_server(house, tools):
    browser = house.counsellor()
    token = browser.cookies["indgang_console"]
    page = browser.get("/console/account").text
    answer = browser.post("/console/logout", data={"csrf": tools.csrf(page)})
    assert "Du er logget ud" in answer.text
    browser.cookies.set("indgang_console", token, path="/console")
    assert browser.get("/console/", follow_redirects=False).status_code == 303


def test_a_one_time_password_opens_nothing_but_the_choice_of_an_own_one(house, tools):
    password = house.accounts.invite("ny", "Ny", "raadgiver")
    browser = house.visitor()
    tools.log_in(browser, "ny", password)
    page = browser.get("/console/")
    assert page.url.path == "/console/account" and "Vælg din egen adgangskode" in page.text
    answer = browser.post("/console/account", follow_redirects=False, data={
        "csrf": tools.csrf(page.text), "old": password, "new": "fire ord i regnen", "again": "fire ord i regnen"})
    assert answer.headers["location"] == "/console/"
    assert browser.get("/console/", follow_redirects=False).status_code == 200


@pytest.mark.parametrize("given, words", [
    ({"old": "forkert kode her"}, "Den nuværende adgangskode er forkert."),
    ({"new": "kort", "again": "kort"}, "mindst 12 tegn"),
    ({"again": "noget andet her"}, "ikke ens"),
    ({"new": "en lang nok kode", "again": "en lang nok kode"}, "ikke er den samme"),
])
def test_a_password_that_cannot_be_taken_is_refused_with_its_reason(house, tools, given, words):
    browser = house.counsellor()
    token = tools.csrf(browser.get("/console/account").text)
    form = {"csrf": token, "old": tools.password, "new": "fire ord i regnen", "again": "fire ord i regnen"} | given
    answer = browser.post("/console/account", data=form)
    assert answer.status_code == 400 and words in answer.text


def test_an_editor_may_not_open_the_desk(house):
    page = house.counsellor("rie", "Rie", "redaktoer").get("/console/")
    assert page.url.path == "/console/tilbud/katalog" and 'id="queue"' not in page.text


@pytest.mark.parametrize("role", ["raadgiver", "redaktoer", "koordinator"])
def test_only_administrators_see_the_accounts(house, role):
    browser = house.counsellor("en", "En", role)
    answer = browser.get("/console/people")
    assert answer.status_code == 403 and "Din rolle har ikke adgang" in answer.text


def test_an_administrator_creates_a_counsellor_and_sees_the_one_time_password_once(house, tools):
    browser = house.counsellor("chef", "Chef", "administrator")
    form = {"csrf": tools.csrf(browser.get("/console/people").text), "username": "ole", "display_name": "Ole",
            "role": "raadgiver"}
    page = browser.post("/console/people", data=form)
    password = re.search(r'id="one-time-password">([^<]+)<', page.text)[1]
    assert password not in browser.get("/console/people").text
    assert tools.log_in(house.visitor(), "ole", password).status_code == 303
    again = browser.post("/console/people", data=form)
    assert again.status_code == 400 and "allerede en konto" in again.text


def test_a_disabled_counsellor_is_logged_out_and_their_conversation_waits_again(house, tools):
    ole, chef = house.counsellor("ole", "Ole"), house.counsellor("chef", "Chef", "administrator")
    token, _ = house.open()
    conversation = house.wait(token)
    house.client.portal.call(house.desk.take, conversation, house.account("ole"))
    page = chef.get("/console/people").text
    chef.post(f"/console/people/{house.account('ole').id}/disable", data={"csrf": tools.csrf(page)})
    assert ole.get("/console/", follow_redirects=False).status_code == 303
    assert house.parts.store.get(conversation).state == "waiting"
    assert tools.log_in(house.visitor(), "ole", tools.password).status_code == 403


def test_the_last_administrator_cannot_be_shut_out(house, tools):
    chef = house.counsellor("chef", "Chef", "administrator")
    page = chef.get("/console/people").text
    answer = chef.post(f"/console/people/{house.account('chef').id}/disable", data={"csrf": tools.csrf(page)})
    assert answer.status_code == 400 and "mindst én administrator" in answer.text


def test_every_answer_forbids_foreign_scripts_and_frames(house):
    browser = house.counsellor()
    for path in ("/console/login", "/console/", "/console/account", "/console/findes-ikke", "/console/static/desk.js"):
        headers = browser.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert browser.get("/console/").headers["cache-control"] == "no-store"


def test_a_page_that_does_not_exist_says_so_in_danish(house):
    answer = house.client.get("/console/findes-ikke")
    assert answer.status_code == 404 and "Den side findes ikke." in answer.text and 'lang="da"' in answer.text


def test_an_error_shows_no_trace_and_logs_no_words(house, tools, caplog, monkeypatch):
    def broken(*_):
        raise RuntimeError("noget hemmeligt")
    browser = house.counsellor()
    monkeypatch.setattr(house.accounts, "session", broken)
    with caplog.at_level(logging.DEBUG):
        answer = browser.get("/console/")
    assert answer.status_code == 500 and "Det gik galt hos os" in answer.text
    assert "hemmeligt" not in answer.text + caplog.text and "RuntimeError" in caplog.text


def test_a_huge_form_is_refused(house):
    answer = house.client.post("/console/login", data={"username": "x" * 100_000})
    assert answer.status_code == 413 and "for meget" in answer.text


def test_the_underretning_panel_shows_the_procedure_and_no_paragraph_that_nobody_checked(house):
    page = house.counsellor().get("/console/").text
    panel = page.split('class="underretning"', 1)[1].split("</section>")[0]
    assert load("hedensted").underretning["steps"][0] in panel
    assert "§" not in panel and "Lov" not in panel


def test_a_name_with_markup_stays_text(house):
    browser = house.counsellor("x", "<b>Mette</b><script>", "administrator")
    for path in PAGES:
        assert "<script>" not in browser.get(path).text.replace('<script type="', "")
