"""Is a message that means one thing only understood as that, whatever the models say?"""

import pytest

from bot.place import phrases, whole_message
from nlu.normalise import fold
from nlu.vocabulary import CONVERSATION_INTENTS, FAQ, WANTS_HUMAN_INTENT, WORD_FOR_WORD

WHOLE = phrases()["whole_messages"]


@pytest.mark.parametrize("text, intent", [
    ("Kan jeg snakke med et menneske?", "menneske"),
    ("HVORNÅR HAR I ÅBENT", "faq_aabningstid"),
    ("hvornaar har i aabent", "faq_aabningstid"),
    ("Siger I det til mine forældre??", "faq_tavshedspligt_underretning"),
    ("hvor længe skal jeg vente", "faq_ventetid"),
    ("hvem skriver jeg med", "faq_hvem_svarer"),
    ("no", "nej"),
    ("I want to talk to a human", "menneske"),
    ("hvornår har i åbent, jeg er bange for ham", None),
    ("kan jeg snakke med et menneske, jeg vil dø", None)])
def test_word_for_word_and_not_as_a_part_of_more(text, intent):
    assert whole_message(text) == intent


def test_each_line_can_be_found_and_means_one_thing():
    lines = [line for wholes in WHOLE.values() for line in wholes]
    assert all(isinstance(line, str) for line in lines), "YAML reads yes and no without quotes as something else"
    folded = [fold(line) for line in lines]
    assert len(folded) == len(set(folded))


def test_each_intent_is_one_that_the_robot_knows():
    assert set(WHOLE) <= {*CONVERSATION_INTENTS, *WORD_FOR_WORD, WANTS_HUMAN_INTENT, *(f"faq_{name}" for name in FAQ)}
