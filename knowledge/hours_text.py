"""How are opening hours written in one cell of a table?"""
from __future__ import annotations

import re
from collections.abc import Mapping

from knowledge.hours import DAYS, BadHours, Hours

_TIMES = re.compile(r"(\d{1,2}|\?)(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2}|\?)(?:[:.](\d{2}))?")


def write(hours: Hours | None, words: Mapping) -> str:
    """ "mandag 10:00-12:00; helligdage lukket; bemærkning: ...", empty for None; `read` is the inverse."""
    if hours is None:
        return ""
    data = hours.as_data()
    parts = [f"{words['every_day']} {', '.join(data['all'])}"] if "all" in data else []
    parts += [f"{words['days'][i]} {', '.join(data[day])}" for i, day in enumerate(DAYS) if day in data]
    holiday = data.get("holiday")
    if holiday:
        told = ", ".join(holiday) if isinstance(holiday, list) else words["holiday_rules"][holiday]
        parts.append(f"{words['holidays']} {told}")
    if hours.note:
        parts.append(f"{words['note']}: {hours.note}")
    return join(parts, ";")


def read(text: str, words: Mapping) -> Hours | None:
    """Also "man-fre 8-16" and "alle dage 10.30-12". Raises BadHours."""
    data: dict = {}
    for part in split(text, ";"):
        if part.casefold().startswith(f"{words['note']}:".casefold()):
            data["note"] = part.split(":", 1)[1].strip()
            continue
        name, _, rest = part.partition(" ")
        for phrase in (words["every_day"], words["weekdays"], words["holidays"]):
            if part.casefold().startswith(phrase.casefold()):
                name, rest = phrase, part[len(phrase):]
        _add(data, name.strip(" :").casefold(), rest.strip(" :"), words, part)
    return Hours.parse(data)


def _add(data: dict, name: str, rest: str, words: Mapping, part: str) -> None:
    rules = {told: rule for rule, told in words["holiday_rules"].items()}
    if name == words["holidays"].casefold() and rest.casefold() in rules:
        data["holiday"] = rules[rest.casefold()]
        return
    slots = [] if rest.casefold() == words["holiday_rules"]["closed"] else _slots(rest, part)
    if name == words["every_day"].casefold():
        data["all"] = slots
    elif name == words["weekdays"].casefold():
        data["weekdays"] = slots
    elif name == words["holidays"].casefold():
        data["holiday"] = slots
    else:
        for index in _days(name, words, part):
            data[DAYS[index]] = data.get(DAYS[index], []) + slots


def _days(name: str, words: Mapping, part: str) -> range:
    ends = [_day(end, words, part) for end in re.split(r"[-–]", name, maxsplit=1)]
    if ends[-1] < ends[0]:
        raise BadHours("hours_day", part)
    return range(ends[0], ends[-1] + 1)


def _day(name: str, words: Mapping, part: str) -> int:
    found = [i for i, day in enumerate(words["days"]) if len(name.strip(". ")) > 1 and day.startswith(name.strip(". "))]
    if len(found) != 1:
        raise BadHours("hours_day", part)
    return found[0]


def _slots(text: str, part: str) -> list[str]:
    slots = []
    for piece in text.replace("kl.", "").split(","):
        match = _TIMES.fullmatch(piece.strip())
        if not match:
            raise BadHours("hours_interval", part)
        opens, closes = (("?" if hour == "?" else f"{int(hour):02d}:{minute or '00'}")
                         for hour, minute in (match.group(1, 2), match.group(3, 4)))
        slots.append(f"{opens}-{closes}")
    return slots


def join(parts: list[str], mark: str) -> str:
    """One cell of several values; a mark inside a value is escaped."""
    escaped = (part.replace("\\", "\\\\").replace(mark, f"\\{mark}") for part in parts)
    return f"{mark} ".join(escaped)


def split(text: str, mark: str) -> list[str]:
    """The inverse of `join`; empty values are dropped."""
    parts, current, escaped = [], "", False
    for character in text:
        if escaped:
            current += character if character in (mark, "\\") else f"\\{character}"
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == mark:
            parts.append(current)
            current = ""
        else:
            current += character
    parts.append(current + ("\\" if escaped else ""))
    return [part.strip() for part in parts if part.strip()]
