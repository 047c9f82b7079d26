"""Which of our accounts is somebody whom the municipality's identity provider has let in?"""

from __future__ import annotations

import secrets
from dataclasses import replace

import sqlalchemy as sa

from bot.accounts import ROLES, AccountError, Accounts, Counsellor
from bot.database import Database
from bot.desk_tables import identities
from bot.settings import SettingError
from bot.tables import counsellors


def role_table(written: str) -> dict[str, str]:
    """ "ssp-team=raadgiver, ledere=koordinator" as a table. Raises SettingError."""
    table = {}
    for part in filter(None, (p.strip() for p in written.split(","))):
        value, _, role = part.rpartition("=")
        if not value.strip() or role.strip() not in ROLES:
            raise SettingError(f"oidc_roles: {part!r} is not claim value=role, with a role of {', '.join(ROLES)}")
        table[value.strip()] = role.strip()
    return table


def role_of(claim: object, table: dict[str, str]) -> str | None:
    """The highest role that the claim's values give; None when they give none."""
    values = [claim] if isinstance(claim, str) else claim if isinstance(claim, list) else []
    found = {table[value] for value in values if isinstance(value, str) and value in table}
    return max(found, key=ROLES.index, default=None)


class Identities:
    """Accounts by issuer and subject. The provider decides the role anew at every log-in."""

    def __init__(self, database: Database, accounts: Accounts):
        self._database, self._accounts = database, accounts

    def counsellor(self, issuer: str, subject: str, display_name: str, role: str) -> Counsellor:
        """The account, made at the first log-in. Raises AccountError for a closed one."""
        known = self._known(issuer, subject)
        if known is None:
            username = f"oidc-{secrets.token_hex(4)}"
            known = self._accounts.create(username, display_name or username, role, secrets.token_urlsafe(24))
            with self._database.write() as connection:
                connection.execute(identities.insert().values(issuer=issuer, subject=subject, counsellor=known))
        with self._database.write() as connection:
            row = connection.execute(sa.select(counsellors).where(counsellors.c.id == known)).first()
            if row is None or row.disabled:
                raise AccountError("wrong_login")
            connection.execute(counsellors.update().where(counsellors.c.id == known).values(role=role))
        return replace(self._accounts.get(known), role=role)

    def _known(self, issuer: str, subject: str) -> int | None:
        with self._database.read() as connection:
            return connection.execute(sa.select(identities.c.counsellor).where(
                identities.c.issuer == issuer, identities.c.subject == subject)).scalar()
