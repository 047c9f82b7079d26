"""Which published letters have these words, or are about these topics?

A small index in memory, made anew when the letters have changed. FTS5 keeps å and a apart (`remove_diacritics 0`), so
"gå" does not find "ga"; what is typed is quoted word by word, as a raw question is a syntax error to FTS5.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Sequence

from bot.letter_store import Published

WRITTEN = (("aa", "å"), ("ae", "æ"), ("oe", "ø"))  # for those without Danish keys


class LetterIndex:
    """Searches a list of letters. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: tuple[str, ...] = ()
        self._by_id: dict[str, Published] = {}
        self._database: sqlite3.Connection | None = None

    def search(self, letters: Sequence[Published], words: str) -> list[Published]:
        """Best first: the title counts most. Words may be beginnings. Nothing to search for finds nothing."""
        asked = _question(words)
        if not asked:
            return []
        with self._lock:
            self._refresh(letters)
            rows = self._database.execute(
                "select id from letters where letters match ? order by bm25(letters, 0, 8, 3, 2, 1) limit 50",
                (asked,)).fetchall()
            return [self._by_id[row[0]] for row in rows]

    def _refresh(self, letters: Sequence[Published]) -> None:
        ids = tuple(letter.id for letter in letters)
        if self._database is not None and ids == self._ids:
            return
        if self._database is not None:
            self._database.close()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute(
            "create virtual table letters using fts5(id unindexed, title, topics, question, answer, "
            "tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')")
        self._database.executemany("insert into letters values (?, ?, ?, ?, ?)", [
            (x.id, x.public.title, " ".join(x.public.topics).replace("_", " "), x.public.question, x.public.answer)
            for x in letters])
        self._ids, self._by_id = ids, {letter.id: letter for letter in letters}

    def close(self) -> None:
        with self._lock:
            if self._database is not None:
                self._database.close()
            self._database, self._ids = None, ()


def _question(words: str) -> str:
    found = re.findall(r"\w+", words.casefold())[:12]
    spelled = []
    for word in found:
        danish = word
        for written, letter in WRITTEN:
            danish = danish.replace(written, letter)
        spelled += [word, danish]
    return " OR ".join(f'"{word}"*' if len(word) > 1 else f'"{word}"' for word in dict.fromkeys(spelled))


def about(letters: Sequence[Published], topics: Sequence[str], limit: int) -> list[Published]:
    """Those that share a topic, the first topic counting most; of two alike the newest."""
    weight = {topic: len(topics) - n for n, topic in enumerate(topics)}
    scored = [(sum(weight.get(topic, 0) for topic in letter.public.topics), letter) for letter in letters]
    return [letter for score, letter in sorted(scored, key=lambda pair: -pair[0]) if score][:limit]
