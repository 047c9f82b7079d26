"""Does whoever knows the password also hold the telephone that belongs to the account?

TOTP (RFC 6238, by pyotp) with codes for the day the telephone is lost. No code is taken twice. Between the password
and the code there is no session, only a half log-in that opens nothing.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import pyotp
import sqlalchemy as sa

from bot.accounts import AccountError
from bot.crypto import Box, fingerprint, new_token
from bot.database import Database
from bot.desk_tables import half_logins, identities, recovery_codes, second_factors

STEP_SECONDS, RECOVERY_CODES = 30, 8
HALF_LIFE, MOST_TRIES = timedelta(minutes=5), 5
LOCK, TRIES_BEFORE_LOCK = timedelta(minutes=15), 10  # of one account, however often its password was right
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another


class SecondFactor:
    """The second factors of one database. Secrets are sealed, recovery codes kept as fingerprints."""

    def __init__(self, database: Database, box: Box):
        self._database, self._box = database, box

    def is_on(self, counsellor: int) -> bool:
        with self._database.read() as connection:
            return bool(connection.execute(sa.select(second_factors.c.confirmed).where(
                second_factors.c.counsellor == counsellor)).scalar())

    def is_elsewhere(self, counsellor: int) -> bool:
        """Whether the municipality's identity provider sees to it."""
        with self._database.read() as connection:
            return connection.execute(sa.select(identities.c.subject).where(
                identities.c.counsellor == counsellor).limit(1)).first() is not None

    def begin(self, counsellor: int, name: str, service: str) -> str:
        """A new secret as an otpauth:// address for the telephone; it counts once a code has confirmed it."""
        secret = pyotp.random_base32()
        with self._database.write() as connection:
            if connection.execute(sa.select(second_factors.c.confirmed).where(
                    second_factors.c.counsellor == counsellor)).scalar():
                raise AccountError("second_factor_on")
            connection.execute(second_factors.delete().where(second_factors.c.counsellor == counsellor))
            connection.execute(second_factors.insert().values(
                counsellor=counsellor, secret=self._box.seal({"secret": secret}), confirmed=False, last_step=0))
        return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=service)

    def pending(self, counsellor: int, name: str, service: str) -> str:
        """The address of the secret that is not confirmed yet; a new one when there is none."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(second_factors).where(
                second_factors.c.counsellor == counsellor)).first()
        if row is None or row.confirmed:
            return self.begin(counsellor, name, service)
        return pyotp.TOTP(self._box.open(row.secret)["secret"]).provisioning_uri(name=name, issuer_name=service)

    def confirm(self, counsellor: int, code: str, now: datetime) -> list[str]:
        """It counts from now on; returns the recovery codes, which are shown once. Raises AccountError."""
        if not self._right(counsellor, code, now):
            raise AccountError("wrong_code")
        codes = ["".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
        with self._database.write() as connection:
            connection.execute(second_factors.update().where(second_factors.c.counsellor == counsellor)
                               .values(confirmed=True))
            connection.execute(recovery_codes.delete().where(recovery_codes.c.counsellor == counsellor))
            connection.execute(recovery_codes.insert(), [
                dict(code_hash=fingerprint(f"{counsellor}:{code}"), counsellor=counsellor) for code in codes])
        return codes

    def check(self, counsellor: int, code: str, now: datetime) -> bool:
        """Whether that is the telephone's code, or a recovery code, which is used up by it."""
        if self._right(counsellor, code, now):
            return True
        plain = "".join(c for c in code.lower() if c.isalnum())
        with self._database.write() as connection:
            return bool(connection.execute(recovery_codes.delete().where(
                recovery_codes.c.code_hash == fingerprint(f"{counsellor}:{plain}"),
                recovery_codes.c.counsellor == counsellor)).rowcount)

    def switch_off(self, counsellor: int) -> None:
        with self._database.write() as connection:
            connection.execute(second_factors.delete().where(second_factors.c.counsellor == counsellor))
            connection.execute(recovery_codes.delete().where(recovery_codes.c.counsellor == counsellor))

    def _right(self, counsellor: int, code: str, now: datetime) -> bool:
        digits = "".join(code.split())
        if not (digits.isascii() and digits.isdigit()):
            return False
        with self._database.write() as connection:
            row = connection.execute(sa.select(second_factors).where(
                second_factors.c.counsellor == counsellor).with_for_update()).first()
            if row is None:
                return False
            totp, step = pyotp.TOTP(self._box.open(row.secret)["secret"]), int(now.timestamp()) // STEP_SECONDS
            for one in (step - 1, step, step + 1):  # a clock may be half a minute wrong
                if one > row.last_step and secrets.compare_digest(totp.at(one * STEP_SECONDS), digits):
                    connection.execute(second_factors.update().where(
                        second_factors.c.counsellor == counsellor).values(last_step=one))
                    return True
        return False

    def half(self, counsellor: int, now: datetime) -> str:
        """A token that only says whose password was right. Raises AccountError after too many wrong codes."""
        token = new_token()
        with self._database.write() as connection:
            connection.execute(half_logins.delete().where(half_logins.c.at < (now - LOCK).timestamp()))
            tries = connection.execute(sa.select(sa.func.sum(half_logins.c.tries)).where(
                half_logins.c.counsellor == counsellor)).scalar() or 0
            if tries >= TRIES_BEFORE_LOCK:
                raise AccountError("locked")
            connection.execute(half_logins.insert().values(
                token_hash=fingerprint(token), counsellor=counsellor, at=now.timestamp(), tries=0))
        return token

    def complete(self, token: str, code: str, now: datetime) -> int:
        """Whose log-in is whole now. Raises AccountError: wrong_code, or half_gone when it must begin anew."""
        mine = half_logins.c.token_hash == fingerprint(token)
        with self._database.write() as connection:
            row = connection.execute(sa.select(half_logins).where(mine).with_for_update()).first()
            if row is None or row.at < (now - HALF_LIFE).timestamp() or row.tries >= MOST_TRIES:
                counsellor = None  # its tries are still counted
            else:
                connection.execute(half_logins.update().where(mine).values(tries=row.tries + 1))
                counsellor = row.counsellor
        if counsellor is None:
            raise AccountError("half_gone")
        if not self.check(counsellor, code, now):
            raise AccountError("wrong_code")
        with self._database.write() as connection:
            connection.execute(half_logins.delete().where(half_logins.c.counsellor == counsellor))
        return counsellor
