"""Which tables hold the counts, and what can not stand in them?

The walls are in the schema: every text column is shorter than a conversation's id and than a token (32 characters
each), and the database refuses what is longer. There is no free text, and the only numbers that come from outside
are minutes and what an offer's staff counted. The row's own number is drawn by chance, so that not even the order of
two rows tells that they belong together.
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa

LONGEST = 31  # characters: a conversation's id has 32

metadata = sa.MetaData()


def by_chance() -> int:
    """A row's number, without order. Below 2^53, so that every driver and spreadsheet keeps it."""
    return secrets.randbits(53)


def short(name: str, **more) -> sa.Column:
    """A word of a closed vocabulary: at most 31 characters, in the database too."""
    return sa.Column(name, sa.String(LONGEST), sa.CheckConstraint(f"length({name}) <= {LONGEST}"), **more)


def number(name: str, least: int, most: int, **more) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.CheckConstraint(f"{name} between {least} and {most}"), **more)


MOST_MINUTES = 60 * 24 * 31

events = sa.Table(
    "events", metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False,
              default=by_chance),
    short("hour", nullable=False),            # local, 2026-11-25T21; the minute is never kept
    number("weekday", 0, 6, nullable=False),  # 0 is Monday
    short("event", nullable=False),
    short("municipality", nullable=False),
    short("channel", nullable=False),
    short("topic"), short("topic2"), short("topic3"),
    short("audience", nullable=False),
    short("age_band"),
    short("danger", nullable=False),
    short("offer"),
    short("detail"),
    number("minutes", 0, MOST_MINUTES),
    number("duration", 0, MOST_MINUTES),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.Index("ix_events_event_hour", "event", "simulated", "hour"),
)

# What an offer's own staff count, a month at a time. `scored` people filled in the named scale before and after.
offer_counts = sa.Table(
    "offer_counts", metadata,
    short("offer", primary_key=True),
    short("month", primary_key=True),        # 2026-11
    short("municipality", nullable=False),
    *(number(name, 0, 99_999) for name in ("enquiries", "starts", "waiting", "completed", "scored")),
    short("scale"),
    sa.Column("before_mean", sa.Float), sa.Column("after_mean", sa.Float),
    sa.Column("simulated", sa.Boolean, primary_key=True),
)
