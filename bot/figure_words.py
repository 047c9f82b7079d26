"""What are the figures called?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from bot.statistics import WALLED
from knowledge import municipality as municipalities
from knowledge.catalogue import Catalogue

FILE = Path(__file__).with_name("statistics_texts.yml")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Where a table's labels stand when they have not the name of its axis.
DETAIL_OF = ("served", "waits", "unmet", "refused_why", "outcomes", "helped", "come_again", "marked_danger",
             "marked_routing")


@lru_cache(maxsize=1)
def texts() -> Mapping:
    return yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)


class FigureWords:
    """Labels of this installation: with the names of its offers and municipalities."""

    def __init__(self, catalogue: Catalogue | None = None):
        self.texts, self.names = texts(), {}
        self.topics: Mapping[str, str] = {}
        self.groups: dict[str, str] = {}
        self.places = {i: municipalities.load(i).short_name for i in municipalities.all_ids()}
        if catalogue:
            self.topics = catalogue.snapshot().texts["labels"]["topics"]
            for offer in _offers(catalogue):
                self.names[offer.id] = offer.name
                self.groups[offer.id] = self.texts["kind_groups"].get(offer.kind, "other")

    def label(self, table: str, axis: str, key: object) -> str:
        """The word for a code of a table; the code itself when nobody has named it yet."""
        if axis == "offer":
            return self.names.get(key, self.texts["labels"]["group"]["not_said"] if key == "" else str(key))
        if axis == "municipality":
            return self.places.get(key, str(key))
        if axis == "hour":
            return self.texts["ui"]["hour"].format(hour=key)
        if axis == "topic" and key in self.topics:
            return self.topics[key]
        labels = self.texts["labels"]
        group = labels.get(table if axis in ("detail", "wait") else axis, {})
        return str(group.get(key, key))

    def moment(self, key: str) -> str:
        """The word for a month ("2026-01") or a quarter of one ("2026-01/1")."""
        month, _, part = key.partition("/")
        name = self.texts["labels"]["months"][int(month[5:]) - 1]
        if not part:
            return self.texts["ui"]["month_name"].format(month=name, year=month[:4])
        first = (1, 8, 15, 22)[int(part) - 1]
        return self.texts["ui"]["week_of"].format(day=first, last=(7, 14, 21, 31)[int(part) - 1], month=name)

    def period(self, period) -> str:
        first, last = self.moment(period.first), self.moment(period.last)
        return first if first == last else f"{first} – {last}"


def _offers(catalogue: Catalogue) -> Iterable:
    """Every offer that somebody may be shown, once; the wall stands here too."""
    found = {}
    for place in municipalities.all_ids():
        found |= {o.id: o for o in catalogue.offers(place) if not WALLED.search(o.id)}
    return found.values()
