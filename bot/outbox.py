"""What has to go out by SMS or Telegram, what became of it, and what may be tried again?

A row is claimed before it is sent and marked after. The rule for what lies between: a row that was claimed and never
marked (the process died, or the provider did not answer in time) may have reached the phone. It is not sent again
but fails as "uncertain", unless the provider promises to drop a reference that it has seen. A delivery report that
arrives later puts it right.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.crypto import Box
from bot.database import Database
from bot.outbox_tables import addresses, outbox

WAITING, SENDING, SENT, DELIVERED, FAILED = "waiting", "sending", "sent", "delivered", "failed"
UNCERTAIN = "uncertain"
NUDGED_SECONDS = 5.0  # a new line lets an old one that waits for its next try go soon


@dataclass(frozen=True)
class Claimed:
    """One message that is ours to send, now and once."""

    conversation: str
    seq: int
    part: int
    channel: str
    reference: str
    attempts: int
    created_at: float
    piece: dict


class Outbox:
    """The outgoing messages of one database."""

    def __init__(self, database: Database, box: Box):
        self._database, self._box = database, box

    def queue(self, conversation: str, channel: str, after: int, upto: int,
              lines: Sequence[tuple[int, Sequence[dict]]], now: datetime) -> bool:
        """The pieces of each new line, once: False when somebody else queued them meanwhile, or it was deleted."""
        with self._database.write() as connection:
            moved = connection.execute(addresses.update().where(
                addresses.c.conversation == conversation, addresses.c.queued_seq == after).values(queued_seq=upto))
            if not moved.rowcount:
                return False
            at = now.timestamp()
            connection.execute(outbox.update().where(
                outbox.c.conversation == conversation, outbox.c.state == WAITING,
                outbox.c.next_at > at + NUDGED_SECONDS).values(next_at=at + NUDGED_SECONDS))
            rows = [dict(conversation=conversation, seq=seq, part=part, channel=channel, state=WAITING,
                         reference=secrets.token_hex(16), attempts=0, created_at=at, next_at=at,
                         body=self._box.seal(piece))
                    for seq, pieces in lines for part, piece in enumerate(pieces)]
            if rows:
                connection.execute(outbox.insert(), rows)
        return True

    def due(self, now: datetime) -> list[tuple[str, str]]:
        """Conversations with something to send now, with their channels, the longest waiting first."""
        with self._database.read() as connection:
            return [tuple(row) for row in connection.execute(
                sa.select(outbox.c.conversation, outbox.c.channel)
                .where(outbox.c.state == WAITING, outbox.c.next_at <= now.timestamp())
                .group_by(outbox.c.conversation, outbox.c.channel).order_by(sa.func.min(outbox.c.next_at)))]

    def claim(self, conversation: str, now: datetime) -> Claimed | None:
        """The next piece of that conversation; None while an earlier one is under way or waits for its next try."""
        with self._database.write() as connection:
            row = connection.execute(
                sa.select(outbox).where(outbox.c.conversation == conversation,
                                        outbox.c.state.in_((WAITING, SENDING)))
                .order_by(outbox.c.seq, outbox.c.part).limit(1).with_for_update()).first()
            if row is None or row.state == SENDING or row.next_at > now.timestamp():
                return None
            connection.execute(outbox.update().where(outbox.c.reference == row.reference).values(
                state=SENDING, attempts=row.attempts + 1, claimed_at=now.timestamp()))
        return Claimed(row.conversation, row.seq, row.part, row.channel, row.reference, row.attempts + 1,
                       row.created_at, self._box.open(row.body))

    def sent(self, claimed: Claimed, provider_id: str | None) -> None:
        with self._database.write() as connection:
            mine = outbox.c.reference == claimed.reference
            connection.execute(outbox.update().where(mine).values(provider_id=provider_id, body=None))
            # A delivery report can be quicker than the answer to the request; it is not taken back.
            connection.execute(outbox.update().where(mine, outbox.c.state == SENDING).values(state=SENT, reason=None))

    def later(self, claimed: Claimed, at: float) -> None:
        """Not sent, for certain: to be tried again at that time."""
        self._end(claimed, state=WAITING, next_at=at)

    def failed(self, claimed: Claimed, reason: str) -> None:
        """Given up. The counsellor sees the reason."""
        self._end(claimed, state=FAILED, reason=reason, body=None)

    def _end(self, claimed: Claimed, **values) -> None:
        with self._database.write() as connection:
            connection.execute(outbox.update().where(
                outbox.c.reference == claimed.reference, outbox.c.state == SENDING).values(**values))

    def report(self, channel: str, provider_id: str | None, reference: str | None, delivered: bool,
               reason: str | None = None) -> str | None:
        """What the provider says became of a message; returns its conversation, None when there is no such message or
        nothing changed. What was delivered stays delivered, whatever is told later."""
        which = [column == value for column, value in
                 ((outbox.c.provider_id, provider_id), (outbox.c.reference, reference)) if value]
        if not which:
            return None
        open_states = (SENDING, SENT, FAILED) if delivered else (SENDING, SENT)
        values = {"state": DELIVERED, "reason": None} if delivered else {"state": FAILED, "reason": reason}
        with self._database.write() as connection:
            row = connection.execute(sa.select(outbox.c.reference, outbox.c.conversation).where(
                outbox.c.channel == channel, sa.or_(*which), outbox.c.state.in_(open_states))).first()
            if row is None:
                return None
            connection.execute(outbox.update().where(outbox.c.reference == row.reference).values(body=None, **values))
        return row.conversation

    def recover(self, claimed_before: datetime, idempotent: Collection[str] = ()) -> list[tuple[str, str, int]]:
        """Applies the rule above to old claims; returns (conversation, channel, seq) of what is now uncertain."""
        with self._database.write() as connection:
            old = sa.and_(outbox.c.state == SENDING, outbox.c.claimed_at <= claimed_before.timestamp())
            connection.execute(outbox.update().where(old, outbox.c.channel.in_(tuple(idempotent)))
                               .values(state=WAITING))
            rows = connection.execute(sa.select(outbox.c.conversation, outbox.c.channel, outbox.c.seq)
                                      .where(old)).all()
            connection.execute(outbox.update().where(old).values(state=FAILED, reason=UNCERTAIN, body=None))
        return [tuple(row) for row in rows]

    def states(self, conversation: str) -> dict[int, str]:
        """What became of each line that went out: waiting, sent, delivered or failed. A line of several messages
        is what the worst of them is."""
        return {seq: state for seq, (state, _) in self._worst(conversation).items()}

    def failures(self, conversation: str) -> dict[int, str]:
        """Why each line failed that did: blocked, rejected, expired, uncertain, gave_up, provider."""
        return {seq: reason or "provider" for seq, (state, reason) in self._worst(conversation).items()
                if state == FAILED}

    def _worst(self, conversation: str) -> dict[int, tuple[str, str | None]]:
        order, worst = (DELIVERED, SENT, WAITING, FAILED), {}
        with self._database.read() as connection:
            rows = connection.execute(sa.select(outbox.c.seq, outbox.c.state, outbox.c.reason).where(
                outbox.c.conversation == conversation)).all()
        for seq, state, reason in rows:
            state = WAITING if state == SENDING else state
            worst[seq] = max(worst.get(seq, (DELIVERED, None)), (state, reason), key=lambda s: order.index(s[0]))
        return worst

    def waiting(self, channel: str) -> int:
        """How many messages of a channel have not gone out yet."""
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(outbox).where(
                outbox.c.channel == channel, outbox.c.state.in_((WAITING, SENDING)))).scalar()
