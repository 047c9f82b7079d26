"""Which offers are there, which must be confirmed, and what was done to them? (At /console/tilbud.)"""

from __future__ import annotations

from collections import Counter
from functools import partial

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.accounts import Session
from channels.console.editor import Editor
from channels.console.guard import BASE, Shut, page
from channels.console.workshop import EDITOR_ROLES, Workshop
from channels.find.asked import READERS, Asked
from channels.find.pages import texts as find_texts
from channels.find.shelf import NoCatalogue
from channels.find.view import Reader
from knowledge import freshness
from knowledge.editing import drafts
from knowledge.municipality import all_ids
from knowledge.search import find
from knowledge.store import Conflict, UnknownOffer

LARGEST, MOST_FIELDS = 60_000, 250  # of the form of an offer: many boxes, long texts
PER_SHEET, MOST_BATCHES, FOUND = 100, 60, 40


def routes(console) -> list[BaseRoute]:
    """Search and proposals for everybody who is logged in; the rest for editors."""
    shop = Workshop(console)
    overview, editor = Overview(shop), Editor(shop)
    for_all = partial(page, console, largest=LARGEST, fields=MOST_FIELDS)
    edit = partial(for_all, roles=EDITOR_ROLES)
    both = ["GET", "POST"]
    return [
        Route("/tilbud", for_all(overview.search)),
        Route("/tilbud/foreslaa", for_all(editor.propose), methods=both),
        Route("/tilbud/katalog", edit(overview.catalogue)),
        Route("/tilbud/bekraeft", edit(overview.stale)),
        Route("/tilbud/historik", edit(overview.history)),
        Route("/tilbud/fortryd/{batch:int}", edit(overview.rollback), methods=["POST"]),
        Route("/tilbud/nyt", edit(editor.form), methods=both),
        Route("/tilbud/kladde/{draft:int}", edit(editor.draft)),
        Route("/tilbud/kladde/{draft:int}/vis", edit(editor.preview)),
        Route("/tilbud/kladde/{draft:int}/{move}", edit(editor.settle), methods=["POST"]),
        Route("/tilbud/{offer}", edit(editor.offer)),
        Route("/tilbud/{offer}/foreslaa", for_all(editor.propose), methods=both),
        Route("/tilbud/{offer}/ret", edit(editor.form), methods=both),
        Route("/tilbud/{offer}/{move}", edit(editor.move), methods=["POST"]),
    ]


class Overview:
    """The pages about many offers."""

    def __init__(self, shop: Workshop):
        self._shop = shop

    async def search(self, console, request: Request, session: Session) -> Response:
        """What the public page finds, and what only professionals see, with every contact that may be told."""
        shop, query = self._shop, request.query_params
        asked = Asked.read(query, (*READERS, "fagperson"))
        place = query.get("kommune") if query.get("kommune") in all_ids() else console.parts.settings.municipality

        def look() -> dict:
            now, catalogue = shop.now(), shop.catalogue()
            found = find(catalogue, asked.text, place, now, asked.filters, professional=True, limit=FOUND)
            state = catalogue.snapshot()
            ready = bool(console.parts.presence.present(now))
            reader = Reader(state, place, now, ready, find_texts()["offer"], professional=True)
            public = state.view(place, shop.today()).by_id
            return {"found": [reader.sheet(offer) for offer in found], "public": public}
        try:
            found = await to_thread.run_sync(look)
        except NoCatalogue as error:
            raise Shut("no_catalogue", 503) from error
        return shop.render(request, session, "search.html", asked=asked, here=place, readers=(*READERS, "fagperson"),
                           most=FOUND, **found)

    async def catalogue(self, console, request: Request, session: Session) -> Response:
        """Every offer with its state, and what waits beside it."""
        shop, query = self._shop, request.query_params
        view = query.get("vis") if query.get("vis") in shop.said["views"] else "alle"
        place = query.get("kommune") if query.get("kommune") in shop.known() else None
        words = query.get("q", "").casefold().split()

        def rows() -> dict:
            store = shop.store()
            offers = store.offers()
            old = {item.offer.id: item for item in freshness.old(offers, shop.today())}
            waiting = drafts(store)
            beside = Counter((d.offer.id, d.kind) for d in waiting)
            ids = {d.offer.id for d in waiting}
            fresh = {d.offer.id: d.offer for d in waiting}
            offers += [fresh[i] for i in fresh if i not in {o.id for o in offers}]
            chosen = [o for o in offers if not place or o.municipality == place]
            chosen = [o for o in chosen if all(w in f"{o.name} {o.id} {o.keeper}".casefold() for w in words)]
            groups = {"alle": chosen, "udgivet": [o for o in chosen if o.status == "published"],
                      "bekraeft": [o for o in chosen if o.id in old], "aendringer": [o for o in chosen if o.id in ids],
                      "kladde": [o for o in chosen if o.status == "draft"],
                      "trukket": [o for o in chosen if o.status == "withdrawn"]}
            shown = sorted(groups[view], key=lambda o: o.name.casefold())
            sheet = Asked.read(query).sheet
            return {"rows": shown[(sheet - 1) * PER_SHEET:sheet * PER_SHEET], "old": old, "beside": beside,
                    "counts": {key: len(group) for key, group in groups.items()}, "sheet": sheet,
                    "sheets": max(1, -(-len(shown) // PER_SHEET))}
        return shop.render(request, session, "catalogue.html", view=view, chosen=place, words_given=query.get("q", ""),
                           **await to_thread.run_sync(rows))

    async def stale(self, console, request: Request, session: Session) -> Response:
        """What must be confirmed, by who keeps it."""
        shop = self._shop
        groups = await to_thread.run_sync(
            lambda: freshness.by_keeper(freshness.old(shop.store().offers(), shop.today())))
        return shop.render(request, session, "stale.html", groups=groups,
                           count=sum(len(items) for items in groups.values()))

    async def history(self, console, request: Request, session: Session, status: int = 200,
                      wrong: str | None = None) -> Response:
        """The latest changes, each with its role and time, and the way back."""
        batches = await to_thread.run_sync(lambda: self._shop.store().batches(MOST_BATCHES))
        return self._shop.render(request, session, "history.html", status, batches=batches, wrong=wrong)

    async def rollback(self, console, request: Request, session: Session) -> Response:
        """Undoes one change as a change of its own."""
        shop, batch = self._shop, request.path_params["batch"]

        def undo() -> None:
            shop.store().rollback(batch, session.counsellor.role, shop.now())
        try:
            await to_thread.run_sync(undo)
        except UnknownOffer:
            return await self.history(console, request, session, 404, shop.said["errors"]["no_batch"])
        except Conflict as error:
            names = [found.name if (found := shop.present(i)) else i for i in error.ids]
            wrong = shop.said["errors"]["rollback"].format(batch=batch, names=", ".join(names[:5]))
            return await self.history(console, request, session, 409, wrong)
        return RedirectResponse(f"{BASE}/tilbud/historik?gemt=rolled_back", 303)
