"""Are the figures counted right?"""

from nlu.figures import auc, by_kind, figures, interval, reliability

GOLD = [{"text": "a", "risk": "akut", "topics": ["sorg"], "audience": "ung", "wants_human": True, "faq": None},
        {"text": "b", "risk": "ingen", "topics": ["angst"], "audience": "foraelder", "wants_human": False,
         "faq": "pris"}]
FOUND = [{"risk": "hoej", "risk_score": 0.9, "topics": ["sorg"], "wants_human": True, "faq": None, "audience": "ung"},
         {"risk": "hoej", "risk_score": 0.8, "topics": ["sorg"], "wants_human": False, "faq": "pris",
          "audience": "ung"}]


def test_each_figure_counts_the_messages_it_concerns():
    found = figures(GOLD, FOUND)
    assert found["danger_recall"] == 1.0
    assert found["acute_recall_as_acute"] == 0.0
    assert found["false_alarms_all"] == 1.0
    assert found["topic_hit1"] == 0.5
    assert found["wants_human_recall"] == 1.0
    assert found["faq_hit"] == 1.0
    assert found["audience_hit"] == 0.0


def test_the_area_counts_ties_half():
    assert auc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == 0.875
    assert auc([1.0], [True]) is None


def test_the_interval_lies_around_the_share():
    low, high = interval([True] * 80 + [False] * 20)
    assert low < 0.8 < high
    assert interval([]) is None


def test_reliability_compares_what_was_said_with_what_was_right():
    assert reliability([0.95, 0.95, 0.05], [True, False, False]) == [("0.0-0.1", 1, 0.05, 0.0),
                                                                    ("0.9-1.0", 2, 0.95, 0.5)]


def test_kinds_with_few_messages_are_left_out():
    assert by_kind(GOLD, FOUND) == {"danger_recall": {}, "false_alarms": {}}


def test_the_same_figures_as_the_evaluation_script(shared):
    import sys
    sys.path.insert(0, str(shared / "eval"))
    import score
    gold = {str(i): {"id": str(i), "good_offers": ["ingen"], "tags": [], **row} for i, row in enumerate(GOLD)}
    out = {str(i): {"id": str(i), "redacted": GOLD[i]["text"], **row} for i, row in enumerate(FOUND)}
    theirs, _ = score.score(gold, out)
    ours = figures(list(gold.values()), list(out.values()))
    for name in ("danger_recall", "acute_recall_as_acute", "false_alarms_all", "topic_hit1", "wants_human_recall",
                 "wants_human_false", "faq_hit", "faq_false", "audience_hit", "danger_auc"):
        assert ours.get(name) == theirs[name], name
