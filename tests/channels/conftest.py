"""What do the tests of the visitor's channels share: the front door on a temporary disk."""

import pytest

from tests.channels.providers import (  # noqa: F401  (fixtures)
    bot_api,
    open_house,
    open_sms,
    open_telegram,
    serve_provider,
    sms_door,
    sms_provider,
    telegram_door,
)

PASSWORD = "en lang nok kode"


@pytest.fixture
def house(parts):
    from datetime import timedelta

    from bot.accounts import Accounts
    from bot.desk import Desk
    from bot.gateway import Gateway
    from channels.front_door import House
    return House(parts, Gateway(parts), Desk(parts), Accounts(parts.store.database, timedelta(minutes=60)))


@pytest.fixture
def client(house):
    """A browser without a browser. An error that the front door did not expect is an answer here too."""
    from starlette.testclient import TestClient

    from channels.front_door import application
    with TestClient(application(house), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def mette(house):
    return house.accounts.get(house.accounts.create("mette", "Mette", "raadgiver", PASSWORD))


@pytest.fixture
def visitor(client):
    """A conversation that has been opened: its token, and the header that goes with it."""
    class Visitor:
        token = client.post("/api/conversations", json={}).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}

        def say(self, text, client_id, **more):
            return client.post("/api/conversations/current/messages", headers=self.headers,
                               json={"text": text, "client_id": client_id, **more})

        def read(self, after=0):
            return client.get(f"/api/conversations/current?after={after}", headers=self.headers)
    return Visitor()
