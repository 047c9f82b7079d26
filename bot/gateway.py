"""What happens to a message, whichever way it came in?

The one door. Bounds, duplicates, redaction, danger and ownership are settled in one transaction before anything is
acknowledged; the crisis reply is part of that transaction and asks no other process. Only then is the robot asked.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from bot import facts as facts_of
from bot.alarm import Alarm
from bot.answering import Answering
from bot.conversation import COUNSELLOR, ROBOT, WAITING, Conversation
from bot.crisis import Crisis
from bot.crypto import new_token
from bot.dialogue import ABOUT_DANGER
from bot.hub import QUEUE, of_counsellor
from bot.incoming import Incoming, Receipt, Refused, check_client_id, clean, fold
from bot.letter_hints import Hints
from bot.letters import Letters
from bot.pace import Pace
from bot.parts import Parts
from bot.place import fill
from bot.return_codes import ReturnCodes
from bot.store import Message, NotFound, new_id
from bot.summaries import Summaries
from bot.tapped import IN_DANGER, Tapped, answered, is_ours
from bot.waiting import Waiting
from knowledge import municipality as municipalities
from nlu.redact import redact
from nlu.safety import Assessment

log = logging.getLogger(__name__)
DANGER = ("hoej", "akut")
OFFERED_LINES = 12  # a button counts as offered while it stands among the last lines of the thread


class Gateway:
    """The visitor's side of every conversation."""

    def __init__(self, parts: Parts):
        self.parts = parts
        self.crisis = Crisis(parts.texts, parts.rng)
        self.alarm = Alarm(parts, self.crisis)
        self.waiting = Waiting(parts)
        self.letters = Letters(parts, self.crisis)
        self.hints = Hints(self.letters, parts.texts, parts.settings.public_url)
        self.tapped = Tapped(parts, self.crisis, self.hints)
        self.answering = Answering(parts, self.waiting, self.hints)
        self.summaries = Summaries(parts.store, parts.statistics)
        self.codes = ReturnCodes(parts)
        self._pace = Pace(parts.settings.max_messages_per_minute)

    async def open(self, channel: str, municipality: str | None = None) -> tuple[str, Conversation]:
        """A new conversation with its opening lines; the token is the visitor's only key to it."""
        return await to_thread.run_sync(self._open, channel, municipality)

    def _open(self, channel: str, municipality: str | None) -> tuple[str, Conversation]:
        p = self.parts
        place = municipality or p.settings.municipality
        if place not in municipalities.all_ids():
            raise Refused("unknown_municipality", 404)
        now, token = p.clock(), new_token()
        conversation = Conversation(new_id(), place, channel, now, now, facts=facts_of.fresh())
        p.store.create(token, conversation)
        named = municipalities.load(place)
        with p.store.database.write() as connection:
            own = f"utter_welcome_{channel}"  # SMS and Telegram are not anonymous by nature, and say so
            for key in (own,) if own in p.texts else ("utter_welcome", "utter_welcome_start"):
                line = p.texts.say(key, **fill(named))
                conversation, _ = p.store.append(connection, conversation, "robot", line, now)
        self._count("opened", conversation)
        return token, conversation

    async def receive(self, incoming: Incoming) -> Receipt:
        """Accept a message: it is on the disk when this returns, and will be answered.

        Raises Refused (nothing was accepted, the visitor is told why) or NotFound (no such conversation).
        """
        try:
            receipt, conversation = await to_thread.run_sync(self._accept, incoming)
        except SQLAlchemyError as error:
            log.error("a message could not be stored: %s", type(error).__name__)
            raise self.unstored(incoming) from error
        if not receipt.duplicate:
            self.parts.hub.publish(conversation.id, {"type": "messages"})
            if conversation.state == WAITING or conversation.danger in ("hoej", "akut"):
                self.parts.hub.publish(QUEUE, {"type": "queue"})
            elif conversation.state == COUNSELLOR:  # only their own list has changed
                own = {"type": "own", "conversation": conversation.id}
                self.parts.hub.publish(of_counsellor(conversation.owner), own)
            if conversation.pending_seq:
                self.answering.soon(conversation.id)
        return receipt

    def _accept(self, incoming: Incoming) -> tuple[Receipt, Conversation]:
        p, client_id = self.parts, check_client_id(incoming.client_id)
        found = p.store.by_token(incoming.token)
        text = clean(incoming.text, p.settings.max_characters)
        with p.store.database.read() as connection:
            history = p.store.visitor_texts(connection, found.id, limit=6)
            # A flood is refused before it costs the reading of a thousand messages, which everybody would wait for.
            if self._too_fast(connection, found.id) and not p.store.seen_before(connection, found.id, client_id):
                raise Refused("too_fast", 429)
        # Danger is read in what was written; only what is stored and passed on is masked.
        assessment = p.safety.assess(text, history, found.facts.get("step") in ABOUT_DANGER)
        redaction = redact(text)
        now = p.clock()
        with p.store.database.write() as connection:
            conversation = p.store.locked(connection, found.id)
            earlier = p.store.seen_before(connection, conversation.id, client_id)
            if earlier:
                return Receipt(earlier, duplicate=True), conversation
            if self._too_fast(connection, conversation.id):
                raise Refused("too_fast", 429)
            payload = self._offered(conversation, incoming.payload, redaction.text)
            body = {"text": redaction.text} | ({"payload": payload} if payload else {})
            # Only the button's own words are taken for known; anything else written with it is read for danger.
            own_words = payload == IN_DANGER or self._offered(conversation, None, redaction.text)
            assessment = answered(payload if own_words else None, text, assessment)
            if not is_ours(payload):  # an answer to what was asked at the end does not open it again
                conversation = conversation.reopened()
            conversation, message = p.store.append(connection, conversation, "visitor", body, now, client_id)
            if redaction.masked:
                conversation = self._tell_masked(connection, conversation, redaction.masked, now)
            conversation = self._screened(connection, conversation, assessment, message, now)
            p.store.save(connection, conversation)
        return Receipt(message.seq), conversation

    def _too_fast(self, connection, conversation: str) -> bool:
        p, since = self.parts, self.parts.clock() - timedelta(minutes=1)
        return p.store.count_since(connection, conversation, since) >= p.settings.max_messages_per_minute

    def unstored(self, incoming: Incoming) -> Refused:
        """The database is away: danger is answered all the same, from memory."""
        p = self.parts
        assessment = p.safety.assess(clean(incoming.text, p.settings.max_characters))
        if assessment.level not in DANGER:
            return Refused("not_stored", 503)
        place = municipalities.load(p.settings.municipality)
        return Refused("danger_not_stored", 503, self.crisis.unstored(assessment, place, p.clock()))

    def _screened(self, connection, conversation: Conversation, assessment: Assessment, message: Message,
                  now: datetime) -> Conversation:
        """After danger the crisis reply stands in the thread; else the robot owes an answer, if it is its turn."""
        conversation = conversation.in_danger(assessment.level, assessment.reasons)
        self._count("message", conversation, danger=assessment.level)
        payload = message.body.get("payload")
        if is_ours(payload):
            conversation = self.tapped.ours(connection, conversation, payload, now)
        if assessment.level in ("hoej", "akut"):
            self._count("crisis", conversation, danger=assessment.level, detail=assessment.kind)
            answered_at_once = self.alarm.raised(connection, conversation, assessment, message.body["text"], now)
            if answered_at_once:
                return answered_at_once
        if is_ours(payload):
            return conversation
        if conversation.state == WAITING:
            return self.tapped.while_waiting(connection, conversation, payload, now)
        if conversation.state == ROBOT and not conversation.pending_seq:
            conversation = replace(conversation, pending_seq=message.seq)
        return conversation

    def _tell_masked(self, connection, conversation: Conversation, masked: tuple[str, ...],
                     now: datetime) -> Conversation:
        if conversation.facts.get("masked_told") or conversation.state == COUNSELLOR:
            return conversation
        line = self.parts.texts.say("utter_masked")
        conversation, _ = self.parts.store.append(connection, conversation, "system", line, now)
        return replace(conversation, facts=conversation.facts | {"masked_told": True})

    def _offered(self, conversation: Conversation, payload: str | None, text: str) -> str | None:
        """The payload that the robot offered: as tapped, or as its title typed. Anything else is plain text.

        Only what was said since the visitor's last message is answered by typing: a "nej" is no answer to an old one.
        """
        thread = self.parts.store.thread(conversation.id, after=max(0, conversation.last_seq - OFFERED_LINES))
        last = max((line.seq for line in thread if line.author == "visitor"), default=0)
        for line in reversed(thread):
            for button in line.body.get("buttons", ()) if line.author in ("robot", "system") else ():
                typed = not payload and line.seq > last and fold(button["title"]) == fold(text)
                if typed or (payload and button["payload"] == payload):
                    return button["payload"]
        return None

    async def messages(self, token: str, after: int = 0) -> tuple[Conversation, list[Message]]:
        """The thread from a sequence number on, for whoever has the token. Raises NotFound."""
        def read():
            conversation = self.parts.store.by_token(token)
            return conversation, self.parts.store.thread(conversation.id, after)
        return await to_thread.run_sync(read)

    async def move(self, token: str) -> str:
        """The id of the conversation whose token may make one more move that is no message.

        Raises NotFound, or Refused for one too many in a minute."""
        conversation = await to_thread.run_sync(self.parts.store.by_token, token)
        self._pace.step(conversation.id, self.parts.clock())
        return conversation.id

    async def delete(self, token: str) -> None:
        """All of the conversation, at once and for good. Raises NotFound."""
        def forget():
            conversation = self.parts.store.by_token(token)
            self.summaries.ended(conversation)
            self.parts.store.delete(conversation.id)
            self._count("deleted", conversation)
            return conversation
        conversation = await to_thread.run_sync(forget)
        self.parts.hub.publish(conversation.id, {"type": "deleted"})
        self.parts.hub.publish(QUEUE, {"type": "queue"})

    async def resume(self) -> int:
        """Answer what was accepted before a crash and not answered; returns how many conversations."""
        waiting = await to_thread.run_sync(self.parts.store.unanswered)
        for conversation in waiting:
            self.answering.soon(conversation.id)
        return len(waiting)

    async def purge(self) -> int:
        """Delete what has expired, in every table; returns how many conversations. Counts survive."""
        def forget() -> int:
            self.letters.purge(self.parts.clock())
            self.summaries.sweep(self.parts.clock())
            expired = self.parts.store.expired(self.parts.clock())
            for conversation in expired:
                self.parts.store.delete(conversation.id)
                self._count("expired", conversation)
            return len(expired)
        return await to_thread.run_sync(forget)

    async def aclose(self) -> None:
        await self.answering.aclose()
        self.letters.close()

    def _count(self, event: str, conversation: Conversation, **more) -> None:
        self.parts.statistics.count(event, now=self.parts.clock(), municipality=conversation.municipality,
                                    channel=conversation.channel, facts=conversation.facts, **more)


__all__ = ["Gateway", "Incoming", "NotFound", "Parts", "Receipt", "Refused"]
