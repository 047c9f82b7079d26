"""What is this message about, who writes it, and what does the writer want?"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlu import heads
from nlu.ages import ages
from nlu.details import Details
from nlu.ensemble import Ensemble, Signals, shared
from nlu.normalise import after_greeting
from nlu.vocabulary import AUDIENCE, FAQ, TOPICS, UNTROUBLED

GREETING = "hilsen"
# Moves that only one kind of writer makes.
_ONLY_FOR = {"frygt_for_sag": "foraelder", "underretning_fagperson": "fagperson"}
_HUMAN_FROM, _FAQ_FROM, _SECOND_FROM = 0.5, 0.5, 0.22   # without the thresholds of the encoder


@dataclass(frozen=True)
class Understanding:
    """One message, understood.

    `topics` best first, one to three; `confidence` is the calibrated probability of `intent`; `about` (self, other,
    child, pupil) and `reason` (too_far, no_groups, tried) only where the message says so.
    """

    topics: tuple[str, ...]
    topic_scores: tuple[float, ...]
    intent: str
    confidence: float
    faq: str | None
    wants_human: bool
    audience: str
    age: int | None
    child_age: int | None
    language: str
    about: str | None = None
    reason: str | None = None
    ranking: tuple[tuple[str, float], ...] = ()


def _language(text: str) -> str:
    try:
        from nlu import language
    except ImportError:
        return "da"
    return language.detect(text)


class Reader:
    """Reads one message; thread-safe."""

    def __init__(self, ensemble: Ensemble):
        self._ensemble, self._details = ensemble, Details.load()

    @classmethod
    def load(cls, directory: Path | None = None) -> "Reader":
        """With the ensemble of this process, or with the encoder of `directory`."""
        return cls(shared() if directory is None else Ensemble.load(encoder=directory))

    def read(self, text: str, impossible: Collection[str] = ()) -> Understanding:
        """Never raises for any text; what cannot be understood has a low confidence.

        `impossible` are moves that make no sense at this point of the talk (nothing was offered that could be refused);
        they are passed over, as are moves that belong to another kind of writer. A greeting with something behind it is
        about what stands behind it.
        """
        found = self._read(text, impossible)
        rest = after_greeting(text) if found.intent == GREETING else None
        return self._read(rest, impossible) if rest else found

    def _read(self, text: str, impossible: Collection[str]) -> Understanding:
        signals = self._ensemble.signals(text)
        answers = self._ensemble.answers(signals)
        weighing = self._ensemble.weighing
        human_from, faq_from, second_from = (
            (weighing.human_from, weighing.faq_from, weighing.second_topic_from) if weighing
            else (_HUMAN_FROM, _FAQ_FROM, _SECOND_FROM))
        ranking = heads.intent_ranking(self._danger(signals, answers), answers)
        topics = _topics(answers["topic"], second_from)
        audience = AUDIENCE[int(answers["audience"].argmax())]
        ranking = [(name, p) for name, p in ranking
                   if name not in impossible and _ONLY_FOR.get(name, audience) == audience]
        found = ages(text, audience)
        faq = int(answers["faq"][1:].argmax())
        return Understanding(
            topics=tuple(name for name, _ in topics), topic_scores=tuple(round(score, 4) for _, score in topics),
            intent=ranking[0][0], confidence=round(ranking[0][1], 4),
            faq=FAQ[faq] if answers["faq"][1 + faq] >= faq_from else None,
            wants_human=bool(answers["human"][0] >= human_from), audience=audience,
            age=found.writer, child_age=found.child, language=_language(text),
            about=self._details.about(text), reason=self._details.reason(text), ranking=tuple(ranking[:10]))

    def _danger(self, signals: Signals, answers: dict[str, np.ndarray]) -> float:
        if self._ensemble.complete:
            return self._ensemble.danger(signals)[0]
        return float(answers["danger"][0])


def _topics(scores: np.ndarray, second_from: float) -> list[tuple[str, float]]:
    """One to three topics, best first; one that names no trouble stands alone."""
    ranked = sorted(zip(TOPICS, map(float, scores), strict=True), key=lambda pair: -pair[1])
    if ranked[0][0] in UNTROUBLED:
        return ranked[:1]
    return [pair for i, pair in enumerate(ranked[:3])
            if i == 0 or pair[1] >= second_from and pair[0] not in UNTROUBLED]
