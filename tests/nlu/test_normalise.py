"""Is a message the same message however it was typed?"""

import pytest

from nlu.normalise import fold, letters, plain_words, sentences


@pytest.mark.parametrize("typed", ["jeg vil ik leve mere", "JEG VIL IKK LEVE MEEERE", "jg vil ikke leve mere!!!",
                                   "jæ ve itj lev mer"])
def test_slang_and_dialect_become_the_standard_words(typed):
    assert plain_words(typed) == "jeg vil ikke leve mere"


def test_danish_letters_and_their_ascii_forms_are_the_same():
    assert letters("Går på ærø") == letters("gaar paa aeroe")


@pytest.mark.parametrize("typed", ["selvmrod", "selmvord", "svelmord", "selvmrd"])
def test_a_grave_word_is_found_with_one_wrong_letter(typed):
    assert plain_words(typed) == "selvmord"


def test_folding_drops_case_accents_and_punctuation():
    assert fold("Hej,  DU dér!") == fold("hej du der")


def test_sentences_end_at_marks_and_at_line_breaks():
    assert sentences("Hej. Jeg er ked af det!\nhvad gør jeg") == ["Hej.", "Jeg er ked af det!", "hvad gør jeg"]


def test_invisible_characters_do_not_hide_a_word():
    assert plain_words("selv\u200bmord") == "selvmord"


@pytest.mark.parametrize("text", ["", " ", "\n", "…", "😂😂", "\x00", "a" * 10_000])
def test_any_text_can_be_read(text):
    assert isinstance(plain_words(text), str)
    assert isinstance(sentences(text), list)
