"""Events without identity, and the monthly counts of offers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _short(name, **more):
    return sa.Column(name, sa.String(31), sa.CheckConstraint(f"length({name}) <= 31"), **more)


def _number(name, least, most, **more):
    return sa.Column(name, sa.Integer, sa.CheckConstraint(f"{name} between {least} and {most}"), **more)


def upgrade() -> None:
    # A table from before there were migrations is of a version that was never released.
    if "events" in sa.inspect(op.get_bind()).get_table_names():
        op.drop_table("events")
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        _short("hour", nullable=False), _number("weekday", 0, 6, nullable=False), _short("event", nullable=False),
        _short("municipality", nullable=False), _short("channel", nullable=False),
        _short("topic"), _short("topic2"), _short("topic3"), _short("audience", nullable=False), _short("age_band"),
        _short("danger", nullable=False), _short("offer"), _short("detail"),
        _number("minutes", 0, 44640), _number("duration", 0, 44640),
        sa.Column("simulated", sa.Boolean, nullable=False))
    op.create_index("ix_events_event_hour", "events", ["event", "simulated", "hour"])
    op.create_table(
        "offer_counts",
        _short("offer", nullable=False), _short("month", nullable=False), _short("municipality", nullable=False),
        *(_number(name, 0, 99_999) for name in ("enquiries", "starts", "waiting", "completed", "scored")),
        _short("scale"), sa.Column("before_mean", sa.Float), sa.Column("after_mean", sa.Float),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("offer", "month", "simulated"))
