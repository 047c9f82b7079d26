"""Is the language data sound, before any model is trained on it?"""

from collections import Counter

import pytest

from nlu import training_data
from nlu.normalise import fold
from nlu.training_data import Example
from nlu.vocabulary import AUDIENCE, CONVERSATION_INTENTS, DANGER, FAQ, RISK, TOPICS, intent_of


@pytest.fixture(scope="module")
def rows():
    return training_data.load()


def test_no_sentence_stands_twice_or_under_two_intents(rows):
    seen = {}
    for row in rows:
        key = fold(row.text) or row.text
        assert key not in seen, f"{row.intent} and {seen[key]}: {row.text[:60]}"
        seen[key] = row.intent


def test_every_label_is_one_of_the_vocabulary(rows):
    for row in rows:
        assert row.risk in RISK
        assert row.topics and set(row.topics) <= set(TOPICS), row.text[:60]
        assert row.audience in AUDIENCE
        assert row.faq is None or row.faq in FAQ


def test_the_intent_follows_from_the_labels(rows):
    for row in rows:
        if not row.talk:
            assert row.intent == intent_of(row.risk, row.topics, row.faq, bool(row.wants_human)), row.text[:60]


def test_a_file_holds_one_intent_and_bears_its_name():
    for path in training_data.files():
        for block in training_data.load_yaml(path)["nlu"]:
            assert block["intent"] == path.stem


def test_every_conversational_intent_and_every_question_has_examples(rows):
    count = Counter(row.intent for row in rows)
    for intent in (*CONVERSATION_INTENTS, *(f"faq_{name}" for name in FAQ)):
        assert count[intent] >= 15, intent


def test_danger_and_its_near_misses_are_at_least_six_thousand_a_third_of_them_near_misses(rows):
    danger = sum(row.risk in DANGER for row in rows)
    near = sum(row.risk not in DANGER and "naermis" in row.tags for row in rows)
    assert danger + near >= 3000


def test_groups_keep_contrast_pairs_and_near_twins_together():
    letter = "det her er en ret lang besked om noget helt almindeligt der skete i går"
    rows = [Example("a b", "x", tags=("par:1",)), Example("c d", "x", tags=("par:1",)), Example("e f", "x"),
            Example(letter + " og så", "x"), Example(letter + " men", "x")]
    first, second, third, fourth, fifth = training_data.groups(rows)
    assert first == second != third
    assert fourth == fifth


def test_a_group_lies_in_one_fold(rows):
    part = rows[:800]
    of_group = {}
    for group, fold_number in zip(training_data.groups(part), training_data.folds(part), strict=True):
        assert of_group.setdefault(group, fold_number) == fold_number


def test_no_sentence_of_the_evaluation_is_in_the_training_data(rows, shared):
    import json
    lines = (shared / "eval" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    held_back = {fold(json.loads(line)["text"]) for line in lines if line.strip()}
    assert not [row.intent for row in rows if fold(row.text) in held_back]
