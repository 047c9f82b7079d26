"""Do the members work together, and does the net hold when one of them is missing?"""

import logging

import numpy as np
import pytest

from nlu import heads
from nlu.ensemble import Ensemble, Signals, Weighing, bounded, danger_features
from nlu.phrases import Findings, Lexicon
from nlu.safety import Safety
from nlu.understanding import Reader
from nlu.vocabulary import DANGER

FEATURES = len(danger_features(Signals(Findings())))


class CountingEncoder:
    """An encoder that calls every message with "fare" dangerous, and counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def look(self, text, history=()):
        self.asked += 1
        logits = np.zeros(heads.WIDTH, np.float32)
        logits[0] = 6.0 if "fare" in " ".join((*history, text)) else -6.0
        return logits, np.zeros(4)


@pytest.fixture
def ensemble():
    danger = np.zeros(FEATURES + 1)
    danger[0] = 1.0
    weighing = Weighing(danger, np.zeros(FEATURES + 1), 0.5, 0.6, 0.2, {}, 0.5, 0.5, 0.2, 1.0, 0.35)
    return Ensemble(Lexicon(), CountingEncoder(), None, weighing)


def test_safety_and_reader_ask_the_encoder_once_for_the_same_message(ensemble):
    Safety(ensemble).assess("hej")
    Reader(ensemble).read("hej")
    assert ensemble.encoder.asked == 1


def test_the_messages_before_count(ensemble):
    assert Safety(ensemble).assess("ok farvel").level not in ("hoej", "akut")
    assert Safety(ensemble).assess("ok farvel", ("fare",)).level == "hoej"


def test_danger_without_a_phrase_still_has_a_reason(ensemble):
    found = Safety(ensemble).assess("fare")
    assert found.level == "hoej"
    assert found.reasons and all(isinstance(reason, str) for reason in found.reasons)


def test_a_missing_encoder_is_said_aloud_and_the_lexicon_works_alone(tmp_path, caplog):
    with caplog.at_level(logging.ERROR):
        safety = Safety.load(tmp_path)
    assert "lexicon alone" in caplog.text
    assert safety.model_missing
    assert safety.assess("jeg vil ikke leve mere").level == "hoej"
    assert safety.assess("jeg tager livet af mig i aften").level == "akut"
    assert safety.assess("jeg dør af grin").level == "ingen"


def test_a_broken_encoder_file_is_the_same_as_a_missing_one(tmp_path, caplog):
    (tmp_path / "encoder.onnx").write_bytes(b"broken")
    (tmp_path / "tokenizer.npz").write_bytes(b"broken")
    safety = Safety.load(tmp_path)
    assert safety.model_missing
    assert "LEXICON" in caplog.text.upper()


def test_a_hint_makes_the_lexicon_unsure(tmp_path):
    found = Safety.load(tmp_path).assess("jeg kan ikke mere")
    assert found.unsure
    assert found.level == "bekymring"


def test_a_film_turns_a_phrase_into_a_hint(tmp_path):
    assert Safety.load(tmp_path).assess("i filmen tager hun livet af sig selv").level != "akut"


def test_the_end_of_a_very_long_text_is_kept():
    assert bounded("a" * 50_000 + "slut").endswith("slut")
    assert len(bounded("a" * 50_000)) < 7000


@pytest.mark.parametrize("text", ["", " ", "😂", "\x00\x01", "a" * 30_000, "\ud800"])
def test_any_text_is_assessed_and_read(ensemble, text):
    assert Safety(ensemble).assess(text).level in ("ingen", "bekymring", "hoej", "akut")
    assert Reader(ensemble).read(text).topics


class AlarmedEncoder:
    """An encoder that finds danger in everything."""

    def look(self, text, history=()):
        logits = np.zeros(heads.WIDTH, np.float32)
        logits[0] = 6.0
        return logits, np.zeros(4)


@pytest.fixture
def alarmed(ensemble):
    return Safety(Ensemble(Lexicon(), AlarmedEncoder(), None, ensemble.weighing))


@pytest.mark.parametrize("text", ["og nu", "Hvad så?", "okay men hvordan", "OG HVORNÅR", "nå ok", "what now"])
def test_a_fragment_without_a_word_of_its_own_alarms_nobody(alarmed, text):
    found = alarmed.assess(text)
    assert (found.level, found.unsure) == ("ingen", False)


@pytest.mark.parametrize("text", ["jeg gør det nu", "hjælp", "og nu 🔪", "🔪", "og nu og så og hvad"])
def test_a_word_or_a_sign_of_its_own_is_read_like_any_other(alarmed, text):
    assert alarmed.assess(text).level in DANGER


def test_a_fragment_after_something_grave_is_read_with_it(alarmed):
    assert alarmed.assess("det er nu", ("jeg vil ikke mere",)).level in DANGER
