import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incoming import Refused, check_client_id, clean, fold


@pytest.mark.parametrize("text", ["", "   ", "\n\t ", "\x00\x01", "\u200b", "\ufeff"])
def test_nothing_is_said_so(text):
    with pytest.raises(Refused) as refused:
        clean(text, 100)
    assert refused.value.reason == "empty"


@pytest.mark.parametrize("length", [101, 2001, 100_000])
def test_too_long_is_refused_and_never_cut(length):
    with pytest.raises(Refused) as refused:
        clean("a" * length, 100)
    assert (refused.value.reason, refused.value.status) == ("too_long", 413)


def test_broken_utf8_control_characters_and_html_become_harmless_text():
    assert clean("hej \ud800 \x1b[31m<b>du</b>\u202e", 100) == "hej ? [31m<b>du</b>"


def test_composed_letters_are_joined():
    assert clean("a\u030a", 10) == "å"


@pytest.mark.parametrize("client_id", ["", "a b", "x" * 65, "æ", None, 7])
def test_a_client_id_that_cannot_be_one_is_refused(client_id):
    with pytest.raises(Refused):
        check_client_id(client_id)


@given(st.text(max_size=200))
def test_whatever_is_written_is_refused_with_a_reason_or_can_be_stored(text):
    try:
        cleaned = clean(text, 100)
    except Refused as refused:
        assert refused.reason in ("empty", "too_long")
    else:
        assert cleaned.encode("utf-8") and len(cleaned) <= 100


def test_a_title_is_found_however_it_is_typed():
    assert fold("Vis mig, hvad der findes!") == fold("vis mig hvad der findes")
