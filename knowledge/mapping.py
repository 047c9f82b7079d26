"""Which column of a table is which field of an offer?"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path

from knowledge import datafiles, hours_text, municipality
from knowledge.checking import Problem
from knowledge.hours import BadHours
from knowledge.municipality import DATA, NATIONAL
from knowledge.offer import Offer
from knowledge.tables import BadFile, Table
from knowledge.vocabulary import CHANNELS

_LISTS = {spec.name for spec in fields(Offer) if "tuple[str" in str(spec.type)}
_AGES = {"age_min", "age_max", "child_age_min", "child_age_max"}
_DAYS = {"valid_from", "valid_to", "confirmed_on"}
_FLAGS = {"anonymous", "referral_needed", "parental_consent", "permanent_number", "to_confirm"}
_DANISH_DATE = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_AGE = re.compile(r"(\d{1,3})(?:[.,]0)?(?:\s*år)?", re.IGNORECASE)
UNKNOWN_VALUE = "?"  # a way in that is known, whose number or address is not


@dataclass(frozen=True)
class ColumnMap:
    """One mapping file with the words of the labels."""

    rules: Mapping
    labels: Mapping
    words: Mapping                   # for hours
    municipalities: Mapping[str, str]  # name in lower case to id

    @classmethod
    def load(cls, name: str, directory: Path = DATA) -> ColumnMap:
        """The file of that name in data/mappings; raises BadData."""
        texts = datafiles.read_texts(directory)
        rules = datafiles.read_yaml(directory / "mappings" / f"{name}.yml")
        places = [municipality.load(i, directory) for i in municipality.all_ids(directory)]
        names = {name.casefold(): p.id for p in places for name in (p.id, p.name, p.short_name)}
        return cls(rules, texts["labels"], texts["messages"]["hours"],
                   names | {name.casefold(): NATIONAL for name in rules["values"]["national"]})

    @cached_property
    def headings(self) -> dict[str, str]:
        """Heading in lower case to field; a contact's fields are "telefon.value", "telefon.hours" ..."""
        known = {}
        for field, names in self.rules["columns"].items():
            known |= {name.casefold(): field for name in (*names, field)}
        for channel, names in self.rules["contacts"].items():
            for name in names:
                known[name.casefold()] = f"{channel}.value"
                known[(name + self.rules["contact_status_suffix"]).casefold()] = f"{channel}.status"
                known[(name + self.rules["contact_hours_suffix"]).casefold()] = f"{channel}.hours"
        return known | {name.casefold(): "hours" for name in self.rules["hours_names"]}

    @cached_property
    def inverse(self) -> dict[str, dict[str, str]]:
        """For each field with fixed words: what may stand in a cell, in lower case, to the word."""
        found = {}
        for field in ("audiences", "topics", "formats", "status"):
            labels = {label.casefold(): word for word, label in self.labels[field].items()}
            found[field] = labels | {k.casefold(): v for k, v in (self.rules["values"].get(field) or {}).items()}
        return found | {"municipality": dict(self.municipalities)}

    def allowed(self, field: str) -> str | None:
        """What a reader may write in that column, when only some words will do."""
        return "; ".join(self.labels[field].values()) if field in self.labels else None

    def columns(self, table: Table) -> tuple[dict[str, int], list[str]]:
        """Field to column number, and the headings that are not used. Raises BadFile."""
        places: dict[str, int] = {}
        ignored = []
        for number, heading in enumerate(table.headings):
            field = self.headings.get(heading.casefold())
            if field is None:
                ignored += [heading] if heading else []
            elif field in places:
                raise BadFile("double_column", heading)
            else:
                places[field] = number
        if "name" not in places:
            raise BadFile("no_such_column", right=", ".join(self.rules["columns"]["name"]))
        return places, ignored

    def read(self, cells: tuple[str, ...], places: Mapping[str, int]) -> tuple[dict, list[Problem]]:
        """The fields of one row in plain data (None: the cell is empty), and what cannot be read."""
        data: dict = {}
        problems: list[Problem] = []
        for field, number in places.items():
            if "." not in field and field != "hours":
                try:
                    data[field] = self._value(field, cells[number].strip())
                except _Unreadable as error:
                    problems.append(Problem(field, error.code, cells[number].strip()))
        contacts = [(channel, name) for field in places if "." in field for channel, name in [field.split(".")]]
        if contacts or "hours" in places:
            data["contacts"] = self._contacts(cells, places, problems)
        return data, problems

    def _value(self, field: str, text: str):
        if field in _FLAGS:
            return self._flag(text)
        if text == "":
            return None
        if field in _LISTS:
            known = self.inverse.get(field, {})
            whole = text.casefold() in known or field not in self.inverse or ";" in text
            mark = ";" if whole else ","
            return [known.get(part.casefold(), part) for part in hours_text.split(text, mark)]
        if field in _AGES:
            match = _AGE.fullmatch(text)
            if not match:
                raise _Unreadable("not_age")
            return int(match[1])
        if field in _DAYS:
            return _day(text)
        return self.inverse[field].get(text.casefold(), text) if field in self.inverse else text

    def _flag(self, text: str) -> bool | None:
        words = self.rules["values"]
        if text.casefold() in (*words["unknown"], ""):
            return None
        for value, name in ((True, "yes"), (False, "no")):
            if text.casefold() in words[name]:
                return value
        raise _Unreadable("not_yes_no")

    def _contacts(self, cells, places, problems: list[Problem]) -> list[dict]:
        found: list[dict] = []
        for channel in CHANNELS:
            texts = {name: cells[places[key]].strip() if (key := f"{channel}.{name}") in places else ""
                     for name in ("value", "status", "hours")}
            values, statuses, times = (hours_text.split(texts[name], "|") for name in ("value", "status", "hours"))
            if len(statuses) > len(values) or len(times) > len(values):
                problems.append(Problem(f"{channel}.value", "too_many_values",
                                        str(max(len(statuses), len(times))), str(len(values))))
                continue
            own_status = f"{channel}.status" in places
            for n, value in enumerate(values):
                status = statuses[n] if n < len(statuses) else UNKNOWN_VALUE
                found.append({
                    "channel": channel, "value": value,
                    "status": (None if status == UNKNOWN_VALUE else status) if own_status
                    else self.rules["contact_status"] if channel in ("telefon", "sms", "email") else None,
                    "hours": self._hours(f"{channel}.hours", times[n] if n < len(times) else "", problems)})
        if "hours" in places and (text := cells[places["hours"]].strip()):
            target = next((c for c in found if c["channel"] == self.rules["hours_of"]), found[0] if found else None)
            if target is None:
                problems.append(Problem("hours", "too_many_values", "1", "0"))
            elif not target["hours"]:
                target["hours"] = self._hours("hours", text, problems)
        return found

    def _hours(self, field: str, text: str, problems: list[Problem]) -> dict | None:
        try:
            hours = hours_text.read("" if text == UNKNOWN_VALUE else text, self.words)
        except BadHours as error:
            problems.append(Problem(field, error.code, error.value))
            return None
        return hours.as_data() if hours else None

    @cached_property
    def written(self) -> dict[str, str]:
        """Field to the heading that an export writes."""
        found = {field: names[0] for field, names in self.rules["columns"].items()}
        for channel, names in self.rules["contacts"].items():
            found |= {f"{channel}.value": names[0],
                      f"{channel}.status": names[0] + self.rules["contact_status_suffix"],
                      f"{channel}.hours": names[0] + self.rules["contact_hours_suffix"]}
        return found

    def write(self, offer: Offer) -> list[str]:
        """One row, in the order of `written`; `read` is the inverse."""
        data = offer.as_data() | {"status": offer.status, "role": offer.role}
        cells = {field: self._cell(field, data.get(field)) for field in self.rules["columns"]}
        for channel in self.rules["contacts"]:
            own = [c for c in offer.contacts if c.channel == channel]
            cells[f"{channel}.value"] = hours_text.join([c.value or UNKNOWN_VALUE for c in own], "|")
            cells[f"{channel}.status"] = hours_text.join([c.status or UNKNOWN_VALUE for c in own], "|")
            cells[f"{channel}.hours"] = hours_text.join(
                [hours_text.write(c.hours, self.words) or UNKNOWN_VALUE for c in own], "|")
        return [cells[field] for field in self.written]

    def _cell(self, field: str, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.labels["three"]["yes" if value else "no"]
        if isinstance(value, list):
            return hours_text.join([self.labels.get(field, {}).get(v, v) for v in value], ";")
        return str(self.labels.get(field, {}).get(value, value))


class _Unreadable(ValueError):
    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def _day(text: str) -> str:
    match = _DANISH_DATE.fullmatch(text)
    try:
        return (date(*map(int, match.group(3, 2, 1))) if match else date.fromisoformat(text)).isoformat()
    except ValueError as error:
        raise _Unreadable("not_date") from error
