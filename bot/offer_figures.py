"""What do the offers' own counts say about a period, without small numbers?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.offer_counts import Month, OfferCounts
from bot.periods import Period, Unit
from bot.protection import Year

SUMMED = ("enquiries", "starts", "completed", "scored")


@dataclass(frozen=True)
class Told:
    """One offer in a period. `waiting` is the last month's; means are over those who answered before and after."""

    offer: str
    enquiries: int | None
    starts: int | None
    completed: int | None
    waiting: int | None
    scored: int | None
    scale: str | None = None
    before_mean: float | None = None
    after_mean: float | None = None


def told(counts: OfferCounts, period: Period, municipality: str | None = None) -> list[Told]:
    """By offer; None for what is not shown. Whole years are read, since a month can be subtracted from a year."""
    months = counts.read(f"{period.first[:4]}-01", f"{period.last[:4]}-12", municipality)
    offers = sorted({m.offer for m in months})
    shown = {name: _sums(months, offers, name, period.units()) for name in SUMMED}
    last = Unit(int(period.last[:4]), 3, int(period.last[5:]) - 1)
    shown["waiting"] = _sums(months, offers, "waiting", (last,))
    inside = [m for m in months if period.first <= m.month <= period.last]
    return [Told(offer, **{name: shown[name][offer] for name in shown},
                 **_means([m for m in inside if m.offer == offer], shown["scored"][offer]))
            for offer in offers if any(m.offer == offer for m in inside)]


def _sums(months: Sequence[Month], offers: list[str], name: str, units: Sequence[Unit]) -> dict[str, int | None]:
    years, total = {}, np.zeros(len(offers))
    for unit in units:
        if unit.year not in years:
            counts = np.zeros((12, len(offers)), int)
            for m in months:
                if m.month[:4] == str(unit.year):
                    counts[int(m.month[5:]) - 1, offers.index(m.offer)] += getattr(m, name) or 0
            years[unit.year] = Year(counts)
        year = years[unit.year]
        total = total + np.where(year.hidden(unit, (0,)), np.nan, year.values(unit, (0,)))
    return {offer: None if np.isnan(n) else int(n) for offer, n in zip(offers, total, strict=True)}


def _means(months: Sequence[Month], scored: int | None) -> dict:
    """Weighted by how many answered; nothing when that number is not shown, or when scales differ."""
    rows = [m for m in months if m.scored and m.scale]
    if not scored or len({m.scale for m in rows}) != 1:
        return {}
    weight = sum(m.scored for m in rows)
    return {"scale": rows[0].scale, "before_mean": round(sum(m.before_mean * m.scored for m in rows) / weight, 1),
            "after_mean": round(sum(m.after_mean * m.scored for m in rows) / weight, 1)}
