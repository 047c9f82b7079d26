"""What happens to a message from a telephone number or a Telegram id before and after the one door?"""

from __future__ import annotations

import asyncio
import hashlib
import weakref
from collections.abc import Callable
from datetime import datetime, timedelta

from anyio import to_thread

from bot.addresses import Addresses, AddressTaken, Known
from bot.gateway import Gateway, Incoming, NotFound, Refused
from bot.tally import Tally
from channels import choices

TOLD_AGAIN = timedelta(minutes=5)  # the same remark is not made more often to the same person
LOOK_BACK = 40  # lines of the thread among which a typed number can mean a choice
REMARKS_KEPT = 5000
OPENED, ACCEPTED, DUPLICATE, REFUSED = "opened", "accepted", "duplicate", "refused"


class Inbox:
    """Addresses become conversations here; nothing of the address goes further in."""

    def __init__(self, gateway: Gateway, addresses: Addresses, tally: Tally):
        self._gateway, self._addresses, self._tally = gateway, addresses, tally
        self._locks: weakref.WeakValueDictionary[tuple[str, str], asyncio.Lock] = weakref.WeakValueDictionary()
        self._told: dict[tuple[str, str], datetime] = {}
        self._unstored: set[tuple[str, str]] = set()

    def _lock(self, channel: str, address: str) -> asyncio.Lock:
        """One message of one sender at a time, in the order in which they came; others are not held up."""
        return self._locks.setdefault((channel, address), asyncio.Lock())

    async def once(self, channel: str, message_id: str, address: str, work: Callable) -> str:
        """Runs `work` unless that message of the provider's was dealt with before; returns its outcome.
        What `work` raises is raised, and the message may come again."""
        lock = self._lock(channel, address)
        async with lock:
            if await to_thread.run_sync(self._addresses.arrived_before, channel, message_id):
                self._tally.count(channel, "duplicate")
                return DUPLICATE
            outcome = await work()
            await to_thread.run_sync(self._addresses.arrived, channel, message_id, self._gateway.parts.clock())
            return outcome

    async def write(self, channel: str, address: str, message_id: str, text: str, payload: str | None = None,
                    typed_choices: bool = False) -> str:
        """The message to the gateway, in a conversation of its sender's. Raises Refused when it comes too fast (429)
        or cannot be kept (503)."""
        self._tally.count(channel, "in")
        known = await self.known(channel, address) or await self.open(channel, address)
        if typed_choices and (choice := await self._choice(known, text)):
            text, payload = choice.title, choice.payload
        client_id = f"{channel}:{hashlib.sha256(message_id.encode()).hexdigest()[:40]}"
        try:
            receipt = await self._gateway.receive(Incoming(known.token, client_id, text, payload))
        except Refused as refused:
            if refused.reason == "too_fast":
                self._tally.count(channel, "too_fast")
                await self.tell(known, "utter_many_at_once")
            if refused.status in (429, 503):  # may come again, or the database is away
                raise
            self._tally.count(channel, "refused")
            await self.tell(known, f"utter_refused_{refused.reason}")
            return REFUSED
        except NotFound:  # it expired in this very moment
            known = await self.open(channel, address)
            receipt = await self._gateway.receive(Incoming(known.token, client_id, text, payload))
        return DUPLICATE if receipt.duplicate else ACCEPTED

    async def known(self, channel: str, address: str) -> Known | None:
        return await to_thread.run_sync(self._addresses.find, channel, address)

    async def open(self, channel: str, address: str) -> Known:
        """A new conversation with its welcome, which says what this channel is and is not."""
        token, conversation = await self._gateway.open(channel)
        try:
            await to_thread.run_sync(self._addresses.remember, channel, address, conversation.id, token)
        except AddressTaken:
            await self._gateway.delete(token)
            return await self.known(channel, address) or await self.open(channel, address)
        self._gateway.parts.hub.publish(conversation.id, {"type": "messages"})
        return Known(conversation.id, token)

    async def tell(self, known: Known, key: str, every: timedelta = TOLD_AGAIN) -> None:
        """A remark of the house's in the thread, but not the same one again and again."""
        now = self._gateway.parts.clock()
        if (last := self._told.get((known.conversation, key))) and now - last < every:
            return
        if len(self._told) >= REMARKS_KEPT:
            self._told.clear()
        self._told[known.conversation, key] = now
        await to_thread.run_sync(append, self._gateway.parts, known.conversation, key)
        self._gateway.parts.hub.publish(known.conversation, {"type": "messages"})

    async def without_store(self, channel: str, message_id: str, text: str) -> str | None:
        """What is said to whoever writes while the database is away, once a message: what helps in danger when it
        sounds of danger, else that it could not be kept. None when it was said already."""
        self._tally.count(channel, "error")
        if (channel, message_id) in self._unstored:
            return None
        if len(self._unstored) >= REMARKS_KEPT:
            self._unstored.clear()
        self._unstored.add((channel, message_id))
        try:
            refused = await to_thread.run_sync(self._gateway.unstored, Incoming("", message_id, text))
        except Refused:
            return None
        return refused.said or self._gateway.parts.texts.plain("utter_refused_not_stored")

    async def forget(self, channel: str, address: str) -> bool:
        """Conversation, address and what waited to go out: deleted at once. False when there was nothing."""
        known = await self.known(channel, address)
        if known is None:
            return False
        try:
            await self._gateway.delete(known.token)
        except NotFound:
            return False
        return True

    async def _choice(self, known: Known, text: str) -> choices.Choice | None:
        if not choices.TYPED.match(text):
            return None
        store = self._gateway.parts.store

        def read():
            conversation = store.by_token(known.token)
            return store.thread(conversation.id, after=max(0, conversation.last_seq - LOOK_BACK))
        try:
            return choices.chosen(await to_thread.run_sync(read), text)
        except NotFound:
            return None


def append(parts, conversation: str, key: str) -> None:
    """A system line in the thread. Raises NotFound."""
    with parts.store.database.write() as connection:
        found = parts.store.locked(connection, conversation)
        parts.store.append(connection, found, "system", parts.texts.say(key), parts.clock())
