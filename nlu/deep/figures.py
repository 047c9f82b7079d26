"""How good are held-out answers, in all and by kind of message?"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from nlu.figures import auc, share
from nlu.training_data import Example
from nlu.vocabulary import ADULTS, AUDIENCE, FAQ, TOPICS

_FEWEST = 12            # messages of a kind, below which a share says nothing


def overall(rows: Sequence[Example], scores: np.ndarray, answers: dict, chosen: dict) -> dict:
    """The figures of the target list."""
    danger = np.array([row.danger for row in rows])
    acute = np.array([row.risk == "akut" for row in rows])
    alarm = scores[:, 0] >= chosen["danger_from"]
    near_miss = ~danger & np.array(["naermis" in row.tags for row in rows])
    human = answers["human"][:, 0] >= chosen["human_from"]
    best_faq = answers["faq"][:, 1:]
    faq = [FAQ[int(p.argmax())] if p.max() >= chosen["faq_from"] else None for p in best_faq]
    adult = [row.audience in ADULTS for row in rows]
    audience = [AUDIENCE[int(p.argmax())] for p in answers["audience"]]
    found = {
        "danger_auc": auc(scores[:, 0], danger), "danger_recall": share(alarm[danger]),
        "acute_recall_as_acute": share((alarm & (scores[:, 1] >= chosen["acute_from"])
                                        & (scores[:, 0] >= chosen["acute_score_from"]))[acute]),
        "false_alarms_all": share(alarm[~danger]), "false_alarms_near_miss": share(alarm[near_miss]),
        "unsure": share((scores[:, 0] >= chosen["unsure_from"]) & ~alarm),
        "topic_hit1": share(TOPICS[int(p.argmax())] in row.topics
                            for p, row in zip(answers["topic"], rows, strict=True)),
        "wants_human_recall": share(h for h, row in zip(human, rows, strict=True) if row.wants_human),
        "wants_human_false": share(h for h, row in zip(human, rows, strict=True) if row.wants_human is False),
        "faq_hit": share(f == row.faq for f, row in zip(faq, rows, strict=True) if row.faq),
        "faq_false": share(f is not None for f, row in zip(faq, rows, strict=True) if not row.faq),
        "audience_hit": share(a == row.audience for a, row, use in zip(audience, rows, adult, strict=True) if use)}
    for rate in (0.06, 0.1):
        limit = np.quantile(scores[~danger, 0], 1 - rate)
        found[f"recall_at_false_{rate}"] = share(scores[danger, 0] > limit)
    return found


def by_tag(rows: Sequence[Example], alarm: np.ndarray) -> dict:
    """For each tag and each first topic: danger found and false alarms, with the number of messages."""
    danger, calm = defaultdict(list), defaultdict(list)
    for row, found in zip(rows, alarm, strict=True):
        side = danger if row.danger else calm
        for tag in {*row.tags, "emne:" + row.topics[0], "skriver:" + row.audience}:
            if not tag.startswith(("par", "pair")):
                side[tag].append(bool(found))
    return {"danger_found": {tag: [share(hits), len(hits)] for tag, hits in
                             sorted(danger.items(), key=lambda item: np.mean(item[1])) if len(hits) >= _FEWEST},
            "false_alarms": {tag: [share(hits), len(hits)] for tag, hits in
                             sorted(calm.items(), key=lambda item: -np.mean(item[1])) if len(hits) >= _FEWEST}}
