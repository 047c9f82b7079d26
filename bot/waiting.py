"""What happens to somebody who wants a human?

Nobody waits in silence: whoever asks is told at once whether somebody is there, and what is open meanwhile. When the
counsellors are known to be away, nobody is put in a queue that no one looks at: they hear when it opens.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from anyio import to_thread

from bot.conversation import ROBOT, WAITING, Conversation
from bot.crisis import open_lines
from bot.hub import QUEUE
from bot.place import phrases
from bot.rota import CLOSED, PRESENT, Availability, Rota, availability
from knowledge import municipality as municipalities
from knowledge.hours import COPENHAGEN

TOLD = "wait_told"  # among the facts: what was said of this wait: a state of the rota, "long"
LASTING = ("sms", "telegram")  # the thread is still there when the counsellors are back


class Waiting:
    """The way into the queue and out of it, as the visitor walks it."""

    def __init__(self, parts):
        self._parts = parts
        self.rota = Rota(parts.store.database)

    async def request(self, conversation: str) -> Conversation:
        """In the queue, and told so. Asking again at once changes nothing."""
        moved = await to_thread.run_sync(self._request, conversation)
        self._parts.hub.publish(conversation, {"type": "messages"})
        self._parts.hub.publish(QUEUE, {"type": "queue"})
        return moved

    def _request(self, conversation_id: str) -> Conversation:
        p, now = self._parts, self._parts.clock()
        with p.store.database.write() as connection:
            before = p.store.locked(connection, conversation_id)
            conversation = before.asked_for_human(now)
            if conversation.state != WAITING:
                return conversation
            here = self.availability(conversation, now)
            if here.state == CLOSED and before.state != WAITING and before.channel not in LASTING:
                conversation = before.reopened()  # no queue that nobody looks at
            elif before.state != WAITING:
                conversation = replace(conversation, facts=conversation.facts | {TOLD: [here.state]})
            line = self._line(conversation, here, now)
            last = p.store.thread(conversation_id, after=conversation.last_seq - 1)
            if not last or last[-1].body.get("key") != line["key"]:  # else they have just been told
                conversation, _ = p.store.append(connection, conversation, "system", line, now)
            conversation = replace(conversation, pending_seq=0)
            p.store.save(connection, conversation)
        if before.state != WAITING:
            self._count("human_asked", conversation, now)
            if conversation.state != WAITING:
                self._count("human_unavailable", conversation, now)
        return conversation

    def _line(self, conversation: Conversation, here: Availability, now: datetime) -> dict:
        if here.state == PRESENT:
            return self._parts.texts.say("utter_waiting")
        place = municipalities.load(conversation.municipality)
        lines = open_lines(place, None, now, conversation.facts.get("audience", "ukendt"))
        if here.state != CLOSED:
            key = "utter_waiting_expected" if here.state == "expected" else "utter_waiting_nobody"
            return self._parts.texts.say(key, lines=lines)
        key = "utter_closed_in_queue" if conversation.state == WAITING else "utter_closed_now"
        return self._parts.texts.say(key, lines=lines, opens=said_when(here.opens, now))

    def availability(self, conversation: Conversation, now: datetime) -> Availability:
        """Whether somebody is there for this conversation, or is meant to be."""
        return self.availability_of(conversation.municipality, now, conversation.team)

    def availability_of(self, municipality: str, now: datetime, team: str | None = None) -> Availability:
        return availability(self.rota.plan(municipality), bool(self._parts.presence.present(now, team)), now)

    async def leave(self, conversation: str) -> Conversation:
        """With the robot again, by the visitor's own wish."""
        def step() -> Conversation:
            p, now = self._parts, self._parts.clock()
            with p.store.database.write() as connection:
                found = p.store.locked(connection, conversation)
                if found.state != WAITING:
                    return found
                left, _ = p.store.append(connection, found.left_queue(), "system",
                                         p.texts.say("utter_robot_again"), now)
            self._count("queue_left", left, now, minutes=_minutes(found, now))
            return left
        left = await to_thread.run_sync(step)
        self._parts.hub.publish(conversation, {"type": "messages"})
        self._parts.hub.publish(QUEUE, {"type": "queue"})
        return left

    def place(self, conversation: Conversation) -> int | None:
        """The place in the queue, 1 is next; None when not waiting."""
        if conversation.state != WAITING:
            return None
        same = (c for c in self._parts.store.queue() if c.team == conversation.team)
        return next((n for n, c in enumerate(same, 1) if c.id == conversation.id), None)

    def minutes(self, conversation: Conversation) -> int | None:
        """At most so many minutes more; None when nobody can honestly say."""
        now = self._parts.clock()
        if conversation.state != WAITING or not self._parts.presence.present(now, conversation.team):
            return None
        return self._parts.waits.estimate(now - conversation.waiting_since, now)

    def still(self, conversation_id: str) -> bool:
        """Says what has changed for somebody who waits: nobody there any more, somebody there again, or a long wait
        with what can be done instead. Each once in a wait; returns whether a line was written."""
        p, now = self._parts, self._parts.clock()
        with p.store.database.write() as connection:
            found = p.store.locked(connection, conversation_id)
            if found.state != WAITING:
                return False
            told, here = found.facts.get(TOLD) or [], self.availability(found, now)
            patience = p.settings.wait_alternative_minutes * 60
            waited = (now - (found.waiting_since or now)).total_seconds()
            if here.state not in told:
                said, line = here.state, self._line(found, here, now)
                if here.state == PRESENT:
                    line = p.texts.say("utter_wait_present")
            elif "long" not in told and waited >= patience:
                place = municipalities.load(found.municipality)
                said = "long"
                line = p.texts.say("utter_wait_long", lines=open_lines(
                    place, None, now, found.facts.get("audience", "ukendt")))
            else:
                return False
            told_now = replace(found, facts=found.facts | {TOLD: [*told, said]})
            p.store.append(connection, told_now, "system", line, now)
        return True

    def _count(self, event: str, c: Conversation, now: datetime, **more) -> None:
        self._parts.statistics.count(event, now=now, municipality=c.municipality, channel=c.channel, facts=c.facts,
                                     danger=c.danger, **more)


def said_when(opens: datetime | None, now: datetime) -> str:
    """ "i dag kl. 16:00", "på mandag kl. 10:00"; what to say when nobody knows, too. """
    said = phrases()
    if opens is None:
        return said["opens_unknown"]
    opens, today = opens.astimezone(COPENHAGEN), now.astimezone(COPENHAGEN).date()
    ahead = (opens.date() - today).days
    key = {0: "opens_today", 1: "opens_tomorrow"}.get(ahead, "opens_weekday" if ahead < 7 else "opens_date")
    return said[key].format(time=f"{opens:%H:%M}", day=said["days"][opens.weekday()], number=opens.day,
                            month=said["months"][opens.month - 1])


def _minutes(conversation: Conversation, now) -> int | None:
    return int((now - conversation.waiting_since).total_seconds() // 60) if conversation.waiting_since else None


__all__ = ["ROBOT", "Waiting", "said_when"]
