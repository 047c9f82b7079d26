"""How does somebody come back to a conversation on another day or from another phone?

By four words that are made when they are asked for. Who has them has the conversation: opening it with them gives a new
token, and what was open elsewhere is closed. A new code ends the one before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from anyio import to_thread

from bot.conversation import BY_CODE, Conversation
from bot.crypto import fingerprint, new_token
from bot.incoming import Refused
from bot.letter_codes import MOST_GUESSES, Codes
from bot.pace import Window
from bot.parts import Parts
from bot.store import NotFound
from bot.tables import codes, conversations


class ReturnCodes:
    """Makes and redeems them."""

    def __init__(self, parts: Parts, made: Codes | None = None):
        self._parts, self._database = parts, parts.store.database
        self._codes = made or Codes(parts.store.box.marks, kind="conversation")
        self._guessed = Window(MOST_GUESSES, timedelta(minutes=1))

    async def new(self, token: str) -> str:
        """Four words for the conversation of that token, which is kept longer from now on. Raises NotFound."""
        return await to_thread.run_sync(self._new, token)

    def _new(self, token: str) -> str:
        store = self._parts.store
        found, code = store.by_token(token), self._codes.new()
        mark = self._codes.fingerprints(code)[0]
        with self._database.write() as connection:
            conversation = store.locked(connection, found.id)
            connection.execute(codes.delete().where(codes.c.conversation == conversation.id))
            connection.execute(codes.insert().values(conversation=conversation.id, mark=mark))
            store.save(connection, replace(conversation, facts=conversation.facts | {BY_CODE: True}))
        return code

    async def open(self, typed: str) -> tuple[str, Conversation]:
        """A new token for the conversation of that code; earlier tokens end.

        Raises UnknownWords (that is no code), NotFound (wrong, deleted or expired), or Refused when too many were wrong
        lately.
        """
        return await to_thread.run_sync(self._open, typed)

    def _open(self, typed: str) -> tuple[str, Conversation]:
        now = self._parts.clock()
        if self._guessed.full(now):
            raise Refused("too_many_codes", 429)
        marks, token = self._codes.fingerprints(self._codes.read(typed)), new_token()
        with self._database.write() as connection:
            found = connection.execute(sa.select(codes.c.conversation).where(codes.c.mark.in_(marks))).scalar()
            if found is None:
                self._guessed.add(now)
                raise NotFound("no such code")
            connection.execute(conversations.update().where(conversations.c.id == found)
                               .values(token_hash=fingerprint(token)))
            conversation = self._parts.store.locked(connection, found)
        self._parts.hub.publish(conversation.id, {"type": "moved"})
        return token, conversation
