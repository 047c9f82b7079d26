from bot.dialogue import impossible_moves
from bot.facts import fresh


def test_nothing_can_be_refused_before_something_was_shown():
    assert "ikke_for_mig" in impossible_moves(fresh())
    assert "ikke_for_mig" not in impossible_moves(fresh(shown=["x"]))


def test_being_safe_is_an_answer_only_in_a_crisis():
    assert "i_sikkerhed" in impossible_moves(fresh())
    assert "i_sikkerhed" not in impossible_moves(fresh(step="crisis"))
