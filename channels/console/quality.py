"""Was the robot right? (A sample of conversations, for coordinators, at /console/kvalitet.)

Only what was drawn by chance can be opened here, each opening stands in the log, and with the conversation it is
deleted from the sample too.
"""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.accounts import Session
from bot.figure_words import texts as figure_texts
from bot.incoming import Refused
from bot.store import NotFound
from bot.watch import LONGEST, MARKS, Watch, exported
from channels.console.guard import BASE, Shut, page
from nlu.vocabulary import AUDIENCE, RISK, TOPICS

REVIEWERS = ("koordinator",)  # leads the counsellors, and may read what they may


def routes(console) -> list[BaseRoute]:
    return [Route("/kvalitet", page(console, overview, REVIEWERS), methods=["GET", "POST"]),
            Route("/kvalitet/saetninger", page(console, learned, REVIEWERS), methods=["GET", "POST"]),
            Route("/kvalitet/saetninger.yml", page(console, export, REVIEWERS)),
            Route("/kvalitet/{conversation}", page(console, one, REVIEWERS), methods=["GET", "POST"])]


def watch_of(console) -> Watch:
    return Watch(console.parts.store, console.parts.statistics)


async def overview(console, request: Request, session: Session) -> Response:
    """The sample; POST draws it."""
    watch, p = watch_of(console), console.parts
    if request.method == "POST":
        await to_thread.run_sync(watch.draw, p.clock(), p.rng)
        return RedirectResponse(f"{BASE}/kvalitet", 303)
    return console.render(request, "quality.html", session=session, sample=await to_thread.run_sync(watch.sample),
                          waiting=len(await to_thread.run_sync(watch.sentences)), retention=p.settings)


async def one(console, request: Request, session: Session) -> Response:
    """One conversation of the sample; POST marks it, or keeps a sentence that was written anew."""
    watch, now = watch_of(console), console.parts.clock()
    conversation, done, masked = request.path_params["conversation"], None, ()
    try:
        found, thread = await to_thread.run_sync(watch.one, conversation)
        await to_thread.run_sync(console.audit.wrote, now, session.counsellor.id, "supervised", conversation)
        if request.method == "POST":
            form = await request.form()
            if form.get("text") is not None:
                given = [str(form.get(name, "")) for name in ("text", "topic", "risk", "audience")]
                masked = await to_thread.run_sync(watch.learn, *given, now)
                done = "sentence_masked" if masked else "sentence_kept"
            else:
                await to_thread.run_sync(watch.mark, conversation, str(form.get("kind")), str(form.get("mark")), now)
                done = "marked"
            found, thread = await to_thread.run_sync(watch.one, conversation)
    except NotFound as error:
        raise Shut("gone", 404) from error
    except ValueError as error:
        raise Shut("unreadable", 400) from error
    except Refused as error:
        raise Shut(error.reason, error.status) from error
    if found.done and done == "marked":
        return RedirectResponse(f"{BASE}/kvalitet", 303)
    return console.render(request, "quality_one.html", session=session, found=found, thread=thread, done=done,
                          marks=MARKS, labels=figure_texts()["labels"], topics=TOPICS, risks=RISK,
                          audiences=AUDIENCE, longest=LONGEST)


async def learned(console, request: Request, session: Session) -> Response:
    """The sentences to learn from; POST throws one away."""
    watch = watch_of(console)
    if request.method == "POST":
        number = str((await request.form()).get("id", ""))
        if not (number.isascii() and number.isdigit()):
            raise Shut("unreadable", 400)
        await to_thread.run_sync(watch.forget, int(number))
        return RedirectResponse(f"{BASE}/kvalitet/saetninger", 303)
    return console.render(request, "quality_sentences.html", session=session,
                          sentences=await to_thread.run_sync(watch.sentences))


async def export(console, request: Request, session: Session) -> Response:
    """A file for the one who looks after nlu/data."""
    text = exported(await to_thread.run_sync(watch_of(console).sentences))
    return Response(text.encode(), media_type="application/yaml",
                    headers={"content-disposition": 'attachment; filename="saetninger.yml"'})
