"""What do log-in, the desk and the account page show and do?"""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.accounts import AccountError, Session
from channels.console.guard import (
    BASE,
    COOKIE,
    DESK_ROLES,
    FORM_COOKIE,
    HALF_COOKIE,
    check_form,
    form_token,
    session_of,
    set_cookie,
)
from knowledge import municipality as municipalities


def login(console):
    """GET shows the form, POST logs in. The form is protected before there is a session too."""
    async def endpoint(request: Request) -> Response:
        if request.method == "GET":
            if await session_of(console, request):
                return RedirectResponse(f"{BASE}/", 303)
            done = "logged_out" if "ud" in request.query_params else None
            error = "half_gone" if "forfra" in request.query_params else None
            return _login_form(console, request, error, done=done)
        await check_form(request, request.cookies.get(FORM_COOKIE) or "\0")
        form = await request.form()
        username, password = str(form.get("username", ""))[:200], str(form.get("password", ""))[:1000]
        now = console.parts.clock()
        try:
            counsellor = await to_thread.run_sync(console.accounts.check, username, password, now)
        except AccountError as error:
            return _login_form(console, request, error.reason, username, 429 if error.reason == "locked" else 403)
        if await to_thread.run_sync(console.second.is_on, counsellor):
            try:
                half = await to_thread.run_sync(console.second.half, counsellor, now)
            except AccountError as error:
                return _login_form(console, request, error.reason, username, 429)
            return set_cookie(console, RedirectResponse(f"{BASE}/login/kode", 303), HALF_COOKIE, half)
        token = await to_thread.run_sync(console.accounts.begin_session, counsellor, now)
        await to_thread.run_sync(console.audit.wrote, now, counsellor, "logged_in")
        return set_cookie(console, RedirectResponse(f"{BASE}/", 303), COOKIE, token)
    return endpoint


def _login_form(console, request: Request, error: str | None = None, username: str = "", status: int = 200,
                done: str | None = None) -> Response:
    token = form_token(request)
    response = console.render(request, "login.html", status, csrf=token, error=error, username=username, done=done,
                              oidc=console.oidc.on)
    return set_cookie(console, response, FORM_COOKIE, token)


async def logout(console, request: Request, session: Session) -> Response:
    await to_thread.run_sync(console.accounts.log_out, request.cookies[COOKIE])
    response = RedirectResponse(f"{BASE}/login?ud", 303)
    response.delete_cookie(COOKIE, path=BASE)
    return response


async def desk(console, request: Request, session: Session) -> Response:
    if session.counsellor.role not in DESK_ROLES:  # an editor's work is the catalogue
        return RedirectResponse(f"{BASE}/tilbud/katalog", 303)
    places = [municipalities.load(i) for i in municipalities.all_ids()]
    words, settings = console.words, console.parts.settings
    page = {"ui": words.group("ui"), "levels": words.group("levels"), "states": words.group("states"),
            "errors": words.group("errors"), "me": session.counsellor.id, "municipality": settings.municipality,
            "places": {p.id: p.short_name for p in places}, "max_characters": settings.max_characters,
            "base": BASE, "labels": words.group("labels"), "topics": words.group("topics"),
            "age_bands": words.group("age_bands"), "outcomes": words.group("outcomes")}
    places.sort(key=lambda p: p.id != settings.municipality)
    return console.render(request, "desk.html", session=session, page=page, places=places)


async def account(console, request: Request, session: Session) -> Response:
    """Choose a new password: whenever one likes, and before anything else after the first log-in."""
    if request.method == "GET":
        return console.render(request, "account.html", session=session)
    form = await request.form()
    old, new, again = (str(form.get(name, "")) for name in ("old", "new", "again"))
    me, now = session.counsellor, console.parts.clock()

    def change() -> str:
        if new != again:
            raise AccountError("password_differs")
        console.accounts.change_password(me.id, old, new)
        return console.accounts.log_in(me.username, new, now)  # every session of the account has ended
    try:
        token = await to_thread.run_sync(change)
    except AccountError as error:
        return console.render(request, "account.html", 400, session=session, error=error.reason)
    where = f"{BASE}/" if me.must_change else f"{BASE}/account?gemt"
    return set_cookie(console, RedirectResponse(where, 303), COOKIE, token)
