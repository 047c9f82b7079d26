"""Notes, labels, closings, canned replies, rota, invitations, second factor, identities and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"),
                  nullable=False, index=True),
        sa.Column("author", sa.Integer, sa.ForeignKey("counsellors.id"), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "labels",
        sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"),
                  nullable=False, primary_key=True),
        sa.Column("label", sa.String(32), primary_key=True),
    )
    op.create_table(
        "closings",
        sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"),
                  nullable=False, primary_key=True),
        sa.Column("counsellor", sa.Integer, sa.ForeignKey("counsellors.id"), nullable=False, index=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("filled", sa.Boolean, nullable=False),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"), index=True),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "rotas",
        sa.Column("municipality", sa.String(64), primary_key=True),
        sa.Column("week", sa.Text, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "rota_days",
        sa.Column("municipality", sa.String(64), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("intervals", sa.String(200), nullable=False),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
    )
    op.create_table(
        "second_factors",
        sa.Column("counsellor", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"),
                  primary_key=True),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("last_step", sa.Integer, nullable=False),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        sa.Column("counsellor", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"),
                  nullable=False,
                  index=True),
    )
    op.create_table(
        "half_logins",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("counsellor", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"),
                  nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(200), primary_key=True),
        sa.Column("subject", sa.String(200), primary_key=True),
        sa.Column("counsellor", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"),
                  nullable=False,
                  index=True),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False, index=True),
        sa.Column("counsellor", sa.Integer, nullable=False, index=True),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("conversation", sa.String(32), index=True),
        sa.Column("other", sa.Integer),
    )
