"""Which addresses do the pages "Find hjælp" answer?"""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from channels.find.pages import STATIC, VERSION, Pages
from channels.web.routes import lasting


def routes(house) -> list[BaseRoute]:
    """Everything below /find. An offer's address is printed on posters: it stays."""
    pages = Pages(house.parts)
    return [
        Mount("/find/v/{version}", app=lasting(StaticFiles(directory=STATIC), VERSION)),
        Route("/find", pages.front),
        Route("/find/{municipality}", pages.search),
        Route("/find/{municipality}/{offer}", pages.offer),
        Route("/find/{municipality}/{offer}/plakat", pages.poster),
        Route("/find/{municipality}/{offer}/kode.png", pages.code),
    ]


__all__ = ["routes"]
