"""What is counted already, what is watched, and sentences to learn from."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _of_conversation():
    return sa.Column("conversation", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"),
                     primary_key=True)


def upgrade() -> None:
    op.create_table("summed", _of_conversation())
    op.create_table(
        "watched", _of_conversation(),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("danger_mark", sa.String(16)),
        sa.Column("routing_mark", sa.String(16)))
    op.create_table(
        "sentences",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False))
