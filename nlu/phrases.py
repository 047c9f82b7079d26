"""Which dangerous phrases stand in this sentence, once figures of speech and negation are taken away?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nlu.normalise import LEXICON, letters, load_yaml, plain_words, sentences

_ELEMENT = re.compile(r"\([^)]*\)\??|\S+")
SETTINGS = {"groups", "figures", "frames", "spelling", "reasons", "details", "empty_words", "greetings"}


@dataclass(frozen=True)
class Phrase:
    """One line of the lexicon: what it looks for and what it would mean."""

    pattern: re.Pattern
    keys: tuple[str, ...]
    level: str = ""
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Findings:
    """Everything the lexicon noticed in a text."""

    hits: tuple[Phrase, ...] = ()
    negated: tuple[Phrase, ...] = ()
    figures: int = 0
    frames: tuple[str, ...] = ()


class Index:
    """Phrases by a word that each of them needs, so that a text is compared with few of them."""

    def __init__(self, phrases: list[Phrase]):
        self._exact: dict[str, list[Phrase]] = {}
        self._stems: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            for key in phrase.keys:
                if key.endswith("*"):
                    self._stems.setdefault(key[:3], []).append(phrase)
                else:
                    self._exact.setdefault(key, []).append(phrase)

    def candidates(self, words: list[str]) -> Iterator[Phrase]:
        seen = set()
        for word in words:
            for phrase in (*self._exact.get(word, ()), *self._stems.get(word[:3], ())):
                if id(phrase) not in seen:
                    seen.add(id(phrase))
                    yield phrase


def _any(words: list[str]) -> str:
    """One of them, as a pattern."""
    return "|".join(re.escape(letters(word)) for word in words)


class Lexicon:
    """The phrase files of one directory, compiled."""

    def __init__(self, directory: Path = LEXICON):
        self._groups = {name: [letters(str(word)) for word in words]
                        for name, words in load_yaml(directory / "groups.yml")["groups"].items()}
        frames = load_yaml(directory / "frames.yml")
        negations = _any(frames["negations"])
        self._gap = rf"(?:(?!(?:{negations}) )\S+ )"
        clause = _any(frames["clause"])
        because = _any(frames["not_because"])
        self._negated = re.compile(rf" (?:(?:{negations}) (?:(?!(?:{clause}) )\S+ ){{0,2}}"
                                   rf"|(?:{because}) (?:\S+ )?)$")
        denials = frames["denials"]
        self._denial = re.compile(rf"(?:{_any(denials['begin'])})\b.*\b(?:{_any(denials['then'])})\b")
        figures = [self.compile(line) for line in load_yaml(directory / "figures.yml")["figures"]]
        self._figures = Index(figures)
        self._frames = Index([self.compile(line, kind=name)
                              for name, lines in frames["frames"].items() for line in lines])
        self._phrases = Index(list(self._read_phrases(directory)))

    def _read_phrases(self, directory: Path) -> Iterator[Phrase]:
        for path in sorted(directory.glob("*.yml")):
            if path.stem in SETTINGS:
                continue
            content = load_yaml(path)
            for entry in content["phrases"]:
                for line in entry["any"]:
                    yield self.compile(line, entry["level"], content["kind"], entry["reason"])

    def compile(self, line: str, level: str = "", kind: str = "", reason: str = "") -> Phrase:
        """A line of a phrase file as a pattern. Raises ValueError for one that could not be found by a word."""
        parts, needed = ["(?<= )"], []
        if re.search(r"\([^)]*[(~]", str(line)) or "\\" in str(line):
            raise ValueError(f"a group may hold words only: {line!r}")
        for element in _ELEMENT.findall(str(line)):
            if set(element) == {"~"}:
                parts.append(self._gap + ("{0,3}?" if element == "~" else "{0,7}?"))
                continue
            optional = element.endswith("?")
            choices = self._choices(element.rstrip("?"))
            body = "|".join(re.escape(choice).replace(r"\*", r"\S*").replace(r"\ ", " ") for choice in choices)
            parts.append(f"(?:(?:{body}) )" + ("?" if optional else ""))
            if not optional:
                needed.append([max(choice.split(), key=lambda word: len(word.rstrip("*"))) for choice in choices])
        if not needed:
            raise ValueError(f"a phrase needs one word that must be there: {line!r}")
        rarest = min(needed, key=lambda words: (len(words), -min(map(len, words))))
        return Phrase(re.compile("".join(parts)), tuple(rarest), level, kind, reason)

    def _choices(self, element: str) -> list[str]:
        choices = []
        for choice in element.strip("()").split("|"):
            if choice.startswith("@"):
                choices += self._groups[choice[1:]]
            else:
                choices.append(letters(choice))
        return choices

    def denies(self, text: str) -> bool:
        """Whether a message begins with a no and says not what: "nej, jeg bløder ikke"."""
        return bool(self._denial.match(plain_words(text)))

    def look(self, text: str) -> Findings:
        """What the lexicon finds, sentence by sentence; the same phrase is named once."""
        hits, negated, frames, figures = {}, {}, {}, 0
        for sentence in sentences(text):
            words = f" {plain_words(sentence)} "
            for figure in self._figures.candidates(words.split()):
                words, count = figure.pattern.subn("… ", words)
                figures += count
            split = words.split()
            for phrase in self._phrases.candidates(split):
                for found in phrase.pattern.finditer(words):
                    side = negated if self._negated.search(words[:found.start()]) else hits
                    side[id(phrase)] = phrase
            for frame in self._frames.candidates(split):
                if frame.kind not in frames and frame.pattern.search(words):
                    frames[frame.kind] = True
        return Findings(tuple(hits.values()), tuple(negated.values()), figures, tuple(frames))
