"""What did somebody ask the page "Find hjælp"?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from knowledge.search import LONGEST, Filters
from knowledge.vocabulary import FORMATS, TOPICS

READERS = ("ung", "foraelder")
OLDEST = 120
# Field to its name in the address, which is read by people too.
NAMES = {"text": "q", "age": "alder", "reader": "hvem", "topic": "emne", "format": "form", "anonymous": "anonym",
         "open_now": "aabent", "sheet": "side"}


@dataclass(frozen=True)
class Asked:
    """One question. `bad_age`: what stands in the field and is no age; it is shown again, and not searched by."""

    text: str = ""
    age: int | None = None
    reader: str | None = None
    topic: str | None = None
    format: str | None = None
    anonymous: bool = False
    open_now: bool = False
    sheet: int = 1
    bad_age: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str], readers: tuple[str, ...] = READERS) -> Asked:
        """Never raises: what is unknown is left out."""
        def one_of(name: str, allowed) -> str | None:
            value = query.get(NAMES[name], "")
            return value if value in allowed else None

        age, sheet = query.get("alder", "").strip(), query.get("side", "")
        usable = age.isascii() and age.isdigit() and len(age) < 4 and int(age) <= OLDEST
        return cls(
            text=" ".join(query.get("q", "")[:LONGEST].split()), age=int(age) if usable else None,
            reader=one_of("reader", readers), topic=one_of("topic", TOPICS), format=one_of("format", FORMATS),
            anonymous=bool(query.get("anonym")), open_now=bool(query.get("aabent")),
            sheet=min(max(int(sheet), 1), 999) if sheet.isascii() and sheet.isdigit() and len(sheet) < 4 else 1,
            bad_age="" if usable else age[:20])

    @property
    def filters(self) -> Filters:
        return Filters(self.age, self.reader, self.topic, self.format, self.anonymous, self.open_now)

    @property
    def narrowed(self) -> bool:
        """Whether anything but words is asked for."""
        return self.filters != Filters()

    @property
    def anything(self) -> bool:
        return bool(self.text) or self.narrowed

    def but(self, **changes) -> str:
        """The address of this question with something else in it: `?q=angst&side=2`."""
        other = replace(self, **({"sheet": 1, "bad_age": ""} | changes))
        given = [(NAMES[f.name], value) for f in fields(other) if f.name in NAMES
                 and (value := getattr(other, f.name)) not in (None, "", False) and (f.name, value) != ("sheet", 1)]
        return "?" + urlencode([(name, "1" if value is True else value) for name, value in given])
