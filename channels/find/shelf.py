"""Where do the pages get the catalogue from?"""

from __future__ import annotations

import re
import threading
from pathlib import Path

from knowledge.catalogue import Catalogue, NoCatalogue, View
from knowledge.offer import Offer

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ü": "u", "ö": "oe", "ä": "ae"})


class Shelf:
    """The served file, opened at the first question: the front door starts and helps without it too."""

    def __init__(self, path: Path):
        self._path, self._lock = path, threading.Lock()
        self._catalogue: Catalogue | None = None

    def open(self) -> Catalogue:
        """Raises NoCatalogue as long as there is none."""
        with self._lock:
            if self._catalogue is None:
                self._catalogue = Catalogue.open(self._path)
            return self._catalogue


def slug(text: str) -> str:
    """The text as a part of an address: Forældrekontakten is foraeldrekontakten."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold().translate(_LETTERS)).strip("-")


def moved(view: View, wanted: str) -> Offer | None:
    """The offer that has, or once had, that name or id: an old poster must not lead nowhere."""
    asked = slug(wanted)
    for offer in view.offers if asked else ():
        if asked in (slug(offer.id), *map(slug, (offer.name, *offer.former_names))):
            return offer
    return None


__all__ = ["NoCatalogue", "Shelf", "moved", "slug"]
