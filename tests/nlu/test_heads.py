"""Do the answers of a model fit together?"""

import numpy as np
import pytest

from nlu import heads
from nlu.training_data import Example


def test_the_intents_probabilities_add_up_to_one():
    answers = heads.probabilities(np.random.default_rng(1).normal(size=heads.WIDTH))
    ranking = heads.intent_ranking(0.3, answers)
    assert sum(probability for _, probability in ranking) == pytest.approx(1)
    assert ranking == sorted(ranking, key=lambda pair: -pair[1])


def test_certain_danger_makes_the_intent_one_of_danger():
    answers = heads.probabilities(np.zeros(heads.WIDTH))
    assert heads.intent_ranking(0.99, answers)[0][0].endswith("_fare")


def test_what_nobody_looked_at_is_masked():
    _, known = heads.targets([Example("x", "sorg", topics=("sorg",), wants_human=None)])
    assert known[0, heads.slices()["human"]] == 0
    assert known[0, heads.slices()["danger"]] == 1


def test_the_first_topic_weighs_most():
    truth, _ = heads.targets([Example("x", "sorg", topics=("sorg", "angst"))])
    topic = truth[0, heads.slices()["topic"]]
    labels = heads.HEADS["topic"][1]
    assert topic[labels.index("sorg")] > topic[labels.index("angst")] > 0
    assert topic.sum() == pytest.approx(1)
