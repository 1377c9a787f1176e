"""Shapes in Graphviz's own drawing language (xdot), for what it cannot draw as nodes: frames, fills and icons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import Point

#: How far the handle of a Bezier curve lies from the corner of a rounded rectangle, for a circle's arc.
_ARC = 0.4477


class Canvas:
    """Collects xdot operations. Coordinates come with y downwards and are turned to Graphviz's y upwards."""

    def __init__(self, height: float) -> None:
        self._height = height
        self._operations: list[str] = []

    def __str__(self) -> str:
        return " ".join(self._operations)

    def pen(self, colour: str, width: float = 1.0, style: str = "solid") -> None:
        for word in (style, f"setlinewidth({width:g})"):
            self._operations.append(f"S {len(word)} -{word}")
        self._operations.append(f"c {len(colour)} -{colour}")

    def fill(self, colour: str) -> None:
        self._operations.append(f"C {len(colour)} -{colour}")

    def polygon(self, points: Sequence[Point], *, filled: bool = True) -> None:
        self._points("P" if filled else "p", points)

    def line(self, *points: Point) -> None:
        self._points("L", points)

    def curve(self, points: Sequence[Point], *, filled: bool = False) -> None:
        self._points("b" if filled else "B", points)

    def rectangle(self, box: Bounds, *, filled: bool = True) -> None:
        right, bottom = box.x + box.width, box.y + box.height
        self.polygon([(box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom)], filled=filled)

    def circle(self, centre: Point, radius: float, *, filled: bool = True, height: float | None = None) -> None:
        x, y = centre
        down = radius if height is None else height
        self._operations.append(f"{'E' if filled else 'e'} {x:.2f} {self._height - y:.2f} {radius:.2f} {down:.2f}")

    def rounded(self, box: Bounds, radius: float = 8.0, *, filled: bool = True) -> None:
        radius = min(radius, box.width / 2, box.height / 2)
        handle = radius * _ARC
        left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
        corners = (
            ((right - radius, top), (right - handle, top), (right, top + handle), (right, top + radius)),
            ((right, bottom - radius), (right, bottom - handle), (right - handle, bottom), (right - radius, bottom)),
            ((left + radius, bottom), (left + handle, bottom), (left, bottom - handle), (left, bottom - radius)),
            ((left, top + radius), (left, top + handle), (left + handle, top), (left + radius, top)),
        )
        path: list[Point] = [(left + radius, top)]
        for corner in corners:
            path += (*_straight(path[-1], corner[0]), *corner[1:])
        path += _straight(path[-1], path[0])
        self.curve(path, filled=filled)

    def _points(self, operation: str, points: Iterable[Point]) -> None:
        numbers = [f"{x:.2f} {self._height - y:.2f}" for x, y in points]
        self._operations.append(f"{operation} {len(numbers)} {' '.join(numbers)}")


def _straight(start: Point, end: Point) -> tuple[Point, Point, Point]:
    """A straight line as a Bezier curve's next three points."""
    (x, y), (to_x, to_y) = start, end
    return ((2 * x + to_x) / 3, (2 * y + to_y) / 3), ((x + 2 * to_x) / 3, (y + 2 * to_y) / 3), end


def rounded_path(points: Sequence[Point], radius: float = 7.0) -> list[Point]:
    """A line through the points as Bezier curves, with its corners rounded."""
    path = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(radius, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        if reach < 0.1:
            continue
        enter, leave = towards(corner, before, reach), towards(corner, after, reach)
        path += _straight(path[-1], enter)
        path += (towards(corner, before, reach * _ARC), towards(corner, after, reach * _ARC), leave)
    path += _straight(path[-1], points[-1])
    return path


def towards(start: Point, goal: Point, distance: float) -> Point:
    length = math.dist(start, goal) or 1.0
    share = distance / length
    return start[0] + (goal[0] - start[0]) * share, start[1] + (goal[1] - start[1]) * share
