"""Which cells of a view may be shown, when other views of the same counts can be opened too?

Pure. A view is a table of categories under some filters in some period. It is hidden together with what can be
subtracted from it: the same table without each filter, and the longer period that holds it with its other parts.
The wider view is decided first and stays as it is; in the narrower ones only more is hidden.
"""

from __future__ import annotations

import itertools

import numpy as np

from bot.periods import LEVELS, Unit
from bot.suppression import suppress


class Year:
    """The counts of one calendar year, as an array: month first, then the categories, then the filters."""

    def __init__(self, counts: np.ndarray):
        self._counts = counts
        self._masks: dict[tuple, np.ndarray] = {}

    def values(self, unit: Unit, keep: tuple[int, ...]) -> np.ndarray:
        """The counts of a unit over the axes that are kept (0 is the first category), summed over the others."""
        return self._summed(unit.level, keep)[unit.index]

    def hidden(self, unit: Unit, keep: tuple[int, ...]) -> np.ndarray:
        """True where the value of `values` may not be shown."""
        if unit.level == 0:
            return self._whole_year(keep)
        size = LEVELS[unit.level][1] // LEVELS[unit.level - 1][1]
        return self._parts(unit.level, unit.index // size, keep)[..., unit.index % size]

    def _summed(self, level: int, keep: tuple[int, ...]) -> np.ndarray:
        gone = tuple(a + 1 for a in range(self._counts.ndim - 1) if a not in keep)
        kept = self._counts.sum(axis=gone)
        units = LEVELS[level][1]
        return kept.reshape(units, 12 // units, *kept.shape[1:]).sum(axis=1)

    def _whole_year(self, keep: tuple[int, ...]) -> np.ndarray:
        if (0, 0, keep) not in self._masks:
            known = {places: self._whole_year(axes) for places, axes in _smaller(keep)}
            self._masks[0, 0, keep] = suppress(self._summed(0, keep)[0], known)
        return self._masks[0, 0, keep]

    def _parts(self, level: int, parent: int, keep: tuple[int, ...]) -> np.ndarray:
        """The parts of one unit of the level above; the last axis counts them."""
        key = (level, parent, keep)
        if key not in self._masks:
            size, last = LEVELS[level][1] // LEVELS[level - 1][1], len(keep)
            above = Unit(0, level - 1, parent)
            known = {tuple(range(last)): self.hidden(above, keep)}
            for places, axes in _smaller(keep):
                known[places] = self.hidden(above, axes)
                known[(*places, last)] = self._parts(level, parent, axes)
            counts = self._summed(level, keep)[parent * size:(parent + 1) * size]
            self._masks[key] = suppress(np.moveaxis(counts, 0, -1), known)
        return self._masks[key]


def _smaller(keep: tuple[int, ...]):
    """All proper subsets of the kept axes, as places among them and as axes."""
    for size in range(len(keep)):
        for places in itertools.combinations(range(len(keep)), size):
            yield places, tuple(keep[p] for p in places)
