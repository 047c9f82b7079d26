"""How well and how fast are messages understood, beside the pipeline that Rasa suggests by default?

    python -m benchmarks.understanding FILE.jsonl... [--epochs N] [--no-baseline]

Prints one JSON object last.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlu import baseline, everyday, training_data
from nlu.ensemble import shared
from nlu.evaluate import Understander, answers, load
from nlu.figures import figures
from nlu.safety import Safety
from nlu.understanding import Reader

ROOT = Path(__file__).resolve().parent.parent
SHORT = 500             # characters of a message in the speed figures


def of_the_robot(path: Path) -> list[dict]:
    """What `indgang assess` prints for the file: understanding, offers and reply. Raises where it fails."""
    done = subprocess.run([sys.executable, "-m", "bot.cli", "assess", str(path)], cwd=ROOT, capture_output=True,
                          check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]


def milliseconds(work, texts: Sequence[str]) -> np.ndarray:
    """The time of each text, after a few to warm up."""
    for text in texts[:5]:
        work(text)
    taken = []
    for text in texts:
        started = time.perf_counter()
        work(text)
        taken.append((time.perf_counter() - started) * 1000)
    return np.array(taken)


def robot_memory() -> float:
    """Resident megabytes of a process that holds Rasa, its pipeline and the ensemble, after one message."""
    program = ("import resource, rasa.core.agent, nlu.components.reader, nlu.components.safety as s;"
               "from nlu.understanding import Reader;"
               "Reader.load().read('x'); s.Safety.load().assess('x');"
               "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, check=True)
    return round(float(done.stdout.split()[-1]), 1)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.understanding", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--epochs", type=int, default=baseline.EPOCHS, help="of the default pipeline")
    parser.add_argument("--no-baseline", action="store_true")
    parser.add_argument("--no-robot", action="store_true", help="without Rasa: no offers and no reply")
    options = parser.parse_args(arguments)
    sets = {path.name: load(path) for path in options.files}
    understander = Understander(Safety.load(), Reader.load())
    found = {}
    for path in options.files:
        rows = sets[path.name]
        found[path.name] = figures(rows, answers(rows, understander.answer) if options.no_robot
                                   else of_the_robot(path))
        print(json.dumps({path.name: found[path.name]}), flush=True)
    texts = [row["text"][:SHORT] for rows in sets.values() for row in rows]
    safety = Safety.load()
    taken, lexicon = milliseconds(safety.assess, texts), milliseconds(shared().lexicon.look, texts)
    rows = training_data.load()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        everyday.train(rows).save(Path(folder) / everyday.FILE)
    train_seconds = time.monotonic() - started
    other = {}
    if not options.no_baseline:
        default = baseline.train(rows, options.epochs)
        other = {name: figures(each, answers(each, lambda row: default.answer(row["text"])))
                 for name, each in sets.items()}
    print(json.dumps({
        "files": found, "default_pipeline": other,
        "assess_p50_ms": round(float(np.percentile(taken, 50)), 2),
        "assess_p99_ms": round(float(np.percentile(taken, 99)), 2),
        "lexicon_p99_ms": round(float(np.percentile(lexicon, 99)), 3),
        "train_s": round(train_seconds, 1), "robot_rss_mb": robot_memory()}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
