"""How do those who run an offer tell their monthly counts? (A form and a file, at /console/statistik/tilbud.)"""

from __future__ import annotations

import csv
import io

from anyio import to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.accounts import Session
from bot.figure_words import FigureWords
from bot.offer_counts import COLUMNS, BadCounts, Month, OfferCounts, check, read_file
from channels.console.guard import BASE, page
from knowledge import municipality as municipalities
from knowledge.catalogue import Catalogue, NoCatalogue

KEEPERS = ("redaktoer", "koordinator", "administrator")  # who keeps an offer up to date tells its counts too
LARGEST = 60_000  # bytes of a file with its form
SHOWN_MONTHS = 12


def routes(console) -> list[BaseRoute]:
    return [Route("/statistik/tilbud", page(console, tell, KEEPERS, largest=LARGEST, files=1),
                  methods=["GET", "POST"]),
            Route("/statistik/tilbud/skema.csv", page(console, empty, KEEPERS))]


async def tell(console, request: Request, session: Session) -> Response:
    """The form, and what was told lately; POST takes one month, or a file, or says everything that is wrong."""
    words = await to_thread.run_sync(_words, console)
    if request.method == "GET":
        done = "counts_told" if "gemt" in request.query_params else None
        return await _page(console, request, session, words, done=done)
    form = await request.form()
    given = {name: str(form.get(name, "")).strip() for name in COLUMNS}
    file = form.get("file")
    today = console.parts.clock().date()
    try:
        rows = [given]
        if isinstance(file, UploadFile) and file.filename:
            rows = await to_thread.run_sync(
                read_file, file.filename, await file.read(), words.texts["offer_counts"]["columns"])
        months = check(rows, words.names, today)
    except BadCounts as error:
        faults = [fault.told(words.texts["offer_counts"]) for fault in error.faults[:50]]
        return await _page(console, request, session, words, 400, faults=faults, given=given)
    await to_thread.run_sync(_counts(console).write, months, _places(console))
    return RedirectResponse(f"{BASE}/statistik/tilbud?gemt", 303)


async def empty(console, request: Request, session: Session) -> Response:
    """A file to fill in: the columns, and every offer once."""
    words = await to_thread.run_sync(_words, console)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([words.texts["offer_counts"]["columns"][name] for name in COLUMNS])
    month = f"{console.parts.clock():%Y-%m}"
    writer.writerows([[offer, month, *[""] * (len(COLUMNS) - 2)] for offer in _local(console, words)])
    return Response(("\ufeff" + out.getvalue()).encode(), media_type="text/csv; charset=utf-8",
                    headers={"content-disposition": 'attachment; filename="tilbud-tal.csv"'})


def _counts(console) -> OfferCounts:
    return OfferCounts(console.parts.statistics.database)


def _catalogue(console) -> Catalogue | None:
    try:
        return Catalogue.open(console.parts.settings.catalogue)
    except NoCatalogue:
        return None


def _words(console) -> FigureWords:
    return FigureWords(_catalogue(console))


def _places(console) -> dict[str, str]:
    found, catalogue = {}, _catalogue(console)
    for place in municipalities.all_ids() if catalogue else ():
        found |= {o.id: o.municipality for o in catalogue.offers(place)}
    return found


def _local(console, words: FigureWords) -> list[str]:
    """The offers of the municipalities, by name: nobody here runs a national line."""
    places = _places(console)
    return sorted((o for o in words.names if places.get(o) in municipalities.all_ids()), key=words.names.get)


async def _page(console, request: Request, session: Session, words: FigureWords, status: int = 200, **more) -> Response:
    month = console.parts.clock()
    first = f"{month.year - 1}-{month.month:02d}"
    told: list[Month] = await to_thread.run_sync(_counts(console).read, first, f"{month:%Y-%m}")
    given = {"given": dict.fromkeys(COLUMNS, "") | {"month": f"{month:%Y-%m}"}, "faults": (), "error": None} | more
    return console.render(request, "statistics_offers.html", status, session=session, told=told[::-1], figures=words,
                          offers=await to_thread.run_sync(_local, console, words), texts=words.texts, **given)
