"""Which button does a typed number mean, where there are no buttons?

Pure. Buttons are numbered over everything that was said since the visitor wrote last, so that each number means one
thing. Where a title holds digits ("13-15") letters are used: a typed 14 is an age then, not a choice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from bot.store import Message

TYPED = re.compile(r"\s*(?:svar\s+|nr\.?\s*|nummer\s+)?(\d{1,2}|[a-z])\s*[.)!]?\s*\Z", re.I)


@dataclass(frozen=True)
class Choice:
    """One button, as it is offered in writing."""

    label: str
    title: str
    payload: str


def numbered(thread: Sequence[Message], seq: int) -> list[Choice]:
    """The choices that this line offers anew; what an earlier line of the same run offered is not said twice."""
    return _run(thread, seq).get(seq, [])


def chosen(thread: Sequence[Message], typed: str) -> Choice | None:
    """The choice that was typed in answer to what was said last; None when it is just text.

    When a counsellor spoke after the buttons, a number is an answer to the counsellor.
    """
    match = TYPED.match(typed)
    spoken = [line for line in thread if line.author != "visitor"]
    if not match or not spoken:
        return None
    run = _run(thread, spoken[-1].seq)
    if not run or any(line.author == "counsellor" and line.seq > max(run) for line in spoken):
        return None
    wanted = match[1].upper().lstrip("0")
    return next((c for choices in run.values() for c in choices if c.label == wanted), None)


def _run(thread: Sequence[Message], upto: int) -> dict[int, list[Choice]]:
    """By line: the choices of the run of lines, without a visitor's between them, that ends there."""
    start = max((line.seq for line in thread if line.author == "visitor" and line.seq < upto), default=0)
    found: dict[int, list[Choice]] = {}
    taken, numbers, letters = set(), iter(range(1, 100)), iter(ascii_uppercase)
    for line in thread:
        if not start < line.seq <= upto or line.author == "visitor":
            continue
        buttons = [b for b in line.body.get("buttons") or () if b["payload"] not in taken]
        by_letter = any(c.isdigit() for b in buttons for c in b["title"])
        for button in buttons:
            label = next(letters, None) if by_letter else str(next(numbers))
            if label and button["payload"] not in taken:
                found.setdefault(line.seq, []).append(Choice(label, button["title"], button["payload"]))
                taken.add(button["payload"])
    return found
