"""How good are these answers, and how sure is that figure?"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from nlu.vocabulary import ADULTS, DANGER

RESAMPLES = 1000
_FEWEST = 8             # messages of a kind, below which a share says nothing
# Offers that fit nearly everybody: right, but no routing.
BROAD = frozenset({"ssp_raadgiver_chat", "boernetelefonen", "brevkasse", "sms_raadgivning", "anonym_ungesamtale",
                   "headspace", "akuthjaelp", "livslinien", "boern_og_familieafdeling", "ingen"})


def share(hits: Iterable) -> float | None:
    """The mean of truths, None of nothing."""
    hits = list(hits)
    return round(sum(map(bool, hits)) / len(hits), 4) if hits else None


def auc(scores: Sequence[float], truth: Sequence[bool]) -> float | None:
    """Area under the ROC curve; ties count half; None where one side is empty."""
    scores, truth = np.asarray(scores, float), np.asarray(truth, bool)
    positive = int(truth.sum())
    if positive in (0, len(truth)):
        return None
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    _, group, size = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.bincount(group, ranks) / size)[group]
    wins = ranks[truth].sum() - positive * (positive + 1) / 2
    return round(float(wins / (positive * (len(truth) - positive))), 4)


def interval(hits: Sequence, seed: int = 0) -> tuple[float, float] | None:
    """The 95 % bootstrap interval of a share."""
    values = np.asarray([bool(hit) for hit in hits], float)
    if not len(values):
        return None
    random = np.random.default_rng(seed)
    means = values[random.integers(0, len(values), (RESAMPLES, len(values)))].mean(1)
    return round(float(np.quantile(means, 0.025)), 3), round(float(np.quantile(means, 0.975)), 3)


def levels(row: dict) -> set[str]:
    """The levels that are right for a message: where two labellers disagreed, either."""
    return {row["risk"], *row.get("risk_alt", ())}


def outcomes(gold: Sequence[dict], found: Sequence[dict]) -> dict[str, list[bool]]:
    """For each figure, hit or miss of each message that it concerns."""
    out: dict[str, list[bool]] = defaultdict(list)
    for row, answer in zip(gold, found, strict=True):
        right, alarm = levels(row), answer["risk"] in DANGER
        if right <= DANGER:
            out["danger_recall"].append(alarm)
        if right == {"akut"}:
            out["acute_recall_as_acute"].append(answer["risk"] == "akut")
        if not right & DANGER:
            out["false_alarms_all"].append(alarm)
            if {"hardneg", "naermis"} & set(row.get("tags", ())):
                out["false_alarms_hard"].append(alarm)
        out["topic_hit1"].append(bool(answer["topics"]) and answer["topics"][0] in
                                 {*row["topics"], *row.get("topics_alt", ())})
        out["wants_human_recall" if row.get("wants_human") else "wants_human_false"].append(answer["wants_human"])
        if "faq_alt" not in row:
            if row.get("faq"):
                out["faq_hit"].append(answer["faq"] == row["faq"])
            else:
                out["faq_false"].append(answer["faq"] is not None)
        if row["audience"] in ADULTS:
            out["audience_hit"].append(answer["audience"] == row["audience"])
        if row.get("good_offers") and "offers" in answer:
            kinds = [offer["kind"] for offer in answer["offers"]] or ["ingen"]
            good = set(row["good_offers"])
            out["offer_hit1"].append(kinds[0] in good)
            if good - BROAD and row["risk"] not in DANGER:
                out["offer_specific_hit3"].append(bool((good - BROAD) & set(kinds[:3])))
        if "redacted" in answer:
            if row.get("pii"):
                out["pii_masked"].append(not any(part in answer["redacted"] for part in row["pii"]))
            else:
                out["masked_without_need"].append(answer["redacted"] != row["text"])
    return dict(out)


def figures(gold: Sequence[dict], found: Sequence[dict]) -> dict[str, float | None]:
    """Each figure as one number, with the area under the curve of danger."""
    truth = [row["risk"] in DANGER for row in gold]
    return {"messages": len(gold), **{name: share(hits) for name, hits in outcomes(gold, found).items()},
            "danger_auc": auc([answer["risk_score"] for answer in found], truth)}


def by_kind(gold: Sequence[dict], found: Sequence[dict]) -> dict[str, dict[str, list[bool]]]:
    """Danger found and false alarms by tag, topic and writer; only kinds with enough messages."""
    sides = {"danger_recall": defaultdict(list), "false_alarms": defaultdict(list)}
    for row, answer in zip(gold, found, strict=True):
        right, alarm = levels(row), answer["risk"] in DANGER
        side = sides["danger_recall"] if right <= DANGER else None if right & DANGER else sides["false_alarms"]
        if side is None:
            continue
        for kind in {*row.get("tags", ()), f"topic: {row['topics'][0]}", f"writer: {row['audience']}"}:
            side[kind].append(alarm)
    return {name: {kind: hits for kind, hits in sorted(kinds.items()) if len(hits) >= _FEWEST}
            for name, kinds in sides.items()}


def confusions(gold: Sequence[dict], found: Sequence[dict], most: int = 15) -> list[tuple[str, str, int]]:
    """The most frequent wrong first topics: right, answered, how often."""
    wrong = Counter((row["topics"][0], answer["topics"][0]) for row, answer in zip(gold, found, strict=True)
                    if answer["topics"] and answer["topics"][0] not in {*row["topics"], *row.get("topics_alt", ())})
    return [(right, answered, times) for (right, answered), times in wrong.most_common(most)]


def reliability(confidence: Sequence[float], hits: Sequence[bool],
                bins: int = 10) -> list[tuple[str, int, float, float]]:
    """For each band of confidence: messages, mean confidence, share that was right."""
    confidence, hits = np.asarray(confidence, float), np.asarray(hits, bool)
    band = np.minimum((confidence * bins).astype(int), bins - 1)
    return [(f"{i / bins:.1f}-{(i + 1) / bins:.1f}", int((band == i).sum()),
             round(float(confidence[band == i].mean()), 3), round(float(hits[band == i].mean()), 3))
            for i in range(bins) if (band == i).any()]


def calibration_error(table: list[tuple[str, int, float, float]]) -> float:
    """Mean distance between what was promised and what was right, weighted by messages."""
    total = sum(count for _, count, _, _ in table)
    return round(sum(count * abs(said - right) for _, count, said, right in table) / total, 4) if total else 0.0


