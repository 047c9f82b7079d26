"""Who looks after those that wait, and those whose counsellor is gone, when nobody does anything?

A task of the front door that looks every few seconds. What it does is decided by the store and the clock, so that it
may be restarted at any time and never does a thing twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta

from anyio import to_thread

from bot.audit import Audit
from bot.conversation import Conversation, IllegalMove
from bot.desk import Desk
from bot.hub import QUEUE
from bot.store import NotFound
from bot.waiting import LASTING, Waiting

log = logging.getLogger(__name__)
LOOK_SECONDS, FORGET_EVERY = 5.0, 120
ABSENT_BEFORE_TOLD = timedelta(seconds=20)  # a page that is loaded again is no absence


class Caretaker:
    """Started with the front door; `look` is one round."""

    def __init__(self, parts, desk: Desk, waiting: Waiting):
        self._parts, self._desk, self._waiting = parts, desk, waiting
        self._audit = Audit(parts.store.database)
        self._since: datetime = parts.clock()  # after a restart everybody has the whole time to come back

    async def run(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
                if turn % FORGET_EVERY == 0:
                    await to_thread.run_sync(self.forget)
                turn += 1
            except Exception as error:  # a database that is away for a while must not end the looking for good
                log.error("looking after the queue failed: %s", type(error).__name__)

    async def look(self) -> int:
        """One round; returns how many conversations it did something for."""
        done = 0
        for conversation in await to_thread.run_sync(self._parts.store.with_counsellors):
            if self._gone(conversation.owner) and not await self._between_letters(conversation):
                with contextlib.suppress(IllegalMove, NotFound):  # back, or moved on meanwhile
                    owner = conversation.owner
                    await self._desk.vanished(conversation.id, owner, lambda o=owner: self._gone(o))
                    await to_thread.run_sync(
                        self._audit.wrote, self._parts.clock(), owner, "vanished", conversation.id)
                    done += 1
        now = self._parts.clock()
        for conversation in await to_thread.run_sync(self._parts.store.queue):
            waited = now - (conversation.waiting_since or now)
            if waited < ABSENT_BEFORE_TOLD:
                continue
            with contextlib.suppress(NotFound):
                if await to_thread.run_sync(self._waiting.still, conversation.id):
                    self._parts.hub.publish(conversation.id, {"type": "messages"})
                    self._parts.hub.publish(QUEUE, {"type": "queue"})
                    done += 1
        return done

    def forget(self) -> None:
        """What the desk keeps no longer: old lines of the log, days of the rota that have been."""
        now = self._parts.clock()
        self._audit.purge(now - timedelta(days=self._parts.settings.audit_days))
        self._waiting.rota.purge(now.date() - timedelta(days=2))

    def _gone(self, counsellor: int) -> bool:
        seen = self._parts.presence.last_seen(counsellor)
        since = max(filter(None, (seen, self._since)))
        return self._parts.clock() - since >= timedelta(minutes=self._parts.settings.vanish_minutes)

    async def _between_letters(self, conversation: Conversation) -> bool:
        """By SMS a thread lasts for days: it goes back to the queue only when an answer is owed."""
        if conversation.channel not in LASTING:
            return False
        thread = await to_thread.run_sync(self._parts.store.thread, conversation.id, max(0, conversation.last_seq - 20))
        spoke = [line.author for line in thread if line.author in ("visitor", "counsellor")]
        return not spoke or spoke[-1] == "counsellor"


__all__ = ["Caretaker"]
