"""How is a telephone number stored, and how is it shown to a Dane?"""
from __future__ import annotations

import phonenumbers

# Emergency and help numbers that have no country code; 116xxx is harmonised in the EU but dialled as it is.
SHORT_CODES = frozenset({"112", "114", "1888", "116000", "116006", "116111", "116117", "116123"})


class BadPhone(ValueError):
    """Not a Danish telephone number."""


def store(text: str) -> str:
    """E.164 ("+4570113131"); short codes stay short ("112", "116111"). Raises BadPhone."""
    digits = "".join(c for c in text if c.isdigit() or c == "+")
    local = digits.removeprefix("+45").removeprefix("0045")
    if local in SHORT_CODES:
        return local
    try:
        number = phonenumbers.parse(digits, "DK")
    except phonenumbers.NumberParseException as error:
        raise BadPhone(text) from error
    if not phonenumbers.is_possible_number(number) or any(c.isalpha() for c in text):
        raise BadPhone(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def show(stored: str) -> str:
    """As it is written in Denmark: "70 11 31 31", "116 111", "112"."""
    if stored in SHORT_CODES:
        return stored if len(stored) < 6 else f"{stored[:3]} {stored[3:]}"
    if stored.startswith("+45") and len(stored) == 11:
        local = stored[3:]
        return " ".join(local[i:i + 2] for i in range(0, 8, 2))
    return phonenumbers.format_number(phonenumbers.parse(stored), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
