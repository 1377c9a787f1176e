"""How much room every item and every gap needs once it is known where the lines run, names included.

A name beside an item stands in the item's own cell; the name of a line stands near its start: over a level piece, or
beside an upright one. So names get their room before anything has its coordinates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bpmn.drawing.label import BESIDE, EVENT_RADIUS, GAP, SIGN
from bpmn.drawing.layout.channels import Tracks
from bpmn.drawing.layout.parts import BOTTOM, TOP, Extent, Item, LinkKey, Scope
from bpmn.drawing.layout.runs import Port, Route, Run

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


def extents_of(scope: Scope, routes: Iterable[Route], homes: Mapping[LinkKey, int]) -> dict[str, Extent]:
    """What every item takes in its cell, with its name and the names of lines that start at its foot or top."""
    met: dict[str, list[tuple[str, float, tuple[float, float], bool]]] = {one: [] for one in scope.items}
    nothing = 0.0, 0.0
    for route in routes:
        link = route.link
        # What a boundary event leads out has its room with the event.
        at_start = homes[link.key] == 0 and not route.runs[0].level and not link.from_event
        named = link.label if at_start else nothing
        for end, port, label in ((link.source, route.out, named), (link.target, route.into, nothing)):
            if end.item in met:
                met[end.item].append((port.side, port.offset, label, link.marked and label != nothing))
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
            left, right = (BESIDE + wide - offset, 0.0) if offset < 0 else (0.0, offset + BESIDE + wide)
            whole = whole.joined(Extent(left, right, up, down))
    return whole


def homes_of(routes: Iterable[Route]) -> dict[LinkKey, int]:
    """The piece of each line that its name stands at: the first, unless that is too short or several lines share it."""
    routes = list(routes)
    leaving = Counter(_start(route) for route in routes)
    entering = Counter((route.link.target.item, route.into) for route in routes)
    found = {}
    for route in routes:
        pieces = range(len(route.runs))
        own = pieces[leaving[_start(route)] > 1 :]
        if entering[route.link.target.item, route.into] > 1:
            own = own[:-1]
        first = route.runs[0]
        wide = route.link.label[0] > _NARROW or route.link.from_event or not own or own[0] > 0
        level = [n for n in own if route.runs[n].level and (n == 0 or route.runs[n].high - route.runs[n].low >= 1)]
        found[route.link.key] = level[0] if level and wide and not (first.level and 0 in own) else 0
    return found


def _start(route: Route) -> tuple[str, Port]:
    return route.link.source.item, route.out


def needs_of(routes: Iterable[Route], tracks: Tracks, homes: Mapping[LinkKey, int]) -> list[Need]:
    """The room that names of lines need in the gaps."""
    routes = list(routes)
    gaps: dict[tuple[bool, int], list[tuple[Run, int]]] = {}
    for route in routes:
        for number, run in enumerate(route.runs):
            if not run.line % 2:
                gaps.setdefault((run.level, run.line), []).append((run, tracks.of[*route.link.key, number]))
    #: Where lines that leave together turn off, by where they leave and by gap.
    forks: dict[tuple[str, Port, int], list[int]] = {}
    for route in routes:
        if len(route.runs) > 1 and not route.runs[1].line % 2:
            forks.setdefault((*_start(route), route.runs[1].line), []).append(tracks.of[*route.link.key, 1])
    found: list[Need] = []
    for route in routes:
        width, height = route.link.label
        number = homes[route.link.key]
        run = route.runs[number]
        if not width or not run.level:
            continue
        if run.line % 2:
            # After the last of the lines that leave with it.
            shared = forks.get((*_start(route), route.spots[0][0] + 1), []) if len(route.runs) == 1 else []
            found += _over_row(route, number, max(shared, default=-1), gaps, tracks)
        else:
            track = tracks.of[*route.link.key, number]
            beside = [other for one, other in gaps[True, run.line] if one.low <= run.high and run.low <= one.high]
            above = [other for other in beside if other < track]
            found.append(Need(True, run.line, max(above, default=-1), track, height + GAP))
    return found


def _over_row(
    route: Route, number: int, behind: int, gaps: Mapping[tuple[bool, int], list[tuple[Run, int]]], tracks: Tracks
) -> Iterator[Need]:
    """Over a piece on a row, in the gap where it begins, before anything crosses it there."""
    run, (start, _), (end, _) = route.runs[number], route.spots[number], route.spots[number + 1]
    forward = end > start
    gap = start if start % 2 == 0 else start + 1 if forward else start - 1
    own = tracks.of[*route.link.key, number - 1] if gap == start else behind
    room = route.link.label[0] + GAP + (SIGN if route.link.marked and number == 0 else 0)
    crossing = [track for other, track in gaps.get((False, gap), ()) if other.low <= run.line <= other.high]
    if forward:
        yield Need(False, gap, own, min((track for track in crossing if track > own), default=None), room)
    elif gap != start:
        yield Need(False, gap, max(crossing, default=-1), None, room)
    else:
        yield Need(False, gap, max((track for track in crossing if track < own), default=-1), own, room)
