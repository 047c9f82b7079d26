"""How does a console hear at once what happens, and say what its counsellor does?

One socket a console, one JSON object a frame. A notice of the hub carries no text: after each one the store is read
from the last sequence number that was sent, so nothing is lost or doubled, whatever the network does. Frames and
their answers are listed in `frames.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging

from anyio import to_thread
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.accounts import Counsellor
from bot.hub import QUEUE, of_counsellor
from bot.store import NotFound
from channels.console import view
from channels.console.casework import Casework
from channels.console.frames import Frames
from channels.console.guard import COOKIE, DESK_ROLES, lacks_second_factor, same_origin
from channels.console.overview import TOGETHER_SECONDS, overview

log = logging.getLogger(__name__)
BEAT_SECONDS, SEEN_SECONDS = 15, 2.0
LARGEST_FRAME = 100_000  # characters
MOST_FRAMES = 240  # in ten seconds
LOGGED_OUT, TOO_MANY, NOT_JSON = 4401, 4429, 4400


def endpoint(console):
    """The WebSocket route: only for this host's own pages, and for a counsellor who is logged in."""
    async def serve(websocket: WebSocket) -> None:
        if not same_origin(websocket):
            await websocket.close(4403)
            return
        link = Link(console, websocket)
        if not await link.logged_in():
            await websocket.accept()  # so that the page learns the code and shows the log-in
            await websocket.close(LOGGED_OUT)
            return
        await websocket.accept()
        await link.run()
    return serve


class Link:
    """One open console."""

    def __init__(self, console, websocket: WebSocket):
        self.console, self.parts, self._websocket = console, console.parts, websocket
        self._token = websocket.cookies.get(COOKIE, "")
        self._sending = asyncio.Lock()
        self._watching: asyncio.Task | None = None
        self.watched: str | None = None
        self.owned = False  # whether the watched conversation was mine when it was last read
        self.supervising = False
        self.casework = Casework(self)
        self.me: Counsellor

    async def logged_in(self, keep_alive: bool = True) -> bool:
        session = await to_thread.run_sync(
            self.console.accounts.session, self._token, self.parts.clock(), keep_alive) if self._token else None
        if session is None or session.counsellor.must_change or session.counsellor.role not in DESK_ROLES:
            return False
        if await lacks_second_factor(self.console, session.counsellor):
            return False
        self.me = session.counsellor
        return True

    async def send(self, **frame) -> None:
        async with self._sending:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # closed meanwhile: the reader ends us
                await self._websocket.send_text(json.dumps(frame, ensure_ascii=False))

    async def run(self) -> None:
        sockets, presence = self.console.sockets, self.parts.presence
        sockets.open[self.me.id] += 1
        presence.seen(self.me.id, self.parts.clock(), self.me.teams)
        if sockets.open[self.me.id] == 1:
            self.parts.hub.publish(QUEUE, {"type": "queue"})
        helpers = [asyncio.create_task(self._queue()), asyncio.create_task(self._beat())]
        try:
            await self._read()
        except WebSocketDisconnect:
            log.debug("a console was closed")
        finally:
            for task in (*helpers, self._watching):
                if task:
                    task.cancel()
            sockets.open[self.me.id] -= 1
            if sockets.open[self.me.id] <= 0:
                del sockets.open[self.me.id]
                presence.gone(self.me.id)
                self.parts.hub.publish(QUEUE, {"type": "queue"})

    async def _read(self) -> None:
        frames, loop = Frames(self), asyncio.get_running_loop()
        since, count = loop.time(), 0
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if loop.time() - since > 10:
                since, count = loop.time(), 0
            count += 1
            if count > MOST_FRAMES:
                await self._close(TOO_MANY)
                return
            frame = _frame(message.get("text"))
            if frame is None:
                await self._close(NOT_JSON)
                return
            if frame["type"] not in ("ping", "typing") and not await self.logged_in():
                await self._close(LOGGED_OUT)
                return
            await frames.handle(frame)

    async def _close(self, code: int) -> None:
        async with self._sending:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await self._websocket.close(code)

    async def _beat(self) -> None:
        """Present as long as the socket and the session live."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if not await self.logged_in(keep_alive=False):
                await self._close(LOGGED_OUT)
                return
            self.parts.presence.seen(self.me.id, self.parts.clock(), self.me.teams)

    async def _queue(self) -> None:
        with self.parts.hub.listen(QUEUE, of_counsellor(self.me.id)) as notices:
            while True:
                await self.overview()
                heard = [await notices.get()]
                with contextlib.suppress(asyncio.TimeoutError):  # what is on the screen anyway may stand there older
                    while heard[-1] == {"type": "own", "conversation": self.watched}:
                        heard.append(await asyncio.wait_for(notices.get(), SEEN_SECONDS))
                await asyncio.sleep(TOGETHER_SECONDS)  # a burst of notices is one overview
                while not notices.empty():
                    heard.append(notices.get_nowait())
                for notice in (n for n in heard if n["type"] == "given"):
                    await self.send(**notice, alias=self.console.words.alias(notice["conversation"]))

    async def overview(self) -> None:
        await self.send(**await overview(self.console, self.me))

    async def had(self, conversation: str) -> bool:
        """Whether I had it in hand lately, so that it can be taken up again."""
        if conversation in self.console.sockets.lately(self.me.id):
            return True
        return await to_thread.run_sync(self.console.desk.forms.owed, conversation, self.me.id) is not None

    def watch(self, conversation: str | None, after: int = 0, supervise: bool = False) -> None:
        """Follow that conversation, and only that, from a sequence number on."""
        if self._watching:
            self._watching.cancel()
        # Asked for again, it is mine until it is read otherwise: a typing notice in between is not lost.
        self.watched, self.owned, self._watching = conversation, self.owned and conversation == self.watched, None
        self.supervising = supervise
        if conversation:
            self._watching = asyncio.create_task(self._follow(conversation, max(0, after)))

    async def _follow(self, conversation: str, after: int) -> None:
        try:
            with self.parts.hub.listen(conversation) as notices:
                after = await self._thread(conversation, after, first=True)
                while after is not None:
                    notice = await notices.get()
                    if notice["type"] == "typing" and notice["author"] in ("visitor", "robot"):
                        await self.send(type="typing", conversation=conversation, author=notice["author"])
                    elif notice["type"] == "messages":
                        after = await self._thread(conversation, after)
                    elif notice["type"] == "delivery":
                        await self._delivery(conversation)
                    elif notice["type"] == "casework":
                        await self._casework(conversation)
                    elif notice["type"] == "supervised" and self.owned:
                        await self.send(type="supervised", conversation=conversation, name=notice["name"])
                    elif notice["type"] == "deleted":
                        raise NotFound("deleted")
        except NotFound:
            await self.send(type="deleted", conversation=conversation)
        except Exception as error:  # a database that fails now may answer the next time: the page asks again
            log.error("following a conversation failed: %s", type(error).__name__)
            await self.send(type="broken", conversation=conversation)

    async def _thread(self, conversation: str, after: int, first: bool = False) -> int | None:
        """Send what is new; returns the last sequence number, or None when it may not be read any more."""
        console, me = self.console, self.me
        while True:
            found, messages = await console.desk.thread(conversation, after)
            self.owned = found.owner == me.id
            if not view.may_see(found, me, self.supervising):
                known = await self.had(conversation)
                await self.send(type="left", conversation=conversation, state=found.state, again=known
                                and found.state != "counsellor", seen=not first)
                await self.casework.ask_form(found)
                return None
            if self.owned:
                console.sockets.had(me.id, conversation)
            if first:
                await self._opened(found)
            about = await to_thread.run_sync(self._about, found)
            await self.send(type="thread", conversation=conversation, about=about, after=after,
                            messages=[view.line(m, me) for m in messages])
            after = messages[-1].seq if messages else after
            if after >= found.last_seq:
                if first or found.channel != "web":
                    await self._delivery(conversation)
                return after

    def _about(self, found) -> dict:
        console = self.console
        return view.detail(found, self.me, console.words, console.offers.name) | self.casework.about(found) | {
            "supervising": self.supervising and found.owner != self.me.id}

    async def _opened(self, found) -> None:
        """That somebody read it stands in the log; whose it is sees that a coordinator reads along."""
        along = self.supervising and found.owner not in (None, self.me.id)
        await to_thread.run_sync(self.console.audit.wrote, self.parts.clock(), self.me.id,
                                 "supervised" if along else "opened", found.id)
        if along:
            self.parts.hub.publish(found.id, {"type": "supervised", "name": self.me.display_name})

    async def _delivery(self, conversation: str) -> None:
        found = await to_thread.run_sync(self.parts.store.get, conversation)
        await self.send(type="delivery", conversation=conversation,
                        **await to_thread.run_sync(self.casework.delivery, found))

    async def _casework(self, conversation: str) -> None:
        await self.send(type="noted", conversation=conversation,
                        notes=await to_thread.run_sync(self.casework.notes, conversation))


def _frame(text: str | None) -> dict | None:
    if text is None or len(text) > LARGEST_FRAME:
        return None
    try:
        frame = json.loads(text)
    except ValueError:
        return None
    return frame if isinstance(frame, dict) and isinstance(frame.get("type"), str) else None
