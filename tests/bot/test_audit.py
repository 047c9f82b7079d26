"""Who opened what: kept apart from content, and forgotten in time."""

from datetime import timedelta

import pytest

from bot.audit import ONCE_WITHIN, Audit


@pytest.fixture
def audit(parts):
    return Audit(parts.store.database)


def test_opening_again_within_a_quarter_is_one_line_and_moves_are_each_their_own(audit, clock):
    for _ in range(3):
        audit.wrote(clock(), 1, "opened", "c1")
        audit.wrote(clock(), 1, "taken", "c1")
    audit.wrote(clock() + ONCE_WITHIN + timedelta(seconds=1), 1, "opened", "c1")
    acts = [entry.act for entry in audit.read()]
    assert acts.count("opened") == 2 and acts.count("taken") == 3


def test_it_can_be_read_by_one_counsellor_and_is_forgotten(audit, clock):
    audit.wrote(clock(), 1, "opened", "c1")
    audit.wrote(clock() + timedelta(days=1), 2, "transferred", "c1", 3)
    assert [(e.counsellor, e.other) for e in audit.read(2)] == [(2, 3)]
    audit.purge(clock() + timedelta(hours=1))
    assert [e.counsellor for e in audit.read()] == [2]


def test_an_act_that_is_not_known_is_refused(audit, clock):
    with pytest.raises(ValueError, match="unknown act"):
        audit.wrote(clock(), 1, "gossiped")
