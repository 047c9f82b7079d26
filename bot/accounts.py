"""Which counsellors are there, and is this one who they say?"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from bot.crypto import fingerprint, new_token
from bot.database import Database
from bot.tables import counsellors, sessions

ROLES = ("raadgiver", "redaktoer", "koordinator", "administrator")
FAILURES_BEFORE_LOCK = 5
LEAST_DIFFERENT = 5  # characters of a password: "aaaaaaaaaaaa" is none
LOCK = timedelta(minutes=15)


class AccountError(ValueError):
    """The account cannot be made or changed so; `reason` is a key of the console's texts."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Counsellor:
    id: int
    username: str
    display_name: str
    role: str
    must_change: bool = False
    teams: tuple[str, ...] = ("*",)

    def is_in(self, team: str) -> bool:
        """Whether what is written to that team is for this counsellor."""
        return "*" in self.teams or team in self.teams


@dataclass(frozen=True)
class Session:
    """A counsellor who is logged in; `csrf` goes into every form."""

    counsellor: Counsellor
    csrf: str


@dataclass(frozen=True)
class Account:
    """An account as administrators see it."""

    counsellor: Counsellor
    disabled: bool


class Accounts:
    """Accounts and log-ins. Passwords are kept as argon2id hashes, session tokens as fingerprints."""

    def __init__(self, database: Database, idle: timedelta, hasher: PasswordHasher | None = None):
        self._database, self._idle, self._hasher = database, idle, hasher or PasswordHasher()

    def create(self, username: str, display_name: str, role: str, password: str, must_change: bool = False) -> int:
        username = username.strip().lower()
        if role not in ROLES:
            raise AccountError("unknown_role")
        if not username or len(username) > 64 or not display_name.strip():
            raise AccountError("name_missing")
        _check_password(password)
        with self._database.write() as connection:
            if connection.execute(sa.select(counsellors.c.id).where(counsellors.c.username == username)).first():
                raise AccountError("username_taken")
            return connection.execute(counsellors.insert().values(
                username=username, display_name=display_name.strip(), role=role, must_change=must_change,
                password_hash=self._hasher.hash(password), failures=0, disabled=False)).inserted_primary_key[0]

    def create_first(self) -> tuple[str, str] | None:
        """A first administrator with a one-time password, when there is no account at all."""
        with self._database.read() as connection:
            if connection.execute(sa.select(counsellors.c.id).limit(1)).first():
                return None
        return "ssp", self.invite("ssp", "SSP", "administrator")

    def invite(self, username: str, display_name: str, role: str) -> str:
        """A new account; returns its one-time password, which is kept nowhere. Raises AccountError."""
        password = _one_time_password()
        self.create(username, display_name, role, password, must_change=True)
        return password

    def renew(self, counsellor: int) -> str:
        """A new one-time password: ends every session and the lock. Raises AccountError for an unknown account."""
        password = _one_time_password()
        with self._database.write() as connection:
            changed = connection.execute(counsellors.update().where(counsellors.c.id == counsellor).values(
                password_hash=self._hasher.hash(password), must_change=True, failures=0, locked_until=None))
            if not changed.rowcount:
                raise AccountError("unknown_account")
            connection.execute(sessions.delete().where(sessions.c.counsellor == counsellor))
        return password

    def everyone(self) -> list[Account]:
        """All accounts, by name."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(counsellors).order_by(counsellors.c.username)).all()
        return [Account(_counsellor(row), row.disabled) for row in rows]

    def set_disabled(self, counsellor: int, disabled: bool) -> None:
        """A disabled account cannot log in and is logged out at once. The last administrator cannot be disabled."""
        with self._database.write() as connection:
            row = connection.execute(sa.select(counsellors).where(counsellors.c.id == counsellor)
                                     .with_for_update()).first()
            if row is None:
                raise AccountError("unknown_account")
            others = connection.execute(sa.select(sa.func.count()).select_from(counsellors).where(
                counsellors.c.role == "administrator", counsellors.c.disabled.is_(False),
                counsellors.c.id != counsellor)).scalar()
            if disabled and row.role == "administrator" and not others:
                raise AccountError("last_administrator")
            connection.execute(counsellors.update().where(counsellors.c.id == counsellor).values(disabled=disabled))
            if disabled:
                connection.execute(sessions.delete().where(sessions.c.counsellor == counsellor))

    def set_teams(self, counsellor: int, teams: tuple[str, ...]) -> None:
        """Whose letters and conversations the counsellor sees from now on; none named means all."""
        with self._database.write() as connection:
            if not connection.execute(counsellors.update().where(counsellors.c.id == counsellor)
                                      .values(teams=" ".join(teams) or "*")).rowcount:
                raise AccountError("unknown_account")

    def log_in(self, username: str, password: str, now: datetime) -> str:
        """A session token. Raises AccountError: wrong (whichever of the two it was), or locked for a while."""
        return self.begin_session(self.check(username, password, now), now)

    def check(self, username: str, password: str, now: datetime) -> int:
        """Whose name and password these are. Raises as `log_in` does."""
        at = now.timestamp()
        with self._database.read() as connection:
            row = connection.execute(sa.select(counsellors).where(
                counsellors.c.username == username.strip().lower())).first()
        if row is not None and row.locked_until and row.locked_until > at:
            raise AccountError("locked")
        # An unknown name costs the same time as a wrong password, so that names cannot be guessed.
        right = self._verify(row.password_hash if row else self._dummy(), password)
        if row is None or row.disabled or not right:
            if row is not None:
                self._failed(row, at)
            raise AccountError("wrong_login")
        with self._database.write() as connection:
            connection.execute(counsellors.update().where(counsellors.c.id == row.id)
                               .values(failures=0, locked_until=None))
        return row.id

    def begin_session(self, counsellor: int, now: datetime) -> str:
        """A session token for somebody who has proved who they are."""
        token = new_token()
        with self._database.write() as connection:
            connection.execute(sessions.insert().values(
                token_hash=fingerprint(token), counsellor=counsellor, csrf=new_token(), seen_at=now.timestamp()))
        return token

    def session(self, token: str, now: datetime, keep_alive: bool = True) -> Session | None:
        """Whose session that is; None when unknown, ended, or idle for too long. Being asked keeps it alive, unless
        it is only a look (`keep_alive` False): an open page that nobody uses is no activity."""
        at = now.timestamp()
        with self._database.read() as connection:
            row = connection.execute(
                sa.select(counsellors, sessions.c.csrf, sessions.c.seen_at)
                .join(sessions, sessions.c.counsellor == counsellors.c.id)
                .where(sessions.c.token_hash == fingerprint(token), counsellors.c.disabled.is_(False))).first()
        if row is None or row.seen_at + self._idle.total_seconds() < at:
            return None
        if keep_alive and at - row.seen_at > 30:
            with self._database.write() as connection:
                connection.execute(sessions.update().where(sessions.c.token_hash == fingerprint(token))
                                   .values(seen_at=at))
        return Session(_counsellor(row), row.csrf)

    def log_out(self, token: str) -> None:
        with self._database.write() as connection:
            connection.execute(sessions.delete().where(sessions.c.token_hash == fingerprint(token)))

    def change_password(self, counsellor: int, old: str, new: str) -> None:
        """Sets a new password and ends every session of the account."""
        _check_password(new)
        with self._database.read() as connection:
            row = connection.execute(sa.select(counsellors).where(counsellors.c.id == counsellor)).first()
        if row is None or not self._verify(row.password_hash, old):
            raise AccountError("wrong_password")
        if old == new:
            raise AccountError("same_password")
        with self._database.write() as connection:
            connection.execute(counsellors.update().where(counsellors.c.id == counsellor)
                               .values(password_hash=self._hasher.hash(new), must_change=False))
            connection.execute(sessions.delete().where(sessions.c.counsellor == counsellor))

    def get(self, counsellor: int) -> Counsellor | None:
        with self._database.read() as connection:
            row = connection.execute(sa.select(counsellors).where(counsellors.c.id == counsellor)).first()
        return _counsellor(row) if row else None

    def purge(self, now: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(sessions.delete().where(
                sessions.c.seen_at < now.timestamp() - self._idle.total_seconds()))

    def _failed(self, row, at: float) -> None:
        with self._database.write() as connection:
            failures = connection.execute(sa.select(counsellors.c.failures)
                                          .where(counsellors.c.id == row.id).with_for_update()).scalar() + 1
            lock = failures % FAILURES_BEFORE_LOCK == 0
            connection.execute(counsellors.update().where(counsellors.c.id == row.id).values(
                failures=failures, locked_until=at + LOCK.total_seconds() if lock else None))

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except VerificationError:
            return False

    def _dummy(self) -> str:
        if not hasattr(self, "_dummy_hash"):
            self._dummy_hash = self._hasher.hash(secrets.token_hex(8))
        return self._dummy_hash


def _counsellor(row) -> Counsellor:
    return Counsellor(row.id, row.username, row.display_name, row.role, row.must_change, tuple(row.teams.split()))


def _one_time_password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(4))


def _check_password(password: str) -> None:
    if len(password) < 12:
        raise AccountError("password_short")
    if len(password) > 200:
        raise AccountError("password_long")
    if len(set(password)) < LEAST_DIFFERENT:
        raise AccountError("password_simple")
