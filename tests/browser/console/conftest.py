"""Counsellors at their desks and visitors in the chat, each in a browser of their own."""

import shutil

import pytest
from playwright.sync_api import expect

PASSWORD = "en lang nok kode"


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory):
    from knowledge.catalogue import build
    return build(tmp_path_factory.mktemp("catalogue") / "catalogue.sqlite")


@pytest.fixture
def desk(front_door, new_page, catalogue):
    """Opens the console of a counsellor who is made on the way."""
    shutil.copy(catalogue, front_door.house.parts.settings.catalogue)

    def opened(username="mette", name="Mette", role="raadgiver", before=lambda page: None, **options):
        front_door.house.accounts.create(username, name, role, PASSWORD)
        page = new_page(**options)
        page.set_default_timeout(60_000)
        before(page)
        page.goto(f"{front_door.url}/console/")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.click("main button")
        expect(page.locator("#link")).to_have_attribute("data-state", "connected")
        assert page.errors == []
        return page
    return opened


@pytest.fixture
def visitor(front_door, new_page):
    """Opens the chat and writes; `human` asks for a counsellor as well."""
    def opened(text, human=True):
        page = new_page({"width": 390, "height": 760})
        page.goto(f"{front_door.url}/chat")
        page.locator("#field").fill(text)
        page.locator("#field").press("Enter")
        expect(page.locator(".line.visitor").last).to_contain_text(text[:20])
        if human:
            expect(page.locator(".line.robot, .line.system").last).to_be_visible()
            page.locator(".strip-button").first.click()
        return page
    return opened
