"""An attacker with all that is shown, and with algebra, finds no small number."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from bot.periods import LEVELS, Unit
from bot.protection import Year
from bot.suppression import suppress

counts_1d = st.lists(st.integers(0, 30), min_size=1, max_size=9).map(np.array)
counts_2d = st.integers(2, 4).flatmap(lambda n: st.lists(
    st.lists(st.integers(0, 14), min_size=n, max_size=n), min_size=2, max_size=5).map(np.array))
years = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=12, max_size=12).map(np.array)


def found_out(sums):
    """What follows from the shown sums. `sums`: (which cells are added, their sum or None). Solves for the least and
    the most that each hidden sum can be, counts being no less than zero."""
    shown = [(row, value) for row, value in sums if value is not None]
    a = np.array([row for row, _ in shown]) if shown else None
    b = np.array([value for _, value in shown]) if shown else None
    certain = []
    for row, value in sums:
        if value is not None:
            continue
        ends = [linprog(sign * row, A_eq=a, b_eq=b, bounds=(0, None), method="highs") for sign in (1, -1)]
        if all(e.status == 0 for e in ends) and abs(ends[0].fun + ends[1].fun) < 1e-6:
            certain.append((row, round(ends[0].fun)))
    return certain


def attack(views):
    """`views`: (cells that are added, true count, hidden?). Nothing of one to four may be certain."""
    sums = [(np.asarray(row, float), None if hidden else count) for row, count, hidden in views]
    return [n for _, n in found_out(sums) if 0 < n < 5]


@settings(max_examples=40, deadline=None)
@given(counts_1d)
def test_nothing_small_can_be_subtracted_from_a_list_and_its_total(counts):
    hidden = suppress(counts, {(): np.array(0 < counts.sum() < 5)})
    assert not ((counts > 0) & (counts < 5) & ~hidden).any()
    eye, total = np.eye(len(counts)), counts.sum()
    views = [(eye[n], counts[n], hidden[n]) for n in range(len(counts))]
    views.append((np.ones(len(counts)), total, 0 < total < 5))
    assert attack(views) == []
    if total >= 5 and hidden.any():
        assert counts[hidden].sum() >= 5  # what is left after subtraction is no small group either


@settings(max_examples=30, deadline=None)
@given(counts_2d)
def test_nothing_small_can_be_computed_from_a_table_and_the_lists_at_its_edges(counts):
    total = np.array(0 < counts.sum() < 5)
    rows, columns = (suppress(counts.sum(axis=a), {(): total}) for a in (1, 0))
    hidden = suppress(counts, {(): total, (0,): rows, (1,): columns})
    views = [(np.ones(counts.shape).ravel(), counts.sum(), bool(total))]
    for place in np.ndindex(counts.shape):
        row = np.zeros(counts.shape)
        row[place] = 1
        views.append((row.ravel(), counts[place], hidden[place]))
    for axis, masks in ((0, rows), (1, columns)):
        for n, mask in enumerate(masks):
            row = np.zeros(counts.shape)
            row[(n, slice(None)) if axis == 0 else (slice(None), n)] = 1
            views.append((row.ravel(), (row * counts).sum(), mask))
    assert attack(views) == []


@settings(max_examples=10, deadline=None)
@given(years)
def test_no_month_can_be_subtracted_from_its_quarter_half_or_year(counts):
    year, views = Year(counts), []
    for level, (_, units) in enumerate(LEVELS):
        for index in range(units):
            inside = np.zeros(12)
            inside[index * 12 // units:(index + 1) * 12 // units] = 1
            unit = Unit(2026, level, index)
            for keep in ((), (0,)):
                values, hidden = year.values(unit, keep), year.hidden(unit, keep)
                for n in range(values.size):
                    which = np.ones(3) if not keep else np.eye(3)[n]
                    views.append((np.outer(inside, which).ravel(), int(values.reshape(-1)[n]),
                                  bool(hidden.reshape(-1)[n])))
    assert all(hidden or count == 0 or count >= 5 for _, count, hidden in views)
    assert attack(views) == []


def test_a_zero_is_shown_and_a_safe_table_is_shown_whole():
    assert not suppress(np.array([0, 7, 12, 0])).any()
    assert suppress(np.array([3, 7, 12])).tolist() == [True, True, False]


@pytest.mark.parametrize("counts", [[2, 2, 30, 9], [1, 1, 1, 1, 9], [4, 0, 0, 50]])
def test_small_numbers_together_are_no_small_group(counts):
    counts = np.array(counts)
    assert counts[suppress(counts)].sum() >= 5
