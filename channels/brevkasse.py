"""What does somebody get who opens the letterbox: to write, to fetch an answer, or to read what others asked?

Plain pages and forms: all of it works without a script and without a cookie. A code travels in the body of a form
only, never in an address.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.templating import Jinja2Templates

from bot.crisis import open_lines
from bot.gateway import NotFound, Refused
from bot.letter_desk import TROUBLES
from bot.letter_states import IllegalLetterMove
from bot.letters import NotSent, UnknownWords, answer_within, form_id
from channels.dates import FILTERS
from channels.web.guard import HEADERS
from channels.web.pages import VERSION, dial
from knowledge import municipality as municipalities
from knowledge.datafiles import DATA, read_yaml
from knowledge.municipality import Municipality

ADDRESS = "/brevkasse"
TRAP = "hjemmeside"  # a field that people do not see; what fills in every field is no person
MOST_WORDS = 200  # characters of a search
templates = Jinja2Templates(Path(__file__).with_name("templates"))
templates.env.filters.update(FILTERS, dial=dial)
templates.env.trim_blocks = templates.env.lstrip_blocks = True


@lru_cache(maxsize=1)
def topic_names() -> dict[str, str]:
    """What the topics are called, in the order in which they are shown."""
    names = read_yaml(DATA / "texts" / "labels.yml")["topics"]
    return {topic: name for topic, name in names.items() if topic in TROUBLES}


def routes(house) -> list[BaseRoute]:
    """Everything below /brevkasse."""
    box = Letterbox(house)
    return [
        Route(ADDRESS, box.write, methods=["GET", "POST"]),
        Route(f"{ADDRESS}/svar", box.answer, methods=["GET", "POST"]),
        Route(f"{ADDRESS}/breve", box.public, methods=["GET"]),
        Route(ADDRESS + "/breve/{published}", box.one, methods=["GET"]),
    ]


class Letterbox:
    """The pages of the letterbox."""

    def __init__(self, house):
        self._parts, self._letters = house.parts, house.gateway.letters

    async def write(self, request: Request) -> Response:
        """The form; sent, the code, and in danger the crisis reply before it. What was refused stays in the form."""
        if request.method == "GET":
            return self._form(request)
        form = await _form(request)
        text, wish, mark = _said(form, "brev"), bool(_said(form, "vis")), _said(form, "kvittering")[:64]
        try:
            if _said(form, TRAP):  # a person whose browser filled it in loses nothing, and is told
                raise Refused("trap", 400)
            sent = await self._letters.write(text, self._place(request, form).id, wish, mark)
        except NotSent as refused:
            return self._form(request, refused.status, error=refused.reason, text=text, wish=wish,
                              crisis=refused.crisis)
        except Refused as refused:
            if refused.reason != "trap":
                raise
            return self._form(request, refused.status, error=refused.reason, text=text, wish=wish)
        return self._page(request, "sent.html", form=form, sent=sent, letter=sent.letter)

    def _form(self, request: Request, status: int = 200, **more) -> Response:
        given = {"error": None, "text": "", "wish": False, "crisis": (), "mark": form_id(), "trap": TRAP} | more
        return self._page(request, "write.html", status, **given)

    async def answer(self, request: Request) -> Response:
        """The four words open the letter; with them its writer says yes or no to publishing, or deletes it."""
        if request.method == "GET":
            return self._page(request, "fetch.html", error=None, typed="", unknown=())
        form = await _form(request)
        typed, move = _said(form, "kode")[:200], _said(form, "hvad")
        try:
            if move == "slet":
                await self._letters.delete(typed)
                return self._page(request, "gone.html")
            if move in ("vis", "vis-ikke"):
                return await self._wish(request, typed, move == "vis")
            return await self._letter(request, typed)
        except UnknownWords as error:
            return self._page(request, "fetch.html", 400, error="words", typed=typed, unknown=error.words)
        except NotFound:
            return self._page(request, "fetch.html", 404, error="not_found", typed=typed, unknown=())
        except Refused as refused:
            return self._page(request, "fetch.html", refused.status, error=refused.reason, typed=typed, unknown=())

    async def _wish(self, request: Request, typed: str, yes: bool) -> Response:
        try:
            await self._letters.wish(typed, yes)
        except IllegalLetterMove:
            return await self._letter(request, typed, told="too_late")
        return await self._letter(request, typed, told="yes" if yes else "no")

    async def _letter(self, request: Request, typed: str, told: str | None = None) -> Response:
        letter = await self._letters.fetch(typed)
        return self._page(request, "letter.html", letter=letter, typed=typed, told=told,
                          overdue=letter.is_overdue(self._parts.clock()))

    async def public(self, request: Request) -> Response:
        """What others asked, with words to search for and topics to choose from."""
        words = request.query_params.get("q", "")[:MOST_WORDS]
        topic = request.query_params.get("emne", "")
        topic = topic if topic in topic_names() else None
        place = self._place(request)
        everything = self._letters.published(place.id)
        used = {t for letter in everything for t in letter.public.topics}
        found = self._letters.published(place.id, topic, words) if topic or words.strip() else everything
        return self._page(request, "public.html", found=found, words=words, topic=topic, anything=bool(everything),
                          used=[t for t in topic_names() if t in used])

    async def one(self, request: Request) -> Response:
        """One letter and its answer, and others about the same."""
        try:
            found = self._letters.one(request.path_params["published"])
        except NotFound as error:
            raise Refused("no_page", 404) from error
        others = self._letters.similar(found.public.topics, found.municipality, 3, without=found.id)
        return self._page(request, "one.html", found=found, others=others, of=municipalities.load(found.municipality))

    def _page(self, request: Request, template: str, status: int = 200, form: FormData | None = None,
              of: Municipality | None = None, **more) -> Response:
        place, settings = of or self._place(request, form), self._parts.settings
        within = answer_within(place.id)
        return templates.TemplateResponse(request, f"brevkasse/{template}", {
            "place": place, "kommune": "" if place.id == settings.municipality else f"?kommune={place.id}",
            "version": VERSION, "days": within.days if within else None, "topics": topic_names(),
            "most": settings.max_characters, "keep": self._letters.keep.days, "path": request.url.path,
            "lines": open_lines(place, None, self._parts.clock()).splitlines(), **more,
        }, status_code=status, headers={
            # Shared computers: nothing of a letter may stay behind, and no other page may hold this one in a frame.
            "cache-control": "no-store", "content-security-policy": HEADERS["content-security-policy"]})

    def _place(self, request: Request, form: FormData | None = None) -> Municipality:
        wanted = request.query_params.get("kommune") or (form and _said(form, "kommune"))
        wanted = wanted or self._parts.settings.municipality
        if wanted not in municipalities.all_ids():
            raise Refused("unknown_municipality", 404)
        return municipalities.load(wanted)


async def _form(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=12)


def _said(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
