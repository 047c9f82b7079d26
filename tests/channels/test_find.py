"""Does somebody who would rather look find help, on a page that works without a script?"""

import re
import shutil
from datetime import timedelta

import pytest

HTML = {"accept": "text/html"}


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    from knowledge.catalogue import build
    return build(tmp_path_factory.mktemp("catalogue") / "catalogue.sqlite")


@pytest.fixture
def find(client, parts, built):
    """A reader's browser: `find("?q=angst")` is a page of Hedensted."""
    shutil.copy(built, parts.settings.catalogue)

    def get(path="", municipality="hedensted", **more):
        return client.get(f"/find/{municipality}{path}", headers=HTML, **more)
    return get


def names(page) -> list[str]:
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', page.text)


def test_the_front_shows_the_near_ones_before_the_far_ones_and_a_way_to_a_human(find):
    page = find()
    assert page.status_code == 200
    near, far = page.text.index("Tæt på dig"), page.text.index("I hele landet")
    assert near < page.text.index("Angstgruppe") < far < page.text.index("headspace")
    assert 'href="/chat/hedensted"' in page.text and 'href="/brevkasse"' in page.text and "112" in page.text


def test_without_a_municipality_it_is_the_one_of_this_installation(client):
    assert client.get("/find", follow_redirects=False).headers["location"] == "/find/hedensted"
    assert client.get("/find?kommune=norddjurs", follow_redirects=False).headers["location"] == "/find/norddjurs"
    assert client.get("/find?kommune=//evil", follow_redirects=False).headers["location"] == "/find/hedensted"


def test_words_find_and_what_was_written_stays_in_the_field(find):
    page = find("?q=min+mormor+er+død")
    assert names(page)[0].startswith("Sorggruppe") and 'value="min mormor er død"' in page.text
    assert page.headers["cache-control"] == "no-store"


def test_each_filter_narrows_and_can_be_taken_away(find):
    everything = find("?q=angst")
    for narrower in ("&form=gruppe", "&anonym=1", "&hvem=foraelder", "&emne=sorg"):
        page = find(f"?q=angst{narrower}")
        assert 0 < len(names(page)) < len(names(everything)), narrower
        assert "Fjern valgene" in page.text
    assert any(name.startswith("Diamantforløb") for name in names(find("?emne=vrede&alder=15")))
    assert not any(name.startswith("Diamantforløb") for name in names(find("?emne=vrede&alder=25")))


def test_open_now_shows_only_what_certainly_answers(find, clock):
    page = find("?aabent=1")
    assert "BørneTelefonen" in names(page) and "headspace" not in names(page)
    assert page.text.count("</span> Åbent nu</span>") == len(names(page))


def test_an_age_that_is_none_is_said_at_the_field_and_the_search_goes_on(find):
    page = find("?q=angst&alder=femten")
    assert 'aria-invalid="true"' in page.text and 'value="femten"' in page.text and names(page)


@pytest.mark.parametrize("query", ["?q=%00%ff", "?side=99999999", "?side=-1&alder=-3", "?form=x&emne=y&hvem=z",
                                   "?q=" + "a" * 3000, "?q=%22%27%3Cscript%3E", "?side=²&alder=²"])
def test_no_question_makes_the_page_fail(find, query):
    page = find(query)
    assert page.status_code == 200 and "<script>" not in page.text.replace('<script type="module"', "")


def test_nothing_found_gives_a_human_and_the_lines_that_are_open(find):
    page = find("?q=xyzzyq&anonym=1")
    assert "Vi fandt ikke noget" in page.text and "Spørg et menneske" in page.text
    assert 'href="tel:116111"' in page.text and "søg uden valgene" in page.text


def test_a_search_that_tells_of_danger_is_answered_with_people_first(find):
    page = find("?q=jeg+vil+dø")
    text = page.text
    assert text.index("Få fat i et menneske nu") < text.index("tel:112") < text.index("tel:70201201")
    assert text.index("tel:116111") < text.index('class="cards"')
    assert "Få fat i et menneske nu" not in find("?q=klub").text


def test_an_offer_has_its_own_page_with_everything_that_must_be_known_first(find):
    page = find("/hed-brus").text
    for heading in ("Hvorfor det kan hjælpe", "Det sker der", "Godt at vide, før du går i gang",
                    "Sådan kommer du i gang", "Giv det videre", "Skriv med en rådgiver her"):
        assert heading in page
    assert page.count("længere forløb") == 1 and "http://www.projektbrus.dk" in page and "Du kan være anonym" in page
    assert "CPR-nummer" in find("/nat-laegevagt-midt").text
    assert "dine forældre skal sige ja" in find("/hed-angstgruppe").text


def test_only_confirmed_ways_are_shown_and_a_number_can_be_called(find, clock):
    page = find("/nat-headspace-family").text
    assert 'href="sms:+4547471020"' in page and "Åbner" in page
    clock.forward(days=200)
    later = find("/nat-headspace-family").text
    assert "47471020" not in later and "bekræftet for nylig" in later
    assert 'href="tel:116111"' in find("/nat-boernetelefonen").text  # a crisis line keeps its number


def test_a_counsellor_of_this_house_and_the_letterbox_are_reached_here(find):
    assert 'class="button wide" href="/chat/hedensted">Skriv med en rådgiver her' in find("/hed-cyberhus").text
    assert 'class="button wide" href="/brevkasse"' in find("/hed-brevkasse").text


def test_old_names_and_other_municipalities_lead_to_where_the_offer_is_now(find):
    def where(path, municipality="hedensted"):
        answer = find(path, municipality, follow_redirects=False)
        return answer.status_code, answer.headers.get("location")
    assert where("/Familiekontakten") == (301, "/find/hedensted/hed-foraeldrekontakten")
    assert where("/foraeldrekontakten") == (301, "/find/hedensted/hed-foraeldrekontakten")
    assert where("/familiekontakten/plakat") == (301, "/find/hedensted/hed-foraeldrekontakten/plakat")
    assert where("/hed-brus", "norddjurs") == (301, "/find/hedensted/hed-brus")


@pytest.mark.parametrize("path", ["/findes-ikke", "/hed-boernebasen", "/hed-mentor", "/%00", "/-",
                                  "/findes-ikke/plakat"])
def test_what_is_not_shown_is_a_danish_page_with_help(find, path):
    page = find(path)
    assert page.status_code == 404 and "Det tilbud er her ikke" in page.text and "116 111" in page.text
    assert "Børnebasen" not in page.text and "mentor" not in page.text.lower()


def test_an_unknown_municipality_is_said_in_danish(find):
    page = find("", "atlantis")
    assert page.status_code == 404 and "Vi kender ikke den kommune" in page.text


def test_the_poster_has_the_name_the_address_and_a_code_that_leads_to_the_page(find, client, parts):
    poster = find("/hed-diamantforloeb/plakat").text
    assert "Diamantforløb" in poster and "13-18 år" in poster and "<svg" in poster and "ring 112" in poster
    assert "testserver/find/hedensted/hed-diamantforloeb" in poster and "<style" not in poster
    picture = find("/hed-diamantforloeb/kode.png")
    assert picture.content.startswith(b"\x89PNG") and picture.headers["content-type"] == "image/png"


def test_the_poster_uses_the_public_address(open_house, parts, built):
    shutil.copy(built, parts.settings.catalogue)
    with open_house(public_url="https://hjaelp.example.dk/") as door:
        page = door.get("/find/norddjurs/nat-headspace", headers=HTML).text
        assert "https://hjaelp.example.dk/find/norddjurs/nat-headspace" in page


def test_without_a_catalogue_there_is_still_a_human(client):
    page = client.get("/find/hedensted?q=jeg+vil+dø", headers=HTML)
    assert page.status_code == 503 and "/chat/hedensted" in page.text and "tel:112" in page.text
    assert client.get("/find/hedensted/hed-brus", headers=HTML).status_code == 503


def test_a_replaced_catalogue_is_seen_at_the_next_question(find, parts, clock):
    from knowledge.catalogue import STORE_NAME
    from knowledge.editing import withdraw
    from knowledge.store import Store
    assert find("/hed-angstgruppe").status_code == 200
    store = Store(parts.settings.data / STORE_NAME, parts.settings.catalogue)
    store.seed(clock())
    withdraw(store, "hed-angstgruppe", "redaktoer", clock() + timedelta(minutes=1))
    assert find("/hed-angstgruppe").status_code == 404


def test_pages_bring_no_cookie_no_inline_style_and_no_third_party(find):
    for path in ("", "?q=angst", "/hed-brus", "/hed-brus/plakat"):
        page = find(path)
        assert "set-cookie" not in page.headers and " style=" not in page.text and "<style" not in page.text
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', re.sub(r'<link rel="canonical"[^>]*>', "", page.text))
        assert loaded and all(address.startswith("/") for address in loaded)
        assert "Forlad siden" in page.text


def test_who_is_said_in_words(built):
    from datetime import datetime

    from channels.find.pages import texts
    from channels.find.view import Reader
    from knowledge.catalogue import Catalogue
    from knowledge.hours import COPENHAGEN
    catalogue = Catalogue.open(built)
    reader = Reader(catalogue.snapshot(), "hedensted", datetime(2026, 11, 25, 12, tzinfo=COPENHAGEN), False,
                    texts()["offer"])
    assert reader.who(catalogue.offer("hed-diamantforloeb")) == "Unge · 13-18 år"
    assert reader.who(catalogue.offer("hed-foraeldrekontakten")) == "Forældre med børn til og med 18 år"
    assert reader.who(catalogue.offer("nat-lev-uden-vold")) == "Unge, forældre og pårørende"
