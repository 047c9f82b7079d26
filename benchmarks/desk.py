"""How long does a message take between the visitor and the counsellor, with many conversations open?

`python -m benchmarks.desk [--conversations 300] [--seconds 20]` starts the real front door in a process of its own
(the real store, crypto, redaction and safety; no robot is needed), opens so many conversations and as many desks over
WebSockets, and lets both sides write. Delivery is from the send of a frame to its arrival on the other side. The last
line is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Ping, Request, TextMessage

ROOT = Path(__file__).resolve().parent.parent
LETTERS = str.maketrans("0123456789", "ghijklmnop")
PASSWORD, DESKS_PER_COUNSELLOR = "en lang nok kode", 10


class Socket:
    """The least that is needed of a WebSocket: JSON out, JSON in."""

    async def open(self, port: int, target: str, headers: list[tuple[str, str]]) -> Socket:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._wire, self._text, self._kept = WSConnection(ConnectionType.CLIENT), "", []
        self._writer.write(self._wire.send(Request(
            host=f"127.0.0.1:{port}", target=target, extra_headers=[(k.encode(), v.encode()) for k, v in headers])))
        while not any(isinstance(event, AcceptConnection) for event in await self._events()):
            pass
        return self

    async def _events(self) -> list:
        data = await self._reader.read(65536)
        if not data:
            raise ConnectionError("closed")
        self._wire.receive_data(data)
        return list(self._wire.events())

    async def send(self, **frame) -> None:
        self._writer.write(self._wire.send(TextMessage(json.dumps(frame))))
        await self._writer.drain()

    async def frames(self):
        while True:
            for event in await self._events():
                if isinstance(event, Ping):
                    self._writer.write(self._wire.send(event.response()))
                elif isinstance(event, CloseConnection):
                    return
                elif isinstance(event, TextMessage):
                    self._text += event.data
                    if event.message_finished:
                        text, self._text = self._text, ""
                        yield json.loads(text)

    def close(self) -> None:
        self._writer.close()


@dataclass
class Run:
    """What was sent and when, and what came: text -> times."""

    sent: dict[str, float] = field(default_factory=dict)
    came: dict[str, list[float]] = field(default_factory=dict)

    def heard(self, text: str, at: float) -> None:
        if text in self.sent:
            self.came.setdefault(text, []).append(at)


async def visitor(port: int, token: str, run: Run, ready: asyncio.Event) -> Socket:
    line = await Socket().open(port, "/api/socket", [])
    await line.send(type="hello", token=token, after=0)

    async def listen():
        async for frame in line.frames():
            if frame["type"] == "ready":
                ready.set()
            if frame["type"] == "messages":
                for message in frame["messages"]:
                    if message["author"] == "counsellor":
                        run.heard(message["text"], time.perf_counter())
                await line.send(type="got", seq=frame["messages"][-1]["seq"])
    line.task = asyncio.create_task(listen())
    return line


async def desk(port: int, cookie: str, conversation: str, run: Run, ready: asyncio.Event) -> Socket:
    line = await Socket().open(port, "/console/socket", [
        ("cookie", f"indgang_console={cookie}"), ("origin", f"http://127.0.0.1:{port}")])
    await line.send(type="watch", conversation=conversation, after=0)

    async def listen():
        async for frame in line.frames():
            if frame["type"] == "thread":
                ready.set()
                for message in frame["messages"]:
                    if message["author"] == "visitor":
                        run.heard(message["text"], time.perf_counter())
    line.task = asyncio.create_task(listen())
    return line


async def measure(port: int, tokens: list[str], cookies: list[str], ids: list[str], seconds: float,
                  pause: float, cpu=lambda: 0.0) -> dict:
    """Each conversation: the visitor writes, the counsellor answers, each with a pause of chance around `pause`."""
    run, rng = Run(), random.Random(1)
    lines, readies = [], []
    for n, (token, conversation) in enumerate(zip(tokens, ids, strict=True)):
        pair = (asyncio.Event(), asyncio.Event())
        readies += pair
        lines.append((await visitor(port, token, run, pair[0]),
                      await desk(port, cookies[n % len(cookies)], conversation, run, pair[1])))
    await asyncio.wait_for(asyncio.gather(*(ready.wait() for ready in readies)), 120)
    await _quiet(cpu)  # three hundred desks that open in one second are no evening
    before = cpu()
    end = time.perf_counter() + seconds

    async def talk(young: Socket, counsellor: Socket, conversation: str) -> None:
        await asyncio.sleep(rng.uniform(0, pause))
        turn = 0
        while time.perf_counter() < end:
            key, turn = uuid.uuid4().hex, turn + 1
            # Letters only: a run of digits is taken for a telephone number, and masked.
            text = f"det er en helt almindelig besked {key.translate(LETTERS)[:12]}"
            run.sent[text] = time.perf_counter()
            if turn % 2:
                await young.send(type="message", client_id=key, text=text)
            else:
                await counsellor.send(type="message", conversation=conversation, client_id=key, text=text)
            await asyncio.sleep(rng.uniform(0.5, 1.5) * pause)
    await asyncio.gather(*(talk(*pair, conversation) for pair, conversation in zip(lines, ids, strict=True)))
    await asyncio.sleep(3)
    took = sorted((run.came[text][0] - at) * 1000 for text, at in run.sent.items() if text in run.came)
    spent = cpu() - before
    for pair in lines:
        for line in pair:
            line.task.cancel()
            line.close()
    return {"conversations": len(ids), "messages": len(run.sent), "per_second": round(len(run.sent) / seconds, 1),
            "delivery_p50_ms": round(statistics.median(took), 1),
            "delivery_p95_ms": round(took[int(len(took) * 0.95)], 1),
            "delivery_max_ms": round(took[-1], 1), "lost": sum(text not in run.came for text in run.sent),
            "doubled": sum(len(times) > 1 for times in run.came.values()),
            "cpu_ms_per_message": round(1000 * spent / max(1, len(run.sent)), 1)}


async def _quiet(cpu, share: float = 0.2, longest: float = 60) -> None:
    """Until the front door has done what the opening asked of it."""
    end = time.perf_counter() + longest
    while time.perf_counter() < end:
        before = cpu()
        await asyncio.sleep(2)
        if cpu() - before < 2 * share:
            return


def _cpu(pid: int) -> float:
    """Seconds of processor time that the front door has used; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def prepared(folder: str, many: int) -> tuple[list[str], list[str], list[str]]:
    """Conversations that are with counsellors already, and sessions of these. Returns tokens, cookies, ids."""
    os.environ["INDGANG_DATA_DIR"] = folder
    from argon2 import PasswordHasher

    from bot.accounts import Accounts
    from bot.settings import load
    from channels.front_door import assemble
    from nlu.safety import Assessment

    class Calm:
        def assess(self, text, history=(), asked=False):
            return Assessment("ingen", 0.0, (), None, False)
    house = assemble(load(), safety=Calm())
    now = house.parts.clock()
    accounts = Accounts(house.parts.store.database, timedelta(minutes=60), PasswordHasher(1, 64, 1))
    staff = [accounts.create(f"r{n}", f"R{n}", "raadgiver", PASSWORD)
             for n in range(-(-many // DESKS_PER_COUNSELLOR))]
    tokens, ids = [], []
    for n in range(many):
        token, conversation = house.gateway._open("web", None)
        house.parts.store.move(conversation.id, lambda c, n=n: c.picked_up_by(staff[n % len(staff)]))
        tokens.append(token)
        ids.append(conversation.id)
    cookies = [accounts.begin_session(counsellor, now) for counsellor in staff]
    asyncio.run(house.aclose())
    return tokens, cookies, ids


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--conversations", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--pause", type=float, default=20, help="seconds between two messages of a conversation")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        prepared_for = prepared(folder, given.conversations)
        environ = os.environ | {"INDGANG_PORT": str(port), "INDGANG_DATA_DIR": folder}
        door = subprocess.Popen([sys.executable, "-m", "channels.front_door"], cwd=ROOT, env=environ)
        try:
            _until_up(port, door)
            figures = asyncio.run(measure(port, *prepared_for, given.seconds, given.pause, lambda: _cpu(door.pid)))
            figures["machine_load"] = round(os.getloadavg()[0], 1)  # a machine that does other things is slow too
        finally:
            door.send_signal(signal.SIGTERM)
            door.wait(20)
    print(json.dumps(figures), flush=True)
    return 0


def _until_up(port: int, door: subprocess.Popen) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and door.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError("the front door did not start")


if __name__ == "__main__":
    sys.exit(main())
