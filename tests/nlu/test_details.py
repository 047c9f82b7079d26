"""Is a short answer to the robot's question understood?"""

import pytest

from nlu.details import Details


@pytest.fixture(scope="module")
def details():
    return Details.load()


@pytest.mark.parametrize(("text", "about"), [
    ("det handler om mig selv", "self"), ("en veninde", "other"), ("det er om min datter", "child"),
    ("en elev i min klasse", "pupil"), ("hej", None)])
def test_whom_it_is_about(details, text, about):
    assert details.about(text) == about


@pytest.mark.parametrize(("text", "reason"), [
    ("det er for langt væk", "too_far"), ("jeg vil ikke i gruppe", "no_groups"), ("det har jeg prøvet", "tried"),
    ("tak", None)])
def test_why_an_offer_does_not_fit(details, text, reason):
    assert details.reason(text) == reason


def test_a_long_message_is_no_short_answer(details):
    assert details.about("min søn " + "og så skete der noget mere " * 5) is None
