"""How does a conversation go by Telegram?

With python-telegram-bot, by webhook or by asking. The chat's id is treated as a telephone number is: it stops here.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import Application
from telegram.request import HTTPXRequest

from bot.settings import Settings
from bot.store import Message
from channels.telegram_updates import callback_data
from channels.transport import Transport, TransportError, http_failure, register
from channels.words import card, without_buttons

log = logging.getLogger(__name__)
CHANNEL = "telegram"
MOST_CHARACTERS = 4000  # Telegram takes 4096
NEEDED = ("telegram_token",)
# Both write each request's address, and with it the token, at level INFO.
for name in ("httpx", "httpcore"):
    logging.getLogger(name).setLevel(logging.WARNING)


def missing(settings: Settings) -> list[str]:
    """The settings without which the channel is off. With a secret there must be an address to be called at."""
    needed = (*NEEDED, "public_url") if settings.telegram_secret else NEEDED
    return [name for name in needed if not getattr(settings, name)]


class Telegram(Transport):
    """Out by the Bot API. `application` is the library's; `intake` gives it its handler."""

    channel = CHANNEL

    def __init__(self, settings: Settings):
        base = settings.telegram_url.rstrip("/")
        # A Bot API server on this machine is reached directly, whatever proxy the environment names.
        options = {"trust_env": not _is_loopback(base)}
        self._requests = [
            HTTPXRequest(16, read_timeout=20, connect_timeout=5, pool_timeout=5, httpx_kwargs=options),
            HTTPXRequest(1, read_timeout=40, connect_timeout=5, httpx_kwargs=options)]  # asks for updates, and waits
        self.application = (
            Application.builder().token(settings.telegram_token).base_url(f"{base}/bot").base_file_url(f"{base}/file/bot")
            .request(self._requests[0]).get_updates_request(self._requests[1])
            .updater(None).job_queue(None).build())
        self.bot = self.application.bot

    def pieces(self, thread: Sequence[Message], line: Message) -> list[dict]:
        text = line.body.get("text", "")
        if line.author != "counsellor":
            text = without_buttons(CHANNEL, text)
        said = "\n\n".join(part for part in (text, *map(card, line.body.get("cards") or ())) if part.strip())
        pieces = [{"text": part} for part in split(said)]
        keys = [[b["title"], callback_data(line.seq, n)] for n, b in enumerate(line.body.get("buttons") or ())]
        if pieces and keys:
            pieces[-1]["keys"] = keys
        return pieces

    async def send(self, address: str, piece: dict, reference: str) -> str | None:
        keys = [[InlineKeyboardButton(title, callback_data=data)] for title, data in piece.get("keys", ())]
        try:
            sent = await self.bot.send_message(
                int(address), piece["text"], reply_markup=InlineKeyboardMarkup(keys) if keys else None,
                link_preview_options=LinkPreviewOptions(is_disabled=True))
        except TelegramError as error:
            raise failure(error) from error
        return str(sent.message_id)

    async def say(self, address: str, text: str) -> None:
        await self.send(address, {"text": text}, "")

    async def aclose(self) -> None:
        for request in self._requests:  # also when Telegram was never reached, and so nothing was initialised
            await request.shutdown()


def failure(error: TelegramError) -> TransportError:
    """The library's error as ours. Its words stay behind: they may hold an address."""
    said = f"Telegram: {type(error).__name__}"
    if isinstance(error, RetryAfter):
        pause = error.retry_after  # seconds, or from some version on a timedelta
        seconds = pause.total_seconds() if isinstance(pause, timedelta) else float(pause)
        return TransportError(said, reason="busy", after_seconds=seconds)
    if isinstance(error, Forbidden):
        return TransportError(said, permanent=True, reason="blocked")
    if isinstance(error, InvalidToken):
        return TransportError(said, reason="access")
    if isinstance(error, (BadRequest, ChatMigrated)):
        return TransportError(said, permanent=True, reason="rejected")
    cause = error.__cause__
    if isinstance(cause, httpx.HTTPError):
        return http_failure(cause)
    return TransportError(said, reason="unreachable", uncertain=isinstance(error, TimedOut) or not isinstance(
        error, NetworkError))


def split(text: str) -> list[str]:
    """The text as messages that Telegram takes, parted at the end of a paragraph, a line, or a word."""
    parts, rest = [], text.strip()
    while len(rest) > MOST_CHARACTERS:
        head = rest[:MOST_CHARACTERS]
        cut = next((at for at in (head.rfind(mark) for mark in ("\n\n", "\n", " ")) if at > MOST_CHARACTERS // 2),
                   MOST_CHARACTERS)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@register(CHANNEL)
def from_settings(settings: Settings) -> Telegram | None:
    return None if missing(settings) else Telegram(settings)


__all__ = ["CHANNEL", "Telegram", "failure", "from_settings", "missing", "split"]
