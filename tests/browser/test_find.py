"""Can everybody use "Find hjælp", its offers, its posters, and the editor's pages?"""

import shutil

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
PAGES = {"front": "", "found": "?q=angst&hvem=ung&alder=15", "none": "?q=xyzzyq&anonym=1", "danger": "?q=jeg+vil+dø",
         "open": "?aabent=1", "line": "/nat-boernetelefonen", "group": "/hed-brus", "here": "/hed-cyberhus",
         "gone": "/findes-ikke", "poster": "/hed-diamantforloeb/plakat"}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    from knowledge.catalogue import build
    return build(tmp_path_factory.mktemp("catalogue") / "catalogue.sqlite")


@pytest.fixture
def find(front_door, built):
    """The address of a page of Hedensted."""
    shutil.copy(built, front_door.house.parts.settings.catalogue)
    return lambda path="": f"{front_door.url}/find/hedensted{path}"


@pytest.fixture
def editor(front_door, find, new_page):
    """A page on which an editor is logged in; `go("/katalog")` opens one of theirs."""
    front_door.house.accounts.create("rie", "Rie", "redaktoer", "en lang nok kode")

    def opened(viewport=DESK, **options):
        page = new_page(viewport, **options)
        page.goto(f"{front_door.url}/console/login")
        page.get_by_label("Brugernavn").fill("rie")
        page.get_by_label("Adgangskode").fill("en lang nok kode")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "/login" not in address)
        page.go = lambda path="": page.goto(f"{front_door.url}/console/tilbud{path}")
        return page
    return opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_every_page_is_accessible_fits_and_makes_no_error(find, new_page, axe, pictures, scheme, size):
    page = new_page(PHONE if size == "phone" else DESK, color_scheme=scheme)
    for name, path in PAGES.items():
        page.goto(find(path))
        page.screenshot(path=pictures / f"find-{name}-{size}-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        found = axe.run(page, options=RULES)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert [e for e in page.errors if "404" not in e] == []


@pytest.mark.parametrize("viewport", [{"width": 320, "height": 640}, {"width": 640, "height": 400}])
def test_at_320_pixels_and_at_double_size_nothing_is_cut_off(find, new_page, viewport):
    page = new_page(viewport, device_scale_factor=2)
    for name, path in PAGES.items():
        page.goto(find(path))
        wide = page.evaluate("""() => [...document.querySelectorAll('body *')].filter((e) =>
            !e.closest('svg, .skip, .sr') && e.getClientRects().length
            && e.getBoundingClientRect().right > innerWidth + 1)
            .map((e) => e.className || e.localName)""")
        assert wide == [], f"{name}: {wide}"


def test_without_a_script_one_can_search_narrow_open_and_leave(find, new_page):
    page = new_page(PHONE, java_script_enabled=False)
    page.goto(find())
    page.get_by_text("Vælg mere præcist").click()
    page.get_by_label("Emne", exact=True).select_option(label="Vrede")
    page.get_by_label("Alder", exact=True).fill("15")
    page.get_by_role("button", name="Vis").click()
    page.get_by_role("link", name="Diamantforløb").first.click()
    expect(page.get_by_role("heading", name="Diamantforløb")).to_be_visible()
    expect(page.get_by_role("link", name="Forlad siden")).to_have_attribute("href", "https://www.dmi.dk/")
    expect(page.get_by_role("button", name="Kopiér adressen")).to_be_hidden()


def test_the_whole_way_can_be_walked_by_keyboard(find, new_page):
    page = new_page()
    page.goto(find())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Gå til indholdet")).to_be_focused()
    page.get_by_label("Hvad leder du efter?").focus()
    page.keyboard.type("sorg")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Sorggruppe").first
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sorggruppe")


def test_leaving_takes_the_words_out_of_the_address_and_the_page_away(find, new_page, three_escapes):
    page = new_page()
    page.route("https://www.dmi.dk/**", lambda route: route.fulfill(body="<title>Vejret</title>"))
    page.goto(find("?q=min+far+slår"))
    assert "slår" not in page.title()
    three_escapes(page, "https://www.dmi.dk/")
    page.go_back()
    assert "sl%C3%A5r" not in page.url and "slår" not in page.url


def test_after_leaving_no_page_that_was_open_before_shows_itself_again(find, new_page):
    page = new_page()
    page.route("https://www.dmi.dk/**", lambda route: route.fulfill(body="<title>Vejret</title>"))
    for path in ("?q=selvmord", "", "/nat-boernetelefonen"):
        page.goto(find(path))
    page.get_by_role("link", name="Forlad siden").click()
    page.wait_for_url("https://www.dmi.dk/")
    for _ in range(2):
        page.go_back()
        page.wait_for_url("https://www.dmi.dk/")
    page.goto(find(""))  # of one's own will it opens as ever
    expect(page.get_by_label("Hvad leder du efter?")).to_be_visible()


def test_the_poster_is_one_sheet_of_paper(find, new_page):
    page = new_page()
    for path in ("/hed-diamantforloeb/plakat", "/nat-boernetelefonen/plakat", "/hed-brus/plakat"):
        page.goto(find(path))
        paper = page.pdf(prefer_css_page_size=True, print_background=True)
        assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") == 1, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_editors_pages_are_accessible_and_fit(editor, axe, pictures, scheme, size):
    page = editor(PHONE if size == "phone" else DESK, color_scheme=scheme)
    page.go("/hed-angstgruppe/ret")
    page.get_by_label("Beskrivelse").fill("I gruppen øver I jer sammen.")
    page.get_by_role("button", name="Gem kladden").click()
    draft = page.url.split("/tilbud")[1].split("?")[0]
    for name, path in {"search": "?q=angst", "catalogue": "/katalog", "stale": "/bekraeft", "history": "/historik",
                       "offer": "/hed-angstgruppe", "draft": draft, "preview": f"{draft}/vis", "form": "/hed-brus/ret",
                       "new": "/nyt", "propose": "/hed-brus/foreslaa"}.items():
        page.go(path)
        page.screenshot(path=pictures / f"editor-{name}-{size}-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        found = axe.run(page, options=RULES)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert page.errors == []


def test_an_editor_publishes_and_the_young_one_sees_it_at_once(editor, find, new_page):
    page, young = editor(), new_page(PHONE)
    page.go("/hed-angstgruppe/ret")
    page.get_by_label("Beskrivelse").fill("I gruppen øver I jer sammen.")
    page.get_by_role("button", name="Gem kladden").click()
    page.get_by_role("link", name="Se det som den unge").click()
    expect(page.get_by_text("Sådan ser den unge det")).to_be_visible()
    page.get_by_role("link", name="Tilbage til kladden").click()
    young.goto(find("/hed-angstgruppe"))
    assert "øver I jer sammen." not in young.locator(".what").inner_text()
    page.get_by_role("button", name="Udgiv").click()
    expect(page.get_by_role("status")).to_contain_text("Det er udgivet")
    young.reload()
    expect(young.locator(".what")).to_have_text("I gruppen øver I jer sammen.")
