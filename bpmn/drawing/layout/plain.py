"""What is drawn where a graph is too large or too dense for an orderly map: a grid, and lines straight across it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import Point, middle
from bpmn.drawing.layout.parts import Budget, Scope
from bpmn.drawing.layout.place import Rows
from bpmn.drawing.layout.rank import Columns, ranked

#: Elements that no flow joins stand in rows of at most so many.
_MOST = 40


def gridded(scope: Scope) -> tuple[Scope, Columns, Rows]:
    """Columns along the flow; in each column of a lane, one item under the other."""
    settled = {item.id: replace(item, rows=(0, 0), columns=1, loose=False) for item in scope.items.values()}
    plain = replace(scope, items=settled, links=tuple(link for link in scope.links if link.kind == "flow"))
    columns = ranked(plain, Budget(len(scope.items) + len(scope.links)))
    width = max(1, min(columns.count, _MOST))
    column = dict(columns.of)
    rows: dict[str, float] = {}
    high: dict[tuple[int, int], int] = {}
    for number, item in enumerate(settled.values()):
        if item.kind == "pool":
            continue
        at = column.setdefault(item.id, number % width)
        rows[item.id] = high.get((item.region, at), 0)
        high[item.region, at] = 1 + int(rows[item.id])
    regions = {item.id: item.region for item in settled.values()}
    return plain, columns, Rows(rows, column, regions, frozenset())


def straight(one: Bounds, other: Bounds) -> tuple[Point, Point]:
    """From the nearest side of one to the nearest side of the other."""
    (x, y), (to_x, to_y) = middle(one), middle(other)
    if one.x + one.width <= other.x:
        return (one.x + one.width, y), (other.x, to_y)
    if other.x + other.width <= one.x:
        return (one.x, y), (other.x + other.width, to_y)
    if one.y + one.height <= other.y:
        return (x, one.y + one.height), (to_x, other.y)
    if other.y + other.height <= one.y:
        return (x, one.y), (to_x, other.y + other.height)
    # One holds the other, or they are the same.
    return (one.x + one.width, y), (to_x, other.y + other.height)


def to_line(box: Bounds, points: Sequence[Point]) -> tuple[Point, Point]:
    """From a note to the nearest place on a line, straight up, down or aside where the line passes by."""
    return min((_to_piece(box, *piece) for piece in itertools.pairwise(points)), key=lambda found: math.dist(*found))


def _to_piece(box: Bounds, start: Point, end: Point) -> tuple[Point, Point]:
    x = _within(middle(box)[0], box.x, box.x + box.width, *sorted((start[0], end[0])))
    y = _within(middle(box)[1], box.y, box.y + box.height, *sorted((start[1], end[1])))
    return (_clamped(x, box.x, box.width), _clamped(y, box.y, box.height)), (x, y)


def _within(wanted: float, low: float, high: float, first: float, last: float) -> float:
    """Where both ranges are, as near as may be to what is wanted; else the end of the second that is nearest."""
    both = max(low, first), min(high, last)
    if both[0] <= both[1]:
        return min(max(wanted, both[0]), both[1])
    return first if first > high else last


def _clamped(place: float, low: float, size: float) -> float:
    return min(max(place, low), low + size)
