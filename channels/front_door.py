"""Which parts is the front door made of, and how is it served?

The only process that faces the network. It starts without the robot, and is useful before the robot is up.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from bot import migrations
from bot.accounts import Accounts
from bot.caretaker import Caretaker
from bot.crypto import Box
from bot.database import Database
from bot.desk import Desk
from bot.gateway import Gateway, Parts
from bot.hub import Hub
from bot.presence import Presence
from bot.rasa_client import RasaClient
from bot.robot import Robot
from bot.settings import Settings, load
from bot.statistics import Statistics
from bot.store import Store
from bot.texts import Texts
from channels import brevkasse
from channels.console.routes import routes as console_routes
from channels.find.routes import routes as find_routes
from channels.status import routes as status_routes
from channels.ways import CountTooLarge
from channels.ways import assemble as assemble_ways
from channels.web import routes as web
from channels.web.guard import BodyLimit, SecurityHeaders, Shield, log_failure
from nlu.safety import Safety

log = logging.getLogger(__name__)
DENMARK = ZoneInfo("Europe/Copenhagen")
PURGE_EVERY_SECONDS = 300
MOST_BODY_BYTES = 64 * 1024
MOST_LETTER_BYTES = 1024 * 1024  # a letter that is far too long is given back, not lost
MOST_FRAME_BYTES = 1024 * 1024  # a frame that is too long gets an answer; one that is far too long, a closed socket


@dataclass(frozen=True)
class House:
    """Everything that the front door holds open."""

    parts: Parts
    gateway: Gateway
    desk: Desk
    accounts: Accounts

    async def aclose(self) -> None:
        await self.gateway.aclose()
        if hasattr(self.parts.robot, "aclose"):
            await self.parts.robot.aclose()
        self.parts.store.database.close()
        self.parts.statistics.database.close()


def assemble(settings: Settings, *, robot: Robot | None = None, texts: Texts | None = None,
             safety: Safety | None = None, clock: Callable[[], datetime] | None = None,
             rng: random.Random | None = None) -> House:
    """The parts of this installation, its database at the newest version. What is given replaces the real one."""
    database = Database(settings.database)
    migrations.upgrade(database)
    store = Store(database, Box.from_file(settings.key_file), timedelta(hours=settings.robot_only_hours),
                  timedelta(days=settings.handed_over_days))
    parts = Parts(
        settings=settings, store=store, texts=texts or Texts.load(), safety=safety or Safety.load(),
        robot=robot or RasaClient(settings.robot_url, settings.robot_timeout_seconds), hub=Hub(),
        presence=Presence(timedelta(seconds=settings.presence_seconds)),
        # A count is worth no wait: it is written while a message is being accepted.
        statistics=Statistics(Database(settings.statistics, lasting=False)),
        clock=clock or (lambda: datetime.now(DENMARK)), rng=rng or random.Random())
    return House(parts, Gateway(parts), Desk(parts), Accounts(database, timedelta(minutes=settings.session_minutes)))


def application(house: House) -> Starlette:
    """The front door as an ASGI application. Its lifespan resumes what a crash left unanswered, and purges."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette):
        await house.gateway.resume()
        await asyncio.to_thread(house.parts.waits.load, house.parts.statistics, house.parts.clock())
        caretaker = Caretaker(house.parts, house.desk, house.gateway.waiting)
        tasks = [asyncio.create_task(_purge_for_ever(house)), asyncio.create_task(caretaker.run())]
        ways.start()
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await ways.aclose()
            await house.aclose()

    settings, ways = house.parts.settings, assemble_ways(house.parts, house.gateway)
    console = [*status_routes(house, ways), *console_routes(house.parts, house.gateway, house.desk, house.accounts)]
    return Starlette(
        routes=[*ways.routes(), *web.routes(house), *brevkasse.routes(house), *find_routes(house),
                Mount("/console", routes=console)],
        lifespan=lifespan,
        exception_handlers=web.exception_handlers(house),
        middleware=[Middleware(SecurityHeaders, https=settings.behind_https),
                    Middleware(Shield, house=house),
                    Middleware(CountTooLarge, tally=ways.tally),
                    Middleware(BodyLimit, house=house, most=MOST_BODY_BYTES,
                               roomy={brevkasse.ADDRESS: MOST_LETTER_BYTES})])


async def _purge_for_ever(house: House) -> None:
    while True:
        try:
            await house.gateway.purge()
            await asyncio.to_thread(house.accounts.purge, house.parts.clock())
        except Exception as error:  # a database that is away for a while must not end the purging for good
            log_failure(log, "purging failed", error)
        await asyncio.sleep(PURGE_EVERY_SECONDS)


def server(settings: Settings, house: House | None = None) -> uvicorn.Server:
    """The front door ready to be run. Nothing is logged about who connects: no access log, no address."""
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # at "info" it logs the address of each socket
    return uvicorn.Server(uvicorn.Config(
        application(house or assemble(settings)), host=settings.host, port=settings.port, ws="wsproto",
        ws_max_size=MOST_FRAME_BYTES, access_log=False, log_config=None, log_level="warning", proxy_headers=False,
        server_header=False, timeout_graceful_shutdown=3))


def main() -> None:
    """Serve with the settings of this installation until a signal ends it."""
    logging.basicConfig(level=logging.WARNING, format="front door %(levelname)s %(name)s: %(message)s")
    server(load()).run()


if __name__ == "__main__":
    main()
