"""How is this installation configured?

Each setting is looked up in the environment (`INDGANG_<NAME>`), then in `indgang.yml` beside README.md,
then here. A value that cannot be used is an error at the start, never a silent default.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


class SettingError(ValueError):
    """A setting cannot be used; the message names it and says what would be right."""


@dataclass(frozen=True)
class Settings:
    """All settings, with their defaults. Durations are in the unit that the name ends with."""

    municipality: str = "hedensted"
    host: str = "127.0.0.1"
    port: int = 8080
    robot_port: int = 8081
    data_dir: str = "var"
    models_dir: str = "models"
    database_url: str = ""  # default: SQLite in data_dir
    statistics_url: str = ""  # default: SQLite in data_dir, apart from the conversations
    max_characters: int = 6000
    max_messages_per_minute: int = 40
    max_letters_per_minute: int = 20  # to the brevkasse, of everybody together: who writes is not known
    burst_seconds: float = 1.2  # short messages in a row are answered once, after this pause
    robot_timeout_seconds: float = 8.0
    robot_only_hours: int = 24
    handed_over_days: int = 30
    session_minutes: int = 60
    presence_seconds: int = 45
    vanish_minutes: int = 5  # a counsellor who is gone so long gives their conversations back to the queue
    wait_alternative_minutes: int = 5  # after so long a wait the visitor hears what can be done instead
    audit_days: int = 180  # how long it is kept who opened what
    invitation_hours: int = 72  # how long an invitation to an account can be used
    require_second_factor: bool = False  # true: nobody reads a conversation with a password alone
    # Log-in through the municipality's identity provider (docs/raadgiver.md). Off without issuer and client id.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_role_claim: str = "roles"
    oidc_roles: str = ""  # "claim value=role, ...": whoever has none of them does not get in
    allowed_hosts: str = "*"
    behind_https: bool = False  # true: the session cookie is only sent over HTTPS
    public_url: str = ""  # where the world reaches us, as https://chat.example.dk: Telegram is told to write there
    # The ways in beside the web (docs/kanaler.md). Without their secrets they are off.
    sms_gateway: str = ""  # gatewayapi, or generic
    sms_url: str = ""  # where messages are sent; gatewayapi's own when empty
    sms_token: str = field(default="", repr=False)
    sms_secret: str = field(default="", repr=False)  # with which the gateway signs what it sends us
    sms_sender: str = ""  # the number or short code that one writes to
    sms_keyword: str = ""  # the word before each message on a shared short code
    sms_idempotent: bool = False  # true: the gateway promises to send the same Idempotency-Key once
    telegram_token: str = field(default="", repr=False)
    telegram_secret: str = field(default="", repr=False)  # with it Telegram calls us; empty: we ask Telegram (polling)
    telegram_url: str = "https://api.telegram.org"

    @property
    def data(self) -> Path:
        return _absolute(self.data_dir)

    @property
    def models(self) -> Path:
        return _absolute(self.models_dir)

    @property
    def catalogue(self) -> Path:
        return self.data / "catalogue.sqlite"

    @property
    def key_file(self) -> Path:
        return self.data / "message.key"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'indgang.sqlite'}"

    @property
    def statistics(self) -> str:
        return self.statistics_url or f"sqlite:///{self.data / 'statistics.sqlite'}"

    @property
    def robot_url(self) -> str:
        return f"http://127.0.0.1:{self.robot_port}"


def _absolute(path: str) -> Path:
    return (ROOT / path) if not Path(path).is_absolute() else Path(path)


def load(environ: dict | None = None, file: Path | None = None) -> Settings:
    """The settings of this installation. Raises SettingError for an unknown name or a value of the wrong kind."""
    environ = os.environ if environ is None else environ
    file = file or ROOT / "indgang.yml"
    written = yaml.safe_load(file.read_text(encoding="utf-8")) or {} if file.exists() else {}
    known = {field.name: type(field.default) for field in fields(Settings)}
    unknown = sorted(set(written) - set(known))
    if unknown:
        raise SettingError(f"{file.name}: unknown setting {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    values = {}
    for name, kind in known.items():
        raw = environ.get(f"INDGANG_{name.upper()}", written.get(name))
        if raw is not None:
            values[name] = _convert(name, raw, kind)
    settings = Settings(**values)
    if not 1 <= settings.port <= 65535 or not 1 <= settings.robot_port <= 65535:
        raise SettingError("port and robot_port are between 1 and 65535")
    if settings.sms_gateway not in ("", "gatewayapi", "generic"):
        raise SettingError(f"sms_gateway: {settings.sms_gateway!r} is neither gatewayapi nor generic")
    if settings.telegram_secret and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", settings.telegram_secret):
        raise SettingError("telegram_secret is 16 to 256 letters, digits, _ and -")
    if min(settings.vanish_minutes, settings.wait_alternative_minutes, settings.audit_days,
           settings.invitation_hours) < 1:
        raise SettingError("vanish_minutes, wait_alternative_minutes, audit_days and invitation_hours are at least 1")
    if not 1 <= settings.handed_over_days <= 30:
        raise SettingError("handed_over_days is between 1 and 30: nothing is kept longer")
    return settings


def _convert(name: str, raw: object, kind: type) -> object:
    try:
        if kind is bool:
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[str(raw).lower()]
        return kind(raw)
    except (KeyError, ValueError, TypeError) as error:
        raise SettingError(f"{name}: {raw!r} is not of the kind {kind.__name__}") from error
