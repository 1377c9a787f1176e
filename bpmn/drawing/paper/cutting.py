"""The part of a geometry that one page shows. A line that goes on on another page ends in a connector with a letter."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import Frame, Geometry, Line, Point, middle
from bpmn.drawing.paper.pages import Window, letters

#: Beside a page's part of the map, for its connectors.
PAD = 56.0
_NEAR = 0.01
#: So much of an open sub-process still has its name.
_NAMED = 100.0


@dataclass(frozen=True, slots=True)
class Connector:
    """Where a line leaves its page (``leaves``) or comes in: at a point, ``towards`` the outside."""

    line: Line
    at: Point
    towards: Point
    leaves: bool
    letter: str = ""
    #: The page where it goes on, or comes from, from 0.
    page: int = -1


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a map, with the places of the whole, and where its lines go on."""

    window: Window
    geometry: Geometry
    connectors: tuple[Connector, ...]

    @property
    def is_empty(self) -> bool:
        return not self.geometry.nodes


def cut(geometry: Geometry, windows: Sequence[Window]) -> list[Piece]:
    """Windows without a node are left out, and lines lead over them."""
    pieces = [_piece(geometry, window) for window in windows]
    return _lettered([piece for piece in pieces if not piece.is_empty])


def _piece(geometry: Geometry, window: Window) -> Piece:
    nodes = tuple(node for node in geometry.nodes if _within(window, middle(node.bounds)))
    lines: list[Line] = []
    connectors: list[Connector] = []
    elsewhere = [node.bounds for node in geometry.nodes if not _within(window, middle(node.bounds))]
    for line in geometry.lines:
        for part, cut_start, cut_end in _parts(line, window):
            # A node that is wider than what is left of a page is on the next one, with its border still on this.
            cut_start = cut_start or _touches(part[0], elsewhere)
            cut_end = cut_end or _touches(part[-1], elsewhere)
            lines.append(_part_of(line, part, cut_start, cut_end, window))
            if cut_start:
                connectors.append(Connector(line, part[0], _outwards(part[0], window), leaves=False))
            if cut_end:
                connectors.append(Connector(line, part[-1], _outwards(part[-1], window), leaves=True))
    frames = tuple(frame for one in geometry.frames if (frame := _clipped(one, window)) is not None)
    columns = tuple(
        replace(column, left=max(column.left, window.left), right=min(column.right, window.right))
        for column in geometry.columns
        if min(column.right, window.right) - max(column.left, window.left) > 40
    )
    shown = replace(geometry, frames=frames, nodes=nodes, lines=tuple(lines), columns=columns)
    return Piece(window, shown, tuple(connectors))


def _touches(point: Point, boxes: Sequence[Bounds]) -> bool:
    return any(
        box.x - 1 <= point[0] <= box.x + box.width + 1 and box.y - 1 <= point[1] <= box.y + box.height + 1
        for box in boxes
    )


def _part_of(line: Line, points: tuple[Point, ...], cut_start: bool, cut_end: bool, window: Window) -> Line:
    named = line.label is not None and _within(window, middle(line.label)) if line.label else not cut_start
    return replace(
        line,
        points=points,
        name=line.name if named else "",
        default=line.default and not cut_start,
        conditional=line.conditional and not cut_start,
        icon="" if cut_start or cut_end else line.icon,
        cut_start=cut_start,
        cut_end=cut_end,
    )


def _within(window: Window, point: Point) -> bool:
    return window.left <= point[0] < window.right and window.top <= point[1] < window.bottom


def _clipped(frame: Frame, window: Window) -> Frame | None:
    """Lanes and pools begin on every page with their names; an open sub-process is cut open."""
    box = frame.bounds
    left, right = max(box.x, window.left), min(box.x + box.width, window.right)
    top, bottom = max(box.y, window.top), min(box.y + box.height, window.bottom)
    if right - left < 1 or bottom - top < 1:
        return None
    if frame.kind in ("pool", "lane", "blackBox") and frame.horizontal:
        left = box.x
        right += PAD * (right < box.x + box.width)
    elif frame.kind in ("subProcess", "group"):
        left -= 20 * (left > box.x)
        right += 20 * (right < box.x + box.width)
        top -= 6 * (top > box.y)
        bottom += 6 * (bottom < box.y + box.height)
    # What is left of an open sub-process may be no more than its border.
    name = frame.name if frame.kind != "subProcess" or right - left > _NAMED else ""
    return replace(frame, name=name, bounds=Bounds(left, top, right - left, bottom - top))


def _parts(line: Line, window: Window) -> Iterator[tuple[tuple[Point, ...], bool, bool]]:
    """The parts of a line inside the window, each with whether its start and its end are cuts."""
    part: list[Point] = []
    cut_start = False
    for start, end in itertools.pairwise(line.points):
        inside = _clip(start, end, window)
        if inside is None:
            continue
        enter, leave = inside
        if not part:
            part, cut_start = [enter], math.dist(enter, line.points[0]) > _NEAR
        part.append(leave)
        if math.dist(leave, end) > _NEAR:
            yield tuple(part), cut_start, True
            part = []
    if part and _length(part) > 1:
        yield tuple(part), cut_start, False


def _length(points: Sequence[Point]) -> float:
    return sum(math.dist(one, other) for one, other in itertools.pairwise(points))


def _clip(start: Point, end: Point, window: Window) -> tuple[Point, Point] | None:
    """Liang and Barsky: the share of a straight line that lies inside."""
    low, high = 0.0, 1.0
    across, along = end[0] - start[0], end[1] - start[1]
    for change, room in (
        (-across, start[0] - window.left),
        (across, window.right - start[0]),
        (-along, start[1] - window.top),
        (along, window.bottom - start[1]),
    ):
        if abs(change) < 1e-9:
            if room < 0:
                return None
        elif change < 0:
            low = max(low, room / change)
        else:
            high = min(high, room / change)
    if low >= high - 1e-9:
        return None
    return (start[0] + low * across, start[1] + low * along), (start[0] + high * across, start[1] + high * along)


def _outwards(point: Point, window: Window) -> Point:
    distances = {
        (-1.0, 0.0): abs(point[0] - window.left),
        (1.0, 0.0): abs(window.right - point[0]),
        (0.0, -1.0): abs(point[1] - window.top),
        (0.0, 1.0): abs(window.bottom - point[1]),
    }
    return min(distances, key=lambda side: distances[side])


def _lettered(pieces: list[Piece]) -> list[Piece]:
    """A letter for each line that is cut, and where each of its ends goes on: the next page that shows it."""
    where: dict[str, list[int]] = {}
    for number, piece in enumerate(pieces):
        for line in piece.geometry.lines:
            where.setdefault(line.id, []).append(number)
    names: dict[str, str] = {}
    lettered = []
    for number, piece in enumerate(pieces):
        connectors = []
        for connector in piece.connectors:
            others = [page for page in where[connector.line.id] if page != number]
            others = others or _showing(connector.at, pieces, number)
            if not others:
                continue
            letter = names.setdefault(connector.line.id, letters(len(names)))
            page = _next(others, number, connector)
            connectors.append(replace(connector, letter=letter, page=page))
        lettered.append(replace(piece, connectors=tuple(connectors)))
    return lettered


def _showing(point: Point, pieces: Sequence[Piece], number: int) -> list[int]:
    """The other pages with the node at whose border this is."""
    return [
        page
        for page, piece in enumerate(pieces)
        if page != number and _touches(point, [node.bounds for node in piece.geometry.nodes])
    ]


def _next(others: list[int], number: int, connector: Connector) -> int:
    """In the direction in which the line leaves, the nearest page that shows it."""
    onward = connector.towards[0] > 0 or connector.towards[1] > 0
    ahead = [page for page in others if (page > number) is onward]
    return min(ahead or others, key=lambda page: abs(page - number))
