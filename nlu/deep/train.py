"""How is the encoder rebuilt from the data in the repository?"""

import argparse
import hashlib
import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from nlu import training_data
from nlu.deep import calibrate
from nlu.deep.base import BaseFile, find
from nlu.deep.export import to_onnx
from nlu.deep.exported import weights
from nlu.deep.learn import Settings, fit
from nlu.deep.network import Network
from nlu.deep.trim import trim
from nlu.meaning import ENCODER, Encoder

log = logging.getLogger(__name__)


def fitted(rows: Sequence[training_data.Example], vocabulary: Sequence[str], settings: Settings,
           checkpoint: Path | None = None, start: Path | None = None):
    """A network trained on `rows`; its word pieces also cover the texts of `vocabulary`.

    `start` is an exported encoder whose layers and heads are taken up instead of the base's.
    """
    base = BaseFile(find())
    tokenizer, kept = trim(base.tokenizer, vocabulary)
    network = Network(base.shape, len(kept))
    network.take_weights(base, kept)
    if start:
        parted = network.load_state_dict(weights(start), strict=False)
        if parted.unexpected_keys or any(name.startswith(("layers.", "answers.")) for name in parted.missing_keys):
            raise ValueError(f"{start} is an encoder of another build: train without --start")
    return fit(network, tokenizer, rows, settings, checkpoint), tokenizer


def train(settings: Settings, number: int, count: int, target: Path, workshop: Path, small: bool = False,
          start: Path | None = None) -> None:
    """Encoder, tokenizer and the fingerprint of the data in `target`; fold `number` is held out for the thresholds.

    The logits of the held-out rows, by the encoder as it is shipped, go to `workshop`.
    """
    rows = training_data.load()
    fold = np.array(training_data.folds(rows, count))
    started = time.monotonic()
    workshop.mkdir(parents=True, exist_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    network, tokenizer = fitted([row for row, f in zip(rows, fold, strict=True) if f != number],
                                [row.text for row in rows], settings, workshop / "checkpoint.pt", start)
    to_onnx(network, target / "encoder.onnx", keep_second_matrix=not small)
    tokenizer.save(target / "tokenizer.npz")
    encoder = Encoder.load(target, threads=torch.get_num_threads())
    held = np.flatnonzero(fold == number)
    logits = np.array([encoder.look(rows[i].text)[0] for i in held], np.float32)
    np.savez(workshop / f"fold_{number}_of_{count}_seed_{settings.seed}.npz", rows=held, logits=logits,
             data=np.array(training_data.fingerprint()))
    stamp(target, settings, len(rows) - len(held), len(held), round(time.monotonic() - started), start)
    (workshop / "checkpoint.pt").unlink(missing_ok=True)


def stamp(target: Path, settings: Settings, trained: int, held_out: int, seconds: int, start: Path | None) -> None:
    """Writes down what the encoder was made of, and from which one it went on (None: from the base)."""
    before = hashlib.sha256(start.read_bytes()).hexdigest() if start else None
    (target / "trained_on.json").write_text(json.dumps({
        "data": training_data.fingerprint(), "messages": trained, "held_out": held_out, "seconds": seconds,
        "went_on_from": before, "settings": vars(settings)}, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="indgang train --deep", description=__doc__)
    parser.add_argument("--target", type=Path, default=ENCODER)
    parser.add_argument("--workshop", type=Path, default=Path("models") / "deep", help="checkpoint and held-out logits")
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="an encoder.onnx to go on from")
    parser.add_argument("--small", action="store_true", help="all matrices in eight bits (47 MB in place of 68)")
    parser.add_argument("--fold", type=int, default=0, help="which part is held out to choose the thresholds")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--no-thresholds", action="store_true", help="leave thresholds.yml as it is")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    train(Settings(epochs=options.epochs, seed=options.seed), options.fold, options.folds, options.target,
          options.workshop, options.small, options.start)
    if not options.no_thresholds:
        calibrate.main([str(options.workshop), "--target", str(options.target)])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
