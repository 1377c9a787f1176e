"""Where a map is cut into pages: at the borders of stages and lanes where it can be, else where nothing stands."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import HEADER, MARGIN, Geometry

#: Paper in points, the long side first.
PAPERS = {"a4": (841.89, 595.28), "a3": (1190.55, 841.89)}
#: What a printer leaves white.
EDGE = 28.0
#: The smallest text that is still read on paper, in points.
SMALLEST = 6.0
#: A page that ends at a border, although more would have gone on it, is at least so full.
_FULL_ENOUGH, _NOT_NEARLY_EMPTY = 0.35, 0.2
#: Nothing is cut nearer to what stands there.
_CLEAR = 14.0
#: Strips with names stand side by side: of a pool, a lane, and lanes inside that.
_STRIPS = 3


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a map that one page shows."""

    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where one direction may be cut: best at ``borders``, well at ``gaps`` (each from, to)."""

    start: float
    end: float
    borders: tuple[float, ...]
    gaps: tuple[tuple[float, float], ...]

    def pieces(self, room: float, first: float | None = None) -> list[tuple[float, float]]:
        """As few as they can be, none longer than the room (of the ``first``, if it has another), none much shorter."""
        found = self._greedy(room, room if first is None else first)
        if first is not None or len(found) < 2:
            return found
        narrow, wide = (self.end - self.start) / len(found), room
        for _ in range(12):
            tried = (narrow + wide) / 2
            again = self._greedy(tried, tried)
            if len(again) <= len(found):
                wide, found = tried, again
            else:
                narrow = tried
        return found

    def _greedy(self, room: float, first: float) -> list[tuple[float, float]]:
        pieces, at = [], self.start
        most = first
        while self.end - at > most + 0.5:
            end = self._cut(at, most)
            pieces.append((at, end))
            at, most = end, room
        return [*pieces, (at, self.end)]

    def _cut(self, at: float, room: float) -> float:
        far = at + room
        border = max((one for one in self.borders if at + _FULL_ENOUGH * room < one <= far), default=None)
        if border is not None:
            return border
        # Whatever is taken, the page is not nearly empty, so that this comes to an end.
        least = at + _NOT_NEARLY_EMPTY * room
        gap = max(((start, end) for start, end in self.gaps if end > least and start < far), default=None)
        if gap is None:
            # What is wider than a page is cut through.
            return far
        middle = (gap[0] + gap[1]) / 2
        return middle if least < middle <= far else min(gap[1], far)


def across(geometry: Geometry, row: tuple[float, float] | None = None) -> Cuts:
    """From left to right, of all or of one row. The strip with the lanes' names is on every page, so no part of it."""
    lanes = [frame for frame in geometry.frames if frame.horizontal and frame.kind in ("lane", "pool")]
    left = min((frame.bounds.x for frame in lanes), default=MARGIN)
    # A pool that stands beside another one has its strip where it is.
    strips = [one.bounds.x + HEADER for one in lanes if one.bounds.x <= left + _STRIPS * HEADER]
    start = min([max(strips, default=MARGIN), *(node.bounds.x for node in geometry.nodes)])
    boxes = [box for box in _boxes(geometry) if row is None or (box.y < row[1] and box.y + box.height > row[0])]
    spans = [(box.x, box.x + box.width) for box in boxes]
    gaps = _between(spans, start, geometry.width)
    columns = sorted(geometry.columns, key=lambda column: column.left)
    borders = [(one.right + other.left) / 2 for one, other in itertools.pairwise(columns)]
    return Cuts(start, geometry.width, tuple(x for x in borders if x > start), gaps)


def down(geometry: Geometry) -> Cuts:
    spans = [(box.y, box.y + box.height) for box in _boxes(geometry)]
    lanes = [frame.bounds for frame in geometry.frames if frame.kind in ("lane", "pool", "blackBox")]
    borders = sorted({box.y for box in lanes} | {box.y + box.height for box in lanes})
    free = [y for y in borders if not any(top < y < bottom for top, bottom in spans)]
    return Cuts(
        0.0, geometry.height, tuple(y for y in free if 0 < y < geometry.height), _between(spans, 0.0, geometry.height)
    )


def _boxes(geometry: Geometry) -> list[Bounds]:
    """What should not be cut: nodes, and names."""
    of_nodes = [box for node in geometry.nodes for box in (node.bounds, node.label) if box]
    return [*of_nodes, *(line.label for line in geometry.lines if line.label and line.name)]


def _between(spans: Iterable[tuple[float, float]], start: float, end: float) -> tuple[tuple[float, float], ...]:
    gaps, reached = [], start
    for left, right in sorted(spans):
        if left - reached > 2 * _CLEAR and reached > start:
            gaps.append((reached + _CLEAR, left - _CLEAR))
        reached = max(reached, right)
    return tuple(gaps)


def letters(number: int) -> str:
    """A, B... Z, AA, AB..."""
    text = ""
    while True:
        number, rest = divmod(number, 26)
        text = chr(65 + rest) + text
        if not number:
            return text
        number -= 1


def scale_for(smallest: float) -> float:
    """How much smaller than drawn a map is printed at most; it is never printed larger."""
    return min(1.0, math.ceil(1000 * SMALLEST / smallest) / 1000)
