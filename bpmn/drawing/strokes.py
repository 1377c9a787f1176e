"""How a line is broken: its pattern of dashes and gaps, and its dashes one by one.

SVG has patterns. Graphviz has one of its own, which it does not scale, so for PNG and PDF each dash is a line.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

from bpmn.drawing.geometry import Point

#: Lengths of dash and gap in points, by what a line is. They differ from each other without any colour.
PATTERNS: dict[str, tuple[float, ...]] = {
    "solid": (),
    "dashed": (5, 3.5),
    "dotted": (1.2, 3),
    "lost": (8, 4),
    "message": (3, 3),
    "border": (4, 5),
    "skipped": (2, 2.5),
}
#: Into how many straight pieces a curve is taken apart.
_PIECES = 10


def dashes(points: Sequence[Point], pattern: Sequence[float]) -> Iterator[tuple[Point, ...]]:
    """Every dash of a line through these points."""
    lengths = itertools.cycle(pattern)
    left, is_dash = next(lengths), True
    dash = [points[0]]
    for start, end in itertools.pairwise(points):
        here, length = 0.0, math.dist(start, end)
        while length - here > left:
            here += left
            at = _between(start, end, here / length)
            if is_dash:
                yield (*dash, at)
            dash, left, is_dash = [at], next(lengths), not is_dash
        left -= length - here
        dash.append(end)
    if is_dash and len(dash) > 1:
        yield tuple(dash)


def flattened(curve: Sequence[Point]) -> list[Point]:
    """A Bezier curve of several parts as straight pieces."""
    points = [curve[0]]
    for first in range(0, len(curve) - 3, 3):
        a, b, c, d = curve[first : first + 4]
        if _is_straight(a, b, c, d):
            points.append(d)
            continue
        for piece in range(1, _PIECES + 1):
            points.append(_on_curve(a, b, c, d, piece / _PIECES))
    return points


def circle_points(centre: Point, across: float, down: float) -> list[Point]:
    around = [math.tau * step / 48 for step in range(49)]
    return [(centre[0] + across * math.cos(turn), centre[1] + down * math.sin(turn)) for turn in around]


def _is_straight(a: Point, b: Point, c: Point, d: Point) -> bool:
    across, down = d[0] - a[0], d[1] - a[1]
    return all(
        abs((p[0] - a[0]) * down - (p[1] - a[1]) * across) < 0.01 * (1 + abs(across) + abs(down)) for p in (b, c)
    )


def _on_curve(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    u = 1 - t
    weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
    return tuple(sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))  # type: ignore[return-value]


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
