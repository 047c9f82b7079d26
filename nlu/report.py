"""How are the figures told to a reader who decides whether to go live?"""

import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from nlu.figures import by_kind, calibration_error, confusions, interval, outcomes, reliability, share
from nlu.training_data import load

TEMPLATE = "report.md.j2"
GOALS = {"danger_recall": "≥ .97", "acute_recall_as_acute": "≥ .85", "false_alarms_all": "≤ .06",
         "false_alarms_hard": "≤ .10", "topic_hit1": "≥ .85", "wants_human_recall": "≥ .95",
         "wants_human_false": "≤ .03", "faq_hit": "≥ .90", "faq_false": "≤ .03", "audience_hit": "≥ .95",
         "pii_masked": "1.00", "masked_without_need": "≤ .02"}


def written(sets: dict[str, list[dict]], found: dict[str, list[dict]], other: dict[str, list[dict]],
            summary: dict, encoder: Path) -> str:
    """The report as Markdown."""
    gold = [row for rows in sets.values() for row in rows]
    ours = [answer for answers in found.values() for answer in answers]
    default = [answer for answers in other.values() for answer in answers]
    hits, hits_of_default = outcomes(gold, ours), outcomes(gold, default) if default else {}
    table = [(name, goal, share(hits[name]), interval(hits[name]), len(hits[name]),
              share(hits_of_default.get(name, ()))) for name, goal in GOALS.items() if name in hits]
    right = [answer["topics"][0] in {*row["topics"], *row.get("topics_alt", ())}
             for row, answer in zip(gold, ours, strict=True)]
    topic_table = reliability([answer["topic_confidence"] for answer in ours], right)
    danger_table = reliability([answer["risk_score"] for answer in ours],
                               [row["risk"] in ("hoej", "akut") for row in gold])
    kinds = {side: [(kind, share(each), interval(each), len(each)) for kind, each in found_kinds.items()]
             for side, found_kinds in by_kind(gold, ours).items()}
    held_out = encoder / "cross_validation.json"
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), trim_blocks=True, lstrip_blocks=True,
                              keep_trailing_newline=True, autoescape=False)
    trained = load()
    return environment.get_template(TEMPLATE).render(
        sets={name: len(rows) for name, rows in sets.items()}, table=table, summary=summary, kinds=kinds,
        topic_table=topic_table, topic_error=calibration_error(topic_table), danger_table=danger_table,
        danger_error=calibration_error(danger_table), confusions=confusions(gold, ours),
        messages=len(trained), danger=sum(row.danger for row in trained),
        near_misses=sum("naermis" in row.tags for row in trained),
        cross=json.loads(held_out.read_text(encoding="utf-8")) if held_out.exists() else None)
