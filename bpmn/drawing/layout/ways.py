"""All the ways that a line may take from a side of one cell to a side of another, the shortest in bends first.

Each is a list of places where it bends. Beside the middle lines of the two cells only lines between rows and between
columns are used, where there is always room; so there is always a way, and few are worth a look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpmn.drawing.layout.grid import Cell
from bpmn.drawing.layout.parts import BOTTOM, LEFT, RIGHT, TOP
from bpmn.drawing.layout.runs import Port, Spot

Way = tuple[Spot, ...]


def ways(one: Cell, out: Port, other: Cell, into: Port, corridors: Iterable[int]) -> Iterator[Way]:
    """``corridors`` are the level lines that long ways may follow."""
    start, end = end_of(one, out.side), end_of(other, into.side)
    if out.level and into.level:
        found = _level_to_level(one, out.side, other, into.side, corridors)
    elif out.level:
        found = _level_to_upright(one, out.side, other, into.side, corridors)
    elif into.level:
        found = (tuple(reversed(way)) for way in _level_to_upright(other, into.side, one, out.side, corridors))
    else:
        found = _upright_to_upright(one, out, other, into, corridors)
    for middle in found:
        yield (start, *middle, end)


def ways_out(cell: Cell, out: Port, border: int, beside: Iterable[int]) -> Iterator[Way]:
    """To any place on a border that lies above or below."""
    x, y = end_of(cell, out.side)
    up = border < y
    if out.level:
        line = _next(cell, out.side)
        yield (x, y), (line, y), (line, border)
        return
    if (out.side == TOP) != up:
        return
    yield (x, y), (x, border)
    line = _next(cell, out.side)
    for other in beside:
        yield (x, y), (x, line), (other, line), (other, border)


def end_of(cell: Cell, side: str) -> Spot:
    return {
        LEFT: (cell.left, cell.y),
        RIGHT: (cell.right, cell.y),
        TOP: (cell.x, cell.top),
        BOTTOM: (cell.x, cell.bottom),
    }[side]


def beside(cell: Cell, side: str) -> Spot:
    """Where a line that leaves on a side meets the first line between rows or columns."""
    x, y = end_of(cell, side)
    return (_next(cell, side), y) if side in (LEFT, RIGHT) else (x, _next(cell, side))


def _next(cell: Cell, side: str) -> int:
    """The line between the columns or rows just outside a side."""
    return {LEFT: cell.left - 1, RIGHT: cell.right + 1, TOP: cell.top - 1, BOTTOM: cell.bottom + 1}[side]


def _leads(side: str, place: int, goal: int) -> bool:
    """Whether a goal lies ahead of a side."""
    return goal > place if side in (RIGHT, BOTTOM) else goal < place


def _level_to_level(one: Cell, out: str, other: Cell, into: str, corridors: Iterable[int]) -> Iterator[Way]:
    first, last = _next(one, out), _next(other, into)
    x, goal = end_of(one, out)[0], end_of(other, into)[0]
    if one.y == other.y and out != into and _leads(out, x, goal):
        yield ()
        return
    for line in dict.fromkeys((first, last)):
        if _leads(out, x, line) and _leads(into, goal, line):
            yield (line, one.y), (line, other.y)
    for level in corridors:
        if level not in (one.y, other.y):
            yield (first, one.y), (first, level), (last, level), (last, other.y)


def _level_to_upright(one: Cell, out: str, other: Cell, into: str, corridors: Iterable[int]) -> Iterator[Way]:
    first, x = _next(one, out), end_of(one, out)[0]
    y = end_of(other, into)[1]
    if _leads(out, x, other.x) and _leads(into, y, one.y):
        yield ((other.x, one.y),)
    for level in dict.fromkeys((_next(other, into), *corridors)):
        if _leads(into, y, level) and level != one.y:
            yield (first, one.y), (first, level), (other.x, level)


def _upright_to_upright(one: Cell, out: Port, other: Cell, into: Port, corridors: Iterable[int]) -> Iterator[Way]:
    y, goal = end_of(one, out.side)[1], end_of(other, into.side)[1]
    first, last = _next(one, out.side), _next(other, into.side)
    if one.x == other.x and out.side != into.side and _leads(out.side, y, goal) and out.offset == into.offset:
        yield ()
        return
    for level in dict.fromkeys((first, last, *corridors)):
        if _leads(out.side, y, level) and _leads(into.side, goal, level):
            yield (one.x, level), (other.x, level)
    beside = (one.left - 1, one.right + 1, other.left - 1, other.right + 1)
    for line in dict.fromkeys(beside):
        if first != last:
            yield (one.x, first), (line, first), (line, last), (other.x, last)


__all__ = ["Way", "beside", "end_of", "ways", "ways_out"]
