"""Who opened what? (The page of the audit log, for administrators.)"""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from bot.accounts import Session


async def page_of(console, request: Request, session: Session) -> Response:
    """The newest lines, of everybody or of one. That it was read is a line too."""
    asked = request.query_params.get("konto", "")
    one = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    await to_thread.run_sync(console.audit.wrote, console.parts.clock(), session.counsellor.id, "audit_read")
    entries = await to_thread.run_sync(console.audit.read, one)
    everyone = await to_thread.run_sync(console.accounts.everyone)
    names = {account.counsellor.id: account.counsellor.display_name for account in everyone}
    return console.render(request, "log.html", session=session, entries=entries, names=names, one=one,
                          everyone=everyone, days=console.parts.settings.audit_days)
