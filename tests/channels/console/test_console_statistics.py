"""The pages of the figures: who may see them, what they show, what offers tell of themselves, and the samples."""

import io
import zipfile

import pytest

from bot.statistics_migrations import upgrade

LEADER, EDITOR = ("karen", "Karen", "koordinator"), ("rie", "Rie", "redaktoer")


@pytest.fixture(autouse=True)
def counting(parts):
    upgrade(parts.statistics.database)


@pytest.fixture
def leader(house):
    return house.counsellor(*LEADER)


@pytest.fixture
def tell(house, tools):
    """Sends the form of a month, or a file; returns the page that follows."""
    browser = house.counsellor(*EDITOR)

    def send(file=None, **month):
        page = browser.get("/console/statistik/tilbud")
        return browser.post("/console/statistik/tilbud", data={"csrf": tools.csrf(page.text)} | month,
                            files={"file": file} if file else None)
    send.browser = browser
    return send


def ended(house, clock, text="min mormor er død"):
    """A conversation that has ended; its id."""
    token, conversation = house.open()
    house.write(token, text)
    clock.forward(hours=1)
    return conversation.id


@pytest.mark.parametrize("path", ["/statistik", "/statistik/rapport.pdf", "/kvalitet", "/kvalitet/saetninger"])
def test_the_figures_are_for_those_who_lead(house, path):
    assert house.visitor().get(f"/console{path}", follow_redirects=False).status_code in (303, 401)
    assert house.counsellor().get(f"/console{path}").status_code == 403
    assert house.counsellor(*EDITOR).get(f"/console{path}").status_code == 403


def test_a_house_in_which_nothing_was_counted_says_so_and_does_not_fail(leader):
    page = leader.get("/console/statistik")
    assert page.status_code == 200 and "Traceback" not in page.text
    assert leader.get("/console/statistik?simuleret=1").status_code == 404


def test_what_happens_now_is_on_the_page(house, leader):
    house.wait(house.open()[0])
    page = leader.get("/console/statistik").text
    assert "1" in page[page.index("Lige nu"):][:400]


@pytest.mark.parametrize("query", ["periode=2026-13--2026-14", "fra=igår", "periode=%00",
                                   "channel=web&audience=ung&danger=akut&topic=sorg"])
def test_an_address_that_cannot_be_read_is_an_answer_of_its_own(leader, query):
    assert leader.get(f"/console/statistik?{query}").status_code == 400
    assert leader.get(f"/console/statistik/rapport.csv?{query}").status_code == 400


@pytest.mark.parametrize(("form", "begins"), [("csv", b""), ("xlsx", b"PK"), ("html", b"<!"), ("pdf", b"%PDF")])
def test_the_report_comes_in_four_forms(leader, form, begins):
    answer = leader.get(f"/console/statistik/rapport.{form}")
    assert answer.status_code == 200 and answer.content.lstrip()[:4].startswith(begins)
    assert f".{form}" in answer.headers["content-disposition"]


def test_an_editor_tells_a_month_and_sees_it_again(tell):
    told = tell(offer="hed-sorggruppe", month="2026-10", enquiries="12", starts="7", waiting="3", completed="5",
                scale="who-5", before_mean="41,5", after_mean="58", scored="6")
    assert told.status_code == 200 and "2026-10" in told.text and "who-5" in told.text and "41.5" in told.text


def test_a_month_that_is_sent_again_takes_the_place_of_the_first(tell):
    tell(offer="hed-sorggruppe", month="2026-10", enquiries="12")
    again = tell(offer="hed-sorggruppe", month="2026-10", enquiries="13").text
    assert again.count("<td>2026-10</td>") == 1 and "<td>13</td>" in again


@pytest.mark.parametrize(("wrong", "said"), [
    ({"offer": "findes-ikke"}, "findes ikke i kataloget"), ({"month": "oktober"}, "skal skrives som"),
    ({"month": "2027-01"}, "ikke begyndt endnu"), ({"enquiries": "-1"}, "ikke et helt tal"),
    ({"scale": "who-5"}, "hører sammen")])
def test_a_month_that_cannot_be_right_is_refused_with_its_reason_and_kept_in_the_form(tell, wrong, said):
    page = tell(**{"offer": "hed-sorggruppe", "month": "2026-10", "enquiries": "12"} | wrong)
    assert page.status_code == 400 and said in page.text and "Intet er gemt" in page.text
    assert "Der er ikke sendt noget endnu" in page.text


def test_the_empty_file_comes_back_filled_in_and_one_wrong_row_stops_all(tell):
    empty = tell.browser.get("/console/statistik/tilbud/skema.csv").content.decode("utf-8-sig")
    head = empty.splitlines()[0]
    good = f"{head}\r\nhed-sorggruppe;2026-09;9;4;1;2;;;;\r\nhed-angstgruppe;2026-09;5;5;0;0;;;;\r\n"
    told = tell(file=("tal.csv", good.encode("utf-8-sig"), "text/csv"))
    assert told.text.count("2026-09") >= 2
    bad = tell(file=("tal.csv", (good + "hed-angstgruppe;2026-08;mange;;;;;;;\r\n").encode(), "text/csv"))
    assert bad.status_code == 400 and "Række 3" in bad.text and "2026-08" not in bad.text.split("Sendt det sidste")[1]


@pytest.mark.parametrize(("name", "content"), [("tal.xlsx", b"PK\x03\x04 not a workbook"), ("tal.csv", b"\xff\xfe\x00"),
                                               ("tal.csv", b""), ("tal.exe", b"MZ")])
def test_a_file_that_is_none_is_said_to_be_none(tell, name, content):
    page = tell(file=(name, content, "application/octet-stream"))
    assert page.status_code == 400 and "Intet er gemt" in page.text


def test_a_workbook_is_read_like_a_file(tell):
    from openpyxl import Workbook
    head = tell.browser.get("/console/statistik/tilbud/skema.csv").content.decode("utf-8-sig").splitlines()[0]
    book, out = Workbook(), io.BytesIO()
    book.active.append(head.split(";"))
    book.active.append(["hed-sorggruppe", "2026-07", 8, 6, 0, 1, None, None, None, None])
    book.save(out)
    assert zipfile.is_zipfile(out) and "2026-07" in tell(file=("tal.xlsx", out.getvalue(), "application/zip")).text


def test_a_sample_is_drawn_marked_with_one_click_each_and_counted_without_the_conversation(
        house, leader, tools, clock, parts):
    conversation = ended(house, clock)
    page = leader.get("/console/kvalitet")
    drawn = leader.post("/console/kvalitet", data={"csrf": tools.csrf(page.text)})
    assert f"/kvalitet/{conversation}" in drawn.text
    one = leader.get(f"/console/kvalitet/{conversation}")
    assert "min mormor er død" in one.text
    for kind, mark in (("danger", "right"), ("danger", "right"), ("routing", "wrong")):
        answer = leader.post(f"/console/kvalitet/{conversation}", data={
            "csrf": tools.csrf(one.text), "kind": kind, "mark": mark})
        assert answer.status_code == 200
    assert f"/kvalitet/{conversation}" not in leader.get("/console/kvalitet").text
    with parts.statistics.database.read() as connection:
        dump = "\n".join(connection.connection.dbapi_connection.iterdump())
    assert dump.count("'marked_danger'") == 1 and dump.count("'marked_routing'") == 1
    assert conversation not in dump and "mormor" not in dump


def test_only_what_was_drawn_can_be_opened_and_each_opening_stands_in_the_log(house, leader, tools, clock):
    conversation = ended(house, clock)
    assert leader.get(f"/console/kvalitet/{conversation}").status_code == 404
    page = leader.get("/console/kvalitet")
    leader.post("/console/kvalitet", data={"csrf": tools.csrf(page.text)})
    leader.get(f"/console/kvalitet/{conversation}")
    log = house.counsellor("adam", "Adam", "administrator").get("/console/log").text
    assert "læste med i" in log


def test_a_sentence_to_learn_from_is_masked_exported_and_thrown_away_again(house, leader, tools, clock):
    conversation = ended(house, clock)
    page = leader.get("/console/kvalitet")
    leader.post("/console/kvalitet", data={"csrf": tools.csrf(page.text)})
    one = leader.get(f"/console/kvalitet/{conversation}")
    kept = leader.post(f"/console/kvalitet/{conversation}", data={
        "csrf": tools.csrf(one.text), "text": "min farmor døde, ring 20 30 40 50", "topic": "sorg",
        "risk": "bekymring", "audience": "ung"})
    assert kept.status_code == 200
    exported = leader.get("/console/kvalitet/saetninger.yml").text
    assert "min farmor døde" in exported and "20 30 40 50" not in exported and conversation not in exported
    listed = leader.get("/console/kvalitet/saetninger")
    number = listed.text.split('name="id" value="')[1].split('"')[0]
    leader.post("/console/kvalitet/saetninger", data={"csrf": tools.csrf(listed.text), "id": number})
    assert "min farmor døde" not in leader.get("/console/kvalitet/saetninger.yml").text


@pytest.mark.parametrize("given", [{"kind": "danger", "mark": "perhaps"}, {"kind": "x", "mark": "right"},
                                   {"text": "x", "topic": "nope", "risk": "ingen", "audience": "ung"}])
def test_a_mark_or_a_label_that_is_none_is_refused(house, leader, tools, clock, given):
    conversation = ended(house, clock)
    page = leader.get("/console/kvalitet")
    leader.post("/console/kvalitet", data={"csrf": tools.csrf(page.text)})
    answer = leader.post(f"/console/kvalitet/{conversation}", data={"csrf": tools.csrf(page.text)} | given)
    assert answer.status_code == 400
