"""Does the linear model learn, and is it kept and read without running code?"""

import numpy as np
import pytest

from nlu import everyday, heads
from nlu.training_data import Example

ROWS = [Example(f"jeg er ked af det nummer {i}", "sorg", "bekymring", ("sorg",)) for i in range(12)] + \
       [Example(f"hvad koster det at gå til fodbold {i}", "fritid_faellesskab", "ingen", ("fritid_faellesskab",))
        for i in range(12)]


@pytest.fixture(scope="module")
def model():
    return everyday.train(ROWS, passes=30)


def test_it_tells_the_topics_of_its_examples_apart(model):
    topics = heads.HEADS["topic"][1]
    for text, topic in (("ked af det", "sorg"), ("gå til fodbold", "fritid_faellesskab")):
        assert topics[int(heads.probabilities(model.logits(text))["topic"].argmax())] == topic


def test_it_is_the_same_after_saving_and_loading(model, tmp_path):
    model.save(tmp_path / "m.npz")
    again = everyday.Everyday.load(tmp_path / "m.npz")
    assert np.allclose(model.logits("ked af fodbold"), again.logits("ked af fodbold"), atol=0.05)


def test_a_file_that_is_no_arrays_is_refused(tmp_path):
    (tmp_path / "m.npz").write_bytes(b"not arrays")
    with pytest.raises((ValueError, OSError)):
        everyday.Everyday.load(tmp_path / "m.npz")


@pytest.mark.parametrize("text", ["", "😂", "x" * 20_000])
def test_any_text_has_logits(model, text):
    assert model.logits(text).shape == (heads.WIDTH,)
