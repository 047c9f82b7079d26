"""In which language is a message written?

Danish is the strong prior: young people write short, misspelt, dialect and half English, and all of it is Danish.
Another language is named only where its own words or letters clearly outweigh the Danish ones. Every message is
measured by word lists and letters (`nlu/lexicon/language/`); no model, no network.
"""
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

DIRECTORY = Path(__file__).parent / "lexicon" / "language"
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")
LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]")
# Nordic neighbours share most words with Danish; one of their own words may be a misspelt Danish one.
NEIGHBOURS = {"nb", "sv"}


@dataclass(frozen=True)
class Marks:
    """The letters and words by which one language is known."""

    letters: frozenset[str]
    words: frozenset[str]

    def count(self, words: list[str]) -> int:
        return sum(word in self.words or not self.letters.isdisjoint(word) for word in words)


@cache
def _data() -> dict:
    return yaml.safe_load((DIRECTORY / "languages.yml").read_text(encoding="utf-8"))


@cache
def _danish() -> frozenset[str]:
    lines = (DIRECTORY / "danish.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _marks(family: str) -> dict[str, Marks]:
    return {code: Marks(frozenset(of["letters"]), frozenset(of["words"].split()))
            for code, of in _data()[family].items()}


@cache
def _scripts() -> dict[str, re.Pattern[str]]:
    return {code: re.compile(f"[{letters}]") for code, letters in _data()["scripts"].items()}


@cache
def _greenlandic() -> re.Pattern[str]:
    return re.compile(_data()["kl_word"])


def detect(text: str) -> str:
    """An ISO 639-1 code; "da" for whatever is not clearly another language, the empty message too."""
    latin = len(LATIN.findall(text))
    cyrillic, arabic = len(CYRILLIC.findall(text)), len(ARABIC.findall(text))
    words = [word.replace("’", "'") for word in WORD.findall(text.lower())]
    if cyrillic > latin:
        return _best("cyrillic", words, "uk")
    if arabic > latin:
        return _best("arabic", words, "ar")
    for code, letters in _scripts().items():
        if len(letters.findall(text)) > latin:
            return code
    return _latin(words)


def _best(family: str, words: list[str], otherwise: str) -> str:
    counts = {code: marks.count(words) for code, marks in _marks(family).items()}
    best = max(counts, key=lambda code: (counts[code], code == otherwise))
    return best if counts[best] else otherwise


def _latin(words: list[str]) -> str:
    scores = {code: marks.count([word for word in words if word not in _danish()])
              for code, marks in _marks("latin").items()}
    scores["kl"] += 2 * sum(_greenlandic().fullmatch(word) is not None for word in words)
    best = max(scores, key=lambda code: scores[code])
    # A word that both have speaks for neither.
    both = _marks("latin")[best].words
    danish = sum((word in _danish() or "æ" in word or "ø" in word) and word not in both for word in words)
    return best if _clearly(best, scores[best], danish, len(words)) else "da"


def _clearly(code: str, score: int, danish: int, total: int) -> bool:
    if code in NEIGHBOURS:
        return score >= 2 and score >= 0.12 * total and score > 0.3 * danish
    if total <= 2:
        return score >= total > 0 and danish == 0
    return score >= 2 and score >= 0.25 * total and score >= 2 * danish or score >= 3 and danish == 0
