"""Which questions does every model answer about a message, and how are the answers laid out?"""

from collections.abc import Sequence

import numpy as np

from nlu.training_data import Example
from nlu.vocabulary import (
    AUDIENCE,
    CONVERSATION_INTENTS,
    DANGER,
    DANGER_TOPICS,
    FAQ,
    RISK,
    TOPICS,
    WANTS_HUMAN_INTENT,
)

NONE = "nej"
_SHORT = 60             # characters
# "softmax" heads have exactly one answer, "sigmoid" heads any number of them.
HEADS = {
    "danger": ("sigmoid", ("fare",)),
    "risk": ("softmax", RISK),
    "topic": ("softmax", TOPICS),
    "topics": ("sigmoid", TOPICS),
    "faq": ("softmax", (NONE, *FAQ)),
    "human": ("sigmoid", ("menneske",)),
    "audience": ("softmax", AUDIENCE),
    "talk": ("softmax", (NONE, *CONVERSATION_INTENTS)),
}


def slices() -> dict[str, slice]:
    """Where each head stands in one long row of answers."""
    places, start = {}, 0
    for name, (_, labels) in HEADS.items():
        places[name] = slice(start, start + len(labels))
        start += len(labels)
    return places


WIDTH = sum(len(labels) for _, labels in HEADS.values())


def targets(rows: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    """Answers [n, WIDTH] and a mask of the same shape: 0 where the answer is not known."""
    truth = np.zeros((len(rows), WIDTH), np.float32)
    known = np.ones((len(rows), WIDTH), np.float32)
    place = slices()
    for i, row in enumerate(rows):
        # Where two readers disagreed, the settled level keeps two thirds.
        levels = [(row.risk, 2 / 3 if row.risk_alt else 1.0),
                  *((alt, 1 / 3 / len(row.risk_alt)) for alt in row.risk_alt)]
        for level, weight in levels:
            truth[i, place["risk"].start + RISK.index(level)] += weight
            truth[i, place["danger"]] += weight * (level in DANGER)
        for topic in row.topics:
            truth[i, place["topics"].start + TOPICS.index(topic)] = 1
        # The first topic weighs most: it decides what is offered first.
        weights = [1.0, 0.35, 0.2][:len(row.topics)]
        for topic, weight in zip(row.topics, weights, strict=False):
            truth[i, place["topic"].start + TOPICS.index(topic)] = weight / sum(weights)
        truth[i, place["faq"].start + (1 + FAQ.index(row.faq) if row.faq else 0)] = 1
        truth[i, place["human"]] = bool(row.wants_human)
        truth[i, place["audience"].start + AUDIENCE.index(row.audience)] = 1
        truth[i, place["talk"].start + (1 + CONVERSATION_INTENTS.index(row.talk) if row.talk else 0)] = 1
        if row.wants_human is None:
            known[i, place["human"]] = 0
        if not (row.talk or row.faq or row.wants_human) and row.topics[0] == "smalltalk" and len(row.text) < _SHORT:
            # Small talk of other writers holds greetings and thanks that nobody has marked as moves.
            known[i, place["talk"]] = 0
    return truth, known


def probabilities(logits: np.ndarray) -> dict[str, np.ndarray]:
    """Each head's probabilities for logits [..., WIDTH]."""
    answers = {}
    for name, place in slices().items():
        part = logits[..., place].astype(np.float64)
        if HEADS[name][0] == "sigmoid":
            answers[name] = 1 / (1 + np.exp(-np.clip(part, -40, 40)))
        else:
            shifted = np.exp(part - part.max(-1, keepdims=True))
            answers[name] = shifted / shifted.sum(-1, keepdims=True)
    return answers


def intent_ranking(danger: float, answers: dict[str, np.ndarray]) -> list[tuple[str, float]]:
    """Every intent with its probability, best first; the probabilities add up to one."""
    topic, faq, talk = answers["topic"], answers["faq"], answers["talk"]
    human = float(answers["human"][0])
    found: dict[str, float] = {}

    def add(intent: str, probability: float) -> None:
        found[intent] = found.get(intent, 0.0) + float(probability)

    for name, probability in zip(TOPICS, topic, strict=True):
        add((name if name in DANGER_TOPICS else "andet") + "_fare", danger * probability)
    calm = 1 - danger
    add(WANTS_HUMAN_INTENT, calm * human)
    calm *= 1 - human
    for name, probability in zip(FAQ, faq[1:], strict=True):
        add(f"faq_{name}", calm * probability)
    calm *= float(faq[0])
    for name, probability in zip(CONVERSATION_INTENTS, talk[1:], strict=True):
        add(name, calm * probability)
    calm *= float(talk[0])
    for name, probability in zip(TOPICS, topic, strict=True):
        add(name, calm * probability)
    return sorted(found.items(), key=lambda pair: -pair[1])
