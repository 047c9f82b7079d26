"""How does one offer become another: proposed, drafted, looked at, published, confirmed, withdrawn?"""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.accounts import Session
from channels.console import offer_form
from channels.console.guard import BASE, Shut
from channels.console.workshop import Workshop, mark
from channels.find.shelf import NoCatalogue, slug
from knowledge import editing
from knowledge.checking import InvalidOffer
from knowledge.freshness import CONFIRM_EVERY_DAYS, old
from knowledge.municipality import NATIONAL, load
from knowledge.offer import Offer
from knowledge.store import PROFESSIONAL, ROLES, Conflict, UnknownOffer

MOVES = {"bekraeft": (editing.confirm, "confirmed"), "traek-tilbage": (editing.withdraw, "withdrawn"),
         "udgiv-igen": (editing.republish, "republished")}
MOST_CHANGES = 30


class Editor:
    """The pages about one offer."""

    def __init__(self, shop: Workshop):
        self._shop = shop

    async def offer(self, console, request: Request, session: Session, status: int = 200, **more) -> Response:
        """As it is now, what waits beside it, and what was done to it."""
        shop, offer_id = self._shop, request.path_params["offer"]

        def read() -> dict:
            present, beside = shop.present(offer_id), editing.drafts(shop.store(), offer_id)
            if present is None and not beside:
                raise Shut("not_found", 404)
            return {"present": present, "beside": beside, "changes": shop.store().changes(offer_id, MOST_CHANGES),
                    "mark": mark(present), "old": old([present], shop.today()) if present else []}
        found = await to_thread.run_sync(read)
        if found["present"] is None:
            return RedirectResponse(f"{BASE}/tilbud/kladde/{found['beside'][-1].id}", 303)
        return shop.render(request, session, "offer.html", status, fields=offer_form.EDITED,
                           every=CONFIRM_EVERY_DAYS, **(found | more))

    async def move(self, console, request: Request, session: Session) -> Response:
        """Confirm, withdraw, or show again; refused when the offer is not the one that was read."""
        shop, offer_id = self._shop, request.path_params["offer"]
        if request.path_params["move"] not in MOVES:
            raise Shut("not_found", 404)
        act, done = MOVES[request.path_params["move"]]
        given = str((await request.form()).get("mark", ""))

        def apply() -> bool:
            present = shop.present(offer_id)
            if present is None:
                raise Shut("not_found", 404)
            if given != mark(present):
                return False
            act(shop.store(), offer_id, session.counsellor.role, shop.now())
            return True
        try:
            if not await to_thread.run_sync(apply):
                wrong = shop.said["errors"]["changed_move"]
                return await self.offer(console, request, session, 409, wrong=wrong)
        except InvalidOffer as error:
            return await self.offer(console, request, session, 400, problems=shop.problems(error))
        return RedirectResponse(f"{BASE}/tilbud/{offer_id}?gemt={done}", 303)

    async def form(self, console, request: Request, session: Session) -> Response:
        """An editor's draft: of a new offer, of one that is there, or of a draft or proposal that goes on."""
        return await self._form(request, session, editor=True)

    async def propose(self, console, request: Request, session: Session) -> Response:
        """Anybody's proposal, which an editor reads."""
        return await self._form(request, session, editor=False)

    async def _form(self, request: Request, session: Session, editor: bool) -> Response:
        shop = self._shop
        present, begun = await to_thread.run_sync(self._start, request, editor)
        page = {"present": present, "for_editor": editor, "begun": begun, "mark": self._mark(present, editor),
                "note": begun.note if begun and begun.note else ""}
        if request.method == "GET":
            offer = begun.offer if begun else present
            late = begun and begun.base != (present.as_data() if present else None)  # saved again, it would not show
            return shop.render(request, session, "form.html", given=offer_form.filled(offer, shop.hours_words),
                               wrong=shop.said["errors"]["outdated"] if late else None, **page)
        form = await request.form()
        given, note = offer_form.typed(form), str(form.get("note", ""))
        page |= {"given": given, "note": note}
        if editor and str(form.get("mark", "")) != page["mark"]:
            return shop.render(request, session, "form.html", 409, wrong=shop.said["errors"]["changed"], **page)
        try:
            started = present or (begun and begun.offer)
            kept = await to_thread.run_sync(self._keep, given, started, note, session, editor)
        except InvalidOffer as error:
            return shop.render(request, session, "form.html", 400, problems=shop.problems(error), **page)
        if editor:
            return RedirectResponse(f"{BASE}/tilbud/kladde/{kept.id}?gemt=draft", 303)
        return RedirectResponse(f"{BASE}/tilbud?gemt=proposed", 303)

    def _start(self, request: Request, editor: bool) -> tuple[Offer | None, editing.Draft | None]:
        """The offer that the form is about, and the draft that it goes on with."""
        shop, offer_id = self._shop, request.path_params.get("offer")
        number = request.query_params.get("kladde", "")
        begun = None
        if editor and number.isascii() and number.isdigit() and len(number) < 10:
            begun = self._draft(int(number))
        present = shop.present(offer_id) if offer_id else None
        if offer_id and (begun.offer.id != offer_id if begun else present is None):
            raise Shut("not_found", 404)
        return present, begun

    def _mark(self, present: Offer | None, editor: bool) -> str:
        """Another editor's draft would be written over, so it counts too."""
        if present is None or not editor:
            return mark(present)
        own = [d for d in editing.drafts(self._shop.store(), present.id) if d.kind == "draft"]
        return mark(present, own[-1] if own else None)

    def _keep(self, given: dict[str, Any], present: Offer | None, note: str, session: Session,
              editor: bool) -> editing.Draft:
        shop = self._shop
        data = offer_form.data_of(given, present, shop.hours_words, shop.known(), editor)
        data.setdefault("id", self._new_id(data))
        role = session.counsellor.role if session.counsellor.role in ROLES else PROFESSIONAL
        if editor:
            return editing.draft(shop.store(), data, role, shop.now(), note)
        return editing.propose(shop.store(), data, shop.now(), note, role)

    def _new_id(self, data: dict[str, Any]) -> str:
        """hed-sorggruppe; with a number behind it when that is taken."""
        start = NATIONAL if data["municipality"] == NATIONAL else load(data["municipality"]).id
        wanted = f"{start[:3]}-{slug(data['name']) or 'tilbud'}"
        store = self._shop.store()
        taken = {o.id for o in store.offers()} | {d.offer.id for d in editing.drafts(store)}
        names = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def _draft(self, number: int) -> editing.Draft:
        try:
            return editing.find_draft(self._shop.store(), number)
        except UnknownOffer as error:
            raise Shut("not_found", 404) from error

    async def draft(self, console, request: Request, session: Session, status: int = 200, **more) -> Response:
        """Field by field, what would be another; and what can be done with it."""
        shop = self._shop

        def read() -> dict:
            found = self._draft(request.path_params["draft"])
            present = shop.present(found.offer.id)
            return {"draft": found, "present": present, "differences": editing.difference(shop.store(), found)}
        found = await to_thread.run_sync(read)
        return shop.render(request, session, "draft.html", status, **({"conflict": False} | found | more))

    async def preview(self, console, request: Request, session: Session) -> Response:
        """The page as the young person would get it today."""
        shop = self._shop

        def draw():
            found = self._draft(request.path_params["draft"])
            seen, default = editing.preview(found, shop.now()), console.parts.settings.municipality
            place = load(seen.municipality if seen.local else default)
            return place, shop.find.reader_for(place.id, shop.catalogue().snapshot()).sheet(seen), found.id
        try:
            place, sheet, number = await to_thread.run_sync(draw)
        except NoCatalogue as error:
            raise Shut("no_catalogue", 503) from error
        return shop.find.show(request, "offer.html", place, sheet, draft=f"{BASE}/tilbud/kladde/{number}")

    async def settle(self, console, request: Request, session: Session) -> Response:
        """Publish, or throw away. Publishing over a colleague's change must be asked for a second time."""
        shop, number, move = self._shop, request.path_params["draft"], request.path_params["move"]
        if move not in ("udgiv", "kasser"):
            raise Shut("not_found", 404)
        force = bool((await request.form()).get("alligevel"))
        found = await to_thread.run_sync(self._draft, number)
        if move == "kasser":
            await to_thread.run_sync(editing.discard, shop.store(), number)
            there = await to_thread.run_sync(shop.present, found.offer.id)
            where = found.offer.id if there else "katalog"
            return RedirectResponse(f"{BASE}/tilbud/{where}?gemt=discarded", 303)
        try:
            await to_thread.run_sync(editing.publish, shop.store(), number, session.counsellor.role, shop.now(), force)
        except Conflict:
            wrong = shop.said["errors"]["conflict"]
            return await self.draft(console, request, session, 409, wrong=wrong, conflict=True)
        except InvalidOffer as error:
            return await self.draft(console, request, session, 400, problems=shop.problems(error))
        # The words are found at once; that it can be found by meaning too takes a moment, and nobody waits for it.
        return RedirectResponse(f"{BASE}/tilbud/{found.offer.id}?gemt=published", 303,
                                background=BackgroundTask(to_thread.run_sync, shop.store().serve, True))
