"""In which offers do these words, or words like them, stand?"""
from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy
import sqlite_utils
from rapidfuzz import fuzz, process

from knowledge import meaning
from knowledge.offer import Offer

_WORD = re.compile(r"[\wæøåÆØÅ]+")
_DIGRAPHS = (("ae", "æ"), ("oe", "ø"), ("aa", "å"))
# How much each way of finding counts when the rankings are joined (reciprocal rank fusion).
_WEIGHTS = {"words": 1.0, "pieces": 0.5, "typos": 0.4, "meaning": 0.8}
_RANK_DAMPING = 20
_SHORTEST_PIECE = 4
_PIECES = 8            # terms that one word may be widened to
_POOL = 60             # how deep each ranking is read
_TYPO_SCORE = 78       # of 100: one wrong letter in a word of five
_MEANING_MARGIN = 0.15  # centred cosine below which likeness is noise
_MEANING_POOL = 12
_MEANING_WORDS = 3      # the longest of a query are embedded: more takes longer than it helps
_CLEAR_WORDS = 2        # with no more words than these, and hits, the words decide
_FEW = 3
_LOCAL_BONUS = 1.15
# bm25 weights of the columns: name, other names, topics, description, organisation
_COLUMNS = "10.0, 8.0, 6.0, 2.0, 1.0"


def document(offer: Offer, texts: Mapping) -> dict[str, str]:
    """What is searched of an offer."""
    labels = texts["labels"]["topics"]
    own = (texts["kinds"].get(offer.kind or "") or {}).get("label", "")
    return {"name": offer.name, "former": " ".join((*offer.former_names, own)),
            "topics": " ".join(labels.get(topic, topic) for topic in offer.topics),
            "description": offer.description, "organisation": offer.organisation or ""}


def passage(offer: Offer, texts: Mapping) -> str:
    """What is embedded of an offer."""
    parts = document(offer, texts)
    return f"{parts['name']}. {parts['topics']}. {parts['description']}"[:400]


def write_index(db: sqlite_utils.Database, offers: Sequence[Offer], texts: Mapping,
                embed: Callable[[list[str]], object] | None, known: Mapping[str, bytes]) -> None:
    """Adds word and vector tables to a catalogue file; rows are numbered as the offers are."""
    columns = "name, former, topics, description, organisation"
    db.execute(f"create virtual table words using fts5({columns}, tokenize=\"unicode61 remove_diacritics 0\", "
               "prefix='2 3 4')")
    db.execute("create virtual table vocabulary using fts5vocab(words, row)")
    rows = [(number, *document(offer, texts).values()) for number, offer in enumerate(offers)]
    db.conn.executemany(f"insert into words (rowid, {columns}) values (?, ?, ?, ?, ?, ?)", rows)
    db["vectors"].create({"position": int, "key": str, "vector": bytes}, pk="position")
    wanted = [(number, text, meaning.key(text)) for number, offer in enumerate(offers)
              for text in [passage(offer, texts)]]
    made = dict(known)
    missing = {key: text for _, text, key in wanted if key not in made}
    if embed is not None and missing:
        vectors = embed(list(missing.values()))
        if vectors is not None:
            rows16 = (numpy.asarray(row, numpy.float16).tobytes() for row in vectors)
            made |= dict(zip(missing, rows16, strict=True))
    db["vectors"].insert_all({"position": n, "key": key, "vector": made[key]} for n, _, key in wanted if key in made)


def tokens(text: str) -> list[str]:
    """Lower-case words of a query, at most twelve."""
    return list(dict.fromkeys(word.casefold() for word in _WORD.findall(text)))[:12]


def spellings(word: str) -> list[str]:
    """The word, and with æ, ø, å where somebody wrote ae, oe, aa."""
    other = word
    for plain, letter in _DIGRAPHS:
        other = other.replace(plain, letter)
    return [word] if other == word else [word, other]


def _quoted(word: str, prefix: bool) -> str:
    return f'"{word}"' + ("*" if prefix else "")


@dataclass(eq=False)
class Index:
    """Searches one state of the catalogue, held in memory; safe between threads."""

    connection: sqlite3.Connection
    texts: Mapping
    vocabulary: tuple[str, ...]           # words of at least four letters
    known: frozenset[str]                 # the same, to look one up
    matrix: numpy.ndarray | None          # one row per offer with a vector, centred and normed
    matrix_positions: numpy.ndarray
    centre: numpy.ndarray | None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def load(cls, connection: sqlite3.Connection, texts: Mapping) -> Index:
        words = tuple(w for (w,) in connection.execute("select term from vocabulary where length(term) > 3"))
        rows = connection.execute("select position, vector from vectors order by position").fetchall()
        matrix = centre = None
        if rows:
            raw = numpy.frombuffer(b"".join(v for _, v in rows), numpy.float16).astype(numpy.float32)
            raw = raw.reshape(len(rows), -1)
            centre = raw.mean(axis=0)
            matrix = _normed(raw - centre)
        positions = numpy.array([position for position, _ in rows], dtype=numpy.int64)
        return cls(connection, texts, words, frozenset(words), matrix, positions, centre)

    def content_words(self, text: str) -> list[str]:
        """The words of a query that say what is looked for; all of them when every one is a stop word."""
        stop = set(self.texts["search"]["stop"])
        every = tokens(text)
        return [word for word in every if word not in stop and len(word) > 1] or every

    def search(self, text: str, allowed: Set[int], local: Set[int] = frozenset(),
               begin: Callable[[str], Callable[[], numpy.ndarray | None]] | None = None) -> list[int]:
        """Positions of offers, best first; empty when nothing is like it. Every text is a legal query.

        `begin` starts to embed some words and returns what waits for the vector. It is asked only when the words alone
        do not decide: there are several, or they find little. Of two that fit alike, the one in `local` comes first.
        """
        asked, keep = self.content_words(text), allowed
        able = begin is not None and self.matrix is not None and bool(asked)
        longest = sorted(asked, key=len, reverse=True)[:_MEANING_WORDS]
        words = " ".join(word for word in asked if word in longest)
        wait = begin(words) if able and len(asked) > _CLEAR_WORDS else None  # meanwhile the words are looked up
        by_words, by_pieces, by_typos = self._by_words(asked), self._by_pieces(asked), self._by_typos(asked)
        if able and wait is None and sum(p in keep for p in by_words) < _FEW:
            wait = begin(words)
        by_meaning = self._by_meaning(wait() if wait else None, keep)
        scores: dict[int, float] = {}
        for name, ranking in (("words", by_words), ("pieces", by_pieces), ("typos", by_typos),
                              ("meaning", by_meaning)):
            for rank, position in enumerate(p for p in ranking if p in keep):
                scores[position] = scores.get(position, 0.0) + _WEIGHTS[name] / (_RANK_DAMPING + rank)
        return sorted(scores, key=lambda p: (-scores[p] * (_LOCAL_BONUS if p in local else 1), p))

    def _match(self, wanted: Sequence[str]) -> list[int]:
        if not wanted:
            return []
        with self._lock:
            rows = self.connection.execute(
                f"select rowid from words where words match ? order by bm25(words, {_COLUMNS}) limit ?",
                (" OR ".join(dict.fromkeys(wanted)), _POOL * 4)).fetchall()
        return [row[0] for row in rows]

    def _by_words(self, asked: Sequence[str]) -> list[int]:
        synonyms = self.texts["search"]["synonyms"]
        wanted: list[str] = []
        for word in asked:
            for spelling in spellings(word):
                wanted.append(_quoted(spelling, prefix=len(spelling) > 2))
                wanted += [_quoted(other, prefix=True) for other in synonyms.get(spelling, ())]
        return self._match(wanted)

    def _by_pieces(self, asked: Sequence[str]) -> list[int]:
        """Danish compounds: "gruppe" stands in "angstgruppe", and "angstgruppen" has "angst" in it."""
        wanted: list[str] = []
        for word in asked:
            for spelling in spellings(word):
                if len(spelling) < _SHORTEST_PIECE:
                    continue
                holders = [term for term in self.vocabulary if spelling in term and not term.startswith(spelling)]
                wanted += [_quoted(term, prefix=False) for term in (*holders[:_PIECES], *self._halves(spelling))]
        return self._match(wanted)

    def _halves(self, word: str) -> list[str]:
        """The two known words that a compound is made of, also with an s or e between them."""
        for cut in range(len(word) - _SHORTEST_PIECE, _SHORTEST_PIECE - 1, -1):
            if word[:cut] not in self.known:
                continue
            for rest in (word[cut:], word[cut + 1:] if word[cut] in "se" else ""):
                if rest in self.known:
                    return [word[:cut], rest]
        return []

    def _by_typos(self, asked: Sequence[str]) -> list[int]:
        wanted: list[str] = []
        for word in asked:
            for spelling in spellings(word):
                if len(spelling) < _SHORTEST_PIECE or spelling in self.known:
                    continue
                near = process.extract(spelling, self.vocabulary, scorer=fuzz.ratio, limit=3, score_cutoff=_TYPO_SCORE)
                wanted += [_quoted(found, prefix=False) for found, _, _ in near]
        return self._match(wanted)

    def _by_meaning(self, vector: numpy.ndarray | None, keep: Set[int]) -> list[int]:
        if vector is None or self.matrix is None:
            return []
        likeness = self.matrix @ _normed((vector - self.centre)[None, :])[0]
        best = numpy.argsort(-likeness)[:_POOL * 2]
        found = [int(self.matrix_positions[i]) for i in best if likeness[i] >= _MEANING_MARGIN]
        return [position for position in found if position in keep][:_MEANING_POOL]


def _normed(rows: numpy.ndarray) -> numpy.ndarray:
    return rows / numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
