"""How many SMS is this text, and where may it be parted?

One SMS holds 160 characters of the GSM alphabet (3GPP TS 23.038), which has æ, ø and å. A single character outside
it, a curly quote is enough, turns the whole message into UCS-2, which holds 70. A longer text goes as several parts
that the phone puts together again; each part gives some room to the header that says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

BASIC = frozenset("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
                  "¿abcdefghijklmnopqrstuvwxyzäöñüà")
EXTENDED = frozenset("^{}\\[~]|€\f")  # two places each, and never split between two parts
TYPOGRAPHY = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "‟": '"',
    "«": '"', "»": '"', "″": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "−": "-", "…": "...", "•": "-",
    "·": "-", "→": "->", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\u00ad": "", "\t": " "})
GSM7, UCS2 = "gsm7", "ucs2"
ROOM = {GSM7: (160, 153), UCS2: (70, 67)}  # one alone, each of several
MOST_PARTS = 6  # what all networks put together again; a longer text becomes several messages


@dataclass(frozen=True)
class Size:
    """What a text takes: its alphabet, its places (septets, or UTF-16 units), and how many SMS."""

    encoding: str
    units: int
    parts: int


def normalise(text: str) -> str:
    """The same text with typographer's characters as the plain ones that a phone has."""
    return unicodedata.normalize("NFC", text).translate(TYPOGRAPHY)


def size(text: str) -> Size:
    """How a text is sent. An emoji is two units of UCS-2 and is not split either."""
    encoding = GSM7 if all(c in BASIC or c in EXTENDED for c in text) else UCS2
    widths = [_width(c, encoding) for c in text]
    alone, each = ROOM[encoding]
    if sum(widths) <= alone:
        return Size(encoding, sum(widths), 1)
    parts, left = 1, each
    for width in widths:
        if width > left:
            parts, left = parts + 1, each
        left -= width
    return Size(encoding, sum(widths), parts)


def _width(character: str, encoding: str) -> int:
    if encoding == GSM7:
        return 2 if character in EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1


def messages(text: str, most_parts: int = MOST_PARTS) -> list[str]:
    """The text as messages of at most so many parts, parted between paragraphs, else sentences, else words."""
    text = normalise(text).strip()
    if size(text).parts <= most_parts:
        return [text]
    found, current = [], ""
    for piece in _pieces(text, most_parts):
        if current and size((current + piece).rstrip()).parts > most_parts:
            found.append(current.strip())
            current = ""
        current += piece
    return [m for m in (*found, current.strip()) if m]


def _pieces(text: str, most_parts: int) -> Iterator[str]:
    for pattern in (r"(?<=\n\n)", r"(?<=\n)", r"(?<=[.!?] )", r"(?<= )"):
        pieces = [p for p in re.split(pattern, text) if p]
        if len(pieces) > 1:
            for piece in pieces:
                yield from [piece] if size(piece).parts <= most_parts else _pieces(piece, most_parts)
            return
    room = ROOM[UCS2][1] * most_parts // 2  # one endless word
    yield from (text[n:n + room] for n in range(0, len(text), room))


__all__ = ["GSM7", "UCS2", "Size", "messages", "normalise", "size"]
