"""Shapes in Graphviz's own drawing language (xdot), for what it cannot draw as nodes: frames, fills and icons."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import Point
from bpmn.drawing.measure import width_of
from bpmn.drawing.strokes import PATTERNS, circle_points, dashes, flattened

#: How far the handle of a Bezier curve lies from the corner of a rounded rectangle, for a circle's arc.
_ARC = 0.4477
CLEAR = "#00000000"
#: The operations that fill what they draw.
_FILLED = "PbE"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What an operation has drawn: for which part, how it is called there, and how its line is broken."""

    part: str
    #: How many parts were begun before it: what belongs to none lies between the others.
    after: int
    role: str
    pattern: tuple[float, ...]


class Canvas:
    """Collects xdot operations. Coordinates come with y downwards and are turned to Graphviz's y upwards.

    ``scale`` multiplies every length. With ``breaks_lines`` every dash is drawn by itself.
    """

    def __init__(self, height: float, scale: float = 1.0, *, breaks_lines: bool = False) -> None:
        self._height, self._scale, self._breaks_lines = height, scale, breaks_lines
        self._operations: list[str] = []
        self._stroke = ""
        self._pattern: tuple[float, ...] = ()
        #: One for each shape that Graphviz will draw, in their order.
        self.drawn: list[Drawn] = []
        self.part, self.parts_begun = "", 0

    def __str__(self) -> str:
        return " ".join(self._operations)

    def pen(self, colour: str, width: float = 1.0, style: str = "solid") -> None:
        """``style`` is one of PATTERNS."""
        thick = f"setlinewidth({width * self._scale:g})"
        self._stroke = f"S {len(thick)} -{thick} {_colour('c', colour)}"
        self._pattern = PATTERNS[style]
        self._operations.append(self._stroke)

    def fill(self, colour: str) -> None:
        self._operations.append(_colour("C", colour))

    def polygon(self, points: Sequence[Point], *, filled: bool = True, role: str = "") -> None:
        self._shape("P" if filled else "p", self._places(points), lambda: [*points, points[0]], role)

    def line(self, *points: Point, role: str = "") -> None:
        self._shape("L", self._places(points), lambda: points, role)

    def curve(self, points: Sequence[Point], *, filled: bool = False, role: str = "") -> None:
        """A Bezier curve of one part or several."""
        self._shape("b" if filled else "B", self._places(points), lambda: flattened(points), role)

    def rectangle(self, box: Bounds, *, filled: bool = True, role: str = "") -> None:
        right, bottom = box.x + box.width, box.y + box.height
        self.polygon([(box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom)], filled=filled, role=role)

    def rounded(self, box: Bounds, radius: float = 8.0, *, filled: bool = True, role: str = "") -> None:
        self.curve(_rounded(box, radius), filled=filled, role=role)

    def circle(
        self, centre: Point, radius: float, *, filled: bool = True, height: float | None = None, role: str = ""
    ) -> None:
        down = radius if height is None else height
        x, y = self._number(centre[0]), self._number(self._height - centre[1])
        place = f"{x} {y} {self._number(radius)} {self._number(down)}"
        self._shape("E" if filled else "e", place, lambda: circle_points(centre, radius, down), role)

    def outline(self, contours: Sequence[Sequence[Point]], colour: str) -> None:
        """Closed curves as one filled shape: what runs the other way round inside is a hole."""
        path: list[Point] = [contours[0][0]]
        for contour in contours:
            # Out and back on the same way, which encloses nothing.
            path += (*_straight(path[0], contour[0]), *contour[1:], *_straight(contour[-1], path[0]))
        self._operations += (_colour("c", CLEAR), _colour("C", colour))
        self._put("b", self._places(path), "")

    def hidden_words(self, words: str, centre: Point, width: float, ground: str) -> None:
        """In the colour of what lies under them: nobody sees them, and who searches finds them."""
        # Here a quotation mark or a backslash would have to be counted as Graphviz reads it: neither is worth it.
        words = words.replace("\\", " ").replace('"', " ")
        size = max(min(width / max(width_of(words, 1.0), 1.0), 6.0), 0.4)
        x, y = self._number(centre[0]), self._number(self._height - centre[1])
        length = self._number(width_of(words, size))
        font = f"F {size * self._scale:g} 5 -Inter"
        text = f"T {x} {y} 0 {length} {len(words.encode())} -{words}"
        self._operations += (_colour("c", ground), font, text)
        self.drawn.append(Drawn(self.part, self.parts_begun, "", ()))

    def _shape(self, operation: str, place: str, outline: Callable[[], Sequence[Point]], role: str) -> None:
        if not (self._breaks_lines and self._pattern):
            self._put(operation, place, role)
            return
        if operation in _FILLED:
            self._operations.append(_colour("c", CLEAR))
            self._put(operation, place, role)
            self._operations.append(self._stroke)
        for dash in dashes(outline(), self._pattern):
            self._put("L", self._places(dash), role)

    def _put(self, operation: str, place: str, role: str) -> None:
        self._operations.append(f"{operation} {place}")
        self.drawn.append(Drawn(self.part, self.parts_begun, role, self._pattern))

    def _places(self, points: Sequence[Point]) -> str:
        numbers = (f"{self._number(x)} {self._number(self._height - y)}" for x, y in points)
        return f"{len(points)} {' '.join(numbers)}"

    def _number(self, length: float) -> str:
        return f"{length * self._scale:.6g}"


def _colour(operation: str, colour: str) -> str:
    return f"{operation} {len(colour)} -{colour}"


def _rounded(box: Bounds, radius: float) -> list[Point]:
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
    return [*path, *_straight(path[-1], path[0])]


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
