from bot.dialogue import asked, learned, main_topic, next_question, with_about, with_age
from bot.facts import age_band, fresh
from bot.need import need_from


def test_whoever_told_who_and_age_is_asked_nothing():
    known = learned(fresh(), {"topics": ["angst"], "audience": "ung", "age": 15})
    assert next_question(known) is None and known["age_band"] == "13-15"


def test_a_question_is_never_put_twice():
    known = learned(fresh(), {"topics": ["angst"], "audience": "ukendt"})
    questions = []
    while (question := next_question(known)) is not None:
        questions.append(question)
        known = asked(known, question, "asked_about")
    assert questions == ["about", "age"]


def test_at_most_two_things_are_asked_of_anybody():
    for audience in ("ung", "foraelder", "fagperson", "ukendt"):
        known, count = learned(fresh(), {"topics": ["andet"], "audience": audience}), 0
        while (question := next_question(known)) is not None:
            known, count = asked(known, question, "asked_age"), count + 1
        assert count <= 2, audience


def test_a_professional_is_not_asked_for_an_age():
    assert next_question(learned(fresh(), {"topics": ["mobning"], "audience": "fagperson"})) is None


def test_a_new_trouble_comes_first_and_the_earlier_one_is_kept():
    known = learned(fresh(topics=["angst"]), {"topics": ["sorg"]})
    assert known["topics"] == ["sorg", "angst"] and main_topic(known) == "sorg"


def test_small_talk_changes_no_topic():
    known = learned(fresh(topics=["angst"]), {"topics": ["smalltalk"]})
    assert known["topics"] == ["angst"]


def test_a_parents_told_age_is_the_childs(clock):
    known = with_age(with_about(fresh(topics=["angst"]), "child"), 12)
    need = need_from(known, "hedensted", clock())
    assert (need.audience, need.age, need.child_age) == ("foraelder", None, 12)


def test_facts_are_not_shared_between_conversations():
    one = fresh()
    one["shown"].append("x")
    assert fresh()["shown"] == []


def test_age_bands_cover_every_age_and_unknown_stays_unknown():
    assert [age_band(a) for a in (None, 12, 13, 17, 18, 25, 40)] == [
        None, "under13", "13-15", "16-17", "18-20", "21-25", "over25"]
