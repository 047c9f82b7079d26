"""How does only the writer of a letter get at the answer, and only the visitor back to the conversation?

By four words out of a list that everybody may know: 2,100 words give 44 bits. The words are kept nowhere; what is
stored is a slow hash, keyed with the installation's own secret, so that the database alone gives no code away.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

WORDS = Path(__file__).with_name("letter_words.txt")
LENGTH = 4
PURPOSE = b"indgang: the code of a letter"  # the same for all: the key makes it differ from house to house
MOST_GUESSES = 20  # wrong codes a minute, of everybody together
COST = 2 ** 14  # scrypt: 16 MB and some 50 ms for each try
# ä and ö are what a foreign keyboard has; é and ü stand in words like idé.
SPELLINGS = (("æ", "a"), ("ä", "a"), ("ae", "a"), ("ø", "o"), ("ö", "o"), ("oe", "o"), ("å", "a"), ("aa", "a"),
             ("é", "e"), ("ü", "u"))


class UnknownWords(ValueError):
    """What was typed cannot be a code. `words` are those that are on no list; empty when the number is wrong."""

    def __init__(self, words: tuple[str, ...] = ()):
        super().__init__("no code")
        self.words = words


def fold(word: str) -> str:
    """The word without what keyboards and habits differ in."""
    word = unicodedata.normalize("NFC", word).casefold()
    for written, plain in SPELLINGS:
        word = word.replace(written, plain)
    return word


@lru_cache(maxsize=1)
def words() -> dict[str, str]:
    """Every word of the list by its folded spelling."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return {fold(word): word for line in lines if not line.startswith("#") for word in line.split()}


class Codes:
    """Makes codes, reads what was typed, and says under which fingerprint a code is kept."""

    def __init__(self, marks: Callable[..., tuple[str, ...]], cost: int = COST, kind: str = "letter"):
        """`marks` is the keyed hash of the installation: `crypto.Box.marks`. A code of one kind opens no other."""
        self._marks, self._cost, self._kind = marks, cost, kind
        self._one_at_a_time = threading.Lock()  # guessing in parallel is no quicker, and takes no more memory

    def new(self, choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
        """Four words that have not been said to anybody."""
        listed = list(words().values())
        return " ".join(choose(listed) for _ in range(LENGTH))

    def read(self, typed: str) -> str:
        """The code that was meant, whatever stands between the words. Raises UnknownWords."""
        if not isinstance(typed, str) or len(typed) > 200:
            raise UnknownWords
        found = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", typed))
        unknown = tuple(word for word in found if fold(word) not in words())
        if unknown or len(found) != LENGTH:
            raise UnknownWords(unknown[:LENGTH])
        return " ".join(words()[fold(word)] for word in found)

    def fingerprints(self, code: str) -> tuple[str, ...]:
        """Under what the code is kept, one for each key of the house: the first is written, any may be found."""
        folded = " ".join(map(fold, code.split()))
        with self._one_at_a_time:
            slow = hashlib.scrypt(folded.encode(), salt=PURPOSE, n=self._cost, r=8, p=1, dklen=32,
                                  maxmem=64 * 1024 * 1024)
        return self._marks(self._kind, slow.hex())
