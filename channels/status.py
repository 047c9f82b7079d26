"""How is each way in doing, and what has to be done about it? (A page for staff, at /console/status.)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from anyio import to_thread
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.accounts import ROLES
from channels.console.guard import BASE, DESK_ROLES, Shell, page
from channels.console.words import Words
from channels.ways import Ways
from channels.words import words
from knowledge import municipality as municipalities
from knowledge.hours import COPENHAGEN

HERE = Path(__file__).parent
MAY_SEE = ("koordinator", "administrator")
NO_ERROR = ("in", "out", "report", "duplicate", "not_read")
TROUBLE = ("access", "retry", "error")  # what means that the channel does not work now, when it was a moment ago
TROUBLE_LASTS = timedelta(minutes=15)


@dataclass(frozen=True)
class Line:
    """One kind of error of a channel."""

    event: str
    what: str
    count: int
    last: str
    fix: str | None


@dataclass(frozen=True)
class ChannelState:
    """What the page shows of a channel. `state` is "on", "off" or "trouble"."""

    id: str
    name: str
    state: str
    missing: tuple[str, ...]
    how: str | None
    last_in: str | None
    last_out: str | None
    waiting: int
    errors: tuple[Line, ...]


def routes(house, ways: Ways) -> list[BaseRoute]:
    """For those who lead the desk or the installation."""
    loader = ChoiceLoader([FileSystemLoader(HERE / "templates"), FileSystemLoader(HERE / "console" / "templates")])
    templates = Environment(loader=loader, undefined=StrictUndefined, autoescape=select_autoescape(),
                            trim_blocks=True, lstrip_blocks=True)
    console, console_words = SimpleNamespace(parts=house.parts, accounts=house.accounts), Words.load()

    def show(request: Request, template: str, status: int = 200, **more) -> Response:
        given = {"session": None, "error": None, "done": None, "made": None} | more
        html = templates.get_template(template).render(
            base=BASE, place=municipalities.load(house.parts.settings.municipality), words=console_words,
            desk_roles=DESK_ROLES, roles=ROLES, path=f"{BASE}/status", query=request.query_params, **given)
        return HTMLResponse(html, status)

    async def status(_console, request: Request, session) -> Response:
        found = await to_thread.run_sync(states, ways)
        return show(request, "status.html", session=session, channels=found, say=words()["status"])

    def refused(request: Request, reason: str, status: int) -> Response:
        return show(request, "refused.html", status, error=reason)

    shown = Shell(Route("/status", page(console, status, MAY_SEE)).app, refused, house.parts.settings.behind_https)
    return [Route("/status", shown, methods=["GET"])]


def states(ways: Ways) -> list[ChannelState]:
    """Every channel beside the web, in a fixed order."""
    return [state(ways, channel) for channel in ("sms", "telegram")]


def state(ways: Ways, channel: str) -> ChannelState:
    say, counts, now = words()["status"], ways.tally.read(channel), ways.parts.clock()
    on = channel in ways.transports
    trouble = any(e in counts and now - counts[e].last_at < TROUBLE_LASTS
                  and ("out" not in counts or counts["out"].last_at <= counts[e].last_at) for e in TROUBLE)
    errors = [Line(event, say["events"][event], found.count, moment(found.last_at), say["fixes"].get(event))
              for event, found in sorted(counts.items(), key=lambda item: item[1].last_at, reverse=True)
              if event not in NO_ERROR]
    return ChannelState(
        channel, say["channels"][channel], "off" if not on else "trouble" if trouble else "on",
        tuple(ways.missing(channel)), None if on else say["how_on"][channel],
        moment(counts["in"].last_at) if "in" in counts else None,
        moment(counts["out"].last_at) if "out" in counts else None,
        ways.outbox.waiting(channel), tuple(errors))


def moment(at: datetime) -> str:
    """Date and time as they are said in Denmark."""
    local = at.astimezone(COPENHAGEN)
    return f"{local.day}.{local.month}.{local.year} kl. {local:%H:%M}"
