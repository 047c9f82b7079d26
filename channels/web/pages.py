"""What does a browser get that opens a page, or loads the widget into a page of somebody else's?"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.templating import Jinja2Templates

from bot.crisis import open_lines
from bot.gateway import Refused
from channels.web.answers import page_texts
from channels.web.guard import PAGE_POLICY
from knowledge import municipality as municipalities
from knowledge.municipality import Municipality

HERE = Path(__file__).resolve().parent
STATIC, SHARED = HERE / "static", HERE.parent / "static"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\Z")
PHONE = re.compile(r"(?<![\d.,:+])(112|114|116 ?111|(?:\+45 ?)?\d{2} ?\d{2} ?\d{2} ?\d{2})(?![\d.,:]\d|\d)")
templates = Jinja2Templates(HERE / "templates")


def dial(line: str) -> Markup:
    """The line with its numbers as links that a phone can call. (`linked` in dom.js does the same in the chat.)"""
    parts = PHONE.split(line)
    return Markup("").join(
        Markup('<a href="tel:{}">{}</a>').format(part.replace(" ", ""), part) if n % 2 else part
        for n, part in enumerate(parts))


templates.env.filters["dial"] = dial


def version_of(*folders: Path) -> str:
    """Changes when a file of the widget does."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


VERSION = version_of(STATIC, SHARED)


class Pages:
    """The pages of this installation's municipalities."""

    def __init__(self, house, origins: list[str]):
        self._house, self._default = house, house.parts.settings.municipality
        self._framed = {"content-security-policy": f"{PAGE_POLICY}; frame-ancestors {' '.join(origins) or 'none'}"}

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.front),
            Route("/chat", self.chat), Route("/chat/{municipality}", self.chat),
            Route("/demo", self.demo), Route("/demo/{municipality}", self.demo),
            Route("/hjaelp", self.help), Route("/hjaelp/{municipality}", self.help),
            Route("/theme/{municipality}.css", self.theme),
        ]

    async def front(self, _request: Request) -> Response:
        return RedirectResponse("/chat")

    async def chat(self, request: Request) -> Response:
        """The chat as a page of its own; may stand in a frame of the hosts that are allowed."""
        return self._page(request, "chat.html", self._framed)

    async def demo(self, request: Request) -> Response:
        """A page as a municipality might have it, with the widget in it as a webmaster would put it there."""
        return self._page(request, "demo.html")

    async def help(self, request: Request) -> Response:
        """Where help is right now: plain text that needs no script and no robot."""
        return self._page(request, "help.html", self._framed)

    async def theme(self, request: Request) -> Response:
        """The municipality's colours for a page, which may have no style of its own inside it."""
        colours = _colours(self._municipality(request))
        css = f":root{{--accent-light:{colours['accent']};--accent-dark:{colours['accent_dark']}}}\n"
        return Response(css, media_type="text/css", headers={"cache-control": "no-cache"})

    async def widget(self, _request: Request) -> Response:
        return FileResponse(STATIC / "widget.js", media_type="text/javascript", headers={
            "cache-control": "no-cache", "cross-origin-resource-policy": "cross-origin"})

    async def config(self, request: Request) -> Response:
        """What the widget has to know of a municipality before it draws anything."""
        place = self._municipality(request)
        settings = self._house.parts.settings
        return JSONResponse({
            "version": VERSION, "municipality": place.id, "name": place.name, "short_name": place.short_name,
            "names": dict(place.names), "colours": _colours(place), "quick_exit": place.quick_exit_url,
            "max_characters": settings.max_characters, "help": self._lines(place),
            "keeps": {"robot_hours": settings.robot_only_hours, "handover_days": settings.handed_over_days},
            "texts": page_texts()["widget"],
        }, headers={"cache-control": "no-cache", "cross-origin-resource-policy": "cross-origin"})

    def _page(self, request: Request, template: str, headers: dict | None = None) -> Response:
        place = self._municipality(request)
        return templates.TemplateResponse(request, template, {
            "place": place, "all": [municipalities.load(i) for i in municipalities.all_ids()],
            "lines": self._lines(place), "texts": page_texts(), "version": VERSION, "default": self._default},
            headers=headers)

    def _lines(self, place: Municipality) -> list[str]:
        return open_lines(place, None, self._house.parts.clock()).splitlines()

    def _municipality(self, request: Request) -> Municipality:
        wanted = request.path_params.get("municipality") or request.query_params.get("kommune") or self._default
        if wanted == "default":
            wanted = self._default
        if wanted not in municipalities.all_ids():
            raise Refused("unknown_municipality", 404)
        return municipalities.load(wanted)


def _colours(place: Municipality) -> dict[str, str]:
    """Only what is a colour: the values end up in a style sheet."""
    return {key: place.colours[key] for key in ("accent", "accent_dark") if COLOUR.match(place.colours[key])}


def error_page(request: Request, reason: str, status: int) -> Response:
    return templates.TemplateResponse(request, "error.html", {
        "texts": page_texts(), "reason": reason, "version": VERSION},
                                      status_code=status)


__all__ = ["COLOUR", "Pages", "VERSION", "error_page"]
