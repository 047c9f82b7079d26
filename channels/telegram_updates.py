"""What is this update of Telegram's, as far as it concerns us?

Pure. Name, username, picture and phone number of the sender are never looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import ChatType

ALLOWED = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER, Update.CHANNEL_POST]
DELETE_COMMANDS = ("/stop", "/slet")
NOT_READ = ("sticker", "voice", "photo", "video", "video_note", "audio", "document", "animation", "location", "venue",
            "contact", "poll", "dice", "story", "checklist", "paid_media", "game", "invoice")


@dataclass(frozen=True)
class Writes:
    """A person wrote text, perhaps below a picture that we do not look at."""

    chat: str
    text: str
    with_media: bool = False


@dataclass(frozen=True)
class Taps:
    """A person tapped the button `index` of the line `seq`; both None when the button is none of ours."""

    chat: str
    query: str
    seq: int | None
    index: int | None


@dataclass(frozen=True)
class Starts:
    """A person opened the chat."""

    chat: str


@dataclass(frozen=True)
class Deletes:
    """A person wants everything gone."""

    chat: str


@dataclass(frozen=True)
class NotRead:
    """Something that we cannot or will not read: `edit`, or `media`."""

    chat: str
    what: str


@dataclass(frozen=True)
class Group:
    """We are in a group or a channel, where nobody is anonymous: out of there."""

    chat: int


def read(update: Update) -> Writes | Taps | Starts | Deletes | NotRead | Group | None:
    """None: nothing that asks for anything."""
    chat = update.effective_chat
    if chat is not None and chat.type != ChatType.PRIVATE:
        gone = update.my_chat_member and update.my_chat_member.new_chat_member.status in ("left", "kicked")
        return None if gone else Group(chat.id)
    if update.callback_query:
        return _tap(update)
    if update.edited_message and chat:
        return NotRead(str(chat.id), "edit")
    if update.message and chat:
        return _message(str(chat.id), update.message)
    return None


def _message(chat: str, message: Message) -> Writes | Starts | Deletes | NotRead | None:
    text = message.text or message.caption
    media = any(getattr(message, kind, None) for kind in NOT_READ)
    if not text:
        return NotRead(chat, "media") if media else None
    command = text.strip().split()[0].split("@")[0].casefold() if text.startswith("/") else ""
    if command == "/start":
        return Starts(chat)
    return Deletes(chat) if command in DELETE_COMMANDS else Writes(chat, text, media)


def _tap(update: Update) -> Taps | None:
    query = update.callback_query
    if not query.from_user:
        return None
    # In a private chat the chat's id is the person's; an old message may come without its chat.
    head, *numbers = (query.data or "").split(":")
    ours = head == "c" and len(numbers) == 2 and all(n.isascii() and n.isdigit() and len(n) < 10 for n in numbers)
    seq, index = map(int, numbers) if ours else (None, None)
    return Taps(str(query.from_user.id), query.id, seq, index)


def callback_data(seq: int, index: int) -> str:
    """What a button sends back: at most 64 bytes, and no meaning to anybody but this conversation's thread."""
    return f"c:{seq}:{index}"
