"""What do the catalogue's pages in the console share?"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import Response

from channels.find.pages import Pages
from channels.find.shelf import Shelf
from knowledge import datafiles, hours_text
from knowledge.catalogue import STORE_NAME, Catalogue
from knowledge.checking import InvalidOffer
from knowledge.editing import Draft, known_municipalities
from knowledge.hours import COPENHAGEN, Hours
from knowledge.municipality import NATIONAL, all_ids, load
from knowledge.offer import Offer
from knowledge.phone import show
from knowledge.store import Change, Store, UnknownOffer

TEXTS = Path(__file__).with_name("catalogue.da.yml")
EDITOR_ROLES = ("redaktoer", "administrator")


class Workshop:
    """The working store, the served catalogue and the words of the pages. The store is opened at the first need."""

    def __init__(self, console):
        settings = console.parts.settings
        self._console, self._settings, self._lock = console, settings, threading.Lock()
        self._store: Store | None = None
        self.shelf = Shelf(settings.catalogue)
        self.find = Pages(console.parts, self.shelf)
        self.said: Mapping[str, Any] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
        self.texts = datafiles.read_texts()

    @property
    def hours_words(self) -> Mapping:
        return self.texts["messages"]["hours"]

    def store(self) -> Store:
        """Where every change is kept. An empty one takes in the data files first."""
        with self._lock:
            if self._store is None:
                store = Store(self._settings.data / STORE_NAME, self._settings.catalogue)
                if store.last_batch() is None:
                    store.seed(self.now())
                self._store = store
            return self._store

    def catalogue(self) -> Catalogue:
        """What is served. Raises NoCatalogue."""
        return self.shelf.open()

    def now(self) -> datetime:
        return self._console.parts.clock()

    def today(self):
        return self.now().astimezone(COPENHAGEN).date()

    def present(self, offer_id: str) -> Offer | None:
        try:
            return self.store().offer(offer_id)
        except UnknownOffer:
            return None

    def known(self) -> frozenset[str]:
        return known_municipalities(self.store())

    def places(self) -> dict[str, str]:
        """Every municipality and "the whole country", by id, to choose from."""
        return {i: load(i).short_name for i in all_ids()} | {NATIONAL: self.said["national"]}

    def render(self, request: Request, session, template: str, status: int = 200, **more) -> Response:
        """A page of the catalogue. `told` and `wrong` are keys of the texts, or sentences."""
        done = request.query_params.get("gemt")
        given = {"told": self.said["done"].get(done) if done else None, "wrong": None, "problems": ()} | more
        return self._console.render(
            request, f"tilbud/{template}", status, session=session, said=self.said, labels=self.texts["labels"],
            editor=session.counsellor.role in EDITOR_ROLES, tell=self.tell, day=day, place_names=self.places(),
            kinds={k: v["label"] for k, v in self.texts["kinds"].items()}, action=self.action, **given)

    def problems(self, error: InvalidOffer) -> list[tuple[str, str]]:
        """Field and sentence, for each thing that is wrong."""
        messages, fields, found = self.texts["messages"], self.said["fields"], []
        for problem in error.problems:
            field, channel, part = (*problem.field.split("."), "", "")[:3]
            name = fields.get(field, field)
            if channel:
                name = f"{self.said['channels'].get(channel, name)} ({self.said['parts'].get(part, part)})"
            labels = {"audiences": "audiences", "topics": "topics", "formats": "formats"}.get(field)
            right = ", ".join(self.texts["labels"][labels].values()) if labels else problem.right
            found.append((field, f"{name}: {messages[problem.code].format(value=problem.value, right=right)}"))
        return found

    def tell(self, field: str, value: Any) -> list[str]:
        """A value of plain data as a reader wants it, in lines."""
        said, labels = self.said, self.texts["labels"]
        if value in (None, "", []):
            return [said["empty"]]
        if isinstance(value, bool):
            return [labels["three"]["yes" if value else "no"]]
        if field == "contacts":
            return [self._contact(contact) for contact in value]
        if field in ("audiences", "topics", "formats"):
            return [", ".join(labels[field].get(v, v) for v in value)]
        if field == "kind":
            return [self.texts["kinds"].get(value, {}).get("label", value)]
        if field in ("municipality", "status"):
            return [(self.places() if field == "municipality" else said["status"]).get(value, value)]
        if field == "confirmed_by":
            return [said["roles"].get(value, value)]
        return [", ".join(map(str, value))] if isinstance(value, list) else [str(value)]

    def _contact(self, data: Mapping) -> str:
        value = data.get("value") or self.said["empty"]
        if data.get("value") and data["channel"] in ("telefon", "sms"):
            value = show(data["value"])
        parts = [f"{self.said['channels'][data['channel']]}: {value}",
                 hours_text.write(Hours.parse(data.get("hours")), self.hours_words),
                 self.said["contact_status"].get(data.get("status"), "")]
        return " · ".join(part for part in parts if part)

    def action(self, change: Change) -> str:
        """ "Udgivet", "Fortrød nr. 12"."""
        name, _, batch = change.action.partition(":")
        return self.said["actions"].get(name, name).format(batch=batch)


def day(at: datetime | str) -> str:
    """ "25.11.2026 kl. 14.05", as a Danish wall clock shows it."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    local = moment.astimezone(COPENHAGEN)
    return f"{local.day}.{local.month}.{local.year} kl. {local.hour}.{local.minute:02d}"


def mark(present: Offer | None, draft: Draft | None = None) -> str:
    """Changes when the offer, or the draft beside it, does: a form carries the one that it began with."""
    text = json.dumps([present.as_data() if present else None, draft.id if draft else None], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


__all__ = ["EDITOR_ROLES", "Workshop", "day", "mark"]
