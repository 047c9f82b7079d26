"""Whom does a short answer say it is about, or why does an offer not fit?"""

from pathlib import Path

from nlu.normalise import LEXICON, load_yaml, plain_words, sentences
from nlu.phrases import Lexicon, Phrase

_SHORT = 12             # words: of a longer message the audience says whom it is about


class Details:
    """Phrases of `details.yml`, in their order."""

    def __init__(self, about: list[Phrase], reason: list[Phrase]):
        self._about, self._reason = about, reason

    @classmethod
    def load(cls, directory: Path = LEXICON) -> "Details":
        known, lexicon = load_yaml(directory / "details.yml"), Lexicon(directory)
        return cls(*([lexicon.compile(line, kind=name) for name, lines in known[part].items() for line in lines]
                     for part in ("about", "reason")))

    def about(self, text: str) -> str | None:
        """self, other, child or pupil; None where a short answer does not say it."""
        return self._first(self._about, text)

    def reason(self, text: str) -> str | None:
        """too_far, no_groups or tried; None where nothing is said."""
        return self._first(self._reason, text)

    @staticmethod
    def _first(phrases: list[Phrase], text: str) -> str | None:
        words = " ".join(map(plain_words, sentences(text[:400])))
        if len(words.split()) > _SHORT:
            return None
        return next((phrase.kind for phrase in phrases if phrase.pattern.search(f" {words} ")), None)
