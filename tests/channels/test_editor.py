"""Can an editor keep the catalogue, and nobody else, while the robot answers?"""

import re
import shutil

import pytest

PASSWORD = "en lang nok kode"
FIELDS = {"name": "Klatreklubben", "municipality": "hedensted", "description": "Her klatrer du sammen med andre.",
          "audiences": "ung", "main_topic": "fritid_faellesskab", "formats": "gruppe", "anonymous": "",
          "age_min": "13", "age_max": "18"}


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    from knowledge.catalogue import build
    return build(tmp_path_factory.mktemp("catalogue") / "catalogue.sqlite")


@pytest.fixture
def house(parts):
    from datetime import timedelta

    from argon2 import PasswordHasher

    from bot.accounts import Accounts
    from bot.desk import Desk
    from bot.gateway import Gateway
    from channels.front_door import House
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return House(parts, Gateway(parts), Desk(parts), Accounts(parts.store.database, timedelta(minutes=60), quick))


class Browser:
    """Logged in as one account. `get` and `post` are below /console/tilbud."""

    def __init__(self, app, portal, username):
        from starlette.testclient import TestClient
        self.client = TestClient(app, headers={"origin": "http://testserver", "accept": "text/html"})
        self.client.portal = portal
        page = self.client.get("/console/login").text
        self.client.post("/console/login", data={"csrf": field(page, "csrf"), "username": username,
                                                 "password": PASSWORD})

    def get(self, path=""):
        return self.client.get(f"/console/tilbud{path}")

    def post(self, path, data=(), of=None, **more):
        """Fills the form on the page `of` (or the same path) and sends it."""
        page = self.get(path if of is None else of).text
        marks = re.findall(r'name="mark" value="([^"]+)"', page)
        given = {"csrf": field(page, "csrf")} | ({"mark": marks[0]} if marks else {}) | dict(data) | more
        return self.client.post(f"/console/tilbud{path}", data=given)


def field(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', page)[1]


@pytest.fixture
def browser(client, house, parts, built):
    """`browser("redaktoer")`: somebody with that role, logged in."""
    shutil.copy(built, parts.settings.catalogue)
    made = {}

    def of(role, username=None):
        username = username or role
        if username not in made:
            house.accounts.create(username, username.title(), role, PASSWORD)
            made[username] = Browser(client.app, client.portal, username)
        return made[username]
    return of


@pytest.fixture
def editor(browser):
    return browser("redaktoer")


def public(client, offer):
    return client.get(f"/find/hedensted/{offer}", headers={"accept": "text/html"})


def draft_of(page) -> str:
    return re.search(r"/tilbud/kladde/(\d+)", str(page.url) + page.text)[1]


def test_only_who_is_logged_in_sees_the_pages_and_only_editors_edit(client, browser):
    assert client.get("/console/tilbud", follow_redirects=False).headers["location"] == "/console/login"
    for role in ("raadgiver", "koordinator"):
        other = browser(role)
        assert other.get().status_code == 200
        for path in ("/katalog", "/bekraeft", "/historik", "/nyt", "/hed-brus", "/hed-brus/ret", "/kladde/1"):
            assert other.get(path).status_code == 403, path
        token = field(other.get("/foreslaa").text, "csrf")
        for path in ("/hed-brus/bekraeft", "/fortryd/1", "/nyt", "/kladde/1/udgiv"):
            assert other.client.post(f"/console/tilbud{path}", data={"csrf": token}).status_code == 403, path
    assert browser("administrator").get("/katalog").status_code == 200


def test_a_form_without_the_token_changes_nothing(editor, client):
    for path in ("/hed-brus/traek-tilbage", "/hed-brus/ret", "/nyt"):
        assert editor.client.post(f"/console/tilbud{path}", data=FIELDS).status_code == 403
    assert public(client, "hed-brus").status_code == 200


def test_professionals_find_what_the_public_does_not_with_the_ways_in(browser):
    assert "Kun fagfolk" in browser("raadgiver").get("?q=børnebasen").text
    page = browser("raadgiver").get("?q=børnetelefonen").text
    assert 'href="tel:116111"' in page and "Holdes af" in page and "/nat-boernetelefonen/foreslaa" in page


def test_a_new_offer_goes_from_draft_to_preview_to_the_young(editor, client, parts):
    page = editor.post("/nyt", FIELDS, contact_channel="telefon", contact_value="70 11 31 31",
                       contact_hours="man-fre 8-16", contact_status="municipality")
    assert page.status_code == 200 and "Kladden er gemt" in page.text and "70 11 31 31" in page.text
    number = draft_of(page)
    assert public(client, "hed-klatreklubben").status_code == 404
    preview = editor.get(f"/kladde/{number}/vis")
    assert "Sådan ser den unge det" in preview.text and "Her klatrer du sammen" in preview.text
    assert "70 11 31 31" not in preview.text  # nobody has confirmed it
    page = editor.post(f"/kladde/{number}/udgiv", of=f"/kladde/{number}")
    assert "Det er udgivet" in page.text
    seen = public(client, "hed-klatreklubben")
    assert seen.status_code == 200 and "+4570113131" not in seen.text
    page = editor.post("/hed-klatreklubben/bekraeft", of="/hed-klatreklubben")
    assert "Tilbuddet er bekræftet" in page.text and "redaktør" in page.text
    assert "+4570113131" in public(client, "hed-klatreklubben").text
    assert "Klatreklubben" in client.get("/find/hedensted?q=klatre").text


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(editor):
    page = editor.post("/nyt", FIELDS | {"age_min": "tretten", "description": ""}, contact_channel="telefon",
                       contact_value="123", contact_hours="mandag morgen")
    assert page.status_code == 400
    for part in ("“tretten” er ikke en alder", "Beskrivelse: mangler", "er ikke et telefonnummer", "kan ikke læses",
                 'value="tretten"', 'value="123"', 'value="mandag morgen"', 'href="#age_min"', 'value="Klatreklubben"'):
        assert part in page.text, part


def test_an_unchanged_form_changes_nothing(editor, parts):
    from channels.console import offer_form
    from knowledge import datafiles
    from knowledge.checking import parse
    from knowledge.municipality import all_ids
    hours, known = datafiles.read_texts()["messages"]["hours"], frozenset({*all_ids(), "national"})
    for offer in datafiles.read().offers:
        given = offer_form.filled(offer, hours)
        assert parse(offer_form.data_of(given, offer, hours, known, editor=True)) == offer
        assert parse(offer_form.data_of(given, offer, hours, known, editor=False)) == offer


def test_a_professional_proposes_and_an_editor_decides(browser, editor, client):
    helper = browser("raadgiver")
    assert "Noter, kun til jer" not in helper.get("/hed-angstgruppe/foreslaa").text
    page = helper.post("/hed-angstgruppe/foreslaa", FIELDS | {"name": "Angstgruppen", "main_topic": "angst"},
                       contact_channel="telefon", contact_value="70 11 31 31", note="Ringede til dem i dag")
    assert "Dit forslag er sendt" in page.text and "Angstgruppen" not in public(client, "hed-angstgruppe").text
    assert "Forslag" in editor.get("/katalog?vis=aendringer").text
    page = editor.get("/hed-angstgruppe").text
    assert "Ringede til dem i dag" in page and "rådgiver" in page
    number = draft_of(editor.get("/hed-angstgruppe"))
    draft = editor.get(f"/kladde/{number}").text
    assert "Angstgruppen" in draft and "Ikke bekræftet (vises ikke)" in draft
    editor.post(f"/kladde/{number}/udgiv", of=f"/kladde/{number}")
    assert "Angstgruppen" in public(client, "hed-angstgruppe").text
    assert "70113131" not in public(client, "hed-angstgruppe").text


def test_a_colleague_who_was_quicker_is_not_written_over_unseen(browser, editor, client):
    other = browser("redaktoer", "rie")
    page = editor.get("/hed-angstgruppe/ret").text
    mine = {"csrf": field(page, "csrf"), "mark": field(page, "mark")} | FIELDS | {"name": "Min angstgruppe"}
    saved = other.post("/hed-angstgruppe/ret", FIELDS | {"name": "Ries angstgruppe"})
    late = editor.client.post("/console/tilbud/hed-angstgruppe/ret", data=mine)
    assert late.status_code == 409 and "En kollega har ændret" in late.text and 'value="Min angstgruppe"' in late.text
    number = draft_of(saved)
    again = editor.post("/hed-angstgruppe/bekraeft", of="/hed-angstgruppe")
    assert again.status_code == 200  # the offer that Rie's draft began with is another one now
    page = other.post(f"/kladde/{number}/udgiv", of=f"/kladde/{number}")
    assert page.status_code == 409 and "Udgiv alligevel" in page.text
    assert "Ries" not in public(client, "hed-angstgruppe").text
    other.post(f"/kladde/{number}/udgiv", of=f"/kladde/{number}", alligevel="ja")
    assert "Ries angstgruppe" in public(client, "hed-angstgruppe").text


def test_who_confirms_must_have_read_what_stands_there_now(browser, editor):
    other = browser("redaktoer", "rie")
    page = editor.get("/hed-angstgruppe").text
    other.post("/hed-angstgruppe/bekraeft", of="/hed-angstgruppe")
    late = editor.client.post("/console/tilbud/hed-angstgruppe/traek-tilbage",
                              data={"csrf": field(page, "csrf"), "mark": field(page, "mark")})
    assert late.status_code == 409 and "Læs det igen" in late.text


def test_withdrawn_is_gone_everywhere_and_can_come_back(editor, client):
    page = editor.post("/hed-angstgruppe/traek-tilbage", of="/hed-angstgruppe")
    assert "Trukket tilbage" in page.text and public(client, "hed-angstgruppe").status_code == 404
    assert "Angstgruppe<" not in client.get("/find/hedensted?q=angst").text
    assert "Angstgruppe" in editor.get("/katalog?vis=trukket").text
    editor.post("/hed-angstgruppe/udgiv-igen", of="/hed-angstgruppe")
    assert public(client, "hed-angstgruppe").status_code == 200


def test_every_change_has_a_role_and_a_time_and_a_way_back_in_order(editor, client):
    editor.post("/hed-angstgruppe/bekraeft", of="/hed-angstgruppe")
    editor.post("/hed-angstgruppe/traek-tilbage", of="/hed-angstgruppe")
    page = editor.get("/historik").text
    assert "Trukket tilbage" in page and "25.11.2026 kl. 21.40 · redaktør" in page
    newest, older = re.findall(r"/tilbud/fortryd/(\d+)", page)[:2]
    refused = editor.post(f"/fortryd/{older}", of="/historik")
    assert refused.status_code == 409 and "Angstgruppe er ændret siden" in refused.text
    assert "Ændringen er fortrudt" in editor.post(f"/fortryd/{newest}", of="/historik").text
    assert public(client, "hed-angstgruppe").status_code == 200
    assert f"Fortrød nr. {newest}" in editor.get("/historik").text
    assert editor.post("/fortryd/99999", of="/historik").status_code == 404


def test_what_must_be_confirmed_is_listed_by_who_keeps_it(editor):
    page = editor.get("/bekraeft").text
    assert "Aldrig bekræftet" in page or "Mangler oplysninger" in page
    before = int(re.search(r'class="lead">(\d+) tilbud', page)[1])
    editor.post("/hed-angstgruppe/bekraeft", of="/hed-angstgruppe")
    assert int(re.search(r'class="lead">(\d+) tilbud', editor.get("/bekraeft").text)[1]) == before - 1


def test_a_draft_that_is_thrown_away_leaves_the_offer_as_it_was(editor, client):
    number = draft_of(editor.post("/hed-angstgruppe/ret", FIELDS | {"name": "Noget andet"}))
    assert "Den er kasseret" in editor.post(f"/kladde/{number}/kasser", of=f"/kladde/{number}").text
    assert editor.get(f"/kladde/{number}").status_code == 404
    assert "Angstgruppe" in public(client, "hed-angstgruppe").text


@pytest.mark.parametrize("path", ["/findes-ikke", "/findes-ikke/ret", "/kladde/99", "/kladde/99/vis",
                                  "/hed-brus/ret?kladde=99", "/findes-ikke/foreslaa"])
def test_what_is_not_there_is_a_danish_page(editor, path):
    page = editor.get(path)
    assert page.status_code == 404 and "Den side findes ikke" in page.text


def test_an_unknown_move_is_refused(editor):
    assert editor.post("/hed-brus/slet-alt", of="/hed-brus").status_code == 404


def test_what_an_editor_writes_never_becomes_markup(editor, client):
    number = draft_of(editor.post("/hed-angstgruppe/ret", FIELDS | {"name": "<script>alert(1)</script>"}))
    editor.post(f"/kladde/{number}/udgiv", of=f"/kladde/{number}")
    for page in (public(client, "hed-angstgruppe"), editor.get("/hed-angstgruppe"), editor.get("/historik"),
                 client.get("/find/hedensted?q=klatrer"), client.get("/find/hedensted/hed-angstgruppe/plakat")):
        assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text
