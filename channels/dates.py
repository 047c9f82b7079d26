"""How are a day and a text shown on a page that the server makes?"""

from __future__ import annotations

from datetime import date, datetime

from bot.place import phrases
from knowledge.hours import COPENHAGEN


def long_date(at: datetime) -> str:
    """ "onsdag den 2. december" """
    at, said = at.astimezone(COPENHAGEN), phrases()
    return said["long_date"].format(day=said["days"][at.weekday()], number=at.day, month=said["months"][at.month - 1])


def clock(at: datetime) -> str:
    """ "25.11.2026 21:40" """
    return f"{at.astimezone(COPENHAGEN):%d.%m.%Y %H:%M}"


def month(at: date) -> str:
    return f"{phrases()['months'][at.month - 1]} {at.year}"


def paragraphs(text: str) -> list[list[str]]:
    """Paragraphs of lines."""
    return [block.splitlines() for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]


FILTERS = {"clock": clock, "long_date": long_date, "month": month, "paragraphs": paragraphs}
