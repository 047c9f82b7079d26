"""The console with real accounts, a real gateway and a real store, on a temporary disk; only the robot is a fake."""

import contextlib
import itertools
import re
import shutil
from dataclasses import dataclass
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from bot.accounts import Accounts
from bot.desk import Desk
from bot.gateway import Gateway, Incoming
from channels.console.routes import routes

PASSWORD = "en lang nok kode"
ORIGIN = {"origin": "http://testserver"}
ids = (f"m{n}" for n in itertools.count())


@dataclass
class House:
    """The served console, and the visitor's side of it through the gateway."""

    app: Starlette
    parts: object
    gateway: Gateway
    desk: Desk
    accounts: Accounts
    client: TestClient

    def open(self, channel="web"):
        return self.client.portal.call(self.gateway.open, channel)

    def write(self, token, text):
        async def send():
            receipt = await self.gateway.receive(Incoming(token, next(ids), text))
            await self.gateway.answering.settled()
            return receipt
        return self.client.portal.call(send)

    def wait(self, token, text="min mormor er død"):
        """A visitor who has written that and waits for a human; returns the conversation's id."""
        self.write(token, text)
        conversation = self.parts.store.by_token(token).id
        self.client.portal.call(self.gateway.waiting.request, conversation)
        return conversation

    def thread(self, token):
        return self.client.portal.call(self.gateway.messages, token)[1]

    def visitor(self):
        """Another browser, without any cookie."""
        other = TestClient(self.app, headers=ORIGIN)
        other.portal = self.client.portal
        return other

    def counsellor(self, username="mette", name="Mette", role="raadgiver"):
        """A browser that is logged in as that counsellor."""
        self.accounts.create(username, name, role, PASSWORD)
        browser = self.visitor()
        assert log_in(browser, username, PASSWORD).status_code == 303
        return browser

    def account(self, username):
        return next(a.counsellor for a in self.accounts.everyone() if a.counsellor.username == username)


def csrf(page: str) -> str:
    return re.search(r'name="csrf" value="([^"]+)"', page)[1]


def log_in(browser, username, password):
    form = browser.get("/console/login")
    return browser.post("/console/login", data={"csrf": csrf(form.text), "username": username, "password": password},
                        follow_redirects=False)


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory):
    from knowledge.catalogue import build
    return build(tmp_path_factory.mktemp("catalogue") / "catalogue.sqlite")


@pytest.fixture
def house(parts, catalogue):
    shutil.copy(catalogue, parts.settings.catalogue)
    gateway, desk = Gateway(parts), Desk(parts)
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    accounts = Accounts(parts.store.database, timedelta(minutes=60), quick)
    app = Starlette(routes=[Mount("/console", routes=routes(parts, gateway, desk, accounts))])
    with TestClient(app, headers=ORIGIN) as client:
        yield House(app, parts, gateway, desk, accounts, client)
        client.portal.call(gateway.aclose)


@pytest.fixture
def tools():
    """`csrf(page)` and `log_in(browser, username, password)`."""
    class Tools:
        pass
    made = Tools()
    made.csrf, made.log_in, made.password = csrf, log_in, PASSWORD
    return made


class Console:
    """One open console: sends frames and waits for the one it wants, keeping the rest for later."""

    def __init__(self, socket):
        self.socket, self.kept = socket, []

    def say(self, **frame):
        self.socket.send_json(frame)

    def hear(self, kind, **more):
        """The next frame of that kind with those values; what came before it is forgotten."""
        while True:
            frame = self.kept.pop(0) if self.kept else self.socket.receive_json()
            if frame["type"] == kind and all(frame.get(k) == v for k, v in more.items()):
                return frame

    def take(self, conversation):
        self.say(type="watch", conversation=conversation, after=0)
        self.hear("thread")
        self.say(type="move", conversation=conversation, move="take")
        # The thread that the move changed may come before or after the answer: it is kept either way.
        self.kept = []
        while (frame := self.socket.receive_json())["type"] != "moved":
            self.kept.append(frame)
        return frame

    def write(self, conversation, text, client_id="k1", **more):
        self.say(type="message", conversation=conversation, client_id=client_id, text=text, **more)


@contextlib.contextmanager
def open_console(browser):
    with browser.websocket_connect("/console/socket") as socket:
        yield Console(socket)


@pytest.fixture
def open_desk():
    """Opens the console of a browser; all are closed at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda browser: stack.enter_context(open_console(browser))


@pytest.fixture
def desk():
    """`with desk(browser) as console`: one that is closed before the test ends."""
    return open_console
