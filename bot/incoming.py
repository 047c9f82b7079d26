"""Is this message one that we can take, and what exactly does it say?

Pure. Too long, empty or too fast is refused with a reason that has a text of its own; nothing is cut in silence.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


class Refused(ValueError):
    """The message was not accepted. `reason` is the key of a text (`utter_refused_<reason>`); `status` is HTTP's.

    `said` is the text itself where it had to be put together, as for danger that could not be stored.
    """

    def __init__(self, reason: str, status: int = 400, said: str | None = None):
        super().__init__(reason)
        self.reason, self.status, self.said = reason, status, said


@dataclass(frozen=True)
class Incoming:
    """One message as a channel hands it over. `client_id` is the same when the same message is sent again."""

    token: str
    client_id: str
    text: str = ""
    payload: str | None = None


@dataclass(frozen=True)
class Receipt:
    """The message is on the disk under that number. `duplicate`: it was there already."""

    seq: int
    duplicate: bool = False


CLIENT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}\Z")
# Characters that steer a terminal or turn the direction of writing carry no meaning in a message.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str, most: int) -> str:
    """The text without steering characters and outer space. Raises Refused for an empty or a too long one."""
    if not isinstance(text, str):
        raise Refused("unreadable")
    if len(text) > 20 * most:
        raise Refused("too_long", 413)
    # A lone surrogate is what is left of broken UTF-8; it cannot be stored.
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
    text = STEERING.sub("", unicodedata.normalize("NFC", text)).strip()
    if not re.search(r"\S", text.replace("\u200b", "")):
        raise Refused("empty")
    if len(text) > most:
        raise Refused("too_long", 413)
    return text


def check_client_id(client_id: str) -> str:
    if not isinstance(client_id, str) or not CLIENT_ID.match(client_id):
        raise Refused("unreadable")
    return client_id


def fold(text: str) -> str:
    """For comparing what was typed with a button's title."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
