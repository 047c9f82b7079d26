import html
import re

import pytest

from bot.letter_desk import LetterDesk
from bot.letter_states import Public

PUBLIC = Public("Jeg savner min mormor", "Min mormor er død.", "Ring evt. til 116 111.", ("sorg",))


@pytest.fixture
def ole(house):
    return house.accounts.get(house.accounts.create("ole", "Ole", "raadgiver", "en lang nok kode"))


@pytest.fixture
def run(client):
    return client.portal.call


def write(client, text="min mormor er død", **more):
    form = client.get("/brevkasse").text
    mark = re.search(r'name="kvittering" value="([^"]+)"', form)[1]
    return client.post("/brevkasse", data={"brev": text, "kvittering": mark, **more})


def code_of(page) -> str:
    listed = page.text.split('id="code"')[1].split("</ol>")[0]
    return " ".join(html.unescape(word) for word in re.findall(r"<li>([^<]+)</li>", listed))


def open_with(client, code, **more):
    return client.post("/brevkasse/svar", data={"kode": code, **more})


def answer(run, house, mette, ole, text="Kære du\n\nDet gør ondt at savne."):
    desk = LetterDesk(house.parts, house.gateway.letters)
    letter = run(desk.all, mette)[0]
    drafted = run(desk.draft, letter.id, mette, text)
    return run(desk.approve, letter.id, ole, drafted.revision)


def publish(run, house, mette, ole, public=PUBLIC):
    desk, letter = LetterDesk(house.parts, house.gateway.letters), answer(run, house, mette, ole)
    proposed, _ = run(desk.propose, letter.id, mette, public)
    run(desk.publish, letter.id, ole, proposed.revision)
    return house.gateway.letters.published("hedensted")[0]


def test_a_letter_is_written_answered_and_read_without_script_or_cookie(client, run, house, mette, ole):
    sent = write(client, vis="ja")
    code = code_of(sent)
    assert sent.status_code == 200 and len(code.split()) == 4
    assert "Der er ikke svar endnu" in open_with(client, code).text
    answer(run, house, mette, ole)
    page = open_with(client, code.upper())
    assert "Det gør ondt at savne." in page.text and "Nej, læg det ikke ud" in page.text
    assert not client.cookies


def test_no_page_of_a_letter_is_kept_or_framed_and_the_code_is_in_no_address(client):
    sent = write(client)
    for page in (sent, open_with(client, code_of(sent)), client.get("/brevkasse")):
        assert page.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "kode=" not in str(sent.url)


def test_loading_the_page_again_shows_the_same_code(client, house):
    first = client.post("/brevkasse", data={"brev": "min kat er væk", "kvittering": "abc"})
    again = client.post("/brevkasse", data={"brev": "min kat er væk", "kvittering": "abc"})
    assert code_of(first) == code_of(again) and len(house.gateway.letters.store.all()) == 1


def test_danger_shows_the_crisis_reply_before_the_code(client):
    page = write(client, "jeg vil ikke leve mere").text
    assert page.index("Læs det her først") < page.index("<h1>Brevet er sendt") and 'href="tel:112"' in page
    assert "/chat/hedensted" in page and "Jeg bliver her" not in page


def test_what_is_refused_stays_in_the_form_and_danger_in_it_is_still_answered(client, house):
    page = write(client, "jeg vil ikke leve mere " + "å" * 7000)
    assert page.status_code == 413 and "Læs det her først" in page.text and "åååå" in page.text
    assert write(client, "  ").status_code == 400
    assert house.gateway.letters.store.all() == []


def test_the_trap_loses_nothing_that_a_person_wrote(client, house):
    page = write(client, "min kat er <væk>", hjemmeside="http://spam.example")
    assert page.status_code == 400 and "min kat er &lt;væk&gt;" in page.text and "spam.example" not in page.text
    assert house.gateway.letters.store.all() == []


def test_a_flood_is_refused_with_words_and_others_are_served(client, house):
    for n in range(house.parts.settings.max_letters_per_minute):
        assert client.post("/brevkasse", data={"brev": f"brev {n}"}).status_code == 200
    refused = client.post("/brevkasse", data={"brev": "et til"})
    assert refused.status_code == 429 and "et til" in refused.text and "Vent et minut" in refused.text
    assert client.get("/brevkasse/breve").status_code == 200


@pytest.mark.parametrize("given", [
    {"content": b"\xff\xfe=%%%", "headers": {"content-type": "application/x-www-form-urlencoded"}},
    {"content": b"{not json", "headers": {"content-type": "application/json"}},
    {"content": b"--x\r\nbroken", "headers": {"content-type": "multipart/form-data; boundary=x"}},
    {"files": {"brev": ("a.txt", b"hej")}}, {"data": {}}])
@pytest.mark.parametrize("path", ["/brevkasse", "/brevkasse/svar"])
def test_bad_input_is_answered_with_a_page_and_not_with_a_crash(client, path, given):
    page = client.post(path, headers={"accept": "text/html"} | given.pop("headers", {}), **given)
    assert page.status_code in (400, 404) and "<html" in page.text


def test_a_megabyte_is_refused(client):
    assert client.post("/brevkasse", data={"brev": "x" * 1_000_000}).status_code == 413


@pytest.mark.parametrize(("typed", "status", "said"), [
    ("måne ørred blåbær æble", 404, "Vi kan ikke finde et brev"), ("måne ørred blåbær blrgh", 400, "»blrgh«"),
    ("måne", 400, "fire ord"), ("<script>alert(1)</script>", 400, "&lt;script&gt;")])
def test_a_wrong_code_is_said_kindly(client, typed, status, said):
    page = open_with(client, typed)
    assert page.status_code == status and said in page.text and "<script>alert" not in page.text


def test_guessing_is_refused_after_a_while(client):
    for _ in range(20):
        open_with(client, "måne ørred blåbær æble")
    assert open_with(client, "måne ørred blåbær æble").status_code == 429


def test_the_writer_deletes_the_letter_at_once(client, house):
    code = code_of(write(client))
    assert "Brevet er slettet" in open_with(client, code, hvad="slet").text
    assert house.gateway.letters.store.all() == [] and open_with(client, code).status_code == 404


def test_the_writer_says_yes_and_no_to_publishing_until_it_is_out(client, run, house, mette, ole):
    code = code_of(write(client))
    assert not house.gateway.letters.store.all()[0].may_publish
    open_with(client, code, hvad="vis")
    assert house.gateway.letters.store.all()[0].may_publish
    open_with(client, code, hvad="vis-ikke")
    assert not house.gateway.letters.store.all()[0].may_publish
    open_with(client, code, hvad="vis")
    publish(run, house, mette, ole)
    assert "her kan du ikke sige nej mere" in open_with(client, code, hvad="vis-ikke").text


def test_published_letters_are_found_read_and_lead_to_others(client, run, house, mette, ole):
    assert "Der ligger ingen breve endnu" in client.get("/brevkasse/breve").text
    write(client, vis="ja")
    first = publish(run, house, mette, ole)
    assert PUBLIC.title in client.get("/brevkasse/breve").text
    assert PUBLIC.title in client.get("/brevkasse/breve?q=morm").text
    assert PUBLIC.title in client.get("/brevkasse/breve?emne=sorg").text
    for query in ("q=kanin", "emne=angst&q=mormor", "q=%22+OR+*"):
        assert PUBLIC.title not in client.get(f"/brevkasse/breve?{query}").text
    page = client.get(f"/brevkasse/breve/{first.id}")
    assert 'href="tel:116111"' in page.text and page.status_code == 200
    assert client.get("/brevkasse/breve?emne=findes_ikke").status_code == 200
    assert client.get("/brevkasse/breve/findes-ikke").status_code == 404
    assert PUBLIC.title not in client.get("/brevkasse/breve?kommune=norddjurs").text


def test_another_municipality_has_its_own_letterbox_and_an_unknown_one_none(client, house):
    page = client.post("/brevkasse?kommune=norddjurs", data={"brev": "min kat er væk"})
    assert "Norddjurs" in page.text and house.gateway.letters.store.all()[0].municipality == "norddjurs"
    assert client.get("/brevkasse?kommune=atlantis").status_code == 404


def test_an_unconfirmed_time_is_said_to_be_unknown(client):
    assert "Kommunen har ikke sagt endnu" in client.get("/brevkasse").text


def test_pages_have_no_script_or_style_inside_them():
    from channels.brevkasse import templates
    for name in templates.env.list_templates():
        if name.startswith("brevkasse/"):
            source = templates.env.loader.get_source(templates.env, name)[0]
            assert not re.search(r"\son[a-z]+=|style=|<style|javascript:|<script(?!( type=\"module\")? src)", source)


def test_a_letter_that_is_far_too_long_is_given_back(client, house):
    text = "jeg skriver og skriver æøå " * 4000
    page = write(client, text)
    assert page.status_code == 413 and "for langt" in page.text and html.escape(text.strip()) in page.text


def test_a_letter_that_was_not_sent_in_utf_8_is_not_taken_but_danger_in_it_is_answered(client, house):
    page = client.post("/brevkasse", content=b"brev=jeg+vil+ikke+leve+mere+%ff%fe",
                       headers={"content-type": "application/x-www-form-urlencoded"})
    assert page.status_code == 400 and "Det kunne vi ikke læse" in page.text and "112" in page.text
