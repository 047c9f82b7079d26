"""Local providers that speak GatewayAPI's and Telegram's documented formats, and the front door connected to them."""

import asyncio
import base64
import collections
import contextlib
import itertools
import socket
import threading
import time
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

SMS_SECRET, SMS_TOKEN, SMS_SENDER = "a secret of the webhook that is long enough", "a token", "1204"
TOKEN, SECRET, CHAT = "12345:a-token-of-no-bot", "a_secret_of_the_webhook", 7001
ANNA = 4500000001  # no number of the Danish plan
ids = itertools.count(1000)


class Provider:
    """A provider on a free port of this machine that speaks its documented format, and fails when it is told to."""

    def __init__(self):
        self.calls, self.plan, self.url = [], collections.deque(), ""

    def named(self, name):
        return [call for call in self.calls if call["name"] == name]

    def texts(self):
        """What was taken, in order. What was refused is not among it."""
        return [call["text"] for call in self.calls if call.get("taken")]

    def until(self, holds, seconds=60):
        end = time.monotonic() + seconds
        while not (found := holds()):
            assert time.monotonic() < end, f"never: {[(c['name'], c.get('text')) for c in self.calls]}"
            time.sleep(0.02)
        return found

    def has_text(self, part, seconds=60):
        return self.until(lambda: next((t for t in self.texts() if part in t), None), seconds)

    def quiet(self, seconds=1.5):
        """Nothing more is sent for a while; returns how much was."""
        while True:
            before = len(self.calls)
            time.sleep(seconds)
            if len(self.calls) == before:
                return before


@pytest.fixture
def serve_provider():
    """Starts a Starlette application as a provider; stopped with the test."""

    started = []

    def serve(provider, routes):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=port, ws="none", log_level="critical",
                                               lifespan="off", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        started.append((server, thread))
        provider.url = f"http://127.0.0.1:{port}"
        provider.stop = lambda: stop(server, thread)
        return provider

    def stop(server, thread):
        server.should_exit = True
        thread.join(5)

    yield serve
    for one in started:
        stop(*one)


@pytest.fixture
def open_house(parts):
    """The front door with other settings: a browser's client, and the ways in that it made."""


    from bot.accounts import Accounts
    from bot.desk import Desk
    from bot.gateway import Gateway
    from channels import front_door

    @contextlib.contextmanager
    def opened(**settings):
        mine = replace(parts, settings=replace(parts.settings, **settings))
        house = front_door.House(mine, Gateway(mine), Desk(mine), Accounts(mine.store.database, timedelta(minutes=60)))
        made = []

        def assemble(*given):
            made.append(original(*given))
            made[0].delivery._look = 0.05
            return made[0]
        original, front_door.assemble_ways = front_door.assemble_ways, assemble
        try:
            application = front_door.application(house)
        finally:
            front_door.assemble_ways = original
        with TestClient(application, raise_server_exceptions=False) as client:
            client.house, client.ways = house, made[0]
            yield client
    return opened


@pytest.fixture
def sms_provider(serve_provider):
    """GatewayAPI's POST /rest/mtsms as documented: Basic authentication with the token as the name, JSON, ids in the
    answer. `plan`: what it answers to the next calls, a status or "slow"."""

    made = Provider()

    async def mtsms(request):
        body = await request.json()
        login = base64.b64decode(request.headers["authorization"].split()[1]).decode()
        call = {"name": "mtsms", "text": body["message"], "encoding": body["encoding"], "userref": body["userref"],
                "msisdn": body["recipients"][0]["msisdn"], "sender": body["sender"], "id": 5000 + len(made.calls)}
        made.calls.append(call)
        status = made.plan.popleft() if made.plan else 200
        if login != f"{SMS_TOKEN}:" or status == 401:
            return JSONResponse({"code": "0x0213", "message": "Unauthorized"}, 401)
        if status == "slow":
            call["taken"] = True
            await asyncio.sleep(4)
        elif status != 200:
            return JSONResponse({"message": "no"}, status)
        assert isinstance(call["msisdn"], int) and len(body["recipients"]) == 1
        call["taken"] = True
        return JSONResponse({"ids": [call["id"]], "usage": {"countries": {"DK": 1}, "currency": "DKK"}})
    return serve_provider(made, [Route("/rest/mtsms", mtsms, methods=["POST"])])


@pytest.fixture
def open_sms(open_house, sms_provider):
    """The front door with SMS switched on, and what the gateway calls."""


    @contextlib.contextmanager
    def opened(**settings):
        given = {"sms_gateway": "gatewayapi", "sms_url": f"{sms_provider.url}/rest/mtsms", "sms_token": SMS_TOKEN,
                 "sms_secret": SMS_SECRET, "sms_sender": SMS_SENDER} | settings
        with open_house(**given) as door:
            def call(claims, secret=SMS_SECRET, body=None, **more):
                more = more or {"json": claims if body is None else body}
                return door.post("/sms/gatewayapi", **more, headers={
                    "X-Gwapi-Signature": jwt.encode(claims, secret, algorithm="HS256")})

            def sms(text, sender=ANNA, **more):
                return call({"id": next(ids), "msisdn": sender, "receiver": 1204, "message": text,
                             "senttime": int(door.house.parts.clock().timestamp()), "webhook_label": "test"} | more)

            def count(event, channel="sms"):
                counts = door.ways.tally.read(channel)
                return counts[event].count if event in counts else 0
            door.call, door.sms, door.count = call, sms, count
            yield door
    return opened


@pytest.fixture
def sms_door(open_sms):
    with open_sms() as door:
        yield door


@pytest.fixture
def bot_api(serve_provider):
    """The Bot API's methods that are used. `plan`: (status, parameters) for the next sendMessage calls."""
    made = Provider()
    made.updates = []

    async def method(request):
        name = request.path_params["method"]
        data = dict(await request.form()) if request.headers.get("content-length", "0") != "0" else {}
        if name != "getUpdates":
            made.calls.append({"name": name, "text": data.get("text"), "data": data})
        if request.path_params["token"] != TOKEN:
            return JSONResponse({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        if name == "sendMessage":
            if made.plan:
                status, parameters = made.plan.popleft()
                return JSONResponse({"ok": False, "error_code": status, "description": "Forbidden: bot was blocked"}
                                    | ({"parameters": parameters} if parameters else {}), status)
            assert len(data["text"]) <= 4096
            made.calls[-1]["taken"] = True
            result = {"message_id": len(made.calls), "date": 1, "chat": {"id": int(data["chat_id"]), "type": "private"},
                      "text": data["text"]}
        elif name == "getMe":
            result = {"id": 12345, "is_bot": True, "first_name": "Indgang", "username": "indgang_bot"}
        elif name == "getUpdates":
            offset = int(data.get("offset", 0))
            made.updates = [u for u in made.updates if u["update_id"] >= offset]
            result = list(made.updates)
            if not result:
                await asyncio.sleep(0.05)
        else:
            result = True
        return JSONResponse({"ok": True, "result": result})
    return serve_provider(made, [Route("/bot{token}/{method}", method, methods=["POST"])])


@pytest.fixture
def open_telegram(open_house, bot_api):

    @contextlib.contextmanager
    def opened(**settings):
        given = {"telegram_token": TOKEN, "telegram_secret": SECRET, "public_url": "https://chat.example.dk",
                 "telegram_url": bot_api.url} | settings
        with open_house(**given) as door:
            def update(secret=SECRET, **fields):
                update_id = fields.pop("update_id", None) or next(ids)
                return door.post("/telegram/webhook", json={"update_id": update_id, **fields},
                                 headers={"X-Telegram-Bot-Api-Secret-Token": secret})

            def count(event):
                counts = door.ways.tally.read("telegram")
                return counts[event].count if event in counts else 0
            door.update, door.count = update, count
            door.write = lambda text, chat=CHAT, **more: update(message=message(chat, text=text, **more))
            yield door
    return opened


@pytest.fixture
def telegram_door(open_telegram):
    with open_telegram() as opened:
        yield opened


def message(chat=CHAT, kind="private", **content):
    return {"message_id": next(ids), "date": 1764100000, "chat": {"id": chat, "type": kind},
            "from": {"id": chat, "is_bot": False, "first_name": "Zebraline", "username": "zebraline"}} | content
