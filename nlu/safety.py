"""Is somebody in danger, and what makes one think so?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.ensemble import Ensemble, Signals, shared
from nlu.normalise import LEXICON, fold, load_yaml, tidy
from nlu.phrases import Findings, Phrase
from nlu.vocabulary import ADULTS, AUDIENCE, CONVERSATION_INTENTS, DANGER, TOPICS

_WEIGHT = {"akut": 0.97, "hoej": 0.82, "mulig": 0.45}
_FRAMED = {"akut": 0.62, "hoej": 0.40, "mulig": 0.15}
_ORDER = {"mulig": 0, "hoej": 1, "akut": 2}
_NO_MOVE = ""           # beside the moves of a talk: the message is none of them
_PLAINLY = 0.5          # probability from which a message is taken for nothing but a move of the talk
_SAYS_MORE = frozenset({"farvel", "i_fare", "i_sikkerhed", "ikke_i_sikkerhed", "har_det_svaert", "er_i_forloeb"})
# Words of an answer at most; how much likelier it is calm than not, and how much where it denies in so many words.
_ANSWER, _CLEARLY, _DENIED = 15, 4, 1.2
_FRAGMENT, _NOTHING_SAID = 4, 0.01   # words at most; the score of such a message
_LEXICON_DANGER, _LEXICON_ACUTE, _LEXICON_UNSURE = 0.6, 0.9, 0.3


@dataclass(frozen=True)
class Assessment:
    """What was understood of the danger.

    `score` is a probability; `reasons` are short Danish phrases that a counsellor can read; `unsure` with a level
    below danger means: ask back kindly. `writer` is "foraelder" or "fagperson" where the message shows it.
    """

    level: str
    score: float
    reasons: tuple[str, ...] = ()
    kind: str | None = None
    unsure: bool = False
    writer: str | None = None


def _ranked(found: Findings) -> list[Phrase]:
    return sorted(found.hits, key=lambda phrase: -_ORDER[phrase.level])


def by_lexicon(found: Findings) -> Assessment:
    """What the lexicon alone says: a phrase inside a film, a game or the past is a hint only."""
    if not found.hits:
        return Assessment("ingen", 0.1 if found.negated else 0.03)
    ranked = _ranked(found)
    score = (_FRAMED if found.frames else _WEIGHT)[ranked[0].level]
    if ranked[0].level == "mulig" and len({phrase.reason for phrase in ranked}) > 1:
        score += 0.1
    level = "akut" if score >= _LEXICON_ACUTE else "hoej" if score >= _LEXICON_DANGER else "bekymring"
    return Assessment(level, round(score, 3), tuple(dict.fromkeys(phrase.reason for phrase in ranked)),
                      ranked[0].kind, unsure=_LEXICON_UNSURE <= score < _LEXICON_DANGER)


class Safety:
    """The lexicon always, the trained ensemble where its files are there and sound."""

    def __init__(self, ensemble: Ensemble):
        self._ensemble = ensemble
        known = load_yaml(LEXICON / "reasons.yml")
        self._reasons, self._kinds = known["topics"], known["kinds"]
        self._levels = known["levels"]
        self._empty_words = frozenset(fold(w) for line in load_yaml(LEXICON / "empty_words.yml") for w in line)

    @property
    def model_missing(self) -> bool:
        """True when the lexicon works alone."""
        return not self._ensemble.complete

    @classmethod
    def load(cls, directory: Path | None = None) -> "Safety":
        """With the ensemble of this process, or with the encoder of `directory`."""
        return cls(shared() if directory is None else Ensemble.load(encoder=directory))

    def assess(self, text: str, history: Sequence[str] = (), asked: bool = False) -> Assessment:
        """The level of one message, its last messages in mind. Never raises for any text.

        What was said before counts only where it was grave by itself: "ok så er det farvel" means more after some
        messages than after others, and a sad word after "hej" means no more than alone. `asked`: they were asked
        whether there is danger, so a no with danger's own words in it is an answer and no alarm.
        """
        alone = Assessment("ingen", _NOTHING_SAID) if self._says_nothing(text) else self._one(text)
        if asked and self._calms(text):
            return replace(alone, level="bekymring", score=min(alone.score, self._ensemble.weighing.unsure_from),
                           unsure=False)
        if self._plain_answer(text):
            return alone
        grave = [earlier for earlier in history[-3:] if (found := self._one(earlier)).unsure or found.level in DANGER]
        if not grave or not self._ensemble.complete:
            return alone
        return max(alone, self._one(text, grave), key=lambda found: found.score)

    def _says_nothing(self, text: str) -> bool:
        """A fragment like "og nu" is nothing to guess from; signs and emoji without a word are."""
        words = fold(text).split()
        return (0 < len(words) <= _FRAGMENT and self._empty_words.issuperset(words)
                and all(sign.isalnum() or sign.isspace() or sign in ".,!?…" for sign in tidy(text)))

    def _calms(self, text: str) -> bool:
        """Whether a short answer says that there is no danger, and names none that stands."""
        if not self._ensemble.complete or len(text.split()) > _ANSWER:
            return False
        signals = self._ensemble.signals(text)
        if any(phrase.level in DANGER for phrase in signals.findings.hits):
            return False
        denied = not signals.findings.hits and self._ensemble.lexicon.denies(text)
        said, factor = self._moves(signals), _DENIED if denied else _CLEARLY
        calm = said["i_sikkerhed"] + said["ikke_i_fare"]
        return calm >= _PLAINLY and calm >= factor * (said["i_fare"] + said["ikke_i_sikkerhed"])

    def _plain_answer(self, text: str) -> bool:
        """A yes, an age or thanks says nothing new: what it answers was assessed when it was written."""
        if not self._ensemble.complete:
            return False
        said = self._moves(self._ensemble.signals(text))
        best = max(said, key=said.get)
        return best != _NO_MOVE and said[best] >= _PLAINLY and best not in _SAYS_MORE

    def _moves(self, signals: Signals) -> dict[str, float]:
        """How likely the message is each move of a talk, or none of them."""
        return dict(zip((_NO_MOVE, *CONVERSATION_INTENTS), self._ensemble.answers(signals)["talk"], strict=True))

    def _one(self, text: str, history: Sequence[str] = ()) -> Assessment:
        signals = self._ensemble.signals(text, history)
        if not self._ensemble.complete:
            return by_lexicon(signals.findings)
        weighing = self._ensemble.weighing
        score, acute = self._ensemble.danger(signals)
        answers = self._ensemble.answers(signals)
        if score >= weighing.danger_from:
            level = "akut" if acute >= weighing.acute_from and score >= weighing.acute_score_from else "hoej"
        else:
            risk = answers["risk"]
            level = "bekymring" if risk[1] + risk[2] + risk[3] >= 0.5 or score >= weighing.unsure_from else "ingen"
        unsure = weighing.unsure_from <= score < weighing.danger_from
        if level not in DANGER and not unsure:
            return Assessment(level, round(score, 4))
        return Assessment(level, round(score, 4), *self._explained(signals.findings, answers, level), unsure,
                          self._adult(answers))

    @staticmethod
    def _adult(answers: dict) -> str | None:
        """Whoever writes about a child is not spoken to as a child, from the first message on."""
        said = dict(zip(AUDIENCE, answers["audience"], strict=True))
        return next((adult for adult in ADULTS if said[adult] >= _PLAINLY), None)

    def _explained(self, found: Findings, answers: dict, level: str) -> tuple[tuple[str, ...], str | None]:
        """Reasons and class of the danger: the lexicon's where it found something, else by the topic."""
        ranked = [phrase for phrase in _ranked(found) if phrase.level != "mulig" or level not in DANGER]
        topic = TOPICS[int(answers["topic"].argmax())]
        reasons = [phrase.reason for phrase in ranked] or [self._reasons.get(topic, self._reasons["andet"])]
        if level == "akut" and not any(phrase.level == "akut" for phrase in ranked):
            reasons.append(self._levels["akut"])
        return tuple(dict.fromkeys(reasons)), ranked[0].kind if ranked else self._kinds.get(topic)
