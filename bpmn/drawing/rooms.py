"""How much room every item and every gap needs once it is known where the lines run, names included.

A name beside an item stands in the item's own cell; the name of a line stands near its start: over a level piece, or
beside an upright one. So names get their room before anything has its coordinates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bpmn.drawing.channels import Tracks
from bpmn.drawing.grid import Lattice
from bpmn.drawing.parts import BOTTOM, TOP, Extent, Item, Scope
from bpmn.drawing.runs import Route, Run

#: From a shape to its name, from a line to its own, and what the sign at a line's start takes.
GAP, BESIDE, SIGN = 4.0, 6.0, 14.0
EVENT_RADIUS = 18.0
#: A name up to this wide stands beside an upright line; a wider one looks for a level one.
_NARROW = 64.0


@dataclass(frozen=True, slots=True)
class Need:
    """In a gap, one track must be so far behind another.

    Track -1 is where the gap begins, None what lies behind its last track.
    """

    level: bool
    line: int
    first: int
    second: int | None
    apart: float


def extents_of(scope: Scope, routes: Iterable[Route]) -> dict[str, Extent]:
    """What every item takes in its cell, with its name and the names of lines that start at its foot or top."""
    met: dict[str, list[tuple[str, float, tuple[float, float], bool]]] = {one: [] for one in scope.items}
    for route in routes:
        link = route.link
        named = link.label if named_at(route) == 0 and not route.runs[0].level else (0.0, 0.0)
        for end, port, label in ((link.source, route.out, named), (link.target, route.into, (0.0, 0.0))):
            if end.item in met:
                met[end.item].append((port.side, port.offset, label, link.marked and label != (0.0, 0.0)))
    return {one: _extent(scope.items[one], found) for one, found in met.items()}


def _extent(item: Item, met: list[tuple[str, float, tuple[float, float], bool]]) -> Extent:
    box = item.extent
    whole = box
    width, height = item.label
    sides = {side for side, _, _, _ in met}
    if width:
        if BOTTOM not in sides:
            whole = whole.joined(Extent(width / 2, width / 2, 0, box.down + GAP + height))
        elif TOP not in sides:
            whole = whole.joined(Extent(width / 2, width / 2, box.up + GAP + height, 0))
        else:
            whole = whole.joined(Extent(BESIDE + width, 0, 0, box.down + GAP + height))
    for place, wide, high in item.events:
        down = box.down + EVENT_RADIUS
        whole = whole.joined(Extent(EVENT_RADIUS - place, EVENT_RADIUS + place, 0, down + 2))
        if wide:
            at_left = place < 0 and item.events[-1][0] == place
            left, right = (BESIDE + wide - place, 0.0) if at_left else (0.0, BESIDE + wide + place)
            whole = whole.joined(Extent(left, right, 0, down + GAP + high))
    for side, offset, (wide, high), marked in met:
        if wide:
            out = (SIGN if marked else GAP) + high
            up, down = (box.up + out, 0.0) if side == TOP else (0.0, box.down + out)
            whole = whole.joined(Extent(0, offset + BESIDE + wide, up, down))
    return whole


def named_at(route: Route) -> int:
    """The piece of a line that its name stands at: the first, unless that is too short for a wide name."""
    first = route.runs[0]
    if first.level or not route.link.label[0]:
        return 0
    wide = route.link.label[0] > _NARROW or route.link.from_event
    for number, run in enumerate(route.runs):
        if wide and run.level and run.high - run.low >= 2:
            return number
    return 0


def needs_of(lattice: Lattice, routes: Iterable[Route], tracks: Tracks) -> list[Need]:
    """The room that names of lines need in the gaps."""
    by_gap: dict[tuple[bool, int], list[tuple[Run, int]]] = {}
    routes = list(routes)
    for route in routes:
        for number, run in enumerate(route.runs):
            if not run.line % 2:
                by_gap.setdefault((run.level, run.line), []).append((run, tracks.of[*route.link.key, number]))
    found = []
    for route in routes:
        width, height = route.link.label
        number = named_at(route)
        run = route.runs[number]
        if not width or not run.level:
            continue
        if run.line % 2:
            found += _over_row(route, run, width, by_gap, tracks)
        else:
            track = tracks.of[*route.link.key, number]
            beside = [other for one, other in by_gap[True, run.line] if one.low <= run.high and run.low <= one.high]
            above = [other for other in beside if other < track]
            found.append(Need(True, run.line, max(above, default=-1), track, height + GAP))
    return found


def _over_row(
    route: Route, run: Run, width: float, by_gap: Mapping[tuple[bool, int], list[tuple[Run, int]]], tracks: Tracks
) -> list[Need]:
    """Over a piece on a row, in the gap next to the item that it leaves, before anything crosses it there."""
    start = route.spots[0][0] if run is route.runs[0] else run.low
    forward = route.spots[-1][0] >= start
    gap = start + 1 if forward else start - 1
    if gap % 2:
        return []
    room = width + GAP + (SIGN if route.link.marked and run is route.runs[0] else 0)
    crossing = [track for other, track in by_gap.get((False, gap), ()) if other.low <= run.line <= other.high]
    if forward:
        return [Need(False, gap, -1, min(crossing, default=None), room)]
    return [Need(False, gap, max(crossing, default=-1), None, room)]


__all__ = ["BESIDE", "EVENT_RADIUS", "GAP", "SIGN", "Need", "extents_of", "named_at", "needs_of"]
