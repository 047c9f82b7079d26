"""Who may open this page, is the form really ours, and what may the browser do with the answer?"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.accounts import ROLES, Session

log = logging.getLogger(__name__)
BASE = "/console"
COOKIE, FORM_COOKIE, HALF_COOKIE = "indgang_console", "indgang_console_form", "indgang_console_half"
DESK_ROLES = ("raadgiver", "koordinator", "administrator")  # an editor reads no conversation
LARGEST_FORM, MOST_FIELDS = 20_000, 20  # bytes, and fields
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
          "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")

Handler = Callable[..., Awaitable[Response]]


class Shut(Exception):
    """The request is refused; `reason` is a key of the console's error texts, `status` is HTTP's."""

    def __init__(self, reason: str, status: int):
        super().__init__(reason)
        self.reason, self.status = reason, status


async def session_of(console, connection: HTTPConnection, keep_alive: bool = True) -> Session | None:
    token = connection.cookies.get(COOKIE)
    if not token:
        return None
    return await to_thread.run_sync(console.accounts.session, token, console.parts.clock(), keep_alive)


def page(console, handler: Handler, roles: tuple[str, ...] = ROLES, first_login: bool = False,
         largest: int = LARGEST_FORM, fields: int = MOST_FIELDS, files: int = 0):
    """An endpoint for those who are logged in and have the role. A form must carry the session's CSRF token.

    Whoever has a one-time password is sent to choose one; `first_login` marks the page where they do.
    """
    async def endpoint(request: Request) -> Response:
        session = await session_of(console, request)
        if session is None:
            return RedirectResponse(f"{BASE}/login", 303)
        if session.counsellor.must_change and not first_login:
            return RedirectResponse(f"{BASE}/account", 303)
        if not first_login and await lacks_second_factor(console, session.counsellor):
            return RedirectResponse(f"{BASE}/account/totrin", 303)
        if session.counsellor.role not in roles:
            raise Shut("forbidden", 403)
        if request.method == "POST":
            await check_form(request, session.csrf, largest, fields, files)
        return await handler(console, request, session)
    return endpoint


async def lacks_second_factor(console, counsellor) -> bool:
    """Whether this installation wants a second factor that the account does not have yet."""
    if not console.parts.settings.require_second_factor:
        return False
    second = console.second
    return not (await to_thread.run_sync(second.is_on, counsellor.id)
                or await to_thread.run_sync(second.is_elsewhere, counsellor.id))


async def check_form(request: Request, token: str, largest: int = LARGEST_FORM, fields: int = MOST_FIELDS,
                     files: int = 0) -> None:
    """Raises Shut unless the form comes from a page of ours and is of a sensible size."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > largest:
        raise Shut("too_large", 413)
    if not same_origin(request, needed=False):
        raise Shut("csrf", 403)
    form = await request.form(max_files=files, max_fields=fields)
    given = form.get("csrf")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), token.encode()):
        raise Shut("csrf", 403)


def same_origin(connection: HTTPConnection, needed: bool = True) -> bool:
    """Whether the page that asks was served by this host. Browsers say so with each form and each WebSocket."""
    origin = connection.headers.get("origin")
    if origin is None:
        return not needed
    return bool(origin) and urlsplit(origin).netloc.lower() == connection.headers.get("host", "").lower()


def form_token(request: Request) -> str:
    """The token of a form that is filled in before there is a session."""
    return request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)


def set_cookie(console, response: Response, name: str, value: str) -> Response:
    response.set_cookie(name, value, path=BASE, httponly=True, samesite="strict",
                        secure=console.parts.settings.behind_https)
    return response


class Shell:
    """Around every page: security headers, and a Danish page in place of a trace."""

    def __init__(self, app: ASGIApp, refused: Callable[[Request, str, int], Response], behind_https: bool):
        self._app, self._refused, self._https = app, refused, behind_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # there is one socket, and it is not below this shell
            await send({"type": "websocket.close", "code": 4404})
            return
        started, fixed = False, "/static/" in scope["path"]

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], *self._headers(message["headers"], fixed)]
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except Exception as error:
            if started:
                raise
            response = self._answer(Request(scope, receive), error)
            await response(scope, receive, guarded)

    def _answer(self, request: Request, error: Exception) -> Response:
        if isinstance(error, Shut):
            return self._refused(request, error.reason, error.status)
        if isinstance(error, HTTPException):
            reason = {404: "not_found", 405: "method", 413: "too_large"}.get(error.status_code, "unreadable")
            return self._refused(request, reason, error.status_code)
        # The kind of error and where it happened, not its words: they may hold what somebody typed.
        log.error("a console page failed: %s at %s", type(error).__name__, _place(error))
        return self._refused(request, "server", 500)

    def _headers(self, present, fixed: bool) -> list[tuple[bytes, bytes]]:
        wanted = {
            "content-security-policy": POLICY, "x-content-type-options": "nosniff", "x-frame-options": "DENY",
            "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=()", 
            "cache-control": "no-cache" if fixed else "no-store"}
        if self._https:
            wanted["strict-transport-security"] = "max-age=31536000"
        names = {name.lower() for name, _ in present}
        return [(k.encode(), v.encode()) for k, v in wanted.items() if k.encode() not in names]


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
