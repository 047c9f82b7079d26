"""Is the encoder in the repository the one that belongs to the data, and is it as good as promised?"""

import json

import numpy as np
import pytest

from nlu import training_data
from nlu.meaning import ENCODER, Encoder
from nlu.safety import Safety
from nlu.understanding import Reader

pytestmark = pytest.mark.skipif(not (ENCODER / "encoder.onnx").exists(), reason="the encoder is not there yet")


@pytest.fixture(scope="module")
def safety():
    return Safety.load()


def test_the_encoder_was_trained_on_the_data_in_the_repository():
    stamp = json.loads((ENCODER / "trained_on.json").read_text(encoding="utf-8"))
    assert stamp["data"] == training_data.fingerprint(), "the data has changed: run `indgang train --deep`"


def test_the_encoder_takes_at_most_70_megabytes():
    assert sum(path.stat().st_size for path in ENCODER.iterdir()) <= 70 * 10**6


def test_no_file_of_the_encoder_could_run_code():
    assert {path.suffix for path in ENCODER.iterdir()} <= {".onnx", ".npz", ".json", ".yml"}


def test_every_processor_computes_the_same():
    """Signed eight-bit weights would be off by 0.14 on average where the processor has no VNNI."""
    known = {"jeg vil ikke leve mere": (5.04, -1.72, -2.20, 4.39, -1.16),
             "min far slår mig": (6.55, -2.57, -2.62, 5.10, 0.19),
             "hvornår har I åbent": (-3.51, 4.38, -2.05, -0.93, -1.50),
             "jeg savner min mormor hver dag": (-4.41, -3.05, 4.32, -1.67, -2.34)}
    encoder = Encoder.load(ENCODER)
    found = np.array([encoder.look(text)[0][:5] for text in known])
    assert np.abs(found - np.array(list(known.values()))).mean() < 0.06


def test_the_net_is_whole(safety):
    assert not safety.model_missing


@pytest.mark.parametrize("text", [
    "jeg vil ikke leve mere", "alle ville have det bedre uden mig", "jeg har taget alle mine piller",
    "min far slår mig", "i want to kill myself", "jeg skærer i mig selv hver aften",
])
def test_plain_danger_is_danger(safety, text):
    assert safety.assess(text).level in ("hoej", "akut")


@pytest.mark.parametrize("text", [
    "hej", "jeg dør af grin", "hvornår har I åbent", "min mobil er død", "tak for hjælpen"])
def test_plain_calm_is_calm(safety, text):
    assert safety.assess(text).level not in ("hoej", "akut")


def test_the_end_of_a_long_letter_is_seen(safety):
    calm = "Vi var i sommerhus og spiste is. Min bror spillede fodbold, og det regnede om tirsdagen. " * 30
    found = safety.assess(calm + "Jeg vil ikke leve mere.")
    assert (found.level in ("hoej", "akut"), found.kind) == (True, "selvmord")
    assert found.score > safety.assess(calm).score


def test_topics_are_understood():
    reader = Reader.load()
    assert reader.read("min mormor døde i sidste uge").topics[0] == "sorg"
    assert reader.read("de andre i klassen driller mig hver dag").topics[0] == "mobning"
    assert reader.read("kan jeg snakke med et rigtigt menneske").wants_human
