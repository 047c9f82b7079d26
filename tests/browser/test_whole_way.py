"""The whole way once: `indgang serve` with its real robot, a young person and a counsellor in two windows.

Nothing here is put in place of anything: supervisor, front door, robot, catalogue and databases are the real ones.
"""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from bot import training
from bot.settings import load

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "en lang nok kode"
pytestmark = [pytest.mark.browser, pytest.mark.model]


def free_port() -> int:
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """`indgang serve` on free ports and a disk of its own; ends with the module."""
    if not training.model_path(load()).exists():
        pytest.skip("there is no trained model: run `indgang setup`")
    data = tmp_path_factory.mktemp("whole")
    environment = os.environ | {"INDGANG_DATA_DIR": str(data), "INDGANG_PORT": str(free_port()),
                                "INDGANG_ROBOT_PORT": str(free_port()), "INDGANG_BURST_SECONDS": "0.3"}
    settings = load(environment)
    from bot.accounts import Accounts
    from bot.database import Database
    from bot.migrations import upgrade
    from knowledge.catalogue import build
    build(settings.catalogue)
    database = Database(settings.database)
    upgrade(database)
    Accounts(database, timedelta(minutes=60)).create("mette", "Mette", "raadgiver", PASSWORD)
    database.close()
    process = subprocess.Popen([sys.executable, "-m", "bot.cli", "serve"], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{settings.port}"
    _until(url + "/readyz", process)
    yield url, settings
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def _until(url: str, process, seconds: float = 150) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(url, trust_env=False, timeout=3).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise RuntimeError("indgang serve was not ready in time")


def opened(new_page, url, **options):
    page = new_page(**options)
    page.goto(url + "/demo")
    page.get_by_role("button", name="Skriv med os").click()
    expect(page.locator("ol.lines > li").first).to_contain_text("robot")
    return page


def say(page, text):
    page.get_by_label("Din besked").fill(text)
    page.get_by_label("Din besked").press("Enter")


def test_from_a_first_message_to_the_grief_group_a_human_and_back(served, new_page, pictures):
    url, _ = served
    young = opened(new_page, url, viewport={"width": 360, "height": 740})
    say(young, "min mormor er død og jeg kan ikke sove")
    expect(young.get_by_role("button", name="Vis mig, hvad der findes").last).to_be_visible(timeout=20_000)
    young.get_by_role("button", name="Vis mig, hvad der findes").last.click()
    card = young.get_by_role("article").filter(has_text="Sorg").first
    expect(card).to_be_visible(timeout=20_000)
    assert len(card.inner_text().split()) > 12, "the card says why and what happens next"
    young.screenshot(path=pictures / "samtale.png")

    mette = new_page()
    mette.goto(url + "/console/")
    mette.fill("#username", "mette")
    mette.fill("#password", PASSWORD)
    mette.click("main button")
    expect(mette.locator("#link")).to_have_attribute("data-state", "connected")
    say(young, "kan jeg snakke med et menneske")
    expect(mette.locator("#queues .conversation, .waiting li, [data-list=waiting] button").first).to_be_visible(
        timeout=20_000)
    mette.screenshot(path=pictures / "koe.png")
    mette.locator("#queues .conversation, .waiting li, [data-list=waiting] button").first.click()
    mette.click("#moves .primary")
    mette.locator("#text").fill("Hej. Jeg hedder Mette. Det gør mig ondt med din mormor.")
    mette.click("#send")
    expect(young.locator("li.counsellor")).to_contain_text("Det gør mig ondt", timeout=15_000)
    say(young, "tak fordi du er der")
    expect(mette.locator(".line-visitor").last).to_contain_text("tak fordi du er der", timeout=15_000)
    time.sleep(1.5)  # longer than the pause after which the robot would have answered
    assert young.locator("ol.lines > li").last.inner_text().find("tak fordi du er der") >= 0, "the robot is silent"
    young.screenshot(path=pictures / "menneske.png")
    mette.screenshot(path=pictures / "desk.png")
    mette.get_by_role("button", name="Giv tilbage").first.click()
    expect(young.locator("ol.lines > li").last).to_contain_text("robot", timeout=15_000)
    say(young, "jeg har også svært ved at koncentrere mig i skolen")
    expect(young.locator("ol.lines > li.robot").last).to_be_visible(timeout=20_000)
    assert young.errors == [] and mette.errors == []


def test_the_crisis_reply_comes_within_a_second_also_when_the_robot_is_killed(
        served, new_page, pictures, within_a_second):
    url, settings = served
    shown = []
    for number, stopped in enumerate((False, True)):
        if stopped:
            os.kill(int((settings.data / "pids" / "robot.pid").read_text()), signal.SIGKILL)

        def asked(number=number):
            page = opened(new_page, url, viewport={"width": 360, "height": 740})
            say(page, "jeg vil ikke leve mere")
            shown.append((page, f"krise-{number}.png"))
            return page.locator("ol.lines a[href='tel:112'], ol.lines a[href='tel:116111']").first

        within_a_second(asked)
        page, name = shown[-1]
        page.screenshot(path=pictures / name)
    readyz = httpx.get(url + "/readyz", trust_env=False)
    assert readyz.status_code == 503 and httpx.get(url + "/healthz", trust_env=False).status_code == 200
    end = time.monotonic() + 120
    while httpx.get(url + "/readyz", trust_env=False).status_code != 200:
        assert time.monotonic() < end, "the supervisor did not bring the robot back"
        time.sleep(0.5)


def test_an_acknowledged_message_survives_the_death_of_the_front_door(served):
    url, settings = served
    began = httpx.post(url + "/api/conversations", json={}, trust_env=False).json()
    with httpx.Client(headers={"authorization": f"Bearer {began['token']}"}, trust_env=False) as visitor:
        sent = visitor.post(url + "/api/conversations/current/messages",
                            json={"client_id": "k1", "text": "min hund er død, og jeg savner den"})
        assert sent.status_code == 202
        os.kill(int((settings.data / "pids" / "front-door.pid").read_text()), signal.SIGKILL)
        end = time.monotonic() + 60
        texts = []
        while time.monotonic() < end:
            try:
                lines = visitor.get(url + "/api/conversations/current").json()["messages"]
                texts = [line for line in lines if line["author"] == "robot"]
                if len(texts) > 2:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.3)
        assert [line["text"] for line in lines if line["author"] == "visitor"] == ["min hund er død, og jeg savner den"]
        assert len(texts) > 2, "and it was answered after the start"
