"""What may a console say to the server, and what is the answer?

| frame | answer |
|---|---|
| watch {conversation, after, supervise?} | thread {conversation, about, messages} now and at each change; delivery, |
| | casework, left, form, deleted, broken |
| unwatch | |
| message {conversation, client_id, text, offer?} | ack {conversation, client_id, seq} or refused {..., reason, text} |
| typing {conversation} | |
| move {conversation, move} | moved {conversation, move} or refused {conversation, move, reason, text} |
| search {conversation, words} | offers {conversation, words, offers} or refused |
| team {conversation, team} | asked {conversation, team}: the visitor is asked whether that team may; or refused |
| pause {paused} | overview {waiting, mine, danger, letters, present, paused, now}, which also comes by itself |
| active | (somebody is at the keyboard: the session lives on) |
| ping | pong |
"""

from __future__ import annotations

import logging

from anyio import to_thread

from bot.conversation import Conversation, IllegalMove
from bot.desk import NotThere
from bot.hub import QUEUE
from bot.incoming import Refused
from bot.store import NotFound
from channels.console import view
from channels.console.casework import text_of
from channels.console.offers import NoCatalogue
from channels.console.view import SUPERVISOR

log = logging.getLogger(__name__)
MOVES = {"take": "taken", "hand_back": "handed_back", "release": "released", "close": "closed"}
CASEWORK = ("transfer", "note", "label", "canned", "form")


class Frames:
    """Answers the frames of one socket, one after the other, so that messages keep their order."""

    def __init__(self, link):
        self._link, self._console, self._parts = link, link.console, link.console.parts

    async def handle(self, frame: dict) -> None:
        """Every frame that asks for something is answered; what cannot be done is refused in Danish."""
        kind = frame["type"]
        step = getattr(self._link.casework, kind) if kind in CASEWORK else getattr(self, f"_on_{kind}", None)
        if step is None:
            await self._refuse(frame, "unreadable")
            return
        try:
            await step(frame)
        except Refused as refused:
            await self._refuse(frame, refused.reason)
        except NotFound:
            await self._refuse(frame, "gone")
        except NoCatalogue:
            await self._refuse(frame, "no_catalogue")
        except NotThere:
            await self._refuse(frame, "not_there")
        except IllegalMove:
            reason = {"message": "not_yours", "transfer": "moved_on",
                      "move": "quicker" if frame.get("move") == "take" else "moved_on"}
            await self._refuse(frame, reason.get(kind, "not_for_you"))
        except Exception as error:  # the page shows that it failed and can try again; the words are not logged
            log.error("a console's frame failed: %s", type(error).__name__)
            await self._refuse(frame, "server")

    async def _refuse(self, frame: dict, reason: str) -> None:
        about = {key: frame[key] for key in ("conversation", "client_id", "move") if isinstance(frame.get(key), str)}
        await self._link.send(type="refused", of=frame["type"], reason=reason,
                              text=self._console.words.error(reason), **about)

    async def _on_ping(self, frame: dict) -> None:
        await self._link.send(type="pong")

    async def _on_active(self, frame: dict) -> None:
        """That it was asked is all: the session was kept alive before the frame came here."""

    async def _on_watch(self, frame: dict) -> None:
        after = frame.get("after")
        self._link.watch(text_of(frame, "conversation"), after if type(after) is int else 0,
                         frame.get("supervise") is True and self._link.me.role == SUPERVISOR)

    async def _on_unwatch(self, frame: dict) -> None:
        self._link.watch(None)

    async def _on_message(self, frame: dict) -> None:
        conversation, offer, cards = text_of(frame, "conversation"), frame.get("offer"), ()
        if offer is not None:
            found = await self._seen(conversation)
            card = await to_thread.run_sync(
                self._console.offers.card, str(offer), found, self._parts.clock(), self._ready())
            if card is None:
                raise Refused("unknown_offer")
            cards = (card,)
        receipt = await self._console.desk.say(
            conversation, self._link.me, frame.get("client_id"), frame.get("text"), cards)
        await self._link.send(type="ack", conversation=conversation, client_id=frame["client_id"], seq=receipt.seq)

    async def _on_typing(self, frame: dict) -> None:
        """Only that somebody writes; what they write stays in their browser until they send it."""
        if self._link.owned and frame.get("conversation") == self._link.watched:
            self._parts.hub.publish(self._link.watched, {"type": "typing", "author": "counsellor"})

    async def _on_move(self, frame: dict) -> None:
        conversation, move, me = text_of(frame, "conversation"), frame.get("move"), self._link.me
        if move not in MOVES:
            raise Refused("unreadable")
        if move == "take" and not await self._link.had(conversation):
            await self._seen(conversation)
        await getattr(self._console.desk, move)(conversation, me)
        if move == "take":
            self._console.sockets.had(me.id, conversation)
        await to_thread.run_sync(self._console.audit.wrote, self._parts.clock(), me.id, MOVES[move], conversation)
        await self._link.send(type="moved", conversation=conversation, move=move)

    async def _on_search(self, frame: dict) -> None:
        words = text_of(frame, "words")[:200]
        found = await self._seen(text_of(frame, "conversation"))
        offers = await to_thread.run_sync(
            self._console.offers.find, words, found, self._parts.clock(), self._ready())
        await self._link.send(type="offers", conversation=found.id, words=words, offers=offers)

    async def _on_team(self, frame: dict) -> None:
        conversation, team = text_of(frame, "conversation"), text_of(frame, "team")
        await self._console.gateway.tapped.teams.ask(conversation, self._link.me, team)
        await self._link.send(type="asked", conversation=conversation, team=team)

    async def _on_pause(self, frame: dict) -> None:
        self._parts.presence.pause(self._link.me.id, frame.get("paused") is True)
        self._parts.hub.publish(QUEUE, {"type": "queue"})

    async def _seen(self, conversation: str) -> Conversation:
        """That conversation, if it is one this counsellor may see. Raises IllegalMove."""
        found = await to_thread.run_sync(self._parts.store.get, conversation)
        if not view.may_see(found, self._link.me):
            raise IllegalMove(f"is not to be seen: the state is {found.state}")
        return found

    def _ready(self) -> bool:
        return bool(self._parts.presence.present(self._parts.clock()))
