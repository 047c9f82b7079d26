"""Who may sit at the desk? (For administrators.)"""

from __future__ import annotations

import contextlib

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from bot.accounts import AccountError, Session
from bot.conversation import IllegalMove
from bot.store import NotFound

FIELDS = ("username", "display_name", "role")


async def people(console, request: Request, session: Session) -> Response:
    """The list of accounts; POST makes a new one and shows its one-time password, once."""
    if request.method == "GET":
        return await show(console, request, session)
    form = await request.form()
    given = {name: str(form.get(name, "")).strip() for name in FIELDS}
    try:
        if not usable(given["username"]):
            raise AccountError("name_unusable" if given["username"] else "name_missing")
        password = await to_thread.run_sync(console.accounts.invite, *(given[name] for name in FIELDS))
    except AccountError as error:
        return await show(console, request, session, 400, error=error.reason, given=given)
    return await show(console, request, session, done="created", made=(given["username"].lower(), password))


def usable(username: str) -> bool:
    return username.isascii() and all(c.isalnum() or c in ".-" for c in username) and 0 < len(username) <= 64


async def change(console, request: Request, session: Session) -> Response:
    """Close an account, open it again, give it a new one-time password, or take a lost telephone off it."""
    counsellor, move = request.path_params["id"], request.path_params["move"]
    accounts, made = console.accounts, None
    try:
        if move == "unlink":
            await to_thread.run_sync(console.second.switch_off, counsellor)
        elif move == "renew":
            password = await to_thread.run_sync(accounts.renew, counsellor)
            made = ((await to_thread.run_sync(accounts.get, counsellor)).username, password)
        else:
            await to_thread.run_sync(accounts.set_disabled, counsellor, move == "disable")
            if move == "disable":
                await _release_all(console, counsellor)
    except AccountError as error:
        return await show(console, request, session, 400, error=error.reason)
    done, act = {"renew": ("renewed", "password_renewed"), "disable": ("disabled", "account_closed"),
                 "enable": ("enabled", "account_opened"), "unlink": ("unlinked", "second_factor_off")}[move]
    await to_thread.run_sync(console.audit.wrote, console.parts.clock(), session.counsellor.id, act, None, counsellor)
    return await show(console, request, session, done=done, made=made)


async def _release_all(console, counsellor: int) -> None:
    """Nobody stays with a counsellor who cannot answer any more."""
    gone = await to_thread.run_sync(console.accounts.get, counsellor)
    console.parts.presence.gone(counsellor)
    for conversation in await to_thread.run_sync(console.parts.store.of_counsellor, counsellor):
        with contextlib.suppress(IllegalMove, NotFound):  # ended or moved on meanwhile: then it needs no release
            await console.desk.release(conversation.id, gone)


async def show(console, request: Request, session: Session, status: int = 200, **more) -> Response:
    """The page of the accounts."""
    everyone = await to_thread.run_sync(console.accounts.everyone)
    invited = await to_thread.run_sync(console.invitations.open, console.parts.clock())
    with_second = [a.counsellor.id for a in everyone if await to_thread.run_sync(console.second.is_on, a.counsellor.id)]
    return console.render(request, "people.html", status, session=session, everyone=everyone, invited=invited,
                          with_second=with_second, **{"given": dict.fromkeys(FIELDS, ""), "link": None} | more)
