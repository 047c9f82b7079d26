"""Into which word pieces does the encoder's vocabulary cut a text?"""

from pathlib import Path

import numpy as np

SPACE = "\u2581"
_MEMORY = 50_000        # words whose pieces are remembered


class Tokenizer:
    """SentencePiece unigram by Viterbi, word by word; loads from plain arrays, nothing is executed."""

    def __init__(self, pieces: list[str], scores: np.ndarray, characters: dict[str, str],
                 begin: int, end: int, pad: int, unknown: int, unknown_score: float):
        self.pieces, self.scores, self.characters = pieces, scores, characters
        self.begin, self.end, self.pad, self.unknown, self.unknown_score = begin, end, pad, unknown, unknown_score
        self._known = {piece: (i, float(score)) for i, (piece, score) in enumerate(zip(pieces, scores, strict=True))
                       if piece and i != unknown}
        self._longest = max(map(len, pieces))
        self._memory: dict[str, list[int]] = {}

    @classmethod
    def load(cls, path: Path) -> "Tokenizer":
        with np.load(path, allow_pickle=False) as arrays:
            pieces = arrays["pieces"].tobytes().decode("utf-8").split("\n")
            lines = arrays["characters"].tobytes().decode("utf-8").split("\n")
            characters = {chr(int(code)): outcome for code, _, outcome in (line.partition(" ") for line in lines)}
            begin, end, pad, unknown = map(int, arrays["special"])
            return cls(pieces, arrays["scores"], characters, begin, end, pad, unknown, float(arrays["unknown_score"]))

    def save(self, path: Path) -> None:
        lines = "\n".join(f"{ord(sign)} {outcome}" for sign, outcome in self.characters.items())
        np.savez_compressed(
            path, pieces=np.frombuffer("\n".join(self.pieces).encode(), np.uint8),
            scores=np.asarray(self.scores, np.float32), characters=np.frombuffer(lines.encode(), np.uint8),
            special=np.array([self.begin, self.end, self.pad, self.unknown]), unknown_score=self.unknown_score)

    def encode(self, text: str) -> list[int]:
        """Piece numbers, without begin and end."""
        plain = "".join(self.characters.get(sign, sign) for sign in text)
        numbers = []
        for word in plain.split():
            found = self._memory.get(word)
            if found is None:
                found = self._best_cut(SPACE + word)
                if len(self._memory) < _MEMORY:
                    self._memory[word] = found
            numbers += found
        return numbers

    def _best_cut(self, word: str) -> list[int]:
        length = len(word)
        best = [0.0] + [-1e30] * length
        piece_to, start_of = [0] * (length + 1), [0] * (length + 1)
        for i in range(length):
            for j in range(i + 1, min(length, i + self._longest) + 1):
                known = self._known.get(word[i:j])
                if known and best[i] + known[1] > best[j]:
                    best[j], piece_to[j], start_of[j] = best[i] + known[1], known[0], i
            if best[i] + self.unknown_score > best[i + 1]:
                best[i + 1], piece_to[i + 1], start_of[i + 1] = best[i] + self.unknown_score, self.unknown, i
        cut, j = [], length
        while j > 0:
            cut.append(piece_to[j])
            j = start_of[j]
        return cut[::-1]
