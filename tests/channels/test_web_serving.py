"""The front door as a process of its own, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def process(tmp_path):
    """Starts `python -m channels.front_door`, as the supervisor does; its robot is nowhere."""
    running, clients = [], []

    def start():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environ = os.environ | {"INDGANG_DATA_DIR": str(tmp_path / "var"), "INDGANG_PORT": str(port),
                                "INDGANG_ROBOT_PORT": "9", "INDGANG_BURST_SECONDS": "0.1"}
        log = (tmp_path / "log").open("ab")
        child = subprocess.Popen([sys.executable, "-m", "channels.front_door"], cwd=ROOT, env=environ, stdout=log,
                                 stderr=log)
        log.close()
        running.append(child)
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=5)
        clients.append(client)
        started = time.monotonic()
        while time.monotonic() - started < 60:
            try:
                client.get("/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        return child, client

    yield start
    for client in clients:
        client.close()
    for child in running:
        if child.poll() is None:
            child.terminate()
            child.wait(10)


def test_it_is_useful_without_the_robot(process):
    _, client = process()
    token = client.post("/api/conversations").json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    sent = client.post("/api/conversations/current/messages", headers=headers,
                       json={"client_id": "a", "text": "jeg vil ikke leve mere"})
    assert sent.status_code == 202
    lines = client.get("/api/conversations/current?after=3", headers=headers).json()["messages"]
    assert lines and lines[0]["author"] == "robot"
    assert client.get("/readyz").json()["parts"]["robot"] is False


def test_what_was_acknowledged_survives_a_kill_and_no_address_or_text_is_in_the_log(process, tmp_path):
    child, client = process()
    token = client.post("/api/conversations").json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    client.post("/api/conversations/current/messages", headers=headers,
                json={"client_id": "a", "text": "zebraord som ingen andre skriver"})
    client.get("/nowhere")
    client.post("/api/conversations/current/messages", headers=headers, content=b"{zebraord")
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    _, client = process()
    lines = client.get("/api/conversations/current", headers=headers).json()["messages"]
    assert "zebraord som ingen andre skriver" in [line["text"] for line in lines]
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "127.0.0.1" not in log and "zebraord" not in log and token not in log
