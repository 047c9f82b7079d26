"""Is everything gone that tells who somebody is, and nothing else?"""
import re
import time
from pathlib import Path

import pytest
import yaml

from nlu.redact import Redaction, redact

DATA = yaml.safe_load((Path(__file__).parent / "sentences" / "redact.yml").read_text(encoding="utf-8"))


def masked_cases() -> list[tuple[str, list[str]]]:
    marked = [case for cases in DATA["masked"].values() for case in cases]
    marked += [frame.replace("{}", "{" + value + "}")
               for group in DATA["frames"] for frame in group["frames"] for value in group["values"]]
    return [(re.sub(r"[{}]", "", case), re.findall(r"\{(.*?)\}", case, re.DOTALL)) for case in marked]


def untouched_cases() -> list[str]:
    framed = [frame.replace("{}", value)
              for group in DATA["ordinary_frames"] for frame in group["frames"] for value in group["values"]]
    return [str(text) for text in DATA["untouched"]] + framed


@pytest.mark.parametrize("text, personal", masked_cases())
def test_what_identifies_a_person_is_gone(text: str, personal: list[str]):
    redaction = redact(text)
    assert redaction.masked
    left = re.sub(r"\[.*?\]", "", redaction.text)
    for piece in personal:
        assert piece not in redaction.text
        # Nor may the larger part of it be left.
        words = [word for word in re.findall(r"[^\W_]{4,}", piece) if re.search(rf"\b{word}\b", left)]
        assert not [word for word in words if word.lower() not in ("klasse", "skole", "hedensted")], redaction.text


@pytest.mark.parametrize("text", untouched_cases())
def test_an_ordinary_message_comes_back_as_it_was(text: str):
    assert redact(text) == Redaction(text, ())


def test_there_are_at_least_four_hundred_of_each():
    assert len(masked_cases()) >= 400
    assert len(untouched_cases()) >= 400


def test_the_kinds_come_in_the_order_of_the_text():
    text = DATA["masked"]["flere"][2]
    assert redact(re.sub(r"[{}]", "", text)).masked == ("cpr", "email", "profil")


@pytest.mark.parametrize("text, personal", masked_cases())
def test_masking_twice_changes_nothing_more(text: str, personal: list[str]):
    once = redact(text).text
    assert redact(once).text == once


STRANGE = ["", " ", "\n", "1" * 4000, "a" * 4000, "A b " * 1000, "1 " * 2000, "@" * 2000, "a." * 2000]


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_strange_input_ends_and_raises_nothing(text: str):
    started = time.perf_counter()
    assert isinstance(redact(text).text, str)
    assert time.perf_counter() - started < 60  # milliseconds; a pattern that runs wild takes hours
