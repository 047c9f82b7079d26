"""The log-in through an identity provider, against a small one on this machine."""

import base64
import hashlib
import json
import re
import secrets
import socket
import threading
import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

KEY = RSAKey.generate_key(2048, {"kid": "k", "use": "sig", "alg": "RS256"})
CLIENT, SECRET = "indgang", "a secret of the client"


class Provider:
    """Authorization code with PKCE as OpenID Connect says. `claims` and `key` are what the next token is made of."""

    def __init__(self):
        self.codes, self.claims, self.key, self.url = {}, {}, KEY, ""

    def approve(self, address):
        """What the browser does at the provider: the person says yes, and is sent back with a code."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return asked["redirect_uri"], {"code": code, "state": asked["state"]}

    async def token(self, request):
        form = await request.form()
        asked = self.codes.pop(form["code"], None)
        login = base64.b64decode(request.headers["authorization"].split()[1]).decode()
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if asked is None or login != f"{CLIENT}:{SECRET.replace(' ', '+')}" and login != f"{CLIENT}:{SECRET}" or \
                base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": "s1", "nonce": asked["nonce"], "iat": now, "exp": now + 300,
                  "given_name": "Karen", "roles": ["ssp-team"]} | self.claims
        return JSONResponse({"access_token": "x", "token_type": "Bearer",
                             "id_token": jwt.encode({"alg": "RS256", "kid": "k"}, claims, self.key)})

    async def about(self, request):
        return JSONResponse({"issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
                             "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys"})

    async def keys(self, request):
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})


@pytest.fixture
def provider():
    made = Provider()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made.url = f"http://127.0.0.1:{port}"
    app = Starlette(routes=[Route("/.well-known/openid-configuration", made.about), Route("/keys", made.keys),
                            Route("/token", made.token, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield made
    server.should_exit = True
    thread.join(5)


@pytest.fixture
def browser(house, provider):
    """A browser at a console that knows the provider."""
    from channels.console.routes import routes
    parts = replace(house.parts, settings=replace(
        house.parts.settings, oidc_issuer=provider.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET,
        oidc_roles="ssp-team=raadgiver, ledere=koordinator"))
    app = Starlette(routes=[Mount("/console", routes=routes(parts, house.gateway, house.desk, house.accounts))])
    with TestClient(app) as client:
        yield client


def through(browser, provider, **changed):
    sent = browser.get("/console/oidc", follow_redirects=False)
    assert sent.status_code == 303
    back, given = provider.approve(sent.headers["location"])
    return browser.get(urlsplit(back).path, params=given | changed, follow_redirects=False)


def test_a_counsellor_of_the_municipality_gets_in_with_the_role_of_the_claim(browser, provider, house):
    assert "kommunens login" in browser.get("/console/login").text
    assert through(browser, provider).status_code == 200
    page = browser.get("/console/").text
    assert "Karen" in page and json.loads(re.search(r'id="page">(.*?)</script>', page)[1])["me"]
    account = house.accounts.everyone()[-1].counsellor
    assert account.role == "raadgiver" and account.username.startswith("oidc-")
    provider.claims = {"roles": ["ledere", "ssp-team"]}
    through(browser, provider)
    assert len(house.accounts.everyone()) == 1 and house.accounts.get(account.id).role == "koordinator"


@pytest.mark.parametrize("claims", [{"roles": ["andet"]}, {"roles": None}, {"iss": "http://evil.example"},
                                    {"aud": "another"}, {"nonce": "old"}, {"exp": 1}, {"sub": None}], ids=str)
def test_who_is_not_meant_to_get_in_does_not_and_no_account_is_made(browser, provider, house, claims):
    provider.claims = claims
    assert through(browser, provider).status_code == 403
    assert house.accounts.everyone() == []
    assert browser.get("/console/", follow_redirects=False).status_code == 303


def test_a_token_of_another_key_or_another_state_opens_nothing(browser, provider, house):
    assert through(browser, provider, state="invented").status_code == 403
    provider.key = RSAKey.generate_key(2048, {"kid": "k"})
    assert through(browser, provider).status_code == 403
    assert browser.get("/console/oidc/tilbage", params={"code": "x", "state": "y"}).status_code == 403
    assert house.accounts.everyone() == []


def test_a_closed_account_stays_closed(browser, provider, house):
    through(browser, provider)
    chief = house.accounts.create("chef", "Chef", "administrator", "en lang nok kode")
    assert chief
    house.accounts.set_disabled(house.accounts.everyone()[-1].counsellor.id, True)
    assert through(browser, provider).status_code == 403
