"""Which hours has a coordinator set, and which days differ?"""

from __future__ import annotations

from datetime import date, timedelta

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from bot.accounts import Session
from bot.rota import BadHours
from channels.console.guard import Shut
from knowledge import municipality as municipalities
from knowledge.hours import DAYS

KEEPERS = ("koordinator", "administrator")
HOLIDAYS = ("closed", "as_weekday", "unknown")


async def page_of(console, request: Request, session: Session) -> Response:
    """The week and its exceptions; POST changes one of the two."""
    given, error, done = None, None, None
    place = request.query_params.get("kommune", console.parts.settings.municipality)
    if place not in municipalities.all_ids():
        raise Shut("not_found", 404)
    if request.method == "POST":
        given = await request.form()
        try:
            done = await to_thread.run_sync(_change, console, place, given)
            given = None
            await to_thread.run_sync(console.audit.wrote, console.parts.clock(), session.counsellor.id, "rota")
        except (BadHours, ValueError):
            error = "hours_unreadable"
    plan = await to_thread.run_sync(console.gateway.waiting.rota.plan, place)
    now = console.parts.clock()
    week = {day: " ".join(str(slot) for slot in (plan.hours.week[n] if plan.hours else ()))
            for n, day in enumerate(DAYS)}
    if given and "week" in given:
        week = {day: str(given.get(day, "")) for day in DAYS}
    days = sorted((day, " ".join(map(str, slots))) for day, slots in plan.days.items() if day >= now.date())
    return console.render(
        request, "rota.html", 400 if error else 200, session=session, error=error, done=done, week=week, days=days,
        plan=plan, here=console.gateway.waiting.availability_of(place, now), holidays=HOLIDAYS, chosen=place,
        places=[municipalities.load(i) for i in municipalities.all_ids()], today=now.date().isoformat(),
        last=(now.date() + timedelta(days=366)).isoformat())


def _change(console, place: str, form) -> str:
    """Raises BadHours and ValueError."""
    rota = console.gateway.waiting.rota
    if "week" in form:
        week: dict = {day: _slots(str(form.get(day, ""))) for day in DAYS}
        rule = str(form.get("holiday", "unknown"))
        rota.set_week(place, week | {"holiday": rule if rule in HOLIDAYS else "unknown"}, "confirmed" in form)
        return "rota_week"
    day = date.fromisoformat(str(form.get("day", "")))
    if "forget" in form:
        rota.forget_day(place, day)
        return "rota_day_forgotten"
    rota.set_day(place, day, "" if "nobody" in form else " ".join(_slots(str(form.get("intervals", ""))))
                 or _missing())
    return "rota_day"


def _slots(words: str) -> list[str]:
    """ "10-14, 16:00 - 20" as "10:00-14:00" and "16:00-20:00". """
    slots = []
    for part in words.replace("–", "-").replace(" - ", "-").replace(".", ":").replace(",", " ").split():
        ends = [end if ":" in end else f"{end}:00" for end in part.split("-")]
        slots.append("-".join(ends))
    return slots


def _missing() -> str:
    raise BadHours("hours_interval", "")
