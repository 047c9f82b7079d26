"""The other ways in and the pages of those who lead: second factor, invitations, rota, log."""

import re
from dataclasses import replace

import pyotp
import pytest


def secret_of(page):
    return re.search(r'id="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")


def switch_on(house, tools, browser, clock):
    page = browser.get("/console/account/totrin")
    phone = pyotp.TOTP(secret_of(page.text))
    page = browser.post("/console/account/totrin", data={"csrf": tools.csrf(page.text), "code": phone.at(clock())})
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page.text)
    clock.forward(seconds=60)
    return phone, codes


def test_with_a_second_factor_the_password_alone_opens_nothing(house, tools, clock):
    phone, codes = switch_on(house, tools, house.counsellor(), clock)
    assert len(codes) == 8
    other = house.visitor()
    assert tools.log_in(other, "mette", tools.password).headers["location"].endswith("/login/kode")
    assert other.get("/console/", follow_redirects=False).status_code == 303
    form = {"csrf": tools.csrf(other.get("/console/login/kode").text)}
    assert other.post("/console/login/kode", data=form | {"code": "000000"}).status_code == 403
    answer = other.post("/console/login/kode", data=form | {"code": phone.at(clock())}, follow_redirects=False)
    assert answer.headers["location"] == "/console/" and other.get("/console/").status_code == 200
    again = house.visitor()
    tools.log_in(again, "mette", tools.password)
    form = {"csrf": tools.csrf(again.get("/console/login/kode").text), "code": codes[0]}
    assert again.post("/console/login/kode", data=form, follow_redirects=False).headers["location"] == "/console/"


@pytest.fixture
def strict(parts):
    return replace(parts, settings=replace(parts.settings, require_second_factor=True))


def test_where_it_is_required_no_page_and_no_socket_opens_before_it_is_on(house, tools, clock, strict, open_desk):
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from starlette.websockets import WebSocketDisconnect

    from channels.console.routes import routes
    house.app.router.routes[:] = Starlette(routes=[Mount("/console", routes=routes(
        strict, house.gateway, house.desk, house.accounts))]).routes
    mette = house.counsellor()
    assert mette.get("/console/", follow_redirects=False).headers["location"].endswith("/account/totrin")
    with pytest.raises(WebSocketDisconnect) as shut:
        open_desk(mette).hear("overview")
    assert shut.value.code == 4401
    switch_on(house, tools, mette, clock)
    assert mette.get("/console/").status_code == 200
    open_desk(mette).hear("overview")


def test_an_invitation_link_makes_one_account_and_logs_it_in(house, tools):
    chief = house.counsellor("chef", "Chef", "administrator")
    page = chief.post("/console/people/invitation", data={
        "csrf": tools.csrf(chief.get("/console/people").text), "role": "raadgiver"})
    link = re.search(r'id="invitation-link">http://[^/]+(/console/invitation/[^<]+)<', page.text)[1]
    new = house.visitor()
    form = {"csrf": tools.csrf(new.get(link).text), "username": "eva", "display_name": "Eva",
            "new": tools.password, "again": tools.password}
    assert new.post(link, data=form | {"again": "noget andet her"}).status_code == 400
    assert new.post(link, data=form, follow_redirects=False).headers["location"] == "/console/"
    assert new.get("/console/").status_code == 200 and house.account("eva").role == "raadgiver"
    assert house.visitor().get(link).status_code == 410
    assert house.visitor().get("/console/invitation/opfundet").status_code == 410


def test_only_administrators_invite_and_read_the_log_and_only_leaders_set_hours(house, tools):
    mette, kim = house.counsellor(), house.counsellor("kim", "Kim", "koordinator")
    token = {"csrf": tools.csrf(mette.get("/console/account").text)}
    assert mette.post("/console/people/invitation", data=token | {"role": "administrator"}).status_code == 403
    assert mette.get("/console/log").status_code == kim.get("/console/log").status_code == 403
    assert mette.get("/console/vagter").status_code == 403 and kim.get("/console/vagter").status_code == 200


def test_a_coordinator_sets_the_week_and_single_days(house, tools):
    kim = house.counsellor("kim", "Kim", "koordinator")
    form = {"csrf": tools.csrf(kim.get("/console/vagter").text)}
    week = form | {"week": "1", "holiday": "closed", "confirmed": "1", "wednesday": "16-20, 21:00 - 22:30"}
    assert "Ugen er gemt" in kim.post("/console/vagter", data=week).text
    plan = house.gateway.waiting.rota.plan("hedensted")
    assert plan.confirmed and [str(s) for s in plan.hours.week[2]] == ["16:00-20:00", "21:00-22:30"]
    wrong = kim.post("/console/vagter", data=week | {"monday": "tidligt"})
    assert wrong.status_code == 400 and 'value="tidligt"' in wrong.text
    day = form | {"day": "2026-12-24"}
    assert kim.post("/console/vagter", data=day | {"intervals": ""}).status_code == 400
    assert "24.12.2026" in kim.post("/console/vagter", data=day | {"nobody": "1"}).text
    assert "24.12.2026" not in kim.post("/console/vagter", data=day | {"forget": "1"}).text


def test_the_log_says_who_opened_what_and_never_a_word_of_it(house, open_desk):
    token, _ = house.open()
    conversation = house.wait(token, "min mormor er død og jeg hedder hemmelig")
    open_desk(house.counsellor()).take(conversation)
    chief = house.counsellor("chef", "Chef", "administrator")
    page = chief.get("/console/log").text
    assert "Mette" in page and "åbnede" in page and "hemmelig" not in page and conversation not in page
    from bot.audit import Audit
    house.client.portal.call(house.gateway.delete, token)
    audit = Audit(house.parts.store.database)
    assert any(e.conversation == conversation for e in audit.read()), "it outlives what it tells of"
    house.parts.clock.forward(days=181)
    from bot.caretaker import Caretaker
    Caretaker(house.parts, house.desk, house.gateway.waiting).forget()
    assert audit.read() == []
