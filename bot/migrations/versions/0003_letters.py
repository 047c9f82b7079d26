"""Letters to the brevkasse and their answers; which teams a counsellor belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("municipality", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("danger", sa.String(16), nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("due_at", sa.Float),
        sa.Column("answered_at", sa.Float),
        sa.Column("fetched_at", sa.Float),
        sa.Column("expires_at", sa.Float, nullable=False, index=True),
        sa.Column("may_publish", sa.Boolean, nullable=False),
        sa.Column("answered_by", sa.Integer, sa.ForeignKey("counsellors.id")),
        sa.Column("approved_by", sa.Integer, sa.ForeignKey("counsellors.id")),
        sa.Column("proposed_by", sa.Integer, sa.ForeignKey("counsellors.id")),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "published_letters",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("municipality", sa.String(64), nullable=False, index=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("topics", sa.String(200), nullable=False),
        sa.Column("published_on", sa.String(10), nullable=False),
    )
    op.add_column("counsellors", sa.Column("teams", sa.String(400), nullable=False, server_default="*"))
