"""How many SMS is it, and where is it parted?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.place import PHRASES
from bot.texts import Texts
from channels.gsm7 import GSM7, MOST_PARTS, UCS2, Size, messages, normalise, size
from channels.words import words


@pytest.mark.parametrize(("text", "expected"), [
    ("æøåÆØÅé" * 22 + "123456", Size(GSM7, 160, 1)), ("æ" * 161, Size(GSM7, 161, 2)), ("€" * 80, Size(GSM7, 160, 1)),
    ("€" * 81, Size(GSM7, 162, 2)), ("a" * 306, Size(GSM7, 306, 2)), ("a" * 307, Size(GSM7, 307, 3)),
    ("a" * 152 + "€" * 5, Size(GSM7, 162, 2)), ("ł" * 70, Size(UCS2, 70, 1)), ("ł" * 71, Size(UCS2, 71, 2)),
    ("😭" * 35, Size(UCS2, 70, 1)), ("😭" * 36, Size(UCS2, 72, 2)), ("", Size(GSM7, 0, 1))])
def test_what_a_text_takes(text, expected):
    assert size(text) == expected


def test_a_pair_is_never_split_between_two_parts():
    assert size("a" * 152 + "€" + "a" * 152).parts == 3  # one place of the first part stays empty


def test_typography_stays_in_the_phones_alphabet():
    assert normalise("“Hej” – det’s … •") == "\"Hej\" - det's ... -"
    assert size(normalise("«å»")).encoding == GSM7 and normalise("a\u030a") == "å"


def test_a_long_text_is_parted_between_sentences_and_nothing_is_lost():
    text = " ".join(f"Det her er sætning nummer {n}." for n in range(120))
    found = messages(text)
    assert " ".join(found) == text and all(m.endswith(".") for m in found)


@given(st.text(st.sampled_from("abc æ€😭’\n. "), max_size=3000))
def test_every_message_fits_and_every_letter_arrives(text):
    found = messages(text)
    assert all(size(m).parts <= MOST_PARTS for m in found)
    def letters(said):
        return "".join(said.split())
    assert letters("".join(found)) == letters(normalise(text))


def test_every_text_of_the_robots_is_sent_in_the_phones_alphabet_or_is_in_another_language():
    outside = set()
    for key, variants in Texts.load()._responses.items():
        for variant in variants:
            if size(normalise(variant["text"].replace("{", "(").replace("}", ")"))).encoding == UCS2:
                outside.add(key)
    assert all(key.startswith(("utter_language_", "utter_crisis_")) for key in outside), outside


@pytest.mark.parametrize("channel", ["sms", "telegram"])
def test_what_is_said_instead_still_stands_in_the_robots_texts(channel):
    said = "\n".join(v["text"] for variants in Texts.load()._responses.values() for v in variants)
    said += PHRASES.read_text(encoding="utf-8")
    assert [phrase for phrase in words()["say_instead"][channel] if phrase not in said] == []
