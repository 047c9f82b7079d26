"""Which letters wait, and how do two counsellors answer one together? (Plain forms, at /console/breve.)"""

from __future__ import annotations

from dataclasses import dataclass

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.accounts import Session
from bot.incoming import Refused
from bot.letter_desk import MOST_TITLE, MOST_TOPICS, TROUBLES, LetterDesk
from bot.letter_states import ANSWERED, DRAFTED, RECEIVED, IllegalLetterMove, Letter, Public
from bot.store import NotFound
from channels.console.guard import BASE, DESK_ROLES, Shut, page
from channels.dates import FILTERS
from knowledge import municipality as municipalities

LARGEST = 60_000  # bytes of a form: a letter and its answer may each be long
MOVES = ("draft", "approve", "propose", "publish")


@dataclass(frozen=True)
class Row:
    """One letter of the list."""

    letter: Letter
    alias: str
    days: int          # since it came
    overdue: bool
    mine: bool         # I wrote what waits for a colleague


def routes(console) -> list[BaseRoute]:
    """The pages of the letters, for whoever may talk with the young."""
    console.templates.filters.update(FILTERS)

    async def move(console, request: Request, session: Session) -> Response:
        if request.path_params["move"] not in MOVES:
            raise Shut("not_found", 404)
        return await _move(console, request, session)

    return [
        Route("/breve", page(console, overview, DESK_ROLES)),
        Route("/breve/lagt-ud", page(console, published, DESK_ROLES)),
        Route("/breve/lagt-ud/{published}/tag-ned", page(console, take_down, DESK_ROLES), methods=["POST"]),
        Route("/breve/{letter}", page(console, one, DESK_ROLES)),
        Route("/breve/{letter}/{move}", page(console, move, DESK_ROLES, largest=LARGEST), methods=["POST"]),
    ]


def desk_of(console) -> LetterDesk:
    return LetterDesk(console.parts, console.gateway.letters)


async def overview(console, request: Request, session: Session) -> Response:
    """Danger first, then what is due first; what waits for a colleague apart from what waits for anybody."""
    rows = [_row(console, letter, session) for letter in await desk_of(console).all(session.counsellor)]
    groups = {
        "received": [r for r in rows if r.letter.state == RECEIVED],
        "drafted": [r for r in rows if r.letter.state == DRAFTED],
        "publish": [r for r in rows if r.letter.state == ANSWERED and r.letter.may_publish],
        "answered": [r for r in rows if r.letter.state == ANSWERED and not r.letter.may_publish]}
    return console.render(request, "letters.html", session=session, groups=groups)


def _row(console, letter: Letter, session: Session) -> Row:
    now = console.parts.clock()
    author = letter.proposed_by if letter.state == ANSWERED else letter.answered_by
    return Row(letter, console.words.alias(letter.id), (now - letter.created_at).days, letter.is_overdue(now),
               author == session.counsellor.id)


async def one(console, request: Request, session: Session) -> Response:
    """The letter, its answer, and what may be done next."""
    letter = await _letter(console, request, session)
    await _wrote(console, session, "letter_opened", letter.id)
    return await _show(console, request, session, letter)


async def _wrote(console, session: Session, act: str, letter: str | None = None) -> None:
    await to_thread.run_sync(console.audit.wrote, console.parts.clock(), session.counsellor.id, act, letter)


async def _letter(console, request: Request, session: Session) -> Letter:
    try:
        return await desk_of(console).get(request.path_params["letter"], session.counsellor)
    except NotFound as error:
        raise Shut("letter_gone", 404) from error


async def _show(console, request: Request, session: Session, letter: Letter, status: int = 200, **more) -> Response:
    ids = {letter.answered_by, letter.approved_by, letter.proposed_by} - {None}
    found = [await to_thread.run_sync(console.accounts.get, i) for i in ids]
    done = request.query_params.get("gemt")
    given = {"text": letter.answer or "", "public": letter.proposal or Public("", letter.text, letter.answer or "", ()),
             "done": done if done in console.words.group("done") else None} | more
    return console.render(
        request, "letter.html", status, session=session, row=_row(console, letter, session), letter=letter,
        names={c.id: c.display_name for c in found if c}, of=municipalities.load(letter.municipality),
        topics=[t for t in console.words.group("topics") if t in TROUBLES], most_title=MOST_TITLE,
        most_topics=MOST_TOPICS, most=console.parts.settings.max_characters, **given)


async def _move(console, request: Request, session: Session) -> Response:
    """One move; what was refused stays in its form, with the reason."""
    letter, move, form, me = await _letter(console, request, session), request.path_params["move"], \
        await request.form(), session.counsellor
    desk, done = desk_of(console), f"letter_{move}"
    text = str(form.get("text", ""))
    public = Public(str(form.get("title", "")), str(form.get("question", "")), str(form.get("answer", "")),
                    tuple(map(str, form.getlist("topics"))))
    try:
        if move == "draft":
            await desk.draft(letter.id, me, text)
        elif move == "propose":
            _, masked = await desk.propose(letter.id, me, public)
            done = "letter_propose_masked" if masked else done
        else:
            revision = str(form.get("revision", ""))
            act = desk.approve if move == "approve" else desk.publish
            await act(letter.id, me, int(revision) if revision.isascii() and revision.isdigit() else -1)
    except NotFound as error:
        raise Shut("letter_gone", 404) from error
    except (IllegalLetterMove, Refused) as error:
        kept = {"draft": {"text": text}, "propose": {"public": public}}.get(move, {})
        status = 409 if isinstance(error, IllegalLetterMove) else error.status
        return await _show(console, request, session, await _letter(console, request, session), status,
                           error=error.reason, done=None, **kept)
    await _wrote(console, session, f"letter_{move}", letter.id)
    return RedirectResponse(f"{BASE}/breve/{letter.id}?gemt={done}", 303)


async def published(console, request: Request, session: Session) -> Response:
    """What everybody can read now."""
    found = await to_thread.run_sync(console.gateway.letters.store.published)
    done = "letter_taken_down" if "ned" in request.query_params else None
    return console.render(request, "letters_public.html", session=session, found=found, done=done)


async def take_down(console, request: Request, session: Session) -> Response:
    try:
        await desk_of(console).take_down(request.path_params["published"])
    except NotFound as error:
        raise Shut("letter_gone", 404) from error
    await _wrote(console, session, "letter_taken_down")
    return RedirectResponse(f"{BASE}/breve/lagt-ud?ned", 303)
