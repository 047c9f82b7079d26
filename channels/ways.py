"""Which ways in are on beside the web, and what keeps them going?"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.addresses import Addresses
from bot.crypto import Box
from bot.gateway import Gateway, Parts
from bot.outbox import Outbox
from bot.tally import Tally
from channels import sms, telegram_bot
from channels.delivery import Delivery
from channels.inbox import Inbox
from channels.telegram_intake import Intake
from channels.transport import REGISTRY, Transport

log = logging.getLogger(__name__)
MISSING = {sms.CHANNEL: sms.missing, telegram_bot.CHANNEL: telegram_bot.missing}
ARRIVALS_KEPT = sms.TOO_OLD + timedelta(days=1)
WRITE_EVERY_SECONDS, FORGET_EVERY = 5.0, 720


@dataclass
class Ways:
    """The transports of this installation and what they share."""

    parts: Parts
    addresses: Addresses
    outbox: Outbox
    tally: Tally
    inbox: Inbox
    transports: dict[str, Transport]
    delivery: Delivery
    intake: Intake | None
    webhook: sms.Webhook | None
    _tasks: list[asyncio.Task] = field(default_factory=list)

    def routes(self) -> list[BaseRoute]:
        """The addresses that providers call. A channel that is off has none."""
        return [*(self.webhook.routes() if self.webhook else ()), *(self.intake.routes() if self.intake else ())]

    def missing(self, channel: str) -> list[str]:
        """The settings without which a channel is off."""
        return MISSING[channel](self.parts.settings)

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._keep_house())]
        if self.transports:
            self._tasks.append(asyncio.create_task(self.delivery.run()))
        if self.intake:
            self._tasks.append(asyncio.create_task(self.intake.run()))

    async def aclose(self) -> None:
        self.delivery.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.delivery.aclose()
        for transport in self.transports.values():
            await transport.aclose()
        await asyncio.to_thread(self.tally.write)

    async def _keep_house(self) -> None:
        turn = 0
        while True:
            try:
                await asyncio.to_thread(self.tally.write)
                if turn % FORGET_EVERY == 0:
                    await asyncio.to_thread(self.addresses.forget_arrivals, self.parts.clock() - ARRIVALS_KEPT)
            except SQLAlchemyError as error:
                log.error("counting failed: %s", type(error).__name__)
            turn += 1
            await asyncio.sleep(WRITE_EVERY_SECONDS)


def assemble(parts: Parts, gateway: Gateway) -> Ways:
    """Everything that the settings switch on. Nothing is connected before `start`."""
    database, box = parts.store.database, Box.from_file(parts.settings.key_file)
    addresses, outbox, tally = Addresses(database, box), Outbox(database, box), Tally(database, parts.clock)
    inbox = Inbox(gateway, addresses, tally)
    made = {channel: make(parts.settings) for channel, make in REGISTRY.items()}
    transports = {channel: transport for channel, transport in made.items() if transport}
    out_sms, telegram = transports.get(sms.CHANNEL), transports.get(telegram_bot.CHANNEL)
    return Ways(
        parts, addresses, outbox, tally, inbox, transports, Delivery(parts, addresses, outbox, transports, tally),
        Intake(telegram, inbox, tally, parts) if telegram else None,
        sms.Webhook(out_sms, inbox, outbox, tally, parts) if out_sms else None)


class CountTooLarge:
    """Around everything: a provider's call that was refused for its size never reaches the channel, and is counted."""

    def __init__(self, app: ASGIApp, tally: Tally):
        self._app, self._tally = app, tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        channel = scope.get("path", "").split("/")[1:2]
        if scope["type"] != "http" or not channel or channel[0] not in MISSING:
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 413:
                self._tally.count(channel[0], "too_large")
            await send(message)

        await self._app(scope, receive, sending)
