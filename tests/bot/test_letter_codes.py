from datetime import datetime, timedelta, timezone

import pytest

from bot.letter_codes import Codes, UnknownWords, fold, words
from bot.pace import Window

NOW = datetime(2026, 11, 25, 21, 40, tzinfo=timezone.utc)


def test_the_list_has_enough_words_and_no_two_of_them_can_be_mixed_up():
    listed = list(words().values())
    assert len(listed) >= 2048 and len({fold(w) for w in listed}) == len(listed)
    assert all(w.isalpha() and w == w.lower() and 3 <= len(w) <= 12 for w in listed)


@pytest.fixture
def codes(parts):
    return Codes(parts.store.box.marks, cost=2 ** 4)


@pytest.mark.parametrize("typed", ["måne ørred blåbær æble", "MAANE Oerred blaabaer AEBLE",
                                   "  mane, orred; blabar-able. ", "ma\u030ane\nørred\tblåbær/æble"])
def test_a_code_is_read_whatever_the_keyboard(codes, typed):
    assert codes.read(typed) == "måne ørred blåbær æble"


@pytest.mark.parametrize(("typed", "unknown"), [("måne ørred", ()), ("måne ørred blåbær qwert", ("qwert",)), ("", ()),
                                                ("x" * 300, ()), ("måne " * 5, ()), (None, ())])
def test_what_is_no_code_is_said_so_with_the_words_that_are_wrong(codes, typed, unknown):
    with pytest.raises(UnknownWords) as error:
        codes.read(typed)
    assert error.value.words == unknown


def test_a_fingerprint_needs_the_key_of_the_house(codes):
    other = Codes(lambda *parts: tuple("other" for _ in parts), cost=2 ** 4)
    code = codes.new()
    assert len(code.split()) == 4 and codes.fingerprints(code) == codes.fingerprints(code)
    assert code not in str(codes.fingerprints(code)) and codes.fingerprints(code) != other.fingerprints(code)


def test_a_window_is_full_for_a_while_only():
    window = Window(2, timedelta(minutes=1))
    window.add(NOW)
    window.add(NOW)
    assert window.full(NOW) and not window.full(NOW + timedelta(minutes=1))
