"""How does a table look as a picture?

SVG made here, on the server: no script, no inline style (the console's policy forbids both), colours by class so that
dark mode and print have their own, and the same picture in the browser and in the PDF. Each picture has a title that
a screen reader says, and stands above its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

WIDE, HIGH, LEFT, FOOT, TOP = 460, 200, 40, 26, 12
INK, SOFT, LINE, BAR, HATCH = "#23211d", "#5c564c", "#ddd4c6", "#1f5f5b", "#c9bfae"  # print; the screen has classes


def columns(points: Sequence[tuple[str, int | None]], title: str, names_every: int = 1) -> str:
    """One column a point; a low hatched stub where the count is not shown."""
    top = nice(max((n or 0 for _, n in points), default=0))
    room, height = (WIDE - LEFT - 6) / max(1, len(points)), HIGH - FOOT - TOP
    parts = [_line(LEFT, y, WIDE - 6, y) + _text(LEFT - 6, y + 4, _thousands(n), "end") for n, y in (
        (top * k // 2, TOP + height - height * k / 2) for k in range(3))]
    for place, (name, count) in enumerate(points):
        x, width = LEFT + room * (place + .14), room * .72
        tall = 5 if count is None else height * count / top if top else 0
        kind = ("chart-hidden", HATCH) if count is None else ("chart-bar", BAR)
        parts.append(_rect(x, TOP + height - tall, width, tall, *kind))
        if place % names_every == 0:
            parts.append(_text(x + width / 2, HIGH - 8, name, "middle"))
    return _svg(parts, title, WIDE, HIGH)


def flow(links: Sequence[tuple[str, str, int]], title: str) -> str:
    """Bands from the names on the left to those on the right, as wide as their counts. Hidden counts are no band."""
    lefts, rights = _sums(links, 0), _sums(links, 1)
    total = sum(n for *_, n in links)
    if not total:
        return ""
    row = 36
    tall = max(len(lefts), len(rights)) * row
    left, right = _stacks(lefts, total, tall), _stacks(rights, total, tall)
    scale = _scale(max(len(lefts), len(rights)), total, tall)
    parts, used = [], {name: [0.0, 0.0] for name in (*lefts, *rights)}
    order = {name: n for n, name in enumerate(rights)}
    for one, other, count in sorted(links, key=lambda link: (list(lefts).index(link[0]), order[link[1]])):
        thick = count * scale
        y, z = left[one] + used[one][0] + thick / 2, right[other] + used[other][1] + thick / 2
        used[one][0] += thick
        used[other][1] += thick
        parts.append(f'<path class="chart-band" d="M220 {y:.1f} C 280 {y:.1f} 280 {z:.1f} 340 {z:.1f}" fill="none" '
                     f'stroke="{BAR}" stroke-opacity=".38" stroke-width="{max(.75, thick):.1f}"/>')
    for names, stacks, x, at, anchor in ((lefts, left, 216, 210, "end"), (rights, right, 340, 350, "start")):
        for name, count in names.items():
            parts.append(_rect(x, stacks[name], 4, max(1, count * scale), "chart-bar", BAR))
            parts.append(_text(at, stacks[name] + max(count * scale / 2, 1) + 4, name, anchor))
    return _svg(parts, title, 540, tall)


def bar(share: float) -> str:
    """A bar within a row of a table; `share` of the widest is between 0 and 1. The number stands beside it."""
    width = max(0.0, min(1.0, share)) * 100
    return ('<svg class="bar-of" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
            + _rect(0, 0, 100, 8, "chart-ground", "#f3ede3") + _rect(0, 0, width, 8, "chart-bar", BAR) + "</svg>")


def nice(most: int) -> int:
    """A round even number, not below `most`."""
    step = 1
    while True:
        for factor in (2, 4, 6, 8, 10):
            if factor * step >= most:
                return factor * step
        step *= 10


def _scale(count: int, total: int, tall: float) -> float:
    return max(0.0, tall - 16 * count) / total


def _stacks(names: dict[str, int], total: int, tall: float) -> dict[str, float]:
    """Where each name's stack begins, with even gaps between."""
    scale = _scale(max(len(names), 1), total, tall)
    scale = min(scale, _scale(round(tall / 36), total, tall))
    gap = (tall - total * scale) / max(1, len(names))
    found, y = {}, gap / 2
    for name, count in names.items():
        found[name] = y
        y += count * scale + gap
    return found


def _sums(links, side: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for link in links:
        found[link[side]] = found.get(link[side], 0) + link[2]
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _svg(parts: Sequence[str], title: str, wide: float, high: float) -> str:
    return (f'<svg class="chart" role="img" viewBox="0 0 {wide:g} {high:g}" aria-label={quoteattr(title)} '
            f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>{"".join(parts)}</svg>')


def _rect(x: float, y: float, w: float, h: float, kind: str, fill: str) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}"/>'


def _line(x: float, y: float, x2: float, y2: float) -> str:
    return f'<line class="chart-line" x1="{x:g}" y1="{y:.1f}" x2="{x2:g}" y2="{y2:.1f}" stroke="{LINE}"/>'


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return (f'<text class="chart-text" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12" '
            f'fill="{SOFT}">{escape(said)}</text>')


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")
