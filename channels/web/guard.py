"""What may come in, what is said when something fails, and which headers does every page carry?"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.web.answers import failure_response

log = logging.getLogger(__name__)

PAGE_POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
               "connect-src 'self'; form-action 'self'; base-uri 'none'")
HEADERS = {
    "content-security-policy": f"{PAGE_POLICY}; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class TooLarge(Exception):
    """The body is longer than what is read."""


def log_failure(to: logging.Logger, what: str, error: BaseException) -> None:
    """Where it failed and how, without the exception's own words: they may quote what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    to.error("%s: %s at %s", what, type(error).__name__,
             " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames)))


class SecurityHeaders:
    """Adds each header that the response does not set for itself."""

    def __init__(self, app: ASGIApp, https: bool = False):
        self._app = app
        self._headers = HEADERS | ({"strict-transport-security": "max-age=31536000"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if "x-frame-options" not in headers and "frame-ancestors 'none'" in headers["content-security-policy"]:
                    headers["x-frame-options"] = "DENY"
            await send(message)

        await self._app(scope, receive, sending)


class Shield:
    """An error that nobody expected becomes a clear answer; its trace stays here."""

    def __init__(self, app: ASGIApp, house):
        self._app, self._house = app, house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # a start that fails must fail, not go on with half a house
            await self._app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # whatever it is, the visitor gets an answer and no trace
            log_failure(log, "a request failed", error)
            if scope["type"] == "websocket":
                await _close(send)
            elif scope["type"] == "http" and not started:
                await failure_response(self._house, "failed", 500)(scope, receive, send)


async def _close(send: Send) -> None:
    try:
        await send({"type": "websocket.close", "code": 1011})
    except RuntimeError as error:  # it was closed already
        log.debug("nothing to close: %s", type(error).__name__)


class BodyLimit:
    """No body is read beyond the limit, whatever its length says.

    `roomy`: addresses with another limit, where what was typed must come back in the form."""

    def __init__(self, app: ASGIApp, house, most: int, roomy: Mapping[str, int] | None = None):
        self._app, self._house, self._most, self._roomy = app, house, most, roomy or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read, started = 0, False
        most = self._roomy.get(scope["path"], self._most)

        async def receiving() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise TooLarge
            return message

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            length = dict(scope["headers"]).get(b"content-length", b"0")
            if not length.isdigit() or int(length) > most:
                raise TooLarge
            await self._app(scope, receiving, sending)
        except TooLarge:
            if not started:
                await failure_response(self._house, "too_long", 413)(scope, receive, send)
