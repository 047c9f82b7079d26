"""Which cells of a table may be shown, so that no small number can be read or computed?

Pure. A count of one to four is hidden (primary); a zero is about nobody and is shown. Further cells are hidden
(secondary) until nothing hidden can be found from what is shown: not by subtraction, not by solving all sums at once,
not by knowing that counts are never negative; and no group of hidden cells that is a shown sum minus shown cells is
itself under five.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

SMALL = 5
EXACT_UP_TO = 400  # hidden cells; a table with more is hidden where the cheap rule leaves a doubt


def is_small(values: np.ndarray) -> np.ndarray:
    return (values > 0) & (values < SMALL)


@dataclass(frozen=True)
class Cells:
    """All cells of a table with its sums, flat: `values`, what is `fixed`, and the `lines` (parts, sum)."""

    values: np.ndarray
    lines: tuple[tuple[np.ndarray, int], ...]


def suppress(counts: np.ndarray, known: Mapping[tuple[int, ...], np.ndarray] | None = None) -> np.ndarray:
    """True where a cell of `counts` is hidden.

    `known` holds, for the axes that remain after summing over others, which sums are hidden: () is the grand
    total. Sums that are not in it are taken as hidden when small. They stay as they are: only cells are hidden here.
    """
    counts = np.asarray(counts)
    if not counts.size:
        return np.zeros(counts.shape, bool)
    cells, offsets = _cells(counts)
    hidden = is_small(cells.values)
    for axes, mask in (known or {}).items():
        start, size = offsets[axes]
        hidden[start:start + size] = np.asarray(mask).reshape(-1)
    free = np.zeros(len(hidden), bool)
    start, size = offsets[tuple(range(counts.ndim))]
    free[start:start + size] = True
    _hide_more(cells, hidden, free)
    return hidden[start:start + size].reshape(counts.shape)


def _cells(counts: np.ndarray) -> tuple[Cells, dict[tuple[int, ...], tuple[int, int]]]:
    axes, values, offsets, position = range(counts.ndim), [], {}, 0
    for keep in (k for n in range(counts.ndim, -1, -1) for k in itertools.combinations(axes, n)):
        summed = counts.sum(axis=tuple(a for a in axes if a not in keep))
        values.append(np.atleast_1d(summed).reshape(-1))
        offsets[keep] = (position, values[-1].size)
        position += values[-1].size
    lines = []
    for keep, (start, size) in offsets.items():
        shape = tuple(counts.shape[a] for a in keep)
        index = np.arange(start, start + size).reshape(shape)
        for place, axis in enumerate(keep):
            rest = tuple(a for a in keep if a != axis)
            parts = np.moveaxis(index, place, -1).reshape(-1, counts.shape[axis])
            lines += [(row, offsets[rest][0] + n) for n, row in enumerate(parts)]
    return Cells(np.concatenate(values), tuple(lines)), offsets


def _hide_more(cells: Cells, hidden: np.ndarray, free: np.ndarray) -> None:
    """Hide cells until the cheap rule and the exact one find nothing; never what is not free."""
    while True:
        while _by_lines(cells, hidden, free):
            pass
        if hidden.sum() > EXACT_UP_TO:
            hidden |= free
            return
        exposed = pinned(cells.values, cells.lines, hidden) & is_small(cells.values)
        if not exposed.any() or not _cover(cells, hidden, free, exposed):
            return


def _by_lines(cells: Cells, hidden: np.ndarray, free: np.ndarray) -> bool:
    """One pass over the sums; whether something was hidden."""
    changed = False
    for parts, total in cells.lines:
        inside = parts[hidden[parts]]
        if hidden[total] or not len(inside):
            # A sum that is hidden must not be the sum of what is shown.
            if hidden[total] and not len(inside):
                changed |= _smallest(cells, hidden, free, parts)
            continue
        if len(inside) < 2 or cells.values[inside].sum() < SMALL:
            changed |= _smallest(cells, hidden, free, parts)
    return changed


def _smallest(cells: Cells, hidden: np.ndarray, free: np.ndarray, parts: np.ndarray) -> bool:
    shown = [p for p in parts if free[p] and not hidden[p]]
    if not shown:
        return False
    hidden[min(shown, key=lambda p: (cells.values[p] == 0, cells.values[p], p))] = True
    return True


def _cover(cells: Cells, hidden: np.ndarray, free: np.ndarray, exposed: np.ndarray) -> bool:
    """Hide the smallest shown cell in each line with what is exposed; any shown cell when there is none."""
    near = [parts for parts, total in cells.lines if exposed[parts].any() or exposed[total]]
    covered = [_smallest(cells, hidden, free, parts) for parts in near]
    return any(covered) or _smallest(cells, hidden, free, np.flatnonzero(free))


def pinned(values: np.ndarray, lines, hidden: np.ndarray) -> np.ndarray:
    """The hidden cells whose value follows from all that is shown, and from no count being negative."""
    unknown = np.flatnonzero(hidden)
    if not len(unknown):
        return np.zeros(len(hidden), bool)
    column = {cell: n for n, cell in enumerate(unknown)}
    rows = []
    for parts, total in lines:
        row = np.zeros(len(unknown))
        for part in parts:
            if part in column:
                row[column[part]] = 1.0
        if total in column:
            row[column[total]] = -1.0
        if row.any():
            rows.append(row)
    system = np.unique(np.array(rows), axis=0) if rows else np.zeros((0, len(unknown)))
    fixed = _zero_for_sure(system, values[unknown].astype(float))
    loose = ~fixed
    result = fixed.copy()
    if loose.any():
        result[loose] = ~_movable(system[:, loose])
    out = np.zeros(len(hidden), bool)
    out[unknown] = result
    return out


def _movable(system: np.ndarray) -> np.ndarray:
    """Which unknowns differ between two solutions of the sums."""
    if not len(system):
        return np.ones(system.shape[1], bool)
    strength, directions = np.linalg.eigh(system.T @ system)
    free = directions[:, strength < 1e-9 * max(1.0, strength[-1])]
    return np.abs(free).max(axis=1, initial=0.0) > 1e-7


def _zero_for_sure(system: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Which unknowns are zero in every solution without negative counts. Only true zeros can be."""
    zeros = true == 0
    if not zeros.any() or not len(system):
        return np.zeros(len(true), bool)
    from scipy.optimize import linprog
    n, cap = len(true), 1.0 / len(true)
    # Maximise how many are above zero at once: x >= y, 0 <= y <= cap.
    found = linprog(
        np.concatenate([np.zeros(n), -np.ones(n)]),
        A_ub=np.hstack([-np.eye(n), np.eye(n)]), b_ub=np.zeros(n),
        A_eq=np.hstack([system, np.zeros_like(system)]), b_eq=system @ true,
        bounds=[(0, None)] * n + [(0, cap)] * n, method="highs")
    if not found.success:  # no answer is no proof of safety
        return zeros
    return zeros & (found.x[n:] < cap * 1e-3)
