"""Which addresses does the visitor's side answer?"""

from __future__ import annotations

import logging
from functools import partial

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.gateway import NotFound, Refused
from channels.web import api, health, pages, socket
from channels.web.answers import failure_response

log = logging.getLogger(__name__)
READ = ("", "chat", "demo", "hjaelp", "find", "brevkasse")  # the first folder of what people read


def routes(house) -> list[BaseRoute]:
    """Pages, widget, API and health."""
    origins = origins_of(house.parts.settings.allowed_hosts)
    cors = Middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST", "DELETE"],
                      allow_headers=["authorization", "content-type"], max_age=600)
    small = Middleware(GZipMiddleware, minimum_size=500)

    async def visitor_socket(websocket: WebSocket) -> None:
        await socket.endpoint(house, websocket)

    shown = pages.Pages(house, origins)
    return [
        Mount("/api", routes=[WebSocketRoute("/socket", visitor_socket), *api.routes(house)], middleware=[cors]),
        Mount("/widget", middleware=[cors, small], routes=[
            Route("/config/{municipality}.json", shown.config),
            Mount("/v/{version}", app=lasting(StaticFiles(directory=pages.STATIC), pages.VERSION)),
        ]),
        Mount("/static", app=shared(StaticFiles(directory=pages.SHARED)), middleware=[cors, small]),
        Route("/widget.js", shown.widget, middleware=[cors, small]),
        *shown.routes(),
        *health.routes(house),
    ]


def origins_of(allowed_hosts: str) -> list[str]:
    """Where the widget may be embedded: "*", or host names and origins with commas between them."""
    names = [name.strip().rstrip("/") for name in allowed_hosts.split(",") if name.strip()]
    return [name if name == "*" or "://" in name else f"https://{name}" for name in names]


def lasting(app, version: str):
    """Files under the version's own address never change, so a browser may keep them; another version's is no file."""
    async def serve(scope, receive, send) -> None:
        if scope.get("path_params", {}).get("version") != version:
            raise HTTPException(404)
        await app(scope, receive, partial(_cached, send, "public, max-age=31536000, immutable"))
    return serve


def shared(app):
    """Style and typeface that the console uses too: asked for again each time, sent only when changed."""
    async def serve(scope, receive, send) -> None:
        keep = "public, max-age=31536000, immutable" if scope["path"].endswith(".woff2") else "no-cache"
        await app(scope, receive, partial(_cached, send, keep))
    return serve


async def _cached(send, keep: str, message) -> None:
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], (b"cache-control", keep.encode()),
                              (b"cross-origin-resource-policy", b"cross-origin")]
    await send(message)


def exception_handlers(house) -> dict:
    """What is said for the errors that are expected: JSON to a script, a page to a reader."""

    async def refused(request: Request, error: Refused) -> Response:
        if _is_reader(request):
            return pages.error_page(request, error.reason, error.status)
        return failure_response(house, error.reason, error.status, error.said)

    async def not_found(request: Request, _error: NotFound) -> Response:
        if _is_reader(request):
            return pages.error_page(request, "not_found", 404)
        return failure_response(house, "not_found", 404)

    async def http(request: Request, error: HTTPException) -> Response:
        reason = {404: "no_page", 405: "no_page"}.get(error.status_code, "failed")
        if _is_reader(request):
            return pages.error_page(request, reason, error.status_code)
        response = failure_response(house, reason, error.status_code)
        response.headers.update(error.headers or {})
        return response

    return {Refused: refused, NotFound: not_found, HTTPException: http}


def _is_reader(request: Request) -> bool:
    """Whether a person looks at the answer: at every page of ours, unless JSON is asked for by name."""
    accepted, folder = request.headers.get("accept", ""), request.url.path.split("/")[1]
    if folder == "api":
        return False
    return "text/html" in accepted or (folder in READ and "application/json" not in accepted)


__all__ = ["exception_handlers", "origins_of", "routes"]
