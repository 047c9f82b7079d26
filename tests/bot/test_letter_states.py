from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.letter_states import ANSWERED, DRAFTED, PUBLISHED, WITHDRAWN, IllegalLetterMove, Letter, Public

NOW = datetime(2026, 11, 25, 21, 40, tzinfo=timezone.utc)
KEEP = timedelta(days=30)
PUBLIC = Public("Jeg savner min mormor", "Min mormor er død, og jeg kan ikke sove.", "Det gør ondt.", ("sorg",))


@pytest.fixture
def letter():
    return Letter("l1", "hedensted", "ssp", "min mormor er død", NOW, NOW + KEEP)


def reason(move, *args):
    with pytest.raises(IllegalLetterMove) as refused:
        move(*args)
    return refused.value.reason


def test_an_answer_is_written_by_one_and_approved_by_another(letter):
    drafted = letter.drafted(1, "kære du", NOW, KEEP)
    assert drafted.state == DRAFTED
    assert reason(drafted.approved, 1, drafted.revision, NOW, KEEP) == "letter_own_answer"
    answered = drafted.approved(2, drafted.revision, NOW, KEEP)
    assert (answered.state, answered.answered_by, answered.approved_by) == (ANSWERED, 1, 2)


def test_whoever_changes_an_answer_cannot_approve_it(letter):
    changed = letter.drafted(1, "kære du", NOW, KEEP).drafted(2, "kære du, rettet", NOW, KEEP)
    assert reason(changed.approved, 2, changed.revision, NOW, KEEP) == "letter_own_answer"
    assert changed.approved(1, changed.revision, NOW, KEEP).state == ANSWERED


def test_only_what_was_read_can_be_approved(letter):
    first = letter.drafted(1, "kære du", NOW, KEEP)
    second = first.drafted(1, "noget helt andet", NOW, KEEP)
    assert reason(second.approved, 2, first.revision, NOW, KEEP) == "letter_changed"


def test_nothing_is_published_without_the_writers_yes_an_answer_and_two_counsellors(letter):
    assert reason(letter.proposed, 1, PUBLIC) == "letter_not_answered"
    drafted = letter.drafted(1, "kære du", NOW, KEEP)
    answered = drafted.approved(2, drafted.revision, NOW, KEEP)
    assert reason(answered.proposed, 1, PUBLIC) == "letter_no_yes"
    yes = answered.wished(True)
    assert reason(yes.published, 2, yes.revision) == "letter_no_proposal"
    proposed = yes.proposed(1, PUBLIC)
    assert reason(proposed.published, 1, proposed.revision) == "letter_own_proposal"
    assert reason(proposed.published, 2, proposed.revision - 1) == "letter_changed"
    assert proposed.published(2, proposed.revision).state == PUBLISHED


def test_a_no_takes_back_what_was_prepared_and_comes_too_late_once_it_is_out(letter):
    drafted = letter.wished(True).drafted(1, "kære du", NOW, KEEP)
    proposed = drafted.approved(2, drafted.revision, NOW, KEEP).proposed(1, PUBLIC)
    no = proposed.wished(False)
    assert no.proposal is None and reason(no.published, 2, no.revision) == "letter_no_yes"
    out = proposed.published(2, proposed.revision)
    assert out.proposal is None and reason(out.wished, False) == "letter_published"


def test_an_answered_letter_is_not_answered_again_and_a_withdrawn_one_is_empty(letter):
    drafted = letter.drafted(1, "kære du", NOW, KEEP)
    answered = drafted.approved(2, drafted.revision, NOW, KEEP)
    for move in (lambda: answered.drafted(1, "igen", NOW, KEEP), lambda: letter.approved(2, 0, NOW, KEEP)):
        with pytest.raises(IllegalLetterMove):
            move()
    gone = answered.withdrawn()
    assert (gone.state, gone.text, gone.answer) == (WITHDRAWN, "", None)
    assert reason(gone.withdrawn) == "letter_gone"


def test_danger_comes_first_then_what_is_due_first(letter):
    soon = replace(letter, id="soon", due_at=NOW + timedelta(days=1))
    later = replace(letter, id="later", due_at=NOW + timedelta(days=3))
    danger = replace(letter, id="danger", due_at=NOW + timedelta(days=9), danger="hoej")
    acute = replace(letter, id="acute", danger="akut", created_at=NOW + timedelta(hours=1))
    found = sorted([later, soon, danger, acute], key=Letter.urgency)
    assert [x.id for x in found] == ["acute", "danger", "soon", "later"]
    assert soon.is_overdue(NOW + timedelta(days=2)) and not letter.is_overdue(NOW + timedelta(days=99))
