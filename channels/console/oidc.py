"""How does somebody log in through the municipality's identity provider?

OpenID Connect, authorization code with PKCE, by Authlib. What must be remembered on the way there and back lies sealed
in a cookie of ten minutes. The role comes from a claim, by the table in the settings; whoever has none stays outside.
"""

from __future__ import annotations

import base64
import hmac
import logging
import secrets
import time

import httpx
from anyio import to_thread
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from cryptography.fernet import InvalidToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.accounts import AccountError
from bot.identities import Identities, role_of, role_table
from channels.console.guard import BASE, COOKIE, set_cookie

log = logging.getLogger(__name__)
WAY_COOKIE, WAY_SECONDS, PATIENCE_SECONDS = "indgang_console_oidc", 600, 10
ALGORITHMS = ["RS256", "PS256", "ES256"]


class NotLetIn(Exception):
    """The provider's answer is not what was asked for; the reason is logged, never a claim."""


class Oidc:
    """The log-in through one provider. Its addresses are asked for once."""

    def __init__(self, console):
        self._console, self._settings = console, console.parts.settings
        self._table = role_table(self._settings.oidc_roles)  # a wrong table is found at the start
        self._identities = Identities(console.parts.store.database, console.accounts)
        self._found: dict | None = None

    @property
    def on(self) -> bool:
        return bool(self._settings.oidc_issuer and self._settings.oidc_client_id and self._table)

    async def begin(self, request: Request) -> Response:
        """To the provider."""
        try:
            found = await self._discover()
        except (httpx.HTTPError, ValueError, KeyError, NotLetIn) as error:
            return self._refused(request, error, "oidc_down", 503)
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        async with self._client(request) as client:
            address, state = client.create_authorization_url(
                found["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
        sealed = self._console.parts.store.box.seal([state, nonce, verifier, int(time.time())])
        response = RedirectResponse(address, 303)
        # "lax": the way back begins on another site, and a strict cookie would not come along
        response.set_cookie(WAY_COOKIE, base64.urlsafe_b64encode(sealed).decode(), WAY_SECONDS, path=f"{BASE}/oidc",
                            httponly=True, samesite="lax", secure=self._settings.behind_https)
        return response

    async def back(self, request: Request) -> Response:
        """From the provider: a session, or a page that says no."""
        try:
            claims = await self._claims(request)
            role = role_of(claims.get(self._settings.oidc_role_claim), self._table)
            if role is None:
                return self._refused(request, NotLetIn("no role"), "oidc_no_role", 403)
            name = str(claims.get("given_name") or claims.get("name") or "").split(" ")[0][:64]
            counsellor = await to_thread.run_sync(
                self._identities.counsellor, claims["iss"], claims["sub"], name, role)
        except AccountError as error:
            return self._refused(request, error, error.reason, 403)
        except (NotLetIn, AuthlibBaseError, JoseError, httpx.HTTPError, ValueError, KeyError) as error:
            return self._refused(request, error, "oidc_failed", 403)
        now = self._console.parts.clock()
        token = await to_thread.run_sync(self._console.accounts.begin_session, counsellor.id, now)
        await to_thread.run_sync(self._console.audit.wrote, now, counsellor.id, "logged_in")
        # A page, not a redirect: the session's cookie is strict and would not follow one that began elsewhere.
        response = set_cookie(self._console, self._console.render(request, "oidc_in.html"), COOKIE, token)
        response.delete_cookie(WAY_COOKIE, path=f"{BASE}/oidc")
        return response

    async def _claims(self, request: Request) -> dict:
        try:
            sealed = base64.urlsafe_b64decode(request.cookies.get(WAY_COOKIE, ""))
            state, nonce, verifier, at = self._console.parts.store.box.open(sealed)
        except (InvalidToken, ValueError) as error:
            raise NotLetIn("no way there") from error
        if time.time() - at > WAY_SECONDS or not hmac.compare_digest(state, request.query_params.get("state", "")):
            raise NotLetIn("another way there")
        found = await self._discover()
        async with self._client(request) as client:
            told = await client.fetch_token(found["token_endpoint"], code=request.query_params.get("code", ""),
                                            code_verifier=verifier)
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client:
            keys = (await client.get(found["jwks_uri"])).raise_for_status().json()
        token = jwt.decode(told["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS)
        claims = CodeIDToken(token.claims, token.header, {
            "iss": {"essential": True, "value": self._settings.oidc_issuer},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
            "nonce": {"essential": True, "value": nonce}}, {"client_id": self._settings.oidc_client_id})
        claims.validate(leeway=60)
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise NotLetIn("no subject")
        return dict(claims)

    async def _discover(self) -> dict:
        if self._found is None:
            async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client:
                issuer = self._settings.oidc_issuer.rstrip("/")
                answer = await client.get(f"{issuer}/.well-known/openid-configuration")
                found = answer.raise_for_status().json()
            if found["issuer"] != self._settings.oidc_issuer:
                raise NotLetIn("another issuer")
            self._found = {name: found[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        return self._found

    def _client(self, request: Request) -> AsyncOAuth2Client:
        base = self._settings.public_url.rstrip("/") or str(request.base_url).rstrip("/").removesuffix(BASE)
        return AsyncOAuth2Client(
            self._settings.oidc_client_id, self._settings.oidc_client_secret or None, scope="openid profile",
            redirect_uri=f"{base}{BASE}/oidc/tilbage", code_challenge_method="S256", timeout=PATIENCE_SECONDS,
            trust_env=False, token_endpoint_auth_method="client_secret_basic" if self._settings.oidc_client_secret
            else "none")

    def _refused(self, request: Request, error: Exception, reason: str, status: int) -> Response:
        log.warning("a log-in through the provider failed: %s", type(error).__name__)
        return self._console.render(request, "refused.html", status, error=reason)
