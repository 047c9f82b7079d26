"""Which tables hold addresses, what waits to go out, and what has come in? (The shapes only.)"""

from __future__ import annotations

import sqlalchemy as sa

from bot.tables import metadata

# A telephone number or a Telegram id. `mark` finds it, `sealed` is what is written to; both go with the conversation.
addresses = sa.Table(
    "addresses", metadata,
    sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("queued_seq", sa.Integer, nullable=False),  # the thread is in the outbox up to this line
    sa.UniqueConstraint("channel", "mark", name="uq_addresses_mark"),
)

outbox = sa.Table(
    "outbox", metadata,
    sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),  # a long line goes out as several messages
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),  # waiting, sending, sent, delivered, failed
    sa.Column("reference", sa.String(32), nullable=False, unique=True),  # ours; providers give it back in reports
    sa.Column("provider_id", sa.String(128), index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("next_at", sa.Float, nullable=False),
    sa.Column("claimed_at", sa.Float),
    sa.Column("reason", sa.String(32)),
    sa.Column("body", sa.LargeBinary),  # emptied when it is out, or given up
)

# What came in already, as marks without a link to anybody; kept as long as a provider may deliver it again.
arrivals = sa.Table(
    "arrivals", metadata,
    sa.Column("mark", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
)

channel_counts = sa.Table(
    "channel_counts", metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("event", sa.String(32), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("last_at", sa.Float, nullable=False),
)
