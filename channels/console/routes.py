"""Where do the counsellors work? (The front door mounts these routes under /console.)"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bot.accounts import Accounts
from bot.desk import Desk
from bot.gateway import Gateway, Parts
from channels.console import (
    catalogue,
    invite,
    letters,
    log,
    pages,
    people,
    quality,
    replies,
    rota,
    second,
    statistics,
    statistics_offers,
)
from channels.console.guard import DESK_ROLES, Shell, Shut, page
from channels.console.link import endpoint
from channels.console.shared import HERE, Console

ADMINISTRATOR = ("administrator",)
MOVES_OF_ACCOUNTS = ("disable", "enable", "renew", "unlink")


def routes(parts: Parts, gateway: Gateway, desk: Desk, accounts: Accounts) -> list[BaseRoute]:
    """Everything below /console."""
    console = Console(parts, gateway, desk, accounts)

    async def nowhere(scope, receive, send) -> None:
        raise Shut("not_found", 404)

    both = ["GET", "POST"]
    inner = Router([
        Route("/", page(console, pages.desk)),
        *_ways_in(console),
        Route("/logout", page(console, pages.logout, first_login=True), methods=["POST"]),
        Route("/account", page(console, pages.account, first_login=True), methods=both),
        Route("/account/totrin", page(console, second.setting, first_login=True), methods=both),
        Route("/people", page(console, people.people, ADMINISTRATOR), methods=both),
        Route("/people/invitation", page(console, invite.create, ADMINISTRATOR), methods=["POST"]),
        Route("/people/invitation/{id:int}", page(console, invite.withdraw, ADMINISTRATOR), methods=["POST"]),
        Route("/people/{id:int}/{move}", page(console, _known_move(people.change), ADMINISTRATOR), methods=["POST"]),
        Route("/log", page(console, log.page_of, ADMINISTRATOR)),
        Route("/vagter", page(console, rota.page_of, rota.KEEPERS), methods=both),
        Route("/svar", page(console, replies.page_of, DESK_ROLES), methods=both),
        *letters.routes(console), *statistics.routes(console), *statistics_offers.routes(console),
        *quality.routes(console),
        *catalogue.routes(console),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ], default=nowhere)

    def refused(request: Request, reason: str, status: int) -> Response:
        return console.render(request, "refused.html", status, error=reason)

    return [WebSocketRoute("/socket", endpoint(console)),
            Mount("", Shell(inner, refused, parts.settings.behind_https))]


def _ways_in(console: Console) -> list[BaseRoute]:
    """What is open to whoever is not logged in."""
    both = ["GET", "POST"]
    ways = [Route("/login", pages.login(console), methods=both),
            Route("/login/kode", second.code(console), methods=both),
            Route("/invitation/{token}", invite.accept(console), methods=both)]
    if console.oidc.on:
        ways += [Route("/oidc", console.oidc.begin), Route("/oidc/tilbage", console.oidc.back)]
    return ways


def _known_move(handler):
    async def checked(console, request: Request, session) -> Response:
        if request.path_params["move"] not in MOVES_OF_ACCOUNTS:
            raise Shut("not_found", 404)
        return await handler(console, request, session)
    return checked
