"""How does a visitor's page stay in touch over a WebSocket?

A frame is one JSON object. What the page gets is read from the store from its last number on, so that a socket that
breaks loses nothing: the next one says how far it had read.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.conversation import COUNSELLOR, WAITING
from bot.gateway import NotFound, Refused
from bot.hub import QUEUE
from channels.web.answers import as_json, check_after, check_token, failure, state_of
from channels.web.api import incoming
from channels.web.guard import log_failure

log = logging.getLogger(__name__)

NOT_UNDERSTOOD, UNKNOWN, TOO_MANY = 4400, 4404, 4429
HELLO_SECONDS = 10
SILENT_SECONDS = 180  # a page pings every 25 s; one in the background may be slowed to once a minute
MOST_FRAMES, FRAME_SECONDS = 100, 10
MOST_CHARACTERS = 64 * 1024


class Hangup(Exception):
    """The socket is to be closed with that code."""

    def __init__(self, code: int):
        super().__init__(str(code))
        self.code = code


async def endpoint(house, socket: WebSocket) -> None:
    """One page's socket, from the hello to the end."""
    await socket.accept()
    line = Line(house, socket)
    try:
        await line.run()
    except Hangup as end:
        if socket.client_state == WebSocketState.CONNECTED and socket.application_state == WebSocketState.CONNECTED:
            await socket.close(end.code)
    except (WebSocketDisconnect, RuntimeError) as error:
        if isinstance(error, RuntimeError) and socket.client_state == WebSocketState.CONNECTED:
            raise
        log.debug("a page hung up")


class Line:
    """One socket. `_last` is the number up to which the page has been told."""

    def __init__(self, house, socket: WebSocket):
        self._house, self._gateway, self._socket = house, house.gateway, socket
        self._lock = asyncio.Lock()
        self._token, self._conversation, self._last = "", None, 0
        self._state: dict = {}
        self._unreadable, self._frames = 0, []

    async def run(self) -> None:
        await self._hello()
        # Listening begins before the first reading: what is written between the two is told twice, not never.
        with self._house.parts.hub.listen(self._conversation.id, QUEUE) as notices:
            await self._catch_up(first=True)
            tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._tell(notices))]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _hello(self) -> None:
        frame = None
        while frame is None:
            frame = await self._frame(HELLO_SECONDS)
        if frame.get("type") != "hello":
            raise Hangup(NOT_UNDERSTOOD)
        try:
            self._token = check_token(frame.get("token"))
            self._last = check_after(frame.get("after", 0))
            self._conversation, _ = await self._gateway.messages(self._token, after=10**9)
        except NotFound as error:
            raise Hangup(UNKNOWN) from error
        except Refused as error:
            raise Hangup(NOT_UNDERSTOOD) from error

    async def _read(self) -> None:
        while True:
            frame = await self._frame(SILENT_SECONDS)
            if frame is not None:
                try:
                    await self._handle(frame)
                except NotFound as error:
                    await self._deleted(error)

    async def _frame(self, seconds: float) -> dict | None:
        """The next frame; None for one that could not be read, which was answered."""
        try:
            message = await asyncio.wait_for(self._socket.receive(), seconds)
        except asyncio.TimeoutError as error:
            raise Hangup(NOT_UNDERSTOOD if not self._conversation else 1001) from error
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        self._count()
        raw = message.get("text")
        raw = raw if raw is not None else message.get("bytes") or b""
        try:
            frame = json.loads(raw)  # bytes that are no UTF-8 are a ValueError too
        except (ValueError, RecursionError):
            frame = None
        if isinstance(frame, dict):
            if len(raw) <= MOST_CHARACTERS:
                return frame
            await self._refuse("too_long", frame.get("client_id"))
            return None
        self._unreadable += 1
        await self._refuse("unreadable")
        if self._unreadable > 1:
            raise Hangup(NOT_UNDERSTOOD)
        return None

    def _count(self) -> None:
        now = time.monotonic()
        self._frames = [at for at in self._frames if now - at < FRAME_SECONDS] + [now]
        if len(self._frames) > MOST_FRAMES:
            raise Hangup(TOO_MANY)

    async def _handle(self, frame: dict) -> None:
        kind = frame.get("type")
        if kind == "message":
            await self._message(frame)
        elif kind == "typing":
            if self._state.get("state") in (WAITING, COUNSELLOR):
                self._house.parts.hub.publish(self._conversation.id, {"type": "typing", "author": "visitor"})
        elif kind == "ping":
            await self._catch_up()
            await self._send({"type": "pong"})
        elif kind == "got":
            self._got(frame.get("seq"))
        elif kind in ("human", "leave"):
            await self._move(kind)
        else:
            await self._refuse("unreadable")

    async def _move(self, kind: str) -> None:
        waiting = self._gateway.waiting
        try:
            conversation = await self._gateway.move(self._token)
        except Refused as error:
            await self._refuse(error.reason)
        else:
            await (waiting.request if kind == "human" else waiting.leave)(conversation)

    def _got(self, seq: object) -> None:
        """The page shows everything up to that line: the counsellor sees that it arrived."""
        parts = self._house.parts
        if type(seq) is int and 0 < seq <= self._last and parts.reached.got(self._conversation.id, seq):
            parts.hub.publish(self._conversation.id, {"type": "delivery"})

    async def _message(self, frame: dict) -> None:
        client_id = frame.get("client_id")
        try:
            receipt = await self._gateway.receive(incoming(self._token, frame))
        except Refused as error:
            await self._refuse(error.reason, client_id, error.said)
        except NotFound:
            raise
        except Exception as error:  # the page keeps its text and may send it again with the same id
            log_failure(log, "a message could not be accepted", error)
            await self._refuse("failed", client_id)
        else:
            await self._send({"type": "ack", "client_id": client_id, "seq": receipt.seq})

    async def _tell(self, notices: asyncio.Queue) -> None:
        while True:
            waiting = [await notices.get()]
            while not notices.empty():
                waiting.append(notices.get_nowait())
            kinds = {notice["type"] for notice in waiting}
            if "moved" in kinds:  # opened with its code elsewhere
                await self._send({"type": "moved"})
                raise Hangup(1000)
            for notice in waiting:
                if notice["type"] == "typing" and notice["author"] != "visitor":
                    await self._send({"type": "typing", "author": notice["author"]})
            queued = "queue" in kinds and self._state.get("state") == WAITING
            if kinds & {"messages", "deleted"} or queued:
                await self._catch_up()

    async def _catch_up(self, first: bool = False) -> None:
        """Tell what the page has not been told yet."""
        async with self._lock:
            try:
                conversation, messages = await self._gateway.messages(self._token, self._last)
            except NotFound as error:
                await self._deleted(error)
                return
            state = await state_of(self._house, conversation)
            if first:
                await self._send({"type": "ready", **state})
            if messages:
                self._last = messages[-1].seq
                await self._send({"type": "messages", "messages": [as_json(m) for m in messages]})
            if not first and state != self._state:
                await self._send({"type": "state", **state})
            self._state, self._conversation = state, conversation

    async def _deleted(self, error: NotFound) -> None:
        await self._send({"type": "deleted"})
        raise Hangup(1000) from error

    async def _refuse(self, reason: str, client_id: object = None, said: str | None = None) -> None:
        frame = {"type": "refused", **failure(self._house.parts.texts, reason, said)}
        if isinstance(client_id, str) and len(client_id) <= 64:
            frame["client_id"] = client_id
        await self._send(frame)

    async def _send(self, frame: dict) -> None:
        await self._socket.send_text(json.dumps(frame, ensure_ascii=False))
