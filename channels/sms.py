"""How does a conversation go by SMS?

The telephone number stops here: what goes on is a token. Tests run against a local server that speaks the gateway's
documented format; against the gateway itself nothing was tried.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import timedelta

import httpx
from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.gateway import Refused
from bot.settings import Settings
from bot.store import Message
from channels import choices, gsm7
from channels.inbox import ACCEPTED, REFUSED, Inbox
from channels.sms_gateways import GATEWAYS, BadSignature, Malformed, Other, Report, TextIn
from channels.transport import Transport, TransportError, http_failure, register
from channels.words import card, is_stop, without_buttons, words

log = logging.getLogger(__name__)
CHANNEL = "sms"
TIMEOUT = httpx.Timeout(20, connect=5)
TOO_OLD = timedelta(days=7)  # longer than a gateway tries again, shorter than we remember what came in
NEEDED = ("sms_gateway", "sms_token", "sms_secret", "sms_sender")


def missing(settings: Settings) -> list[str]:
    """The settings without which the channel is off."""
    needed = (*NEEDED, "sms_url") if settings.sms_gateway == "generic" else NEEDED
    return [name for name in needed if not getattr(settings, name)]


class Sms(Transport):
    """Out by the gateway that the settings name."""

    channel = CHANNEL

    def __init__(self, settings: Settings, client: httpx.AsyncClient | None = None):
        self.gateway = GATEWAYS[settings.sms_gateway](settings)
        self.idempotent = settings.sms_idempotent
        self._client = client or httpx.AsyncClient(timeout=TIMEOUT)

    def pieces(self, thread: Sequence[Message], line: Message) -> list[dict]:
        text = line.body.get("text", "")
        if line.author != "counsellor":
            text = without_buttons(CHANNEL, text)
        offers = [card(offer) for offer in line.body.get("cards") or ()]
        picks = [words()["choice"].format(label=c.label, title=c.title) for c in choices.numbered(thread, line.seq)]
        said = "\n\n".join(part for part in (text, *offers, "\n".join(picks)) if part.strip())
        return [{"text": text} for text in gsm7.messages(said)]

    async def send(self, address: str, piece: dict, reference: str) -> str | None:
        asked = self.gateway.request(address, piece["text"], reference)
        try:
            answer = await self._client.post(asked.url, json=asked.body, headers=asked.headers, auth=asked.auth)
        except httpx.HTTPError as error:
            raise http_failure(error) from error
        if answer.status_code >= 300:
            raise _refused(answer)
        try:
            return self.gateway.provider_id(answer.json())
        except (ValueError, AttributeError):  # taken, but without a number of theirs: reports bring our reference
            return None

    async def say(self, address: str, text: str) -> None:
        await self.send(address, {"text": gsm7.normalise(text)}, "")

    async def aclose(self) -> None:
        await self._client.aclose()


def _refused(answer: httpx.Response) -> TransportError:
    status = answer.status_code
    if status in (401, 402, 403):  # token, address or credit: somebody has to put it right, then it goes out
        return TransportError(f"the gateway says {status}", reason="access")
    if status == 429 or status >= 500:
        after = answer.headers.get("retry-after", "")
        return TransportError(f"the gateway says {status}", uncertain=status == 504, reason="unreachable",
                              after_seconds=min(float(after), 3600.0) if after.isdigit() else None)
    return TransportError(f"the gateway says {status}", permanent=True, reason="rejected")


@register(CHANNEL)
def from_settings(settings: Settings) -> Sms | None:
    return None if missing(settings) else Sms(settings)


class Webhook:
    """What the gateway calls: a message from a person, or what became of one of ours."""

    def __init__(self, transport: Sms, inbox: Inbox, outbox, tally, parts):
        self._transport, self._inbox, self._outbox, self._tally = transport, inbox, outbox, tally
        self._parts, self._keyword = parts, parts.settings.sms_keyword

    def routes(self) -> list[BaseRoute]:
        return [Route(f"/sms/{self._transport.gateway.name}", self.endpoint, methods=["POST"])]

    async def endpoint(self, request: Request) -> Response:
        """2xx: dealt with, do not send it again. 401 and 400: not from the gateway, or not in its format. 429: too
        many from one sender; the gateway tries again later, and nothing is lost."""
        body = await request.body()
        try:
            event = self._transport.gateway.read(request.headers, body, self._parts.clock())
        except BadSignature:
            return self._answer("bad_signature", 401)
        except Malformed:
            return self._answer("malformed", 400)
        if isinstance(event, Other):
            return self._answer("unknown_event")
        if isinstance(event, Report):
            return await self._report(event)
        return await self._text(event)

    def _answer(self, outcome: str, status: int = 200, count: bool = True) -> Response:
        if count:
            self._tally.count(CHANNEL, outcome)
        return JSONResponse({"outcome": outcome}, status, headers={"cache-control": "no-store"})

    async def _report(self, report: Report) -> Response:
        if report.delivered is not None:
            changed = await to_thread.run_sync(
                self._outbox.report, CHANNEL, report.provider_id, report.reference, report.delivered, report.reason)
            if changed:
                self._parts.hub.publish(changed, {"type": "delivery"})
                if not report.delivered:
                    self._tally.count(CHANNEL, "failed")
        return self._answer("report")

    async def _text(self, event: TextIn) -> Response:
        if self._parts.clock().timestamp() - event.at > TOO_OLD.total_seconds():
            return self._answer("stale")
        text = self._without_keyword(event.text)
        try:
            outcome = await self._inbox.once(CHANNEL, event.id, event.sender,
                                             lambda: self._take(event.sender, event.id, text))
        except SQLAlchemyError:
            return await self._away(event, text)
        except Refused as refused:
            if refused.status == 503:
                return await self._away(event, text)
            return self._answer(refused.reason, refused.status, count=False)
        return self._answer(outcome, count=False)

    async def _away(self, event: TextIn, text: str) -> Response:
        """The database is away: the gateway tries again later; whoever is in danger does not wait for that."""
        said = await self._inbox.without_store(CHANNEL, event.id, text)
        try:
            for part in gsm7.messages(without_buttons(CHANNEL, said)) if said else ():
                await self._transport.say(event.sender, part)
        except TransportError as error:
            log.error("a message could neither be kept nor answered: %s", error)
        return self._answer("not_stored", 503, count=False)

    async def _take(self, sender: str, message_id: str, text: str) -> str:
        if not is_stop(text):
            return await self._inbox.write(CHANNEL, sender, message_id, text, typed_choices=True)
        self._tally.count(CHANNEL, "in")
        await self._inbox.forget(CHANNEL, sender)
        try:  # nothing of the person is kept, so this cannot wait in an outbox
            await self._transport.say(sender, self._parts.texts.plain("utter_stopped"))
        except TransportError as error:
            log.warning("a STOP was obeyed but could not be confirmed: %s", error)
            self._tally.count(CHANNEL, "failed")
            return REFUSED
        self._tally.count(CHANNEL, "out")
        return ACCEPTED

    def _without_keyword(self, text: str) -> str:
        """On a shared short code each message begins with the word that was leased."""
        if not self._keyword:
            return text
        return re.sub(rf"\A\s*{re.escape(self._keyword)}\b[\s:,.]*", "", text, count=1, flags=re.I)
