"""Which tables hold what only the counsellors' side knows? (The shapes only.)

Nothing here is ever sent to a visitor: no module on the visitor's side may import what reads these tables.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.tables import metadata


def _conversation(**more) -> sa.Column:
    return sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"),
                     nullable=False, **more)


notes = sa.Table(
    "notes", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _conversation(index=True),
    sa.Column("author", sa.Integer, sa.ForeignKey("counsellors.id"), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # sealed, as messages are
)

labels = sa.Table(
    "labels", metadata,
    _conversation(primary_key=True),
    sa.Column("label", sa.String(32), primary_key=True),  # a code of the console's texts, never words of one's own
)

# Who closed a conversation, and whether the anonymous form was filled in. What it said is in the statistics only.
closings = sa.Table(
    "closings", metadata,
    _conversation(primary_key=True),
    sa.Column("counsellor", sa.Integer, sa.ForeignKey("counsellors.id"), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("filled", sa.Boolean, nullable=False),
)

canned = sa.Table(
    "canned_replies", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("owner", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"), index=True),  # null: shared
    sa.Column("title", sa.String(80), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

rotas = sa.Table(
    "rotas", metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("week", sa.Text, nullable=False),  # JSON, in the form of the data files' hours
    sa.Column("confirmed", sa.Boolean, nullable=False),
)

rota_days = sa.Table(
    "rota_days", metadata,
    sa.Column("municipality", sa.String(64), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("intervals", sa.String(200), nullable=False),  # "10:00-14:00 16:00-20:00"; empty: nobody that day
)

invitations = sa.Table(
    "invitations", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
)

second_factors = sa.Table(
    "second_factors", metadata,
    sa.Column("counsellor", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("confirmed", sa.Boolean, nullable=False),
    sa.Column("last_step", sa.Integer, nullable=False),  # the newest code that was used: none is taken twice
)

recovery_codes = sa.Table(
    "recovery_codes", metadata,
    sa.Column("code_hash", sa.String(64), primary_key=True),
    sa.Column("counsellor", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"), nullable=False,
              index=True),
)

# Between the password and the code. It opens nothing: it is no session.
half_logins = sa.Table(
    "half_logins", metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("counsellor", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
)

# An account at a municipality's identity provider, and which of ours it is.
identities = sa.Table(
    "identities", metadata,
    sa.Column("issuer", sa.String(200), primary_key=True),
    sa.Column("subject", sa.String(200), primary_key=True),
    sa.Column("counsellor", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"), nullable=False,
              index=True),
)

# Who did what, and when. No words of anybody, and no key to any other table: it outlives what it tells of.
audit = sa.Table(
    "audit", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("counsellor", sa.Integer, nullable=False, index=True),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("conversation", sa.String(32), index=True),
    sa.Column("other", sa.Integer),  # the other counsellor of the act: who it was given to, whose account it was
)
