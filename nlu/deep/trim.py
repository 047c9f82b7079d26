"""Which word pieces does a Danish service need?"""

from collections.abc import Iterable

import numpy as np
from wordfreq import top_n_list

from nlu.tokenizer import Tokenizer

DANISH, ENGLISH, NEIGHBOURS, OTHERS, CAPITALS = 60_000, 50_000, 5_000, 10_000, 8_000
_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def _words() -> Iterable[str]:
    danish = top_n_list("da", DANISH)
    yield from danish
    yield from (word.translate(_ASCII) for word in danish)
    yield from (word.upper() for word in danish[:CAPITALS])
    yield from top_n_list("en", ENGLISH)
    for language in ("de", "sv", "nb"):
        yield from top_n_list(language, NEIGHBOURS)
    for language in ("uk", "ar", "tr", "pl", "fa"):
        yield from top_n_list(language, OTHERS)


def _always(piece: str) -> bool:
    """Single characters of the scripts in use, pairs of Latin letters, signs and emoji."""
    core = piece.lstrip("\u2581")
    if len(core) <= 1:
        code = ord(core) if core else 0
        return code < 0x250 or 0x2000 <= code < 0x27C0 or 0x1F300 <= code < 0x1FB00
    return len(core) == 2 and all(ord(sign) < 0x180 for sign in core)


def trim(tokenizer: Tokenizer, texts: Iterable[str]) -> tuple[Tokenizer, np.ndarray]:
    """A smaller tokenizer, and for each of its pieces the number it had before."""
    keep = {tokenizer.begin, tokenizer.end, tokenizer.pad, tokenizer.unknown}
    for text in (*_words(), *texts):
        for form in {text, text.lower(), text.capitalize()}:
            keep.update(tokenizer.encode(form))
    keep.update(i for i, piece in enumerate(tokenizer.pieces) if _always(piece))
    kept = np.array(sorted(keep))
    number = {old: new for new, old in enumerate(kept.tolist())}
    smaller = Tokenizer([tokenizer.pieces[i] for i in kept], tokenizer.scores[kept], tokenizer.characters,
                        number[tokenizer.begin], number[tokenizer.end], number[tokenizer.pad],
                        number[tokenizer.unknown], tokenizer.unknown_score)
    return smaller, kept
