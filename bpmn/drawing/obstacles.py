"""What names must not lie on: shapes, lines, other names and borders, found by where they are."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import HEADER, Frame, Geometry, Line, Placed, Point, around, middle
from bpmn.drawing.measure import width_of
from bpmn.names import GATEWAYS

#: How much is lost by lying on each, beside any preference.
_SHAPE, _NAME, _LINE, _BORDER, _GROUP = 1000.0, 1000.0, 500.0, 40.0, 3.0
_CLEAR = 2.0
_TILE = 120.0
#: In a plain grid of very many lines, names lie on lines wherever they are.
_MOST_SLANTING = 400
#: What is larger is compared with everything.
_MOST_TILES = 400
#: What the name of an open sub-process takes at its top.
_TITLE = 26.0


@dataclass(frozen=True, slots=True)
class Obstacle:
    box: Bounds
    loss: float
    #: ``box``, ``ellipse`` or ``diamond``.
    shape: str = "box"
    owner: str = ""


class Obstacles:
    def __init__(self, geometry: Geometry) -> None:
        #: How many obstacles were looked at.
        self.looks = 0
        self._tiles: dict[tuple[int, int], list[Obstacle]] = {}
        #: Those that are too large to be told tile by tile.
        self._everywhere: list[Obstacle] = []
        #: Every straight piece, to see which lines share one.
        self.pieces: dict[tuple[bool, float], list[tuple[float, float, str]]] = {}
        for node in geometry.nodes:
            self.add(Obstacle(node.bounds, _SHAPE, _shape(node), node.id))
        for frame in geometry.frames:
            self._frame(frame)
        slanting = sum(_slants(line) for line in geometry.lines)
        for line in geometry.lines:
            if slanting > _MOST_SLANTING and _slants(line):
                continue
            for (x0, y0), (x1, y1) in itertools.pairwise(line.points):
                for box in _along((x0, y0), (x1, y1)):
                    self.add(Obstacle(box, _LINE, owner=line.id))
                level = abs(y0 - y1) < 0.5
                place, ends = (round(y0, 1), (x0, x1)) if level else (round(x0, 1), (y0, y1))
                self.pieces.setdefault((level, place), []).append((min(ends), max(ends), line.id))

    def _frame(self, frame: Frame) -> None:
        box = frame.bounds
        if frame.kind == "blackBox":
            self.add(Obstacle(box, _NAME))
            return
        right, bottom = box.x + box.width, box.y + box.height
        for start, end in (
            ((box.x, box.y), (right, box.y)),
            ((box.x, bottom), (right, bottom)),
            ((box.x, box.y), (box.x, bottom)),
            ((right, box.y), (right, bottom)),
        ):
            self.add(Obstacle(_hull(start, end), _GROUP if frame.kind == "group" else _BORDER))
        if frame.name:
            self.add(Obstacle(_title_of(frame), _NAME))

    def add(self, obstacle: Obstacle) -> None:
        if _tile_count(obstacle.box) > _MOST_TILES:
            self._everywhere.append(obstacle)
            return
        for tile in _tiles(obstacle.box):
            self._tiles.setdefault(tile, []).append(obstacle)

    def add_name(self, box: Bounds) -> None:
        self.add(Obstacle(box, _NAME))

    def loss(self, box: Bounds) -> float:
        """What is lost by a name here; nothing where it has the place to itself."""
        if _tile_count(box) > _MOST_TILES:
            return _SHAPE
        found = {id(one): one for tile in _tiles(box) for one in self._tiles.get(tile, ())}
        found |= {id(one): one for one in self._everywhere}
        self.looks += 1 + len(found)
        return sum(one.loss for one in found.values() if _hits(one, box))

    def is_shared(self, level: bool, place: float, at: float, owner: str) -> bool:
        """Whether another line runs on the same piece here."""
        held = self.pieces.get((level, round(place, 1)), ())
        return any(low < at < high and other != owner for low, high, other in held)


def _title_of(frame: Frame) -> Bounds:
    """Where a frame has its name: in the strip of a pool or lane, else at the top, or where its designer put it."""
    box, wide = frame.bounds, width_of(frame.name, 12, bold=True)
    x, y = middle(box)
    if frame.kind in ("pool", "lane"):
        if frame.horizontal:
            return around((box.x + HEADER / 2, y), HEADER - 8, min(wide, box.height - 8))
        return around((x, box.y + HEADER / 2), min(wide, box.width - 8), HEADER - 8)
    place = middle(frame.label) if frame.label else (x, box.y + _TITLE / 2)
    return around(place, min(wide, box.width - 24), _TITLE)


def _slants(line: Line) -> bool:
    return any(abs(x0 - x1) > 1 and abs(y0 - y1) > 1 for (x0, y0), (x1, y1) in itertools.pairwise(line.points))


def _shape(node: Placed) -> str:
    if node.type in GATEWAYS:
        return "diamond"
    return "ellipse" if node.type.endswith("Event") else "box"


def _hits(obstacle: Obstacle, box: Bounds) -> bool:
    other = obstacle.box
    left, top = box.x - _CLEAR, box.y - _CLEAR
    right, bottom = box.x + box.width + _CLEAR, box.y + box.height + _CLEAR
    if left >= other.x + other.width or other.x >= right or top >= other.y + other.height or other.y >= bottom:
        return False
    if obstacle.shape == "box":
        return True
    x, y = other.x + other.width / 2, other.y + other.height / 2
    across = abs(min(max(x, left), right) - x) / (other.width / 2)
    down = abs(min(max(y, top), bottom) - y) / (other.height / 2)
    return (across + down if obstacle.shape == "diamond" else math.hypot(across, down)) < 1


def _hull(one: Point, other: Point) -> Bounds:
    (x, y), (to_x, to_y) = one, other
    return Bounds(min(x, to_x), min(y, to_y), abs(x - to_x) or 0.1, abs(y - to_y) or 0.1)


def _along(one: Point, other: Point) -> Iterator[Bounds]:
    """The hull of a straight piece; of a slanting one, of short parts of it."""
    if abs(one[0] - other[0]) < 1 or abs(one[1] - other[1]) < 1:
        yield _hull(one, other)
        return
    parts = min(200, math.ceil(math.dist(one, other) / 12))
    points = [
        (one[0] + (other[0] - one[0]) * n / parts, one[1] + (other[1] - one[1]) * n / parts) for n in range(parts + 1)
    ]
    for start, end in itertools.pairwise(points):
        yield _hull(start, end)


def _tile_count(box: Bounds) -> float:
    return ((box.width + 2 * _CLEAR) / _TILE + 1) * ((box.height + 2 * _CLEAR) / _TILE + 1)


def _tiles(box: Bounds) -> Iterator[tuple[int, int]]:
    for across in range(int((box.x - _CLEAR) // _TILE), int((box.x + box.width + _CLEAR) // _TILE) + 1):
        for down in range(int((box.y - _CLEAR) // _TILE), int((box.y + box.height + _CLEAR) // _TILE) + 1):
            yield across, down
