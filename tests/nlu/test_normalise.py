"""Is a message the same message however it was typed?"""

import pytest

from nlu.normalise import after_greeting, fold, letters, plain_words, sentences, unrepeated


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


@pytest.mark.parametrize("text, rest", [
    ("hej, min mor er død", "min mor er død"), ("Hejsa! jeg er ensom", "jeg er ensom"),
    ("hej med jer jeg har angst", "jeg har angst"), ("heyy jeg er så ked af det", "jeg er så ked af det")])
def test_what_follows_a_greeting_is_the_message(text, rest):
    assert after_greeting(text) == rest


@pytest.mark.parametrize("text", ["hej", "hej du", "hej igen", "hejste flaget i går", "min mor siger hej", ""])
def test_a_mere_greeting_and_a_word_that_begins_like_one_have_nothing_behind(text):
    assert after_greeting(text) is None


def test_a_word_without_end_is_said_twice():
    assert unrepeated("hej " * 800) == "hej hej "
    assert unrepeated("hjælp hjælp") == "hjælp hjælp"
    assert unrepeated("nej, nej, nej! det gør ondt") == "nej nej! det gør ondt"
