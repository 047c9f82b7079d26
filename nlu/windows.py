"""Which stretches of a message does the encoder look at, one by one?"""

from collections.abc import Sequence

from nlu.normalise import sentences, tidy
from nlu.tokenizer import Tokenizer

TOKENS = 128            # of one stretch, prefix and ends included
MOST = 6                # stretches of one message; the last of a letter is always among them
PREFIX = "query:"
EARLIER = " || "        # between the messages before and the message itself
_HISTORY = 48           # pieces of the conversation so far


def framed(tokenizer: Tokenizer, pieces: Sequence[int]) -> list[int]:
    """Begin, prefix, pieces (cut at TOKENS), end."""
    prefix = tokenizer.encode(PREFIX)
    return [tokenizer.begin, *prefix, *pieces][:TOKENS - 1] + [tokenizer.end]


def with_history(tokenizer: Tokenizer, text: str, history: Sequence[str]) -> list[int]:
    """The last messages, then this one, in one stretch."""
    before = tokenizer.encode(" . ".join(map(tidy, history[-3:])))[-_HISTORY:]
    return framed(tokenizer, before + tokenizer.encode(EARLIER + tidy(text)))


def windows(tokenizer: Tokenizer, text: str) -> list[list[int]]:
    """The whole where it fits, else runs of sentences; of very long texts the first and the last."""
    room = TOKENS - 2 - len(tokenizer.encode(PREFIX))
    whole = tokenizer.encode(tidy(text))
    if len(whole) <= room:
        return [framed(tokenizer, whole)]
    runs: list[list[int]] = [[]]
    for sentence in sentences(text):
        pieces = tokenizer.encode(sentence)
        if len(runs[-1]) + len(pieces) > room:
            runs.append([])
        while len(pieces) > room:
            runs[-1] += pieces[:room - len(runs[-1])]
            pieces = pieces[room - 16:]
            runs.append([])
        runs[-1] += pieces
    runs = [run for run in runs if run]
    if len(runs) > MOST:
        runs = runs[:MOST - 2] + runs[-2:]
    return [framed(tokenizer, run) for run in runs]
