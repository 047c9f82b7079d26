"""How does a counsellor prove with the telephone that it is them?"""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.accounts import AccountError, Session
from channels.console.guard import BASE, COOKIE, FORM_COOKIE, HALF_COOKIE, check_form, form_token, set_cookie
from knowledge import municipality as municipalities
from knowledge.poster import qr_svg


def code(console):
    """The second step of the log-in: there is no session yet."""
    async def endpoint(request: Request) -> Response:
        if request.method == "GET":
            return _form(console, request)
        await check_form(request, request.cookies.get(FORM_COOKIE) or "\0")
        given, now = str((await request.form()).get("code", ""))[:40], console.parts.clock()
        half = request.cookies.get(HALF_COOKIE, "")
        try:
            counsellor = await to_thread.run_sync(console.second.complete, half, given, now)
        except AccountError as error:
            if error.reason == "half_gone":
                return RedirectResponse(f"{BASE}/login?forfra", 303)
            return _form(console, request, error.reason, 403)
        token = await to_thread.run_sync(console.accounts.begin_session, counsellor, now)
        await to_thread.run_sync(console.audit.wrote, now, counsellor, "logged_in")
        response = RedirectResponse(f"{BASE}/", 303)
        response.delete_cookie(HALF_COOKIE, path=BASE)
        return set_cookie(console, response, COOKIE, token)
    return endpoint


def _form(console, request: Request, error: str | None = None, status: int = 200) -> Response:
    token = form_token(request)
    response = console.render(request, "login_code.html", status, csrf=token, error=error)
    return set_cookie(console, response, FORM_COOKIE, token)


async def setting(console, request: Request, session: Session) -> Response:
    """Switch it on: show the secret, take a first code, show the recovery codes once. Or switch it off."""
    me, second, now, error, codes = session.counsellor, console.second, console.parts.clock(), None, None
    if request.method == "POST":
        form = await request.form()
        given = str(form.get("code", ""))[:40]
        try:
            if "off" in form:
                if console.parts.settings.require_second_factor:
                    raise AccountError("second_factor_needed")
                if not await to_thread.run_sync(second.check, me.id, given, now):
                    raise AccountError("wrong_code")
                await to_thread.run_sync(second.switch_off, me.id)
                await to_thread.run_sync(console.audit.wrote, now, me.id, "second_factor_off")
            else:
                if await to_thread.run_sync(second.is_on, me.id):
                    raise AccountError("second_factor_on")
                codes = await to_thread.run_sync(second.confirm, me.id, given, now)
                await to_thread.run_sync(console.audit.wrote, now, me.id, "second_factor_on")
        except AccountError as refused:
            error = refused.reason
    is_on = await to_thread.run_sync(second.is_on, me.id)
    service = municipalities.load(console.parts.settings.municipality).names["service"]
    address = None if is_on else await to_thread.run_sync(second.pending, me.id, me.username, service)
    return console.render(
        request, "second.html", 400 if error else 200, session=session, error=error, codes=codes, is_on=is_on,
        qr=qr_svg(address) if address else None, secret=_secret(address),
        needed=console.parts.settings.require_second_factor)


def _secret(address: str | None) -> str | None:
    """The secret in groups of four, for those who type it."""
    if address is None:
        return None
    plain = address.split("secret=")[1].split("&")[0]
    return " ".join(plain[n:n + 4] for n in range(0, len(plain), 4))
