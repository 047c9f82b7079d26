"""How does this SMS gateway want to be asked, and what does it tell us?

Pure: requests and events as values. GatewayAPI as its REST documentation describes it (gatewayapi.com/docs/apis/rest:
POST /rest/mtsms, webhooks with a JWT in X-Gwapi-Signature); a generic one, described in docs/kanaler.md, for a gateway
or an adapter of one's own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.settings import Settings
from channels.gsm7 import UCS2, size

SIGNED_FOR_SECONDS = 300  # the generic gateway's signature is good for that long


class BadSignature(ValueError):
    """Whoever sent this does not have the secret, or it was signed too long ago."""


class Malformed(ValueError):
    """This is not what the gateway's documentation describes."""


@dataclass(frozen=True)
class Request:
    """One HTTP request that sends one message."""

    url: str
    body: dict
    headers: dict = field(default_factory=dict)
    auth: tuple[str, str] | None = None


@dataclass(frozen=True)
class TextIn:
    """An SMS from a person. `at` is when it was sent, in UTC seconds."""

    id: str
    sender: str
    text: str
    at: float


@dataclass(frozen=True)
class Report:
    """What became of a message of ours. `delivered`: None while it is under way."""

    provider_id: str | None
    reference: str | None
    delivered: bool | None
    reason: str | None = None


@dataclass(frozen=True)
class Other:
    """A kind of event that we do not know, and need not."""


class GatewayApi:
    """GatewayAPI's classic REST interface."""

    name, url = "gatewayapi", "https://gatewayapi.eu/rest/mtsms"
    SIGNATURE = "x-gwapi-signature"
    # The mobile network took it on the person's behalf: that is no delivery, but no failure either.
    UNDER_WAY = ("UNKNOWN", "SCHEDULED", "BUFFERED", "ENROUTE", "ACCEPTED")
    REASONS = {"EXPIRED": "expired", "DELETED": "rejected", "UNDELIVERABLE": "undeliverable", "REJECTED": "rejected",
               "SKIPPED": "rejected"}

    def __init__(self, settings: Settings):
        self._token, self._secret, self._sender = settings.sms_token, settings.sms_secret, settings.sms_sender
        self._url = settings.sms_url or self.url

    def request(self, number: str, text: str, reference: str) -> Request:
        body = {"sender": self._sender, "message": text, "userref": reference,
                "encoding": "UCS2" if size(text).encoding == UCS2 else "UTF8",
                "recipients": [{"msisdn": int(number)}]}
        return Request(self._url, body, auth=(self._token, ""))

    def provider_id(self, answer: dict) -> str | None:
        ids = answer.get("ids")
        return str(ids[0]) if isinstance(ids, list) and ids else None

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> TextIn | Report | Other:
        """The event of a webhook. The signature covers the token's own content, not the body: the token is what is
        believed, and the body must agree. Raises BadSignature or Malformed."""
        claims, shown = verified(headers.get(self.SIGNATURE, ""), self._secret), as_object(body)
        if claims.get("id") != shown.get("id"):
            raise BadSignature("the body is not what was signed")
        if "status" in claims:
            status = claims["status"]
            reference = _string(claims, "userref", optional=True)
            if status == "DELIVERED":
                return Report(_string(claims, "id"), reference, True)
            if status in self.UNDER_WAY:
                return Report(_string(claims, "id"), reference, None)
            reason = self.REASONS.get(status) if isinstance(status, str) else None
            return Report(_string(claims, "id"), reference, False, reason) if reason else Other()
        if "message" in claims or "senttime" in claims:
            text = claims.get("message")
            return TextIn(_string(claims, "id"), number(claims.get("msisdn")), text if isinstance(text, str) else "",
                          _time(claims.get("senttime"), now))
        return Other()


class Generic:
    """A plain JSON gateway: every body is signed with HMAC-SHA256 over "<timestamp>.<body>"."""

    name = "generic"
    SIGNATURE, TIMESTAMP = "x-signature", "x-timestamp"

    def __init__(self, settings: Settings):
        self._token, self._secret, self._sender = settings.sms_token, settings.sms_secret, settings.sms_sender
        self._url = settings.sms_url

    def request(self, number: str, text: str, reference: str) -> Request:
        body = {"to": f"+{number}", "from": self._sender, "text": text, "encoding": size(text).encoding,
                "reference": reference}
        return Request(self._url, body, {"authorization": f"Bearer {self._token}", "idempotency-key": reference})

    def provider_id(self, answer: dict) -> str | None:
        return str(answer["id"])[:128] if isinstance(answer.get("id"), (str, int)) else None

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> TextIn | Report | Other:
        """Raises BadSignature or Malformed."""
        stamp = headers.get(self.TIMESTAMP, "")
        wanted = hmac.new(self._secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted.encode(), headers.get(self.SIGNATURE, "").removeprefix("sha256=").encode()):
            raise BadSignature("wrong signature")
        if not stamp.isdigit() or abs(now.timestamp() - int(stamp[:12])) > SIGNED_FOR_SECONDS:
            raise BadSignature("signed too long ago")
        event = as_object(body)
        if event.get("type") == "message":
            text = event.get("text")
            return TextIn(_string(event, "id"), number(event.get("from")), text if isinstance(text, str) else "",
                          _time(event.get("time"), now))
        if event.get("type") == "status":
            done = {"delivered": True, "failed": False}.get(event.get("status"))
            return Report(_string(event, "id", optional=True), _string(event, "reference", optional=True), done,
                          "undeliverable" if done is False else None)
        return Other()


GATEWAYS = {gateway.name: gateway for gateway in (GatewayApi, Generic)}


def verified(token: str, secret: str) -> dict:
    """The claims of a JWT that was signed with HS256 and this secret, and with nothing else. Raises BadSignature."""
    try:
        head, claims, signature = token.split(".")
        if json.loads(_unbase64(head)).get("alg") != "HS256":
            raise BadSignature("not HS256")
        wanted = hmac.new(secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(wanted, _unbase64(signature)):
            raise BadSignature("wrong signature")
        found = json.loads(_unbase64(claims))
    except (ValueError, AttributeError, RecursionError, binascii.Error) as error:
        raise error if isinstance(error, BadSignature) else BadSignature("no token") from error
    if not isinstance(found, dict):
        raise Malformed("no claims")
    return found


def as_object(body: bytes) -> dict:
    """Raises Malformed."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("no JSON") from error
    if not isinstance(found, dict):
        raise Malformed("no JSON object")
    return found


def number(value: object) -> str:
    """A telephone number as its digits with the country's code, as E.164 has it. Raises Malformed."""
    digits = str(value).removeprefix("+") if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not (digits.isascii() and digits.isdigit() and 6 <= len(digits) <= 15 and digits[0] != "0"):
        raise Malformed("no telephone number")
    return digits


def _unbase64(part: str) -> bytes:
    return base64.urlsafe_b64decode(part.encode() + b"=" * (-len(part) % 4))


def _string(event: Mapping, name: str, optional: bool = False) -> str | None:
    value = event.get(name)
    if isinstance(value, (str, int)) and not isinstance(value, bool) and 0 < len(str(value)) <= 128:
        return str(value)
    if optional:
        return None
    raise Malformed(f"no {name}")


def _time(value: object, now: datetime) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else now.timestamp()
