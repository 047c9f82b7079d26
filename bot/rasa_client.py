"""How does the front door reach the robot process on loopback?"""

from __future__ import annotations

from dataclasses import asdict

import httpx

from bot.robot import Answer, RobotDown, Turn


class RasaClient:
    """The robot behind a URL; see `actions.server` for the other end."""

    def __init__(self, url: str, timeout_seconds: float, transport: httpx.AsyncBaseTransport | None = None):
        # trust_env off: a proxy set for the machine must never see a turn.
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout_seconds, trust_env=False, transport=transport)

    async def turn(self, turn: Turn) -> Answer:
        try:
            response = await self._http.post("/turn", json=asdict(turn))
            response.raise_for_status()
            answer = response.json()
            return Answer(tuple(answer["messages"]), dict(answer["facts"]), tuple(answer["commands"]),
                          dict(answer["understanding"]))
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise RobotDown(type(error).__name__) from error

    async def ready(self) -> bool:
        try:
            return (await self._http.get("/ready", timeout=2)).status_code == 200
        except httpx.HTTPError:
            return False

    async def aclose(self) -> None:
        await self._http.aclose()
