"""Who may make an account of their own? Whoever has a link that an administrator gave them, once and in time."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.accounts import ROLES, AccountError, Accounts
from bot.crypto import fingerprint, new_token
from bot.database import Database
from bot.desk_tables import invitations


class Invitations:
    """The open invitations of one database; the link's secret is kept as a fingerprint."""

    def __init__(self, database: Database, accounts: Accounts, lifetime: timedelta):
        self._database, self._accounts, self._lifetime = database, accounts, lifetime

    def invite(self, role: str, now: datetime) -> str:
        """The secret of a new link, shown once. Raises AccountError."""
        if role not in ROLES:
            raise AccountError("unknown_role")
        token = new_token()
        self.purge(now)
        with self._database.write() as connection:
            connection.execute(invitations.insert().values(
                token_hash=fingerprint(token), role=role, expires_at=(now + self._lifetime).timestamp()))
        return token

    def role(self, token: str, now: datetime) -> str:
        """What the link makes of its holder. Looking uses nothing up. Raises AccountError."""
        with self._database.read() as connection:
            found = connection.execute(sa.select(invitations.c.role).where(_valid(token, now))).scalar()
        if found is None:
            raise AccountError("invitation_gone")
        return found

    def accept(self, token: str, username: str, display_name: str, password: str, now: datetime) -> int:
        """The account, and the link is used up. Raises AccountError, and then the link still counts."""
        role = self.role(token, now)
        with self._database.write() as connection:  # used up first: of two who open the same link, one gets in
            if not connection.execute(invitations.delete().where(_valid(token, now))).rowcount:
                raise AccountError("invitation_gone")
        try:
            return self._accounts.create(username, display_name, role, password)
        except AccountError:
            with self._database.write() as connection:
                connection.execute(invitations.insert().values(
                    token_hash=fingerprint(token), role=role, expires_at=(now + self._lifetime).timestamp()))
            raise

    def open(self, now: datetime) -> list[tuple[int, str, datetime]]:
        """Number, role and end of those that can still be used."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(invitations).where(invitations.c.expires_at > now.timestamp())
                                      .order_by(invitations.c.expires_at)).all()
        return [(row.id, row.role, datetime.fromtimestamp(row.expires_at, now.tzinfo)) for row in rows]

    def withdraw(self, invitation: int) -> None:
        with self._database.write() as connection:
            connection.execute(invitations.delete().where(invitations.c.id == invitation))

    def purge(self, now: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(invitations.delete().where(invitations.c.expires_at <= now.timestamp()))


def _valid(token: str, now: datetime):
    return sa.and_(invitations.c.token_hash == fingerprint(token), invitations.c.expires_at > now.timestamp())
