"""What words, endings and names do the detectors of this folder look for? Data: `nlu/lexicon/personal/`."""
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

DIRECTORY = Path(__file__).parent.parent / "lexicon" / "personal"


class Span(NamedTuple):
    """A piece of the message, `text[start:end]`, and its kind: a key of `placeholders` in patterns.yml."""

    start: int
    end: int
    kind: str


@cache
def patterns() -> dict:
    return yaml.safe_load((DIRECTORY / "patterns.yml").read_text(encoding="utf-8"))


@cache
def entries(key: str) -> tuple[str, ...]:
    """The entries of one list of patterns.yml."""
    return tuple(entry.strip() for entry in patterns()[key].split(" | ") if entry.strip())


@cache
def any_of(*keys: str) -> str:
    """One regular expression for all entries of these lists, the longest first."""
    found = {entry for key in keys for entry in entries(key)}
    return "(?:" + "|".join(sorted(found, key=lambda entry: (-len(entry), entry))) + ")"


def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def word_set(name: str) -> frozenset[str]:
    """The words of a text file of the directory; lines with # are comments."""
    lines = (DIRECTORY / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def first_names() -> frozenset[str]:
    return word_set("names_first.txt")


def last_names() -> frozenset[str]:
    return word_set("names_last.txt")


def also_words() -> frozenset[str]:
    """Names that are ordinary words too."""
    return word_set("names_also_words.txt")


def common_words() -> frozenset[str]:
    return word_set("common_words.txt")


def towns() -> frozenset[str]:
    return word_set("towns.txt")


def spans(found: Iterable[re.Match[str]], kind: str, group: int | str = 0) -> Iterator[Span]:
    return (Span(match.start(group), match.end(group), kind) for match in found)


def case_is_useless(text: str) -> bool:
    """Everything in capitals, or every word begun with one."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 1]
    capital = sum(word[0].isupper() for word in words)
    return len(words) > 4 and capital > 0.7 * len(words)
