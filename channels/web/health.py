"""Is the front door up, and is everything behind it?"""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.database import Database

log = logging.getLogger(__name__)
NO_STORE = {"cache-control": "no-store"}


def routes(house) -> list[BaseRoute]:
    """/healthz: this process answers. /readyz: 200 when each part does, else 503, and which does not."""

    async def healthz(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers=NO_STORE)

    async def readyz(_request: Request) -> JSONResponse:
        parts = house.parts
        database, statistics, robot = await asyncio.gather(
            asyncio.to_thread(answers, parts.store.database), asyncio.to_thread(answers, parts.statistics.database),
            parts.robot.ready())
        found = {"database": database, "statistics": statistics, "robot": bool(robot)}
        ready = all(found.values())
        return JSONResponse({"status": "ready" if ready else "not_ready", "parts": found},
                            status_code=200 if ready else 503, headers=NO_STORE)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def answers(database: Database) -> bool:
    """Whether the database answers."""
    try:
        database.check()
    except SQLAlchemyError as error:
        log.warning("a database does not answer: %s", type(error).__name__)
        return False
    return True
