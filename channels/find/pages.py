"""What does somebody get who looks for help on the page "Find hjælp"?"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from anyio import to_thread
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from bot.crisis import open_lines
from bot.incoming import Refused
from channels.find.asked import READERS, Asked
from channels.find.shelf import NoCatalogue, Shelf, moved
from channels.find.view import Reader
from channels.web.guard import HEADERS
from channels.web.pages import VERSION as SHARED_VERSION
from channels.web.pages import dial, version_of
from knowledge import municipality as municipalities
from knowledge.hours import COPENHAGEN
from knowledge.offer import Offer
from knowledge.poster import qr_png, qr_svg
from knowledge.search import find

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
VERSION = version_of(STATIC)
PER_SHEET, PER_FRONT, MOST = 24, 80, 1000  # cards of a search, cards of the front, offers at all
IN_DANGER = ("hoej", "akut")
templates = Jinja2Templates(HERE / "templates")
templates.env.filters["dial"] = dial
templates.env.trim_blocks = templates.env.lstrip_blocks = True


@lru_cache(maxsize=1)
def texts() -> dict:
    """Every Danish sentence of these pages that stands in no template."""
    return yaml.safe_load((HERE / "texts.da.yml").read_text(encoding="utf-8"))


class Pages:
    """The public pages. All of them work without a script and without a cookie."""

    def __init__(self, parts, shelf: Shelf | None = None):
        self._parts = parts
        self._shelf = shelf or Shelf(parts.settings.catalogue)

    async def front(self, request: Request) -> Response:
        wanted = request.query_params.get("kommune", "")
        place = wanted if wanted in municipalities.all_ids() else self._parts.settings.municipality
        return RedirectResponse(f"/find/{place}")

    async def search(self, request: Request) -> Response:
        """Offers by words and filters, best first; for no words all of them, the near ones first."""
        place = self._place(request)
        asked = Asked.read(request.query_params)
        danger = asked.text and self._parts.safety.assess(asked.text)
        more = {"asked": asked, "readers": READERS, "danger": danger if danger and danger.level in IN_DANGER else None}
        if more["danger"]:  # which lines fit, and answer at this minute
            more["danger_lines"] = open_lines(place, danger.kind, self._parts.clock()).splitlines()
        try:
            found = await to_thread.run_sync(self._found, asked, place.id)
        except NoCatalogue:
            return self._page(request, "away.html", 503, **more)
        return self._page(request, "search.html", **more, **found)

    def _found(self, asked: Asked, place: str) -> dict:
        now, catalogue = self._parts.clock(), self._shelf.open()
        offers = find(catalogue, asked.text, place, now, asked.filters, limit=MOST)
        reader = self._reader(place)
        size = PER_SHEET if asked.anything else PER_FRONT
        sheets = max(1, -(-len(offers) // size))
        sheet = min(asked.sheet, sheets)
        shown = offers[(sheet - 1) * size:sheet * size]
        state = catalogue.snapshot()
        used = {t for o in state.view(place, now.astimezone(COPENHAGEN).date()).offers for t in o.topics}
        return {"cards": [reader.card(o) for o in shown], "count": len(offers), "sheet": sheet, "sheets": sheets,
                "labels": state.texts["labels"], "topics": [t for t in state.texts["labels"]["topics"] if t in used]}

    async def offer(self, request: Request) -> Response:
        """One offer's page: what it is, why, what happens next, what must be known first, and the ways in."""
        return await self._of_offer(request, "offer.html")

    async def poster(self, request: Request) -> Response:
        """The same on one sheet of A4, to hang up."""
        return await self._of_offer(request, "poster.html", "/plakat")

    async def code(self, request: Request) -> Response:
        """The QR code as a picture, for a letter home or a post of one's own."""
        offer = await self._found_offer(request, "/kode.png")
        if isinstance(offer, Response):
            return offer
        name = f"{offer.id}-qr.png"
        return Response(qr_png(self.address(request, offer)), media_type="image/png", headers={
            "cache-control": "no-cache", "content-disposition": f'inline; filename="{name}"'})

    async def _of_offer(self, request: Request, template: str, below: str = "") -> Response:
        offer = await self._found_offer(request, below)
        if isinstance(offer, Response):
            return offer
        sheet = await to_thread.run_sync(lambda: self._reader(self._place(request).id).sheet(offer))
        return self.show(request, template, self._place(request), sheet)

    def show(self, request: Request, template: str, place, sheet, **more) -> Response:
        """The page of an offer, also for an editor who looks at a draft."""
        address = self.address(request, sheet.card.offer)
        return self._page(request, template, place=place, sheet=sheet, offer=sheet.card.offer, address=address,
                          code=Markup(qr_svg(address)), shown_address=address.split("//", 1)[-1].removeprefix("www."),
                          **({"draft": None} | more))

    async def _found_offer(self, request: Request, below: str) -> Offer | Response:
        """The offer; else where it is now, or a page that says that it is not there and who helps."""
        place, wanted = self._place(request), request.path_params["offer"]
        try:
            offer, where = await to_thread.run_sync(self._look_up, place.id, wanted)
        except NoCatalogue:
            return self._page(request, "away.html", 503, asked=Asked())
        if offer is None:
            return self._page(request, "missing.html", 404, asked=Asked(), readers=READERS)
        if where:
            return RedirectResponse(f"/find/{where}/{offer.id}{below}", 301)
        return offer

    def _look_up(self, place: str, wanted: str) -> tuple[Offer | None, str | None]:
        """The offer, and its municipality when the address should be another one."""
        state, day = self._shelf.open().snapshot(), self._parts.clock().astimezone(COPENHAGEN).date()
        if found := state.view(place, day).by_id.get(wanted):
            return found, None
        for other in (place, *(i for i in state.municipalities if i != place)):
            view = state.view(other, day)
            if found := view.by_id.get(wanted) or moved(view, wanted):
                return found, other
        return None, None

    def reader_for(self, place: str, state) -> Reader:
        ready = bool(self._parts.presence.present(self._parts.clock()))
        return Reader(state, place, self._parts.clock(), ready, texts()["offer"])

    def _reader(self, place: str) -> Reader:
        return self.reader_for(place, self._shelf.open().snapshot())

    def address(self, request: Request, offer: Offer) -> str:
        """Where the world reaches the offer's page; on a poster it must be right for years."""
        settings, place = self._parts.settings, request.path_params.get("municipality") or offer.municipality
        base = settings.public_url or f"{'https' if settings.behind_https else request.url.scheme}://{request.url.netloc}"
        place = offer.municipality if offer.local else place
        return f"{base.rstrip('/')}/find/{place}/{offer.id}"

    def _page(self, request: Request, template: str, status: int = 200, **more) -> Response:
        place = more.pop("place", None) or self._place(request)
        return templates.TemplateResponse(request, template, {
            "place": place, "others": [municipalities.load(i) for i in municipalities.all_ids() if i != place.id],
            "kommune": "" if place.id == self._parts.settings.municipality else f"?kommune={place.id}",
            "lines": open_lines(place, None, self._parts.clock()).splitlines(), "words": texts()["page"],
            "version": VERSION, "shared_version": SHARED_VERSION, "danger": None, **more,
        }, status_code=status, headers={
            # What somebody searched for must not stay on a shared computer, nor in a frame of another page.
            "cache-control": "no-store", "content-security-policy": HEADERS["content-security-policy"]})

    def _place(self, request: Request) -> municipalities.Municipality:
        wanted = request.path_params["municipality"]
        if wanted not in municipalities.all_ids():
            raise Refused("unknown_municipality", 404)
        return municipalities.load(wanted)


__all__ = ["Pages", "STATIC", "VERSION", "templates", "texts"]
