"""How does somebody with an invitation link get an account of their own?"""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.accounts import AccountError, Session
from channels.console.guard import BASE, COOKIE, FORM_COOKIE, check_form, form_token, set_cookie
from channels.console.people import show, usable


async def create(console, request: Request, session: Session) -> Response:
    """A link for one person, shown once. (For administrators.)"""
    role = str((await request.form()).get("role", ""))
    now = console.parts.clock()
    try:
        token = await to_thread.run_sync(console.invitations.invite, role, now)
    except AccountError as error:
        return await show(console, request, session, 400, error=error.reason)
    await to_thread.run_sync(console.audit.wrote, now, session.counsellor.id, "invited")
    base = console.parts.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/").removesuffix(BASE)
    return await show(console, request, session, done="invited", link=f"{base}{BASE}/invitation/{token}")


async def withdraw(console, request: Request, session: Session) -> Response:
    await to_thread.run_sync(console.invitations.withdraw, request.path_params["id"])
    return await show(console, request, session, done="invitation_withdrawn")


def accept(console):
    """GET shows the form and uses nothing up (a chat that looks at links must not); POST makes the account."""
    async def endpoint(request: Request) -> Response:
        token, now = request.path_params["token"], console.parts.clock()
        try:
            role = await to_thread.run_sync(console.invitations.role, token, now)
        except AccountError as error:
            return console.render(request, "refused.html", 410, error=error.reason)
        if request.method == "GET":
            return _form(console, request, role)
        await check_form(request, request.cookies.get(FORM_COOKIE) or "\0")
        form = await request.form()
        given = {name: str(form.get(name, ""))[:200].strip() for name in ("username", "display_name")}
        new, again = str(form.get("new", "")), str(form.get("again", ""))
        try:
            if not usable(given["username"]):
                raise AccountError("name_unusable" if given["username"] else "name_missing")
            if new != again:
                raise AccountError("password_differs")
            made = await to_thread.run_sync(console.invitations.accept, token, *given.values(), new, now)
        except AccountError as error:
            if error.reason == "invitation_gone":
                return console.render(request, "refused.html", 410, error=error.reason)
            return _form(console, request, role, error.reason, given)
        await to_thread.run_sync(console.audit.wrote, now, made, "account_made")
        session = await to_thread.run_sync(console.accounts.begin_session, made, now)
        return set_cookie(console, RedirectResponse(f"{BASE}/", 303), COOKIE, session)
    return endpoint


def _form(console, request: Request, role: str, error: str | None = None, given: dict | None = None) -> Response:
    token = form_token(request)
    response = console.render(request, "invitation.html", 400 if error else 200, csrf=token, error=error, role=role,
                              given=given or {"username": "", "display_name": ""})
    return set_cookie(console, response, FORM_COOKIE, token)
