"""How does a visitor's page talk to the gateway over plain HTTP?

Everything that the socket does can be done here too: it is the way when a socket cannot open. The token is the key,
sent as `Authorization: Bearer`; where a request comes from proves nothing and is not asked.
"""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.conversation import Conversation
from bot.gateway import Incoming, NotFound, Refused
from bot.letter_codes import UnknownWords
from channels.web.answers import as_json, check_after, check_token, state_of

CHANNEL = "web"
NO_STORE = {"cache-control": "no-store"}


def routes(house) -> list[BaseRoute]:
    """The routes below /api, without the socket."""
    api = Api(house)
    return [
        Route("/conversations", api.open, methods=["POST"]),
        Route("/conversations/current", api.read, methods=["GET"]),
        Route("/conversations/current", api.delete, methods=["DELETE"]),
        Route("/conversations/current/messages", api.send, methods=["POST"]),
        Route("/conversations/current/human", api.human, methods=["POST"]),
        Route("/conversations/current/leave", api.leave, methods=["POST"]),
        Route("/conversations/current/code", api.code, methods=["POST"]),
        Route("/conversations/return", api.come_back, methods=["POST"]),
    ]


class Api:
    """Handlers raise Refused and NotFound; `routes.exception_handlers` says them to the page."""

    def __init__(self, house):
        self._house, self._gateway = house, house.gateway

    async def open(self, request: Request) -> Response:
        body = await _json(request)
        municipality = body.get("municipality")
        if municipality is not None and not isinstance(municipality, str):
            raise Refused("unreadable")
        return await self._opened(*await self._gateway.open(CHANNEL, municipality), 201)

    async def _opened(self, token: str, conversation: Conversation, status: int) -> Response:
        _, messages = await self._gateway.messages(token)
        return JSONResponse({"token": token, "messages": [as_json(m) for m in messages],
                             **await state_of(self._house, conversation)}, status_code=status, headers=NO_STORE)

    async def read(self, request: Request) -> Response:
        after = check_after(request.query_params.get("after", "0"))
        conversation, messages = await self._gateway.messages(_token(request), after)
        return JSONResponse({**await state_of(self._house, conversation), "messages": [as_json(m) for m in messages]},
                            headers=NO_STORE)

    async def send(self, request: Request) -> Response:
        token, body = _token(request), await _json(request)
        receipt = await self._gateway.receive(incoming(token, body))
        return JSONResponse({"seq": receipt.seq, "duplicate": receipt.duplicate}, status_code=202, headers=NO_STORE)

    async def delete(self, request: Request) -> Response:
        await self._gateway.delete(_token(request))
        return Response(status_code=204)

    async def human(self, request: Request) -> Response:
        moved = await self._gateway.waiting.request(await self._gateway.move(_token(request)))
        return JSONResponse(await state_of(self._house, moved), headers=NO_STORE)

    async def leave(self, request: Request) -> Response:
        moved = await self._gateway.waiting.leave(await self._gateway.move(_token(request)))
        return JSONResponse(await state_of(self._house, moved), headers=NO_STORE)

    async def code(self, request: Request) -> Response:
        token = _token(request)
        await self._gateway.move(token)
        return JSONResponse({"code": await self._gateway.codes.new(token)}, headers=NO_STORE)

    async def come_back(self, request: Request) -> Response:
        body = await _json(request)
        try:
            return await self._opened(*await self._gateway.codes.open(body.get("code")), 200)
        except UnknownWords as error:
            raise Refused("code_words") from error
        except NotFound as error:
            raise Refused("code_not_found", 404) from error


def incoming(token: str, frame: dict) -> Incoming:
    """The message of a frame or a body. Raises Refused when a part of it is of the wrong kind."""
    payload = frame.get("payload")
    if payload is not None and (not isinstance(payload, str) or len(payload) > 500):
        raise Refused("unreadable")
    return Incoming(token, frame.get("client_id"), frame.get("text"), payload)


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refused("no_token", 401)
    return check_token(token.strip())


async def _json(request: Request) -> dict:
    raw = await request.body()
    try:
        body = json.loads(raw or b"{}")
    except (ValueError, RecursionError) as error:
        raise Refused("unreadable") from error
    if not isinstance(body, dict):
        raise Refused("unreadable")
    return body
