"""How well are messages understood, and who is missed?"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from nlu import baseline, report, training_data
from nlu.figures import figures
from nlu.meaning import ENCODER
from nlu.redact import redact
from nlu.safety import Safety
from nlu.understanding import Reader

FRESH = Path(__file__).parent.parent / "tests" / "nlu" / "fresh"
REPORT = Path(__file__).parent.parent / "docs" / "understanding.md"


def load(path: Path) -> list[dict]:
    """Labelled messages, one JSON object a line. Raises ValueError for a line without text, risk and topics."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            row = {"audience": "ung", "wants_human": False, "faq": None, "tags": [], **json.loads(line)}
            if not {"text", "risk", "topics"} <= row.keys():
                raise ValueError(f"{path.name}, line {number}: text, risk and topics are needed")
            rows.append(row)
    return rows


class Understander:
    """The robot's understanding without the robot: safety, reader and redaction."""

    def __init__(self, safety: Safety, reader: Reader):
        self._safety, self._reader = safety, reader
        self.milliseconds: list[float] = []

    def answer(self, row: dict) -> dict:
        """What was understood, in the words of `figures`."""
        history = tuple(row.get("history") or ())
        started = time.perf_counter()
        danger = self._safety.assess(row["text"], history)
        if len(row["text"]) <= 500:
            self.milliseconds.append((time.perf_counter() - started) * 1000)
        found = self._reader.read(row["text"])
        return {"risk": danger.level, "risk_score": danger.score, "unsure": danger.unsure,
                "topics": list(found.topics), "topic_confidence": found.topic_scores[0], "faq": found.faq,
                "wants_human": found.wants_human, "audience": found.audience, "intent": found.intent,
                "confidence": found.confidence, "redacted": redact(row["text"]).text}


def answers(rows: Sequence[dict], answer: Callable[[dict], dict]) -> list[dict]:
    return [answer(row) for row in rows]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="indgang evaluate", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="labelled JSON lines; default: tests/nlu/fresh/*.jsonl")
    parser.add_argument("--no-baseline", action="store_true", help="do not train Rasa's default pipeline beside")
    parser.add_argument("--epochs", type=int, default=baseline.EPOCHS, help="of the default pipeline")
    parser.add_argument("--report", type=Path, help=f"where to write; default {REPORT.name}, none for given files")
    options = parser.parse_args(arguments)
    paths = options.files or sorted(FRESH.glob("*.jsonl"))
    if not paths:
        print(f"no labelled messages: name a file, or put some under {FRESH}", file=sys.stderr)
        return 2
    sets = {path.stem: load(path) for path in paths}
    understander = Understander(Safety.load(), Reader.load())
    found = {name: answers(rows, understander.answer) for name, rows in sets.items()}
    other: dict[str, list[dict]] = {}
    if not options.no_baseline:
        default = baseline.train(training_data.load(), options.epochs)
        other = {name: answers(rows, lambda row: default.answer(row["text"])) for name, rows in sets.items()}
    summary = {
        "files": {name: figures(rows, found[name]) for name, rows in sets.items()},
        "default_pipeline": {name: figures(sets[name], rows) for name, rows in other.items()},
        "assess_p50_ms": round(float(np.percentile(understander.milliseconds, 50)), 1),
        "assess_p99_ms": round(float(np.percentile(understander.milliseconds, 99)), 1)}
    target = options.report or (None if options.files else REPORT)
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(report.written(sets, found, other, summary, ENCODER), encoding="utf-8")
    print(json.dumps(summary, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
