"""How does a message look once spelling habits no longer matter?"""

import functools
import re
import unicodedata
from pathlib import Path

import yaml

LEXICON = Path(__file__).parent / "lexicon"

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "u", "ß": "ss", "é": "e",
                          "è": "e", "ê": "e", "á": "a", "à": "a", "ó": "o", "í": "i", "’": "'", "´": "'", "`": "'"})
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[^\w\s]", re.UNICODE)
_SENTENCE = re.compile(r"(?<=[.!?…\n])[\s.!?…]*\s+|\n+")
_REPEATED = re.compile(r"(?<!\w)(\w+)(?:\W+\1(?!\w)){2,}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\ufe0f]")


def load_yaml(path: Path):
    """The parsed file, by the C loader where it is there (twenty times faster)."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)


def tidy(text: str) -> str:
    """The same text with composed letters, plain spaces and no invisible characters; what is shouted is said."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\u00a0", " ").strip()
    return plain.lower() if plain.isupper() and len(plain) > 3 else plain


def letters(text: str) -> str:
    """Lower case, æ ø å as ae oe aa, stretched letters ("heeelp") cut to one."""
    return _STRETCHED.sub(r"\1", tidy(text).lower()).translate(_LETTERS)


def unrepeated(text: str) -> str:
    """The text with a word that stands three times or more in a row said twice: "bla bla bla" is no letter."""
    return _REPEATED.sub(r"\1 \1", text)


@functools.lru_cache(maxsize=1)
def _greeting() -> re.Pattern:
    said = sorted((line for lines in load_yaml(LEXICON / "greetings.yml") for line in lines), key=len, reverse=True)
    return re.compile(rf"\s*(?:{'|'.join(map(re.escape, said))})(?![^\W_])[\W_]*", re.IGNORECASE)


def after_greeting(text: str) -> str | None:
    """What follows a greeting, when that is two words or more; None for a mere greeting and where there is none."""
    plain = tidy(text)
    found = _greeting().match(plain)
    rest = plain[found.end():] if found else ""
    return rest if len(rest.split()) > 1 else None


def fold(text: str) -> str:
    """What is left of a text when case, accents, spacing and punctuation are folded: for comparing two texts."""
    return " ".join(re.findall(r"[^\W_]+", letters(text)))


@functools.lru_cache(maxsize=1)
def _spellings() -> tuple[dict[str, str], dict[str, str], dict[str, str], re.Pattern]:
    data = load_yaml(LEXICON / "spelling.yml")
    words = {letters(str(wrong)): letters(right) for right, wrongs in data["words"].items() for wrong in wrongs}
    emoji = {tidy(sign): f" {letters(word)} " for word, signs in data["emoji"].items() for sign in signs}
    near = {}
    for word in map(letters, data["fuzzy"]):
        for variant in _one_off(word):
            near.setdefault(variant, word)
    emoji_sign = re.compile("|".join(sorted(map(re.escape, emoji), key=len, reverse=True)))
    return words, emoji, near, emoji_sign


def _one_off(word: str) -> set[str]:
    """The word with one letter missing, or two neighbours exchanged; the first letter stays."""
    gone = {word[:i] + word[i + 1:] for i in range(1, len(word))}
    return gone | {word[:i] + word[i + 1] + word[i] + word[i + 2:] for i in range(1, len(word) - 1)}


def _standard(word: str) -> str:
    words, _, near, _ = _spellings()
    if word in words:
        return words[word]
    if len(word) > 5 and word in near:
        return near[word]
    return word


def plain_words(text: str) -> str:
    """One sentence in standard spelling, words only: what the lexicon reads."""
    _, emoji, _, sign = _spellings()
    spelt = letters(sign.sub(lambda found: emoji[found.group()], tidy(text)))
    return " ".join(_standard(word) for word in _WORD.findall(spelt) if word[0].isalnum())


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order; line breaks count as ends."""
    return [part for part in (piece.strip() for piece in _SENTENCE.split(tidy(text))) if part]
