"""Does the lexicon find danger, and leave figures of speech, negation and films alone?"""

import pytest

from nlu.normalise import LEXICON, load_yaml
from nlu.phrases import SETTINGS, Lexicon
from nlu.vocabulary import DANGER_KINDS


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon()


@pytest.mark.parametrize(("text", "level", "kind"), [
    ("jeg vil ik leve mere", "hoej", "selvmord"),
    ("alle ville ha det bedre uden mig", "hoej", "selvmord"),
    ("jeg tager livet af mig i aften", "akut", "selvmord"),
    ("jeg har taget 20 panodiler", "akut", "forgiftning"),
    ("min far slår mig når han er fuld", "hoej", "vold"),
    ("jeg skærer i mig selv", "hoej", "selvskade"),
    ("jeg blev voldtaget", "hoej", "overgreb"),
    ("han truer med at sende mine nudes til alle", "hoej", "billedafpresning"),
    ("i want to die", "hoej", "selvmord"),
])
def test_plain_danger_is_found_with_its_level_and_kind(lexicon, text, level, kind):
    assert (level, kind) in {(hit.level, hit.kind) for hit in lexicon.look(text).hits}


@pytest.mark.parametrize("text", [
    "jeg dør af grin", "min mor slår mig ihjel hvis hun ser mine karakterer", "jeg er dødtræt", "vi slog tiden ihjel",
    "min mobil er død", "jeg brænder for fodbold", "kan du slå det op",
])
def test_figures_of_speech_are_no_danger(lexicon, text):
    assert not lexicon.look(text).hits


@pytest.mark.parametrize("text", [
    "jeg vil ikke dø", "det er ikke fordi jeg vil dø", "jeg har aldrig tænkt på selvmord"])
def test_what_is_denied_is_not_said(lexicon, text):
    assert not lexicon.look(text).hits


def test_a_negation_in_another_clause_does_not_count(lexicon):
    assert lexicon.look("jeg kan ikke mere jeg vil dø").hits


def test_a_film_is_noticed_as_the_frame(lexicon):
    assert "fiktion" in lexicon.look("i filmen tager hun livet af sig").frames


def test_every_phrase_has_a_known_level_a_known_kind_and_a_reason():
    for path in LEXICON.glob("*.yml"):
        if path.stem in SETTINGS:
            continue
        content = load_yaml(path)
        assert content["kind"] in DANGER_KINDS
        for entry in content["phrases"]:
            assert entry["level"] in ("akut", "hoej", "mulig")
            assert entry["reason"]
            assert entry["any"]


def test_every_class_of_danger_has_its_file():
    assert {path.stem for path in LEXICON.glob("*.yml")} - SETTINGS == set(DANGER_KINDS)


def test_a_line_that_no_word_can_find_is_refused(lexicon):
    with pytest.raises(ValueError, match="one word that must be there"):
        lexicon.compile("ord? ~")
