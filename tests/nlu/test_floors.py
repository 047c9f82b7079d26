"""Below which figures is a change a step back? On two sets that nothing was trained on (tests/nlu/fresh/).

The floors lie a little under what was measured (docs/understanding.md); raise them with each better encoder.
"""

import pytest

from nlu.evaluate import FRESH, Understander, answers, load
from nlu.figures import figures
from nlu.normalise import fold
from nlu.safety import Safety
from nlu.training_data import load as training_rows
from nlu.understanding import Reader

AT_LEAST = {"danger_recall": 0.93, "acute_recall_as_acute": 0.80, "danger_auc": 0.95, "topic_hit1": 0.72,
            "wants_human_recall": 0.75, "faq_hit": 0.65, "audience_hit": 0.84, "pii_masked": 0.92}
AT_MOST = {"false_alarms_all": 0.20, "wants_human_false": 0.03, "faq_false": 0.03, "masked_without_need": 0.02}
SETS = sorted(FRESH.glob("*.jsonl"))


@pytest.fixture(scope="module")
def understander():
    return Understander(Safety.load(), Reader.load())


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_no_figure_falls_below_its_floor(understander, path):
    rows = load(path)
    found = figures(rows, answers(rows, understander.answer))
    low = {name: found[name] for name, floor in AT_LEAST.items() if found[name] < floor}
    high = {name: found[name] for name, ceiling in AT_MOST.items() if found[name] > ceiling}
    assert not low and not high


def test_no_sentence_of_these_sets_is_in_the_training_data():
    known = {fold(row.text) for row in training_rows()}
    # A word or two that everybody writes ("hej", "koster det noget") may stand on both sides.
    written = [fold(row["text"]) for path in SETS for row in load(path)]
    assert not [text[:50] for text in written if len(text.split()) > 4 and text in known]
