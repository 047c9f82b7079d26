"""How does every line for an SMS or a Telegram chat go out once, in order, and over a provider's bad hours?

The thread is the truth: lines that the outbox has not seen are queued, in one transaction with a mark of how far.
The hub only says that it is time to look; a notice that is lost costs a second. Each conversation is sent by one
task, piece by piece, so that nothing overtakes; conversations do not wait for each other.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from anyio import to_thread

from bot.addresses import Addresses, Behind
from bot.hub import ANY
from bot.outbox import UNCERTAIN, Claimed, Outbox
from bot.store import NotFound
from bot.tally import Tally
from channels.inbox import LOOK_BACK, append
from channels.transport import Transport, TransportError

log = logging.getLogger(__name__)
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 1800.0
GIVE_UP_AFTER = timedelta(hours=24)
CLAIM_IS_DEAD_AFTER = timedelta(seconds=90)  # longer than any transport waits for its provider
AT_ONCE = 10  # conversations of one channel that are being sent to at the same time
LOST_KEY = "utter_maybe_lost"


class Delivery:
    """The way out of one process. `look_seconds`: how often it looks without being told."""

    def __init__(self, parts, addresses: Addresses, outbox: Outbox, transports: Mapping[str, Transport], tally: Tally,
                 look_seconds: float = 1.0):
        self._parts, self._addresses, self._outbox, self._tally = parts, addresses, outbox, tally
        self._transports, self._look = transports, look_seconds
        self._sending: dict[str, asyncio.Task] = {}
        self._slots = {channel: asyncio.Semaphore(AT_ONCE) for channel in transports}
        self._pause_until: dict[str, float] = {}
        self._closing = False
        self._rng = random.Random(parts.rng.random())

    async def run(self) -> None:
        """Until `aclose` or cancelled. A database that is away for a while does not end it."""
        with self._parts.hub.listen(ANY) as notices:
            while not self._closing:
                try:
                    await self.look()
                except Exception as error:  # whatever it is, the others' messages still have to go out
                    log.error("looking for outgoing messages failed: %s", type(error).__name__)
                news = asyncio.create_task(_news(notices))
                try:  # not wait_for: in Python 3.10 it can swallow a cancellation that comes with the timeout
                    await asyncio.wait((news,), timeout=self._look)
                finally:
                    news.cancel()

    async def look(self) -> None:
        """Queue what is new, settle old claims, and begin to send what is due."""
        await to_thread.run_sync(self._queue_new)
        now = self._parts.clock()
        idempotent = [channel for channel, transport in self._transports.items() if transport.idempotent]
        for lost in await to_thread.run_sync(self._outbox.recover, now - CLAIM_IS_DEAD_AFTER, idempotent):
            await self._maybe_lost(*lost)
        for conversation, channel in await to_thread.run_sync(self._outbox.due, now):
            if channel in self._transports and conversation not in self._sending:
                task = asyncio.create_task(self._send_all(conversation, channel))
                self._sending[conversation] = task
                task.add_done_callback(lambda done, c=conversation: self._ended(c, done))

    async def settled(self) -> None:
        """Looks and sends until nothing is due any more."""
        await self.look()
        while self._sending:
            await asyncio.gather(*tuple(self._sending.values()), return_exceptions=True)
            await asyncio.sleep(0)
            await self.look()

    def stop(self) -> None:
        """Nothing more is claimed from now on."""
        self._closing = True

    async def aclose(self) -> None:
        """What is being sent gets a moment to end, so that it is marked."""
        self.stop()
        if self._sending:
            await asyncio.wait(tuple(self._sending.values()), timeout=2)
        for task in tuple(self._sending.values()):
            task.cancel()
        await asyncio.gather(*tuple(self._sending.values()), return_exceptions=True)

    def _ended(self, conversation: str, task: asyncio.Task) -> None:
        self._sending.pop(conversation, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("sending failed: %s", type(error).__name__)

    def _queue_new(self) -> None:
        for found in self._addresses.behind():
            if transport := self._transports.get(found.channel):
                try:
                    self._queue(found, transport)
                except Exception as error:  # one thread that cannot be read must not hold up the rest
                    log.error("a conversation could not be queued: %s", type(error).__name__)
                    self._tally.count(found.channel, "error")

    def _queue(self, found: Behind, transport: Transport) -> None:
        thread = self._parts.store.thread(found.conversation, after=max(0, found.queued_seq - LOOK_BACK))
        new = [line for line in thread if line.seq > found.queued_seq]
        if new:
            lines = [(line.seq, transport.pieces(thread, line)) for line in new if line.author != "visitor"]
            self._outbox.queue(found.conversation, found.channel, found.queued_seq, new[-1].seq, lines,
                               self._parts.clock())

    async def _send_all(self, conversation: str, channel: str) -> None:
        async with self._slots[channel]:
            while not self._closing and self._parts.clock().timestamp() >= self._pause_until.get(channel, 0):
                claimed = await to_thread.run_sync(self._outbox.claim, conversation, self._parts.clock())
                if claimed is None or not await self._send(claimed):
                    return

    async def _send(self, claimed: Claimed) -> bool:
        """Whether the next piece may follow at once."""
        try:
            address = await to_thread.run_sync(self._addresses.of, claimed.conversation)
            provider_id = await self._transports[claimed.channel].send(address, claimed.piece, claimed.reference)
        except NotFound:  # deleted between the claim and now; its rows are gone with it
            return False
        except TransportError as error:
            return await self._not_sent(claimed, error)
        await to_thread.run_sync(self._outbox.sent, claimed, provider_id)
        self._tally.count(claimed.channel, "out")
        return True

    async def _not_sent(self, claimed: Claimed, error: TransportError) -> bool:
        channel, now = claimed.channel, self._parts.clock()
        log.warning("%s: %s", channel, error)
        uncertain = error.uncertain and not self._transports[channel].idempotent
        if not (error.permanent or uncertain or self._too_old(claimed, now)):
            self._tally.count(channel, "access" if error.reason == "access" else "retry")
            pause = error.after_seconds or self._backoff(claimed.attempts)
            if error.after_seconds:
                self._pause_until[channel] = now.timestamp() + error.after_seconds
            await to_thread.run_sync(self._outbox.later, claimed, now.timestamp() + pause)
            return False
        reason = error.reason if error.permanent else UNCERTAIN if uncertain else "gave_up"
        await to_thread.run_sync(self._outbox.failed, claimed, reason)
        if uncertain:
            await self._maybe_lost(claimed.conversation, channel, claimed.seq)
        else:
            self._tally.count(channel, "failed")
            self._parts.hub.publish(claimed.conversation, {"type": "delivery"})
        return True

    async def _maybe_lost(self, conversation: str, channel: str, seq: int) -> None:
        """Nobody is left without an answer for not sending twice: a new line asks them to write again."""
        self._tally.count(channel, "uncertain")
        with contextlib.suppress(NotFound):
            await to_thread.run_sync(self._say_maybe_lost, conversation, seq)
        self._parts.hub.publish(conversation, {"type": "delivery"})

    def _say_maybe_lost(self, conversation: str, seq: int) -> None:
        recent = self._parts.store.thread(conversation, after=max(0, seq - LOOK_BACK))
        since_visitor = [line for line in recent if line.seq > max(
            (r.seq for r in recent if r.author == "visitor"), default=0)]
        if not any(line.body.get("key") == LOST_KEY for line in since_visitor):
            append(self._parts, conversation, LOST_KEY)

    def _backoff(self, attempts: int) -> float:
        """Seconds until the next try: 2, 6, 18 ... at most half an hour, give or take a fifth."""
        pause = min(FIRST_PAUSE_SECONDS * 3 ** min(attempts - 1, 10), LONGEST_PAUSE_SECONDS)
        return pause * self._rng.uniform(0.8, 1.2)

    @staticmethod
    def _too_old(claimed: Claimed, now: datetime) -> bool:
        return now.timestamp() - claimed.created_at > GIVE_UP_AFTER.total_seconds()


async def _news(notices: asyncio.Queue) -> None:
    """Returns at the first notice that may be about a new line; those that came with it are read too."""
    while (await notices.get())["type"] != "messages":
        pass
    while not notices.empty():
        notices.get_nowait()
