"""What may a counsellor do around a conversation: pass it on, note, label, use ready sentences, tell how it ended?

Frames of the desk's socket beside those of `frames.py`:

| frame | answer |
|---|---|
| transfer {conversation, to} | moved {conversation, move} or refused |
| note {conversation, text} | noted {conversation, notes} |
| label {conversation, label, on} | labelled {conversation, labels} |
| canned | canned {replies} |
| form {conversation, topic, age_band, suggested, outcome, underretning} | formed {conversation} |
"""

from __future__ import annotations

from anyio import to_thread

from bot import forms
from bot.conversation import CLOSED, Conversation, IllegalMove
from bot.hub import QUEUE
from bot.incoming import Refused
from channels.console import view


class Casework:
    """Answers those frames, for one socket."""

    def __init__(self, link):
        self._link, self._console, self._parts = link, link.console, link.console.parts

    async def transfer(self, frame: dict) -> None:
        conversation, to = text_of(frame, "conversation"), frame.get("to")
        found = await to_thread.run_sync(self._console.accounts.get, to) if type(to) is int else None
        await self._console.desk.transfer(conversation, self._link.me, found)
        self._console.sockets.had(to, conversation)
        await self._wrote("transferred", conversation, to)
        await self._link.send(type="moved", conversation=conversation, move="transfer", name=found.display_name)

    async def note(self, frame: dict) -> None:
        found = await self._mine(frame)
        notes = self._console.notes
        await to_thread.run_sync(notes.add, found.id, self._link.me.id, frame.get("text"), self._parts.clock())
        self._parts.hub.publish(found.id, {"type": "casework"})
        await self._link.send(type="noted", conversation=found.id, notes=await to_thread.run_sync(self.notes, found.id))

    async def label(self, frame: dict) -> None:
        found, label = await self._mine(frame), text_of(frame, "label")
        if label not in self._console.words.group("labels"):
            raise Refused("unreadable")
        await to_thread.run_sync(self._console.notes.label, found.id, label, frame.get("on") is True)
        self._parts.hub.publish(QUEUE, {"type": "queue"})
        await self._link.send(type="labelled", conversation=found.id,
                              labels=await to_thread.run_sync(self.labels, found.id))

    async def canned(self, frame: dict) -> None:
        replies = await to_thread.run_sync(self._console.canned.of, self._link.me.id)
        await self._link.send(type="canned", replies=[vars(reply) for reply in replies])

    async def form(self, frame: dict) -> None:
        found = await to_thread.run_sync(self._parts.store.get, text_of(frame, "conversation"))
        filled = forms.read(frame, forms.prefilled(found))
        await to_thread.run_sync(self._console.desk.forms.fill, found, self._link.me.id, filled, self._parts.clock())
        await self._wrote("form", found.id)
        self._parts.hub.publish(QUEUE, {"type": "queue"})
        await self._link.send(type="formed", conversation=found.id)

    async def ask_form(self, found: Conversation) -> bool:
        """Puts the form before whoever closed it; returns whether the conversation was theirs."""
        owed = await to_thread.run_sync(self._console.desk.forms.owed, found.id, self._link.me.id)
        if found.state != CLOSED or owed is None:
            return False
        if owed:
            known = forms.prefilled(found)
            name = self._console.offers.name
            await self._link.send(
                type="form", conversation=found.id, topic=known.topic, age_band=known.age_band,
                suggested=[{"id": i, "name": await to_thread.run_sync(name, i)} for i in known.suggested])
        return True

    def about(self, conversation: Conversation) -> dict:
        """What only the desk knows of it. Runs in a thread."""
        return {"notes": self.notes(conversation.id), "labels": self.labels(conversation.id)}

    def notes(self, conversation: str) -> list[dict]:
        return [{"id": note.id, "name": self._console.name_of(note.author), "at": view.millis(note.at),
                 "text": note.text} for note in self._console.notes.of(conversation)]

    def labels(self, conversation: str) -> list[str]:
        return self._console.notes.labels([conversation]).get(conversation, [])

    def delivery(self, conversation: Conversation) -> dict:
        """What became of each line that went out. Runs in a thread."""
        if conversation.channel == "web":
            return {"upto": self._parts.reached.upto(conversation.id), "states": {}, "failures": {}}
        outbox, words = self._console.outbox, self._console.words
        return {"upto": 0, "states": outbox.states(conversation.id),
                "failures": {seq: words.label("failures", reason)
                             for seq, reason in outbox.failures(conversation.id).items()}}

    async def _mine(self, frame: dict) -> Conversation:
        """The conversation, for whoever has it or may look at it. Raises IllegalMove."""
        found = await to_thread.run_sync(self._parts.store.get, text_of(frame, "conversation"))
        if not view.may_see(found, self._link.me, self._link.supervising):
            raise IllegalMove(f"is not to be seen: the state is {found.state}")
        return found

    async def _wrote(self, act: str, conversation: str, other: int | None = None) -> None:
        await to_thread.run_sync(
            self._console.audit.wrote, self._parts.clock(), self._link.me.id, act, conversation, other)


def text_of(frame: dict, name: str) -> str:
    """Raises Refused."""
    value = frame.get(name)
    if not isinstance(value, str):
        raise Refused("unreadable")
    return value
