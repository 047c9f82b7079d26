"""Does the encoder see the whole message, above all its last sentence?"""

import numpy as np
import pytest

from nlu.tokenizer import Tokenizer
from nlu.windows import MOST, TOKENS, windows, with_history

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "\u2581", "\u2581query", ":", "\u2581a", "b", "\u2581slut", "."]


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer(PIECES, np.linspace(-1, -5, len(PIECES)), {"A": "a"}, 0, 2, 1, 3, -20.0)


def test_the_likeliest_pieces_are_taken(tokenizer):
    found = [tokenizer.pieces[i] for i in tokenizer.encode("ab A slut.")]
    assert found == ["\u2581a", "b", "\u2581a", "\u2581slut", "."]


def test_an_unknown_sign_is_unknown_and_nothing_is_lost(tokenizer):
    assert tokenizer.encode("a€") == [7, 3]


def test_the_tokenizer_is_the_same_after_saving_and_loading(tokenizer, tmp_path):
    tokenizer.save(tmp_path / "t.npz")
    again = Tokenizer.load(tmp_path / "t.npz")
    assert again.encode("ab A slut. ø") == tokenizer.encode("ab A slut. ø")


def test_a_short_message_is_one_stretch(tokenizer):
    assert len(windows(tokenizer, "a a a")) == 1


@pytest.mark.parametrize("count", [130, 700, 4000])
def test_the_last_sentence_of_a_letter_is_always_seen_and_the_work_is_bounded(tokenizer, count):
    found = windows(tokenizer, "a a a a a a a a a. " * count + "slut.")
    assert len(found) <= MOST
    assert all(len(stretch) <= TOKENS for stretch in found)
    assert tokenizer.pieces.index("\u2581slut") in found[-1]


def test_a_letter_without_any_full_stop_is_seen_to_its_end(tokenizer):
    found = windows(tokenizer, "a " * 500 + "slut")
    assert tokenizer.pieces.index("\u2581slut") in found[-1]


def test_the_message_stands_after_its_history(tokenizer):
    stretch = with_history(tokenizer, "slut", ["a " * 300])
    assert len(stretch) <= TOKENS
    assert tokenizer.pieces.index("\u2581slut") in stretch
