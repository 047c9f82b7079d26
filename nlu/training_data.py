"""Which labelled messages is the understanding trained on?"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nlu.normalise import fold, load_yaml
from nlu.vocabulary import CONVERSATION_INTENTS, DANGER

DATA = Path(__file__).parent / "data"
_SHINGLE = 8            # words in a row that make two messages near-twins


@dataclass(frozen=True)
class Example:
    """One message with what is known of it.

    `wants_human` is None where nobody looked; `risk_alt` holds what a second reader said where the two disagreed.
    """

    text: str
    intent: str
    risk: str = "ingen"
    topics: tuple[str, ...] = ("andet",)
    audience: str = "ung"
    wants_human: bool | None = False
    faq: str | None = None
    tags: tuple[str, ...] = field(default=())
    risk_alt: tuple[str, ...] = field(default=())

    @property
    def danger(self) -> bool:
        return self.risk in DANGER

    @property
    def talk(self) -> str | None:
        """The move in the conversation (a greeting, a yes), where the message is nothing else."""
        return self.intent if self.intent in CONVERSATION_INTENTS else None


def files(directory: Path = DATA) -> list[Path]:
    return sorted(directory.glob("*/*.yml"))


def load(directory: Path = DATA) -> list[Example]:
    """Every example of the data folder, in the order of the files."""
    return [example for path in files(directory) for example in _read(path)]


def _read(path: Path) -> Iterator[Example]:
    for block in load_yaml(path)["nlu"]:
        for row in block["examples"]:
            known = row.get("metadata", {})
            yield Example(
                text=row["text"].strip(), intent=block["intent"], risk=known.get("risk", "ingen"),
                topics=tuple(known.get("topics", ())) or ("andet",), audience=known.get("audience", "ung"),
                wants_human=known.get("wants_human", False), faq=known.get("faq"), tags=tuple(known.get("tags", ())),
                risk_alt=tuple(known.get("risk_alt", ())))


def fingerprint(directory: Path = DATA) -> str:
    """A hash of names and contents: the encoder keeps the one that it was trained on."""
    digest = hashlib.sha256()
    for path in files(directory):
        digest.update(str(path.relative_to(directory)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def groups(rows: Iterable[Example]) -> list[int]:
    """A number a row; pairs written as contrasts and near-twins share theirs, so that no split parts them."""
    rows = list(rows)
    parent = list(range(len(rows)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    seen: dict[str, int] = {}
    for i, row in enumerate(rows):
        words = fold(row.text).split()
        keys = {" ".join(words[j:j + _SHINGLE]) for j in range(max(1, len(words) - _SHINGLE + 1))}
        keys |= {tag for tag in row.tags if tag.startswith("par:")}
        for key in keys:
            first = seen.setdefault(key, i)
            parent[root(i)] = root(first)
    return [root(i) for i in range(len(rows))]


def folds(rows: list[Example], count: int = 5) -> list[int]:
    """The fold of each row: stable, and the same for all rows of a group."""
    named = groups(rows)
    key = {}
    for number, row in zip(named, rows, strict=True):
        key.setdefault(number, fold(row.text))
    return [int(hashlib.md5(key[number].encode()).hexdigest(), 16) % count for number in named]
