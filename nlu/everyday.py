"""What do the letters and words of a message say, by a linear model that a fresh machine trains in a minute?"""

import argparse
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlu import heads, training_data
from nlu.normalise import letters, sentences

FILE = "everyday.npz"
BUCKETS = 1 << 20       # before pruning: few collisions
SEEN_AT_LEAST = 2       # messages in which a feature must occur
SCALE = 8.0             # of the unit-length rows, so that one learning rate suits all weights
BATCH = 512
LEARNING = 0.02
DECAY = 0.05
LONGEST = 3000


def grams(text: str) -> list[int]:
    """Hashes of the letter groups (2-5, within words) and of the words and pairs of words of a text."""
    words = [word for sentence in sentences(text[:LONGEST]) for word in letters(sentence).split()]
    found = []
    for word in words:
        padded = f" {word} ".encode()
        found += [padded[i:i + size] for size in (2, 3, 4, 5) for i in range(max(1, len(padded) - size + 1))]
    found += [b"w" + word.encode() for word in words]
    found += [f"p{a} {b}".encode() for a, b in zip(words, words[1:], strict=False)]
    return [zlib.crc32(gram) % BUCKETS for gram in found]


def counts(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Feature numbers and damped counts of one text."""
    ids, number = np.unique(np.fromiter(grams(text), np.int64), return_counts=True)
    return ids, (1 + np.log(number)).astype(np.float32)


class Everyday:
    """Plain arrays: features kept, their rarity, and one row of weights each."""

    def __init__(self, features: np.ndarray, rarity: np.ndarray, weights: np.ndarray, bias: np.ndarray):
        self._features, self._rarity, self._weights, self._bias = features, rarity, weights, bias

    @classmethod
    def load(cls, path: Path) -> "Everyday":
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays["features"], arrays["rarity"], arrays["weights"], arrays["bias"])

    def save(self, path: Path) -> None:
        """Written beside and moved over, so that a reader never sees half a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new.npz")
        np.savez(beside, features=self._features, rarity=self._rarity,
                 weights=self._weights.astype(np.float16), bias=self._bias)
        os.replace(beside, path)

    def logits(self, text: str) -> np.ndarray:
        """One row of `heads.WIDTH` logits."""
        ids, values = counts(text)
        place = np.searchsorted(self._features, ids)
        place[place == len(self._features)] = 0
        known = self._features[place] == ids
        place, values = place[known], values[known] * self._rarity[place[known]]
        norm = np.sqrt((values ** 2).sum()) or 1.0
        return (values / norm) @ self._weights[place].astype(np.float32) + self._bias


def _matrix(texts: Sequence[str]):
    """Rows of unit length (sparse), the features kept and their rarity."""
    from scipy import sparse  # only training needs it

    found = [counts(text) for text in texts]
    rows = np.repeat(np.arange(len(texts)), [len(ids) for ids, _ in found])
    ids = np.concatenate([ids for ids, _ in found])
    seen = np.bincount(ids, minlength=BUCKETS)
    features = np.flatnonzero(seen >= SEEN_AT_LEAST)
    rarity = (1 + np.log(len(texts) / seen[features])).astype(np.float32)
    kept = seen[ids] >= SEEN_AT_LEAST
    column = np.searchsorted(features, ids[kept])
    values = np.concatenate([values for _, values in found])[kept] * rarity[column]
    matrix = sparse.csr_matrix((values, (rows[kept], column)), (len(texts), len(features)), dtype=np.float32)
    norm = np.sqrt(matrix.multiply(matrix).sum(1)).A1
    return sparse.diags((1 / np.maximum(norm, 1e-6)).astype(np.float32)) @ matrix, features, rarity


def train(rows: Sequence[training_data.Example], passes: int = 24, seed: int = 7) -> Everyday:
    """All heads at once, by Adam on small batches; the same rows and seed give the same model."""
    from scipy import sparse

    matrix, features, rarity = _matrix([row.text for row in rows])
    truth, known = heads.targets(rows)
    matrix = sparse.hstack([matrix * SCALE, np.ones((len(rows), 1), np.float32)], format="csr", dtype=np.float32)
    weights = np.zeros((matrix.shape[1], heads.WIDTH), np.float32)
    mean, spread, change = np.zeros_like(weights), np.zeros_like(weights), np.zeros_like(weights)
    random, step, total = np.random.default_rng(seed), 0, passes * -(-len(rows) // BATCH)
    for _ in range(passes):
        order = random.permutation(len(rows))
        for start in range(0, len(rows), BATCH):
            batch = order[start:start + BATCH]
            part = matrix[batch]
            answers = heads.probabilities(part @ weights)
            error = np.empty((len(batch), heads.WIDTH), np.float32)
            for name, place in heads.slices().items():
                error[:, place] = answers[name]
            error = (error - truth[batch]) * known[batch] / len(batch)
            gradient = part.T @ error
            step += 1
            mean += (gradient - mean) * 0.1
            spread += (gradient * gradient - spread) * 0.01
            np.sqrt(spread / (1 - 0.99 ** step), out=change)
            change += 1e-6
            np.divide(mean / (1 - 0.9 ** step), change, out=change)
            change += DECAY * weights
            weights -= LEARNING * (1 - step / total) * change
    return Everyday(features, rarity, weights[:-1] * SCALE, weights[-1])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlu.everyday", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("models"))
    options = parser.parse_args(arguments)
    train(training_data.load()).save(options.out / FILE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
