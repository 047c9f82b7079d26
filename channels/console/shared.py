"""What do the console's pages and sockets share?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.accounts import ROLES, Accounts
from bot.audit import Audit
from bot.canned import Canned
from bot.desk import Desk
from bot.gateway import Gateway
from bot.invitations import Invitations
from bot.notes import Notes
from bot.outbox import Outbox
from bot.parts import Parts
from bot.second_factor import SecondFactor
from channels.console.guard import BASE, DESK_ROLES
from channels.console.offers import Offers
from channels.console.oidc import Oidc
from channels.console.sockets import Sockets
from channels.console.words import Words
from channels.dates import FILTERS
from knowledge import municipality as municipalities

HERE = Path(__file__).parent


class Console:
    """One for the front door."""

    def __init__(self, parts: Parts, gateway: Gateway, desk: Desk, accounts: Accounts):
        database, box, settings = parts.store.database, parts.store.box, parts.settings
        self.parts, self.gateway, self.desk, self.accounts = parts, gateway, desk, accounts
        self.words, self.offers, self.sockets = Words.load(), Offers(settings.catalogue), Sockets()
        self.audit, self.notes, self.canned = Audit(database), Notes(database, box), Canned(database)
        self.second, self.outbox = SecondFactor(database, box), Outbox(database, box)
        self.invitations = Invitations(database, accounts, timedelta(hours=settings.invitation_hours))
        self.templates = Environment(loader=FileSystemLoader(HERE / "templates"), undefined=StrictUndefined,
                                     autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True)
        self.templates.filters.update(FILTERS)
        self.templates.policies["json.dumps_kwargs"] = {"sort_keys": False}  # choices stand as the data has them
        self.oidc = Oidc(self)
        self.overviews: dict = {}  # counsellor -> when it was begun, and the task
        self._names: dict[int | None, str] = {}

    def name_of(self, counsellor: int | None) -> str:
        """As colleagues know them. Runs in any thread."""
        if counsellor not in self._names:
            found = self.accounts.get(counsellor) if counsellor is not None else None
            self._names[counsellor] = found.display_name if found else "?"
        return self._names[counsellor]

    def render(self, request: Request, template: str, status: int = 200, **more) -> Response:
        """A page; `error` and `done` are keys of the texts."""
        given = {"session": None, "error": None, "done": None, "made": None} | more
        place = municipalities.load(self.parts.settings.municipality)
        html = self.templates.get_template(template).render(
            base=BASE, place=place, words=self.words, desk_roles=DESK_ROLES, roles=ROLES,
            path=request.url.path, query=request.query_params, **given)
        return HTMLResponse(html, status)
