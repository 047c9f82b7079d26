"""What is done with an update of Telegram's, once, and without Telegram sending it for ever?"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable
from functools import partial

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from telegram import Update
from telegram.error import RetryAfter, TelegramError
from telegram.ext import TypeHandler

from bot.gateway import NotFound, Refused
from channels.inbox import Inbox
from channels.telegram_bot import CHANNEL, Telegram, failure
from channels.telegram_updates import ALLOWED, Deletes, Group, NotRead, Starts, Taps, Writes, read
from channels.transport import TransportError
from channels.words import without_buttons

log = logging.getLogger(__name__)
PATH = "/telegram/webhook"
SECRET = "x-telegram-bot-api-secret-token"
TRIES_AFTER_SECONDS = (0.2, 1.0)  # a database that is busy for a moment; longer than that Telegram would not wait
LONGEST_PAUSE_SECONDS = 60.0
ASK_SECONDS = 25


class Intake:
    """The way in. `run` is for the life of the process: it connects, and asks for updates when there is no webhook."""

    def __init__(self, transport: Telegram, inbox: Inbox, tally, parts):
        self._transport, self._inbox, self._tally, self._parts = transport, inbox, tally, parts
        self._settings, self._bot, self._application = parts.settings, transport.bot, transport.application
        self._failed: set[int] = set()
        self._application.add_handler(TypeHandler(Update, self._handle))
        self._application.add_error_handler(self._note_failure)

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self.endpoint, methods=["POST"])] if self._settings.telegram_secret else []

    async def endpoint(self, request: Request) -> Response:
        """200 to Telegram whatever an update holds, or it would be sent again for ever."""
        given = request.headers.get(SECRET, "")
        if not hmac.compare_digest(given.encode(), self._settings.telegram_secret.encode()):
            return self._answer("bad_signature", 403)
        try:
            data = json.loads(await request.body())
        except (ValueError, RecursionError):
            return self._answer("malformed", 400)
        return self._answer(await self.take(data), count=False)

    def _answer(self, outcome: str, status: int = 200, count: bool = True) -> Response:
        if count:
            self._tally.count(CHANNEL, outcome)
        return JSONResponse({"outcome": outcome}, status, headers={"cache-control": "no-store"})

    async def take(self, data: object) -> str:
        """One update as JSON, once; never raises for what it holds."""
        update = self._understood(data)
        if update is None:
            self._tally.count(CHANNEL, "unknown_event")
            return "unknown_event"
        return await self.take_update(update)

    async def take_update(self, update: Update) -> str:
        sender = str(update.effective_user.id) if update.effective_user else "-"
        for pause in (*TRIES_AFTER_SECONDS, None):
            try:
                return await self._inbox.once(CHANNEL, str(update.update_id), sender, lambda: self._process(update))
            except (IntakeFailed, SQLAlchemyError) as error:
                log.error("an update was not dealt with: %s", type(error).__name__)
            if pause:
                await asyncio.sleep(pause)
        found = read(update)
        text = found.text if isinstance(found, Writes) else ""
        said = await self._inbox.without_store(CHANNEL, str(update.update_id), text) if text else None
        if said:
            await self._try(self._transport.say(found.chat, without_buttons(CHANNEL, said)))
        elif not text:
            self._tally.count(CHANNEL, "error")
        return "error"

    def _understood(self, data: object) -> Update | None:
        if not isinstance(data, dict) or not isinstance(data.get("update_id"), int):
            return None
        try:
            return Update.de_json(data, self._bot)
        except Exception as error:  # whatever the library raises for a shape that it does not know
            log.warning("an update could not be read: %s", type(error).__name__)
            return None

    async def _process(self, update: Update) -> str:
        """Through the library's application when it is up; straight to the handler while Telegram was not reached."""
        try:
            await self._application.process_update(update)
        except RuntimeError:  # not initialised
            try:
                await self._handle(update, None)
            except Exception as error:
                raise IntakeFailed(type(error).__name__) from error
        if update.update_id in self._failed:
            self._failed.discard(update.update_id)
            raise IntakeFailed("the update was not dealt with")
        return "accepted"

    async def _note_failure(self, update: object, context) -> None:
        log.error("an update failed: %s", type(context.error).__name__)
        if isinstance(update, Update):
            self._failed.add(update.update_id)

    async def _handle(self, update: Update, _context) -> None:
        found = read(update)
        if isinstance(found, Writes):
            await self._writes(found, update.update_id)
        elif isinstance(found, Taps):
            await self._taps(found, update.update_id)
        elif isinstance(found, Starts):
            known = await self._inbox.known(CHANNEL, found.chat)
            if known is None:
                await self._inbox.open(CHANNEL, found.chat)
            else:
                await self._inbox.tell(known, "utter_telegram_again")
        elif isinstance(found, Deletes):
            await self._inbox.forget(CHANNEL, found.chat)
            await self._try(self._transport.say(found.chat, self._parts.texts.plain("utter_stopped")))
        elif isinstance(found, NotRead):
            self._tally.count(CHANNEL, "not_read")
            await self._remark(found.chat, f"utter_telegram_{found.what}")
        elif isinstance(found, Group):
            await self._try(self._bot.leave_chat(found.chat))

    async def _writes(self, found: Writes, update_id: int) -> None:
        try:
            await self._inbox.write(CHANNEL, found.chat, str(update_id), found.text)
        except Refused as refused:  # too many at once: they were told, and Telegram is not asked to send it again
            if refused.status == 503:
                raise
            log.info("refused: %s", refused.reason)
        if found.with_media:
            await self._remark(found.chat, "utter_telegram_media")

    async def _taps(self, found: Taps, update_id: int) -> None:
        known = await self._inbox.known(CHANNEL, found.chat)
        button = await to_thread.run_sync(self._button, known.conversation, found) if known else None
        if button is None:
            gone = self._parts.texts.plain("utter_refused_gone")[:200]
            await self._try(self._bot.answer_callback_query(found.query, gone, show_alert=True))
            return
        await self._try(self._bot.answer_callback_query(found.query))
        try:
            await self._inbox.write(CHANNEL, found.chat, str(update_id), button["title"], button["payload"])
        except Refused as refused:
            log.info("refused: %s", refused.reason)

    def _button(self, conversation: str, tap: Taps) -> dict | None:
        if tap.seq is None:
            return None
        lines = self._parts.store.thread(conversation, after=tap.seq - 1, limit=1)
        buttons = lines[0].body.get("buttons") or [] if lines and lines[0].seq == tap.seq else []
        spoken = lines and lines[0].author != "visitor"
        return buttons[tap.index] if spoken and tap.index < len(buttons) else None

    async def _remark(self, chat: str, key: str) -> None:
        known = await self._inbox.known(CHANNEL, chat) or await self._inbox.open(CHANNEL, chat)
        try:
            await self._inbox.tell(known, key)
        except NotFound:
            log.info("deleted before it could be told")

    async def _try(self, call: Awaitable) -> None:
        """A courtesy to Telegram or a confirmation: when it fails it is counted, and that is all."""
        try:
            await call
        except (TelegramError, TransportError) as error:
            log.warning("Telegram did not take it: %s", type(error).__name__)
            self._tally.count(CHANNEL, "error")

    async def run(self) -> None:
        """Connects, however long that takes, then listens or asks. Until cancelled."""
        await self._until_it_works(self._connect)
        next_one = 0
        while not self._settings.telegram_secret:
            for update in await self._until_it_works(partial(self._ask, next_one)):
                await self.take_update(update)
                next_one = update.update_id + 1

    async def _ask(self, next_one: int) -> tuple[Update, ...]:
        """What came since; asking from a number on tells Telegram that everything before was taken."""
        return await self._bot.get_updates(offset=next_one, timeout=ASK_SECONDS, allowed_updates=ALLOWED)

    async def _connect(self) -> None:
        await self._application.initialize()
        if self._settings.telegram_secret:
            await self._bot.set_webhook(self._settings.public_url.rstrip("/") + PATH, max_connections=10,
                                        secret_token=self._settings.telegram_secret, allowed_updates=ALLOWED)
        else:
            await self._bot.delete_webhook()

    async def _until_it_works(self, call):
        pause = 1.0
        while True:
            try:
                return await call()
            except TelegramError as error:
                found = failure(error)
                log.warning("%s", found)
                self._tally.count(CHANNEL, "access" if found.reason == "access" else "retry")
                asked = found.after_seconds if isinstance(error, RetryAfter) else None
            await asyncio.sleep(asked or pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


class IntakeFailed(RuntimeError):
    """An update was not dealt with and may be tried again."""
