"""What do the encoder, the letters and the lexicon say together?"""

import functools
import hashlib
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlu import heads
from nlu.everyday import FILE as EVERYDAY_FILE
from nlu.everyday import Everyday
from nlu.meaning import ENCODER, Encoder
from nlu.normalise import LEXICON, load_yaml, unrepeated
from nlu.phrases import Findings, Lexicon

log = logging.getLogger(__name__)

LONGEST = 6000          # characters read; of a longer text the beginning and the end
THRESHOLDS = "thresholds.yml"
_REMEMBERED = 4096      # results kept by the hash of their text: the messages before are asked for again each time
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Signals:
    """What each member says of one message; None where the member is not there."""

    findings: Findings
    encoder: np.ndarray | None = None
    everyday: np.ndarray | None = None
    length: int = 0


def bounded(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning and its end: the last sentence of a letter is always looked at."""
    if len(text) <= longest:
        return text
    return text[:longest // 2] + "\n" + text[-longest // 2:]


def models_directory() -> Path:
    """Where what a machine trains for itself lies."""
    return _ROOT / os.environ.get("INDGANG_MODELS_DIR", "models")


def danger_features(signals: Signals) -> np.ndarray:
    """The numbers that are weighed for danger; a member that is missing says nothing (0)."""
    place = heads.slices()

    def of(logits: np.ndarray | None) -> list[float]:
        if logits is None:
            return [0.0, 0.0, 0.0]
        risk = logits[place["risk"]].astype(float)
        risk = risk - np.logaddexp.reduce(risk)
        high = float(np.logaddexp(risk[2], risk[3]) - np.logaddexp(risk[0], risk[1]))
        return [float(logits[place["danger"].start]), high, float(risk[3] - np.logaddexp(risk[2], risk[1]))]

    found = signals.findings
    levels = {phrase.level for phrase in found.hits}
    framed = bool(found.frames)
    return np.array([
        *of(signals.encoder), *of(signals.everyday),
        "akut" in levels and not framed, "hoej" in levels and not framed, "mulig" in levels and not framed,
        bool(levels & {"akut", "hoej"}) and framed, bool(found.negated), min(found.figures, 2),
        "fortid" in found.frames, "fiktion" in found.frames or "spil" in found.frames, "skole" in found.frames,
        np.log1p(signals.length / 50)], float)


@dataclass(frozen=True)
class Weighing:
    """Weights chosen by cross-validation, and the thresholds for recall."""

    danger: np.ndarray
    acute: np.ndarray
    danger_from: float
    acute_from: float
    unsure_from: float
    everyday_share: dict[str, float]
    human_from: float
    faq_from: float
    second_topic_from: float
    temperature: float
    acute_score_from: float  # a guess is no "ring 112 now": below this score, danger is not called acute

    @classmethod
    def load(cls, path: Path, with_everyday: bool) -> "Weighing":
        known = load_yaml(path)["with_everyday" if with_everyday else "encoder_only"]
        return cls(**{**known, "danger": np.array(known["danger"]), "acute": np.array(known["acute"])})


def weighed(weights: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Probability; the last weight stands alone."""
    return 1 / (1 + np.exp(-np.clip(features @ weights[:-1] + weights[-1], -30, 30)))


class Ensemble:
    """The members that are there, asked once per message. Thread-safe; keeps no text."""

    def __init__(self, lexicon: Lexicon, encoder: Encoder | None, everyday: Everyday | None,
                 weighing: Weighing | None):
        self.lexicon, self.encoder, self.everyday, self.weighing = lexicon, encoder, everyday, weighing
        self._remembered: OrderedDict[bytes, Signals] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def load(cls, encoder: Path = ENCODER, everyday: Path | None = None, lexicon: Path = LEXICON) -> "Ensemble":
        """Whatever is there and sound; what is not is said aloud, and the rest works on."""
        phrases = Lexicon(lexicon)
        path = everyday or models_directory() / EVERYDAY_FILE
        letters = network = weighing = None
        try:
            letters = Everyday.load(path)
        except (OSError, ValueError, KeyError) as error:
            log.error("the everyday model is missing or broken (%s): `indgang train` makes it", type(error).__name__)
        try:
            network = Encoder.load(encoder)
            weighing = Weighing.load(encoder / THRESHOLDS, letters is not None)
        except Exception as error:  # onnxruntime raises types of its own
            log.error("THE TRAINED ENCODER IS MISSING OR BROKEN (%s): danger is judged by the lexicon alone",
                      type(error).__name__)
            network = None
        return cls(phrases, network, letters, weighing)

    @property
    def complete(self) -> bool:
        return self.encoder is not None and self.weighing is not None

    def signals(self, text: str, history: Sequence[str] = ()) -> Signals:
        """Every member's word on the message."""
        text = bounded(unrepeated(text))
        key = hashlib.blake2b("\0".join((text, *history[-3:])).encode("utf-8", "replace"), digest_size=16).digest()
        with self._lock:
            if key in self._remembered:
                return self._remembered[key]
        found = Signals(
            self.lexicon.look(text), self.encoder.look(text, history)[0] if self.encoder else None,
            self.everyday.logits(text) if self.everyday else None, len(text))
        with self._lock:
            self._remembered[key] = found
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return found

    def danger(self, signals: Signals) -> tuple[float, float]:
        """Probability of danger, and of its being acute."""
        features = danger_features(signals)
        return float(weighed(self.weighing.danger, features)), float(weighed(self.weighing.acute, features))

    def answers(self, signals: Signals) -> dict[str, np.ndarray]:
        """Every head's probabilities, the members mixed."""
        if signals.encoder is None or self.weighing is None:
            return heads.probabilities(np.zeros(heads.WIDTH) if signals.everyday is None else signals.everyday)
        if signals.everyday is None:
            return mixed(signals.encoder, signals.encoder, {}, self.weighing.temperature)
        return mixed(signals.encoder, signals.everyday, self.weighing.everyday_share, self.weighing.temperature)


def mixed(encoder: np.ndarray, everyday: np.ndarray, share: dict[str, float],
          temperature: float = 1.0) -> dict[str, np.ndarray]:
    """Probabilities of logits mixed head by head; `share` is the part of the everyday model.

    The temperature calibrates the topic: how sure is sure.
    """
    blend = encoder.astype(float).copy()
    for name, place in heads.slices().items():
        part = share.get(name, 0.0)
        blend[..., place] = (1 - part) * encoder[..., place] + part * everyday[..., place]
        if name == "topic":
            blend[..., place] /= temperature
    return heads.probabilities(blend)


@functools.lru_cache(maxsize=1)
def shared() -> Ensemble:
    """The one ensemble of this process: the encoder is loaded once."""
    return Ensemble.load()
