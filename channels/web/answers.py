"""How is a line of a thread, a state or a refusal said to the visitor's page?"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml
from anyio import to_thread
from starlette.responses import JSONResponse

from bot.conversation import COUNSELLOR, WAITING, Conversation
from bot.gateway import NotFound
from bot.incoming import Refused
from bot.store import Message
from bot.texts import Texts

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")


@lru_cache(maxsize=1)
def page_texts() -> dict:
    """Every Danish sentence of the visitor's page that the robot does not say."""
    return yaml.safe_load((Path(__file__).with_name("texts.da.yml")).read_text(encoding="utf-8"))


def check_token(token: object) -> str:
    """A token that may be looked up. Raises NotFound for what cannot be one, as for one that is unknown."""
    if not isinstance(token, str) or not TOKEN.match(token):
        raise NotFound("no such conversation")
    return token


def check_after(after: object) -> int:
    """A sequence number to read from. Raises Refused."""
    if isinstance(after, str) and after.isascii() and after.isdigit() and len(after) < 10:
        after = int(after)
    if isinstance(after, bool) or not isinstance(after, int) or not 0 <= after < 10**9:
        raise Refused("unreadable")
    return after


def as_json(message: Message) -> dict:
    """One line as the page gets it. A counsellor's own client ids are none of the visitor's business."""
    body = message.body
    line = {"seq": message.seq, "author": message.author, "at": message.at.isoformat(), "text": body.get("text", ""),
            "buttons": body.get("buttons") or [], "cards": body.get("cards") or []}
    if body.get("name"):
        line["name"] = body["name"]
    if message.author == "visitor" and message.client_id:
        line["client_id"] = message.client_id
    return line


async def state_of(house, conversation: Conversation) -> dict:
    """Who has it, the place in the queue (1 is next), at most how many minutes more, and the name of the counsellor."""
    state: dict = {"state": conversation.state, "place": None}
    if conversation.state == WAITING:
        waiting = house.gateway.waiting
        state["place"] = await to_thread.run_sync(waiting.place, conversation)
        state["minutes"] = waiting.minutes(conversation)
    if conversation.state == COUNSELLOR and conversation.owner is not None:
        counsellor = await to_thread.run_sync(house.accounts.get, conversation.owner)
        state["name"] = counsellor.display_name if counsellor else None
    return state


def failure(texts: Texts, reason: str, said: str | None = None) -> dict:
    """The reason as a key and as Danish sentences: those that were said for the case, else those of the reason."""
    if said:
        return {"reason": reason, "text": said}
    key = f"utter_refused_{reason}"
    errors = page_texts()["errors"]
    return {"reason": reason, "text": texts.plain(key) if key in texts else errors.get(reason, errors["failed"])}


def failure_response(house, reason: str, status: int, said: str | None = None) -> JSONResponse:
    return JSONResponse(failure(house.parts.texts, reason, said), status_code=status,
                        headers={"cache-control": "no-store"})
