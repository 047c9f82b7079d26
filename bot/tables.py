"""Which tables hold conversations and accounts? (The shapes only; `store` and `accounts` use them.)"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"})

# Times are UTC seconds since 1970 as integers or floats: the same in SQLite and PostgreSQL.
conversations = sa.Table(
    "conversations", metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("municipality", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("owner", sa.Integer, sa.ForeignKey("counsellors.id"), index=True),
    sa.Column("team", sa.String(64), nullable=False),
    sa.Column("danger", sa.String(16), nullable=False),
    sa.Column("reasons", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("last_at", sa.Float, nullable=False),
    sa.Column("waiting_since", sa.Float),
    sa.Column("first_wait", sa.Float),
    sa.Column("closed_at", sa.Float),
    sa.Column("expires_at", sa.Float, nullable=False, index=True),
    sa.Column("handed_over", sa.Boolean, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("pending_seq", sa.Integer, nullable=False, index=True),
    sa.Column("facts", sa.LargeBinary, nullable=False),
)

messages = sa.Table(
    "messages", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("author", sa.String(16), nullable=False),  # visitor, robot, counsellor, system
    sa.Column("client_id", sa.String(64)),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("conversation", "seq", name="uq_messages_seq"),
    sa.UniqueConstraint("conversation", "client_id", name="uq_messages_client"),
)

codes = sa.Table(  # only for those who asked for a way back
    "codes", metadata,
    sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("mark", sa.String(64), nullable=False, unique=True),
)

counsellors = sa.Table(
    "counsellors", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("username", sa.String(64), nullable=False, unique=True),
    sa.Column("display_name", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("password_hash", sa.String(256), nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked_until", sa.Float),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("teams", sa.String(400), nullable=False, server_default="*"),  # ids with spaces between; *: all
)

sessions = sa.Table(
    "sessions", metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("counsellor", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"), nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False),
)
