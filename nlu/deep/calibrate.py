"""Where do the thresholds lie, judged by messages that no member of the ensemble has seen?"""

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml

from nlu import everyday, heads, training_data
from nlu.deep.figures import by_tag, overall
from nlu.ensemble import THRESHOLDS, Signals, danger_features, mixed, weighed
from nlu.meaning import ENCODER
from nlu.phrases import Lexicon
from nlu.training_data import Example
from nlu.vocabulary import TOPICS

log = logging.getLogger(__name__)

RIDGE = 2.0
# Of held-out danger, much of it written as riddles and contrast pairs; what lies below is asked about kindly.
RECALL = 0.905
ACUTE_RECALL = 0.88
ACUTE_SCORE = 0.35          # of danger: what is less likely is not called acute, whatever it would be
UNSURE_RECALL = 0.955      # of danger that at least makes the robot ask back
HUMAN_FALSE, FAQ_FALSE = 0.012, 0.012
LEAST = 0.1                 # a question or a wish that is less likely than this is not answered as one


def fit_weights(features: np.ndarray, truth: np.ndarray, ridge: float = RIDGE, steps: int = 50) -> np.ndarray:
    """Logistic regression by Newton's method; the last weight stands alone and is not held down."""
    x = np.hstack([features, np.ones((len(features), 1))])
    weights, hold = np.zeros(x.shape[1]), np.full(x.shape[1], ridge)
    hold[-1] = 1e-6
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (p - truth) + hold * weights
        curvature = (x * (p * (1 - p))[:, None]).T @ x + np.diag(hold)
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def out_of_group(features: np.ndarray, truth: np.ndarray, fold: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Each row's probability by weights fitted on the rows `among` those of the other folds."""
    found = np.zeros(len(features))
    for number in np.unique(fold):
        use = (fold != number) & among
        found[fold == number] = weighed(fit_weights(features[use], truth[use]), features[fold == number])
    return found


def at_recall(scores: np.ndarray, recall: float) -> float:
    """The threshold at which this share of the (positive) scores is found."""
    return float(np.quantile(scores, 1 - recall))


def at_false(scores: np.ndarray, rate: float) -> float:
    """The threshold at which this share of the (negative) scores is found by mistake; never below LEAST."""
    return float(max(LEAST, np.quantile(scores, 1 - rate)))


def gather(folders: Sequence[Path]) -> tuple[list[Example], np.ndarray, np.ndarray, np.ndarray]:
    """Held-out rows, their index, the encoder's logits and the letters' logits (trained without the same rows)."""
    rows = training_data.load()
    index, deep, letters = [], [], []
    for path in sorted(path for folder in folders for path in folder.glob("fold_*.npz")):
        with np.load(path, allow_pickle=False) as arrays:
            if str(arrays["data"]) != training_data.fingerprint():
                raise ValueError(f"{path.name} was made from other data: train that fold again")
            held, logits = arrays["rows"], arrays["logits"]
        hidden = set(held.tolist())
        model = everyday.train([row for i, row in enumerate(rows) if i not in hidden])
        index.append(held)
        deep.append(logits)
        letters.append(np.array([model.logits(rows[i].text) for i in held]))
    index = np.concatenate(index)
    return [rows[i] for i in index], index, np.concatenate(deep), np.concatenate(letters)


def _share(rows, deep, letters, name: str) -> float:
    """The part of the letters' model in one head that makes the held-out answers likeliest."""
    truth, known = heads.targets(rows)
    place = heads.slices()[name]

    def likelihood(part: float) -> float:
        p = np.clip(mixed(deep, letters, {name: part})[name], 1e-6, 1 - 1e-6)
        each = truth[:, place] * np.log(p)
        if heads.HEADS[name][0] == "sigmoid":
            each = each + (1 - truth[:, place]) * np.log(1 - p)
        return float((each * known[:, place]).sum())

    return max((0.0, 0.1, 0.2, 0.3, 0.4, 0.5), key=likelihood)


def _temperature(rows, deep, letters, share) -> float:
    first = [TOPICS.index(row.topics[0]) for row in rows]

    def likelihood(temperature: float) -> float:
        p = mixed(deep, letters, share, temperature)["topic"]
        return float(np.log(p[np.arange(len(rows)), first] + 1e-9).sum())

    return max((0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0), key=likelihood)


def _second_topic(rows, topic: np.ndarray) -> float:
    """From which probability a further topic is more often right than wrong."""
    def gain(start: float) -> float:
        total = 0
        for row, scores in zip(rows, topic, strict=True):
            for i in np.argsort(-scores)[1:3]:
                if scores[i] >= start:
                    total += 1 if TOPICS[i] in row.topics else -1
        return total

    return max((0.1, 0.14, 0.18, 0.22, 0.26, 0.3, 0.35), key=gain)


def weighing(rows, deep, letters, findings, fold, with_letters: bool, recall: float) -> tuple[dict, np.ndarray]:
    """One section of the thresholds file, and each row's held-out probability of danger."""
    features = np.array([danger_features(Signals(found, d, e if with_letters else None, len(row.text)))
                         for row, found, d, e in zip(rows, findings, deep, letters, strict=True)])
    danger = np.array([row.danger for row in rows])
    acute = np.array([row.risk == "akut" for row in rows])
    everybody = np.ones(len(rows), bool)
    score = out_of_group(features, danger.astype(float), fold, everybody)
    acute_score = out_of_group(features, acute.astype(float), fold, danger)
    # Contrast pairs are built to be the hardest; the threshold is for messages as people send them.
    alone = np.array([not any(tag.startswith("par:") for tag in row.tags) for row in rows])
    danger_from = at_recall(score[danger & alone], recall)
    share = {name: _share(rows, deep, letters, name) if with_letters else 0.0 for name in heads.HEADS}
    temperature = _temperature(rows, deep, letters, share)
    answers = mixed(deep, letters, share, temperature)
    human, faq = answers["human"][:, 0], answers["faq"][:, 1:].max(1)
    no_human = np.array([row.wants_human is False for row in rows])
    no_faq = np.array([row.faq is None for row in rows])
    found = {
        "danger": fit_weights(features, danger.astype(float)).round(4).tolist(),
        "acute": fit_weights(features[danger], acute[danger].astype(float)).round(4).tolist(),
        "danger_from": round(danger_from, 4),
        "acute_from": round(at_recall(acute_score[acute & (score >= danger_from)], ACUTE_RECALL), 4),
        "unsure_from": round(min(at_recall(score[danger], UNSURE_RECALL), danger_from * 0.6), 4),
        "everyday_share": share, "human_from": round(at_false(human[no_human], HUMAN_FALSE), 4),
        "faq_from": round(at_false(faq[no_faq], FAQ_FALSE), 4),
        "second_topic_from": _second_topic(rows, answers["topic"]), "temperature": temperature,
        "acute_score_from": ACUTE_SCORE}
    return found, np.column_stack([score, acute_score])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlu.deep.calibrate", description=__doc__)
    parser.add_argument("folds", nargs="+", type=Path, help="folders with held-out folds (nlu.deep.train --fold)")
    parser.add_argument("--target", type=Path, default=ENCODER)
    parser.add_argument("--recall", type=float, default=RECALL, help="share of held-out danger that must be found")
    options = parser.parse_args(arguments)
    rows, index, deep, letters = gather(options.folds)
    lexicon = Lexicon()
    findings = [lexicon.look(row.text) for row in rows]
    fold = np.array(training_data.folds(training_data.load(), 7))[index]
    sections, scores = {}, None
    for name, with_letters in (("with_everyday", True), ("encoder_only", False)):
        sections[name], found = weighing(rows, deep, letters, findings, fold, with_letters, options.recall)
        scores = found if scores is None else scores
    options.target.mkdir(parents=True, exist_ok=True)
    head = "# Chosen by nlu/deep/calibrate.py on held-out messages; see docs/understanding.md.\n"
    (options.target / THRESHOLDS).write_text(head + yaml.safe_dump(sections, sort_keys=False, width=110))
    chosen = sections["with_everyday"]
    answers = mixed(deep, letters, chosen["everyday_share"], chosen["temperature"])
    figures = {"held_out": len(rows), **overall(rows, scores, answers, chosen),
               "by_tag": by_tag(rows, scores[:, 0] >= chosen["danger_from"])}
    (options.target / "cross_validation.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps({name: value for name, value in figures.items() if name != "by_tag"}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
