"""Whose age is told?"""

import pytest

from nlu.ages import Ages, ages


@pytest.mark.parametrize(("text", "audience", "expected"), [
    ("jeg er 15 og har det dårligt", "ung", Ages(writer=15)),
    ("jeg er fjorten år", "ung", Ages(writer=14)),
    ("femten", "ung", Ages(writer=15)),
    ("pige på 16", "ung", Ages(writer=16)),
    ("im 17", "ung", Ages(writer=17)),
    ("min søn er 14 og jeg er bange", "foraelder", Ages(child=14)),
    ("min 12-årige vil ikke i skole", "foraelder", Ages(child=12)),
    ("hun er 13 år", "foraelder", Ages(child=13)),
    ("jeg har 15 venner", "ung", Ages()),
    ("jeg er 45 kg", "ung", Ages()),
    ("det er 3 år siden", "ung", Ages()),
])
def test_an_age_belongs_to_the_one_it_is_told_of(text, audience, expected):
    assert ages(text, audience) == expected
