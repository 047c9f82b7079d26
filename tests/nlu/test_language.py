"""Is Danish taken for Danish however it is written, and another language only for what it clearly is?"""
from pathlib import Path

import pytest
import yaml

from nlu.language import detect

DATA = yaml.safe_load((Path(__file__).parent / "sentences" / "language.yml").read_text(encoding="utf-8"))
CASES = [(code, text) for code, texts in DATA.items() for text in texts]


@pytest.mark.parametrize("code, text", CASES)
def test_the_language_is_recognised(code: str, text: str):
    assert detect(text) == code


@pytest.mark.parametrize("text", DATA["da"])
def test_danish_stays_danish_in_capitals_and_without_danish_letters(text: str):
    assert detect(text.upper()) == "da"
    assert detect(text.replace("æ", "ae").replace("ø", "oe").replace("å", "aa")) == "da"


def test_a_long_letter_has_one_language():
    assert detect(" ".join(DATA["da"] * 20)) == "da"
