"""Which sentences does a counsellor keep ready? (The page on which they are written.)"""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from bot.accounts import Session
from bot.canned import LONGEST_TEXT, LONGEST_TITLE, MAY_SHARE
from bot.incoming import Refused


async def page_of(console, request: Request, session: Session) -> Response:
    """One's own and the shared ones; POST saves or deletes one."""
    me, error, done, given = session.counsellor, None, None, None
    if request.method == "POST":
        form = await request.form()
        number = str(form.get("id", ""))
        reply = int(number) if number.isascii() and number.isdigit() else None
        try:
            if "delete" in form and reply is not None:
                await to_thread.run_sync(console.canned.delete, me, reply)
                done = "canned_deleted"
            else:
                given = {"title": str(form.get("title", "")), "text": str(form.get("text", "")), "id": reply}
                await to_thread.run_sync(console.canned.save, me, given["title"], given["text"], "shared" in form,
                                         reply)
                done, given = "canned_saved", None
        except Refused as refused:
            error = refused.reason
    replies = await to_thread.run_sync(console.canned.of, me.id)
    return console.render(
        request, "canned.html", 400 if error else 200, session=session, error=error, done=done, replies=replies,
        given=given, may_share=me.role in MAY_SHARE, longest_title=LONGEST_TITLE, longest_text=LONGEST_TEXT)
