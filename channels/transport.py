"""What must a way out be able to do, and how does it say that it could not?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import httpx

from bot.settings import Settings
from bot.store import Message


class TransportError(Exception):
    """The message did not go out. The message of the error holds no address and no text.

    `permanent`: trying again cannot help. `reason` is what the counsellor or the status page is told (a key of
    channels/texts.da.yml). `uncertain`: it may have gone out. `after_seconds`: the provider asks for that pause.
    """

    def __init__(self, message: str, permanent: bool = False, *, reason: str = "provider", uncertain: bool = False,
                 after_seconds: float | None = None):
        super().__init__(message)
        self.permanent, self.reason = permanent, reason
        self.uncertain, self.after_seconds = uncertain, after_seconds


class Transport:
    """One way out. `idempotent`: the provider promises to deliver a reference once, however often it is sent."""

    channel = ""
    idempotent = False

    def pieces(self, thread: Sequence[Message], line: Message) -> list[dict]:
        """The messages that this line becomes, in order, as plain data; empty when there is nothing to send.
        `thread` ends with the line or later, and begins early enough to number the choices."""
        raise NotImplementedError

    async def send(self, address: str, piece: dict, reference: str) -> str | None:
        """Hands one piece to the provider and returns the provider's id of it. Raises TransportError."""
        raise NotImplementedError

    async def say(self, address: str, text: str) -> None:
        """A line outside of any conversation, to somebody of whom nothing is kept. Raises TransportError."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Let go of connections."""


def http_failure(error: httpx.HTTPError) -> TransportError:
    """Before the request was out nothing can have been delivered; after that it may have been."""
    before = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError,
                                httpx.UnsupportedProtocol))
    return TransportError(f"no answer: {type(error).__name__}", reason="unreachable", uncertain=not before)


REGISTRY: dict[str, Callable[[Settings], Transport | None]] = {}


def register(channel: str):
    """Marks the function that makes a channel's transport from the settings, or None when they are not all there."""
    def mark(make: Callable[[Settings], Transport | None]):
        REGISTRY[channel] = make
        return make
    return mark
