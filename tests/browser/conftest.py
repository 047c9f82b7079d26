"""What do the browser tests share: a Chromium, and the real front door on a free port with a robot that obeys."""

import asyncio
import os
import shutil
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


def missing(what: str):
    """Skips with the reason; where everything must be there, fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {what}")
    pytest.skip(f"there is no {what} on this machine")


@pytest.fixture(scope="session")
def browser():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing("Chromium or Chrome")
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        missing("playwright")
    expect.set_options(timeout=30_000)  # a machine that does other things too is no failure
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class FrontDoor:
    """The real front door in a thread of its own; `run` lets a coroutine run where it lives."""

    def __init__(self, house, server, port: int):
        self.house, self.url = house, f"http://127.0.0.1:{port}"
        self._server, self.loop = server, asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._server.serve())

    def start(self) -> None:
        self._thread.start()
        end = time.monotonic() + 15
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/healthz", trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError("the front door did not start")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self.loop.close()

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def until_connected(self, conversation: str) -> None:
        """Waits for the page's socket: before it, a notice without a line in the thread reaches nobody."""
        end = time.monotonic() + 15
        while not self.house.parts.hub.listeners(conversation):
            assert time.monotonic() < end, "no page listens"
            time.sleep(0.02)

    def conversations(self) -> list:
        """All that are there, the oldest first."""
        store = self.house.parts.store
        return sorted(store._many(True), key=lambda c: c.created_at)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def front_door(tmp_path, robot):
    from bot.settings import load
    from channels import front_door as door
    port = free_port()
    settings = load({"INDGANG_DATA_DIR": str(tmp_path / "var"), "INDGANG_PORT": str(port),
                     "INDGANG_BURST_SECONDS": "0.2"}, tmp_path / "none.yml")
    house = door.assemble(settings, robot=robot)
    running = FrontDoor(house, door.server(settings, house), port)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def counsellor(front_door):
    """An account, as `Desk` takes it."""
    accounts = front_door.house.accounts
    return accounts.get(accounts.create("mette", "Mette", "raadgiver", "en lang nok kode"))


@pytest.fixture
def pictures(tmp_path):
    """Where screenshots go: a folder that is kept when it is named in INDGANG_PICTURES."""
    folder = Path(os.environ.get("INDGANG_PICTURES") or tmp_path / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def within_a_second():
    """Runs what gives an element until that came into sight within a second: a machine that was busy at the first
    try is not too slow."""
    def tried(attempt, attempts: int = 5) -> None:
        for _ in range(attempts):
            element = attempt()
            began = time.monotonic()
            element.wait_for(state="visible", timeout=30_000)
            if time.monotonic() - began < 1:
                return
        pytest.fail(f"never within a second in {attempts} attempts")
    return tried


@pytest.fixture
def three_escapes():
    """Presses Escape three times, again where the page was not listening yet or the machine too slow, until it left."""
    from playwright.sync_api import TimeoutError as TooSlow

    def pressed(page, gone, attempts: int = 6) -> None:
        for _ in range(attempts):
            for _ in range(3):
                page.keyboard.press("Escape")
            try:
                page.wait_for_url(gone, timeout=10_000)
                return
            except TooSlow:
                continue
        pytest.fail(f"{page.url} was not left")
    return pressed


@pytest.fixture(scope="session")
def axe():
    """The accessibility checker, as it runs inside the page."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    return Axe()


@pytest.fixture
def new_page(browser):
    """Opens pages in contexts of their own; what a page says in its console or fails with is kept in `errors`."""
    contexts = []

    def make(viewport=DESK, **options):
        context = browser.new_context(viewport=viewport, locale="da-DK", **options)
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda said: page.errors.append(said.text) if said.type == "error" else None)
        return page

    yield make
    for context in contexts:
        context.close()
