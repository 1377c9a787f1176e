"""A way around everything, for the rare line whose usual ways all lead through something.

It keeps to the lines between rows and between columns, and is the one with the fewest bends and steps.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

from bpmn.drawing.layout.runs import Spot, Traffic

_BEND = 10


def detour(traffic: Traffic, start: Spot, goal: Spot) -> tuple[Spot, ...] | None:
    """The places where it bends, both ends included: each of them lies on a line between two rows or columns."""
    best: dict[tuple[Spot, bool], int] = {}
    came: dict[tuple[Spot, bool], tuple[Spot, bool]] = {}
    waiting: list[tuple[int, Spot, bool]] = []
    for level in (True, False):
        best[start, level] = 0
        waiting.append((0, start, level))
    while waiting:
        cost, spot, level = heapq.heappop(waiting)
        if spot == goal:
            return _walked(came, (spot, level))
        if cost > best[spot, level]:
            continue
        traffic.budget.spend(10)
        for other, along in _beside(traffic, spot, goal):
            total = cost + 1 + (_BEND if along != level else 0)
            if total < best.get((other, along), total + 1):
                best[other, along] = total
                came[other, along] = spot, level
                heapq.heappush(waiting, (total, other, along))
    return None


def _beside(traffic: Traffic, spot: Spot, goal: Spot) -> Iterator[tuple[Spot, bool]]:
    """The next crossings of two lines, or the goal, and whether a level line leads there."""
    x, y = spot
    width, height = 2 * traffic.lattice.columns, 2 * len(traffic.lattice.rows)
    for level, line, place, most in ((True, y, x, width), (False, x, y, height)):
        if line % 2:
            continue
        for step in (-1, 1):
            there = place + step
            other = (there, y) if level else (x, there)
            if there % 2 and other != goal:
                there += step
                other = (there, y) if level else (x, there)
            if 0 <= there <= most and traffic.is_open(level, line, min(place, there), max(place, there)):
                yield other, level


def _walked(came: dict[tuple[Spot, bool], tuple[Spot, bool]], end: tuple[Spot, bool]) -> tuple[Spot, ...]:
    path = [end[0]]
    here = end
    while here in came:
        here = came[here]
        path.append(here[0])
    return bends(reversed(path))


def bends(path: Iterable[Spot]) -> tuple[Spot, ...]:
    """The two ends, and the places between them where a path bends."""
    found: list[Spot] = []
    for spot in path:
        if len(found) > 1 and (found[-2][0] == found[-1][0] == spot[0] or found[-2][1] == found[-1][1] == spot[1]):
            found.pop()
        if not found or found[-1] != spot:
            found.append(spot)
    return tuple(found)
