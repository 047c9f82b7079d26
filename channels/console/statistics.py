"""What happens now, and what do the figures of a period say? (At /console/statistik, for those who lead.)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from anyio import to_thread
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import report as reports
from bot.accounts import Session
from bot.counts_read import UNKNOWN
from bot.facts import AGE_BANDS
from bot.figures import Figures, TooManyFilters, View
from bot.offer_counts import OfferCounts
from bot.offer_figures import told
from bot.overview import Overview, by_key
from bot.periods import BadPeriod, Period, months_back
from bot.reporting import Reporting
from bot.settings import SettingError
from channels.console.guard import Shut, page
from channels.console.quality import REVIEWERS
from nlu.vocabulary import AUDIENCE, RISK, TOPICS

LEADERS = ("koordinator", "administrator")
TEMPLATES = (Path(__file__).parent / "templates", Path(reports.__file__).parent / "report_templates")
KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "csv": "text/csv; charset=utf-8",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
CHOICES = {"municipality": (), "channel": ("web", "sms", "telegram"), "audience": AUDIENCE, "danger": RISK,
           "age_band": (*(name for _, _, name in AGE_BANDS), UNKNOWN), "topic": TOPICS}


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `error` is a key of the figures' own texts."""

    period: Period
    filters: tuple[tuple[str, str], ...]
    compare: bool
    error: str | None = None


class Desk:
    """The figures of an installation as the pages use them: its own, and the simulated ones."""

    def __init__(self, console):
        self.console = console
        self.templates = environment(console.templates)
        self._made: dict[bool, Reporting] = {}

    def reporting(self, simulated: bool) -> Reporting | None:
        """None when nothing was simulated."""
        parts = self.console.parts
        if simulated not in self._made:
            try:
                self._made[simulated] = (Reporting.of(parts.settings, True) if simulated
                                         else Reporting.on(parts.statistics.database, parts.settings, False))
            except SettingError:
                return None
        return self._made[simulated]


def environment(like: Environment | None = None) -> Environment:
    """The console's templates, with those of the report."""
    made = Environment(loader=ChoiceLoader([FileSystemLoader(folder) for folder in TEMPLATES]),
                       undefined=StrictUndefined, autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True)
    made.filters.update((like.filters if like else {}) | reports.FILTERS)
    return made


def routes(console) -> list[BaseRoute]:
    desk = Desk(console)

    async def dashboard(_console, request: Request, session: Session) -> Response:
        return await _dashboard(desk, request, session)

    async def download(_console, request: Request, session: Session) -> Response:
        return await _download(desk, request)
    return [Route("/statistik", page(console, dashboard, LEADERS)),
            Route("/statistik/rapport.{form}", page(console, download, LEADERS))]


async def _dashboard(desk: Desk, request: Request, session: Session) -> Response:
    console, now = desk.console, desk.console.parts.clock()
    simulated = request.query_params.get("simuleret") == "1"
    reporting = await to_thread.run_sync(desk.reporting, simulated)
    if reporting is None:
        raise Shut("nothing_simulated", 404)
    asked = read(request.query_params, reporting, now.date())
    body = await to_thread.run_sync(dashboard_html, reporting, asked.period, asked.filters, asked.compare,
                                    desk.templates)
    months = await to_thread.run_sync(reporting.reader.months, simulated)
    given = {"body": body, "asked": asked, "chosen": dict(asked.filters), "simulated": simulated, "months": months,
             "periods": periods(months), "choices": CHOICES | {"municipality": reporting.places()},
             "figures": reporting.words, "now": await to_thread.run_sync(happening, console),
             "texts": reporting.words.texts}
    return console.render(request, "statistics.html", 400 if asked.error else 200, session=session,
                          reviewers=REVIEWERS, **given)


def happening(console) -> dict:
    """The queue as it stands, as its counsellors see it. These are no figures: they are gone in a moment."""
    parts, now = console.parts, console.parts.clock()
    queue = parts.store.queue()
    waited = [int((now - c.waiting_since).total_seconds() // 60) for c in queue if c.waiting_since]
    return {"waiting": len(queue), "longest": max(waited, default=None),
            "talking": sum(c.state == "counsellor" for c in parts.store.open_conversations()),
            "danger": sum(c.state == "robot" for c in parts.store.in_danger_with_robot()),
            "present": len(parts.presence.present(now))}


def dashboard_html(reporting: Reporting, period: Period, filters: Sequence[tuple[str, str]] = (),
                   compare: bool = False, templates: Environment | None = None) -> str:
    """All figures of a view."""
    view = View(period, tuple(filters), reporting.simulated)
    before = Figures(reporting.reader, View(period.before(), view.filters, view.simulated)) if compare else None
    overview = Overview(Figures(reporting.reader, view), reporting.words, before)
    words = reporting.words
    counts = told(OfferCounts(reporting.database, reporting.simulated), period, dict(filters).get("municipality"))
    return (templates or environment()).get_template("statistics_body.html").render(
        blocks=by_key(overview.blocks()), heads=overview.headlines(), compared=compare, told=counts, words=words,
        texts=words.texts, ui=words.texts["ui"])


def read(query: Mapping[str, str], reporting: Reporting, today: date) -> Asked:
    """What the address asks for; without a period, the last half-year that is counted."""
    filters = tuple((name, query[name]) for name in CHOICES if query.get(name)
                    and query[name] in (CHOICES[name] or reporting.places()))
    error, months = None, reporting.reader.months(reporting.simulated)
    usual = months_back(today, 6) if not months else Period(months[-6:][0], months[-1])
    half = [p for _, p in periods(months) if p.kind == "half"]
    period = half[0] if half and reporting.simulated else usual
    if query.get("periode") or query.get("fra"):
        first, _, last = (query.get("periode") or f"{query['fra']}--{query.get('til') or query['fra']}").partition("--")
        try:
            period = Period.parse(first, last or first)
        except BadPeriod as wrong:
            error = wrong.reason
    if len(filters) > 3:
        error, filters = "filters", filters[:3]
    return Asked(period, filters, query.get("sammenlign") == "1", error)


def periods(months: Sequence[str]) -> list[tuple[str, Period]]:
    """The calendar's own periods in which anything was counted, the longest and latest first."""
    found = []
    for size in (12, 6, 3, 1):
        starts = sorted({f"{m[:4]}-{(int(m[5:]) - 1) // size * size + 1:02d}" for m in months}, reverse=True)
        found += [(f"{s}--{s[:4]}-{int(s[5:]) + size - 1:02d}", Period(s, f"{s[:4]}-{int(s[5:]) + size - 1:02d}"))
                  for s in starts]
    return found


async def _download(desk: Desk, request: Request) -> Response:
    form = request.path_params["form"]
    reporting = await to_thread.run_sync(desk.reporting, request.query_params.get("simuleret") == "1")
    if form not in KINDS or reporting is None:
        raise Shut("not_found", 404)
    today = desk.console.parts.clock().date()
    asked = read(request.query_params, reporting, today)
    if asked.error:
        raise Shut("unreadable", 400)

    def made() -> bytes:
        try:
            return reporting.as_file(reporting.of_view(View(asked.period, asked.filters, reporting.simulated), today),
                                     form)
        except TooManyFilters as error:
            raise Shut("unreadable", 400) from error
    data = await to_thread.run_sync(made)
    name = reporting.name(asked.period, dict(asked.filters).get("municipality"), form)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=KINDS[form], headers=headers)
