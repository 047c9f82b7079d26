"""How is an offer filled in on a page, and read back out of the form?

Pure: a form in, plain data as `knowledge.checking.parse` takes it out, and the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from knowledge import hours_text
from knowledge.checking import InvalidOffer, Problem, parse
from knowledge.hours import BadHours
from knowledge.offer import NUMBERS, Offer

PROPOSED = ("name", "former_names", "municipality", "kind", "organisation", "description", "audiences", "age_min",
            "age_max", "child_age_min", "child_age_max", "topics", "formats", "contacts", "anonymous",
            "referral_needed", "parental_consent", "consent_scope", "price", "valid_from", "valid_to", "before")
EDITED = (*PROPOSED, "owner", "why", "next_step", "source", "kle", "notes", "to_confirm")
AGES = ("age_min", "age_max", "child_age_min", "child_age_max")
FLAGS = ("anonymous", "referral_needed", "parental_consent")
MANY = ("audiences", "topics", "formats")
PARTS = ("channel", "value", "hours", "status")
BLANK_ROWS, MOST_ROWS = 2, 30
SAID = {True: "ja", False: "nej", None: ""}
MEANT = {"ja": True, "nej": False}


def filled(offer: Offer | None, hours: Mapping) -> dict[str, Any]:
    """What stands in the fields for that offer; empty ones for None. `hours`: the words of opening hours."""
    data = offer.as_data() if offer else {}
    form: dict[str, Any] = {name: str(data.get(name, "")) for name in EDITED}
    form |= {name: SAID[data.get(name)] for name in FLAGS} | {name: list(data.get(name, ())) for name in MANY}
    form["former_names"] = "\n".join(data.get("former_names", ()))
    form["main_topic"] = (form["topics"] or [""])[0]
    form["to_confirm"] = bool(data.get("to_confirm"))
    form["rows"] = _rows([{"channel": c.channel, "value": c.shown or "", "status": c.status or "",
                           "hours": hours_text.write(c.hours, hours)} for c in (offer.contacts if offer else ())])
    return form


def typed(form: FormData) -> dict[str, Any]:
    """What somebody wrote into the fields, to be shown again."""
    given: dict[str, Any] = {name: _one(form, name) for name in EDITED}
    given |= {name: [str(v) for v in form.getlist(name)] for name in MANY}
    given |= {"main_topic": _one(form, "main_topic"), "to_confirm": bool(_one(form, "to_confirm"))}
    columns = [[str(v).strip() for v in form.getlist(f"contact_{part}")][:MOST_ROWS] for part in PARTS]
    size = max(map(len, columns))
    cells = [column + [""] * (size - len(column)) for column in columns]
    given["rows"] = _rows([dict(zip(PARTS, row, strict=True)) for row in zip(*cells, strict=True) if any(row)])
    return given


def _rows(rows: list[dict]) -> list[dict]:
    return rows + [dict.fromkeys(PARTS, "") for _ in range(BLANK_ROWS)]


def _one(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""


def data_of(given: Mapping[str, Any], present: Offer | None, hours: Mapping, known: frozenset[str],
            editor: bool) -> dict:
    """Plain data: the present offer with what was written. Raises InvalidOffer with every problem at once.

    Who proposes vouches for no number: a new one is unconfirmed until an editor says who stands by it.
    """
    problems: list[Problem] = []
    data = present.as_data() if present else {}
    for name in EDITED if editor else PROPOSED:
        data[name] = _value(name, given)
    data["topics"] = _topics(given, present)
    data["contacts"] = [_contact(row, present, hours, editor, problems) for row in given["rows"] if any(row.values())]
    data = {key: value for key, value in data.items() if value not in (None, "", [])}
    try:
        parse(data | {"id": data.get("id") or "new"}, known)
    except InvalidOffer as error:
        problems += error.problems
    if problems:
        raise InvalidOffer(problems)
    return data


def _value(name: str, given: Mapping[str, Any]):
    value = given[name]
    if name in FLAGS:
        return MEANT.get(value)
    if name in AGES:
        return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else value or None
    if name == "former_names":
        return [line.strip() for line in value.split("\n") if line.strip()]
    if name == "to_confirm":
        return value or None
    return value or None


def _topics(given: Mapping[str, Any], present: Offer | None) -> list[str]:
    """The most important first, then in the order in which they stood, then the new ones."""
    chosen, order = given["topics"], present.topics if present else ()
    first = [given["main_topic"]] if given["main_topic"] else []
    return list(dict.fromkeys([*first, *(t for t in order if t in chosen), *chosen]))


def _contact(row: Mapping[str, str], present: Offer | None, hours: Mapping, editor: bool,
             problems: list[Problem]) -> dict:
    channel, value = row["channel"] or None, row["value"] or None
    try:
        times = hours_text.read(row["hours"], hours) if row["hours"] else None
    except BadHours as error:
        problems.append(Problem(f"contacts.{channel}.hours", error.code, error.value))
        times = None
    status = row["status"] or None
    if not editor:
        same = [c for c in (present.contacts if present else ()) if c.channel == channel and (c.shown or None) == value]
        status = same[0].status if same else "unconfirmed" if value and channel in NUMBERS | {"email"} else None
    contact = {"channel": channel, "value": value, "status": status, "hours": times.as_data() if times else None}
    return {key: part for key, part in contact.items() if part is not None}


__all__ = ["BLANK_ROWS", "EDITED", "PROPOSED", "data_of", "filled", "typed"]
