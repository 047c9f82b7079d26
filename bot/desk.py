"""What may a counsellor do with a conversation?

Each move is one transaction that locks the conversation: two counsellors who click at once cannot both win.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from anyio import to_thread

from bot.accounts import Counsellor
from bot.after import After
from bot.conversation import CLOSED, COUNSELLOR, ROBOT, WAITING, Conversation, IllegalMove
from bot.forms import Forms
from bot.hub import QUEUE, of_counsellor
from bot.incoming import Receipt, check_client_id, clean
from bot.store import Message


class NotThere(IllegalMove):
    """It cannot be given to that colleague: away, on pause, of another team, or no account any more."""


class Desk:
    """The counsellor's side of every conversation. Moves raise IllegalMove when somebody else was quicker."""

    def __init__(self, parts):
        self._parts = parts
        self.after, self.forms = After(parts), Forms(parts.store.database, parts.statistics)

    async def take(self, conversation: str, counsellor: Counsellor) -> Conversation:
        """Exclusive. Taking what is mine already changes nothing."""
        def step(found: Conversation) -> Conversation:
            if found.state == COUNSELLOR and found.owner == counsellor.id:
                return found
            if not counsellor.is_in(found.team):
                raise IllegalMove("is with another team")
            return found.taken_by(counsellor.id) if found.state == WAITING else found.picked_up_by(counsellor.id)
        return await self._move(conversation, step, "utter_with_human", "human_taken", name=counsellor.display_name)

    async def transfer(self, conversation: str, counsellor: Counsellor, to: Counsellor | None) -> Conversation:
        """To a colleague who is at their desk, or to nobody: raises NotThere, and then nothing has changed."""
        def step(found: Conversation) -> Conversation:
            present = self._parts.presence.present(self._parts.clock(), found.team)
            if to is None or to.id == counsellor.id or to.id not in present or not to.is_in(found.team):
                raise NotThere("the colleague is not there")
            return found.transferred(counsellor.id, to.id)
        moved = await self._move(conversation, step, "utter_transferred", "transferred",
                                 name=to.display_name if to else "")
        self._parts.hub.publish(of_counsellor(to.id), {"type": "given", "conversation": conversation,
                                                      "by": counsellor.display_name})
        return moved

    async def hand_back(self, conversation: str, counsellor: Counsellor) -> Conversation:
        return await self._move(conversation, lambda c: replace(
            c.handed_back(counsellor.id), facts=c.facts | {"step": None}), "utter_robot_again", "handed_back")

    async def release(self, conversation: str, counsellor: Counsellor) -> Conversation:
        now = self._parts.clock()
        return await self._move(conversation, lambda c: c.released(counsellor.id, now), "utter_released", None)

    async def vanished(self, conversation: str, counsellor: int, gone: Callable[[], bool]) -> Conversation:
        """Back in the queue in its old place, for a counsellor who is gone. Raises IllegalMove when they are not."""
        now = self._parts.clock()

        def step(found: Conversation) -> Conversation:
            if not gone():
                raise IllegalMove("is back")
            return found.released(counsellor, now)
        moved = await self._move(conversation, step, "utter_vanished", "vanished")
        self._parts.hub.publish(of_counsellor(counsellor), {"type": "queue"})
        return moved

    async def close(self, conversation: str, counsellor: Counsellor) -> Conversation:
        """The end, a form that is owed, and the first of two questions to the visitor."""
        now = self._parts.clock()

        def then(connection, closed: Conversation) -> Conversation:
            self.forms.owe(connection, closed.id, counsellor.id, now)
            return self.after.ask(connection, closed, now)
        return await self._move(conversation, lambda c: c.closed(counsellor.id, now), "utter_closed", "closed", then)

    async def say(self, conversation: str, counsellor: Counsellor, client_id: str, text: str,
                  cards: tuple[dict, ...] = ()) -> Receipt:
        """Write to the visitor, offers as cards below the text: on the disk when this returns. The same client_id is
        never written twice."""
        receipt = await to_thread.run_sync(self._say, conversation, counsellor, client_id, text, cards)
        if not receipt.duplicate:  # here, not in the worker thread: the hub belongs to the event loop
            self._parts.hub.publish(conversation, {"type": "messages"})
        return receipt

    def _say(self, conversation_id: str, counsellor: Counsellor, client_id: str, text: str,
             cards: tuple[dict, ...]) -> Receipt:
        p = self._parts
        client_id, text = check_client_id(f"c{counsellor.id}:{client_id}"), clean(text, p.settings.max_characters)
        with p.store.database.write() as connection:
            conversation = p.store.locked(connection, conversation_id)
            earlier = p.store.seen_before(connection, conversation_id, client_id)
            if earlier:
                return Receipt(earlier, duplicate=True)
            if conversation.state != COUNSELLOR or conversation.owner != counsellor.id:
                raise IllegalMove(f"is not yours: the state is {conversation.state}")
            body = {"text": text, "name": counsellor.display_name} | ({"cards": list(cards)} if cards else {})
            conversation, message = p.store.append(connection, conversation, "counsellor", body, p.clock(), client_id)
            if cards:
                shown = dict.fromkeys((*conversation.facts.get("shown", ()), *(card["id"] for card in cards)))
                p.store.save(connection, replace(conversation, facts=conversation.facts | {"shown": list(shown)}))
        for card in cards:
            p.statistics.count("offer_shown", now=p.clock(), municipality=conversation.municipality,
                               channel=conversation.channel, facts=conversation.facts, danger=conversation.danger,
                               offer=card["id"])
        return Receipt(message.seq)

    async def thread(self, conversation: str, after: int = 0) -> tuple[Conversation, list[Message]]:
        def read():
            return self._parts.store.get(conversation), self._parts.store.thread(conversation, after)
        return await to_thread.run_sync(read)

    async def overview(self, counsellor: Counsellor) -> dict[str, list[Conversation]]:
        """Who waits (by danger, then time), who is mine, and who is in danger with only the robot. For coordinators,
        who is with a colleague too."""
        def read():
            store = self._parts.store
            found = {"waiting": [c for c in store.queue() if counsellor.is_in(c.team)],
                     "mine": store.of_counsellor(counsellor.id),
                     "danger": [c for c in store.in_danger_with_robot() if counsellor.is_in(c.team)]}
            if counsellor.role == "koordinator":
                found["others"] = [c for c in store.with_counsellors()
                                   if c.owner != counsellor.id and counsellor.is_in(c.team)]
            return found
        return await to_thread.run_sync(read)

    async def _move(self, conversation_id: str, step: Callable[[Conversation], Conversation], key: str,
                    event: str | None, then: Callable | None = None, **fill: str) -> Conversation:
        def run() -> Conversation:
            p, now = self._parts, self._parts.clock()
            with p.store.database.write() as connection:
                before = p.store.locked(connection, conversation_id)
                moved = step(before)
                if (moved.state, moved.owner) == (before.state, before.owner):
                    return moved
                moved, _ = p.store.append(connection, moved, "system", p.texts.say(key, **fill), now)
                moved = then(connection, moved) if then else moved
            self._counted(event, before, moved, now)
            return moved
        moved = await to_thread.run_sync(run)
        self._parts.hub.publish(conversation_id, {"type": "messages"})
        self._parts.hub.publish(QUEUE, {"type": "queue"})
        return moved

    def _counted(self, event: str | None, before: Conversation, moved: Conversation, now: datetime) -> None:
        if not event:
            return
        p, minutes = self._parts, (now - (before.waiting_since or before.created_at)).total_seconds() / 60
        if event == "human_taken" and before.state == WAITING:
            p.waits.ended(minutes, now)
        p.statistics.count(event, now=now, municipality=moved.municipality, channel=moved.channel,
                           facts=moved.facts, danger=moved.danger, minutes=int(minutes))


__all__ = ["CLOSED", "Desk", "NotThere", "ROBOT"]
