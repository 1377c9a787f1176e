"""Where every name stands that is outside its shape: near what it names, on nothing else.

Where the designer has put a name it stays, unless it would lie on something. What is painted is the box found here.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import Geometry, Line, Placed, Point, middle
from bpmn.drawing.measure import LINE_NAME, NODE_NAME, Room, taken_by
from bpmn.drawing.obstacles import Obstacles
from bpmn.names import ACTIVITIES, CHOREOGRAPHY, GATEWAYS

#: From a shape to its name, from a line to its own, and what the sign at a line's start takes.
GAP, BESIDE, SIGN = 4.0, 6.0, 14.0
EVENT_RADIUS = 18.0

#: A place, and how much worse it is than the best one.
Choice = tuple[float, Bounds]
#: Shares of the room's width that a name is tried in.
_SHARES = (1.0, 0.65)
#: Obstacles that may be looked at before every name takes the first place that comes.
_MOST_LOOKS = 2_000_000
#: How far from its node a name may stand where there is no room nearer.
_AWAY = (8, 16, 28, 44, 62, 84)
_STEP, _MOST_STEPS, _MOST_PIECES = 14.0, 24, 8
#: How close over its line a name stands.
_OVER = 2.0
_ARROW, _TURNED = 10.0, 20.0


def labelled(geometry: Geometry) -> Geometry:
    """With a place for every name that needs one: what the designer has placed first, then nodes, then lines."""
    if not any(node.name for node in geometry.nodes) and not any(line.name for line in geometry.lines):
        return geometry
    obstacles = Obstacles(geometry)
    # Inside a shape, the shape itself is the place.
    nodes = {node.id: node if is_outside(node.type) else replace(node, label=None) for node in geometry.nodes}
    lines = {line.id: line for line in geometry.lines}
    leaving = _upright_ends(geometry)
    things: list[Placed | Line] = [
        *(node for node in nodes.values() if is_outside(node.type)),
        *(line for line in geometry.lines if line.kind in ("sequenceFlow", "messageFlow")),
    ]
    for thing in sorted(things, key=lambda thing: not _has_place(thing)):
        box = None
        if isinstance(thing, Placed):
            box = _best(_hinted(thing, NODE_NAME), _beside(thing, leaving), obstacles) if thing.name else None
            nodes[thing.id] = replace(thing, label=box)
        else:
            box = _best(_hinted(thing, LINE_NAME), _at_line(thing, obstacles), obstacles) if thing.name else None
            lines[thing.id] = replace(thing, label=box)
        if box:
            obstacles.add_name(box)
    return replace(geometry, nodes=tuple(nodes.values()), lines=tuple(lines.values()))


def is_outside(type_: str) -> bool:
    """Whether an element's name stands beside it."""
    return type_ not in ACTIVITIES | CHOREOGRAPHY | {"textAnnotation", "group"}


def _has_place(thing: Placed | Line) -> bool:
    return thing.label is not None and thing.label.width > 1


def _best(hints: list[Choice], choices: Iterator[Choice], obstacles: Obstacles) -> Bounds | None:
    """The first hint that lies on nothing; else the place where least is lost."""
    for _, box in hints:
        if not obstacles.loss(box):
            return box
    best: Choice | None = None
    for cost, box in sorted((*hints, *choices), key=lambda choice: choice[0]):
        if best is not None and cost >= best[0]:
            break
        if obstacles.looks > _MOST_LOOKS:
            return box if best is None else best[1]
        total = cost + obstacles.loss(box)
        if best is None or total < best[0]:
            best = total, box
    return best[1] if best else None


def _hinted(thing: Placed | Line, room: Room) -> list[Choice]:
    """What the file says: our own box as it is; another's as the place of the middle."""
    label = thing.label
    if label is None or label.width <= 1:
        return []
    found = [taken_by(thing.name, room, narrow=share) for share in _SHARES]
    if (label.width, label.height) in found:
        return [(0.0, label)]
    wide = Room(max(label.width + 12, 60), max(label.height + 16, 40), room.sizes)
    (x, y), (width, height) = middle(label), taken_by(thing.name, wide)
    return [(0.0, Bounds(x - width / 2, y - height / 2, width, height))] if width else []


# Beside a node


def _upright_ends(geometry: Geometry) -> set[tuple[str, str]]:
    """Nodes with a line at their top or foot."""
    at: dict[tuple[float, float], tuple[str, str]] = {}
    for node in geometry.nodes:
        x, _ = middle(node.bounds)
        at[round(x), round(node.bounds.y)] = node.id, "top"
        at[round(x), round(node.bounds.y + node.bounds.height)] = node.id, "bottom"
    ends = [point for line in geometry.lines for point in (line.points[0], line.points[-1])]
    return {at[key] for x, y in ends if (key := (round(x), round(y))) in at}


def _beside(node: Placed, leaving: set[tuple[str, str]]) -> Iterator[Choice]:
    """Below or above, where no line leaves; else at a corner, beside the line."""
    box = node.bounds
    x, y = middle(box)
    right, bottom = box.x + box.width, box.y + box.height
    boundary = node.type == "boundaryEvent"
    for worse, share in enumerate(_SHARES):
        width, height = taken_by(node.name, NODE_NAME, narrow=share)
        if worse and (width, height) == taken_by(node.name, NODE_NAME):
            break
        cost = 3.0 * worse

        def at(left: float, top: float, width: float = width, height: float = height) -> Bounds:
            return Bounds(left, top, width, height)

        below, above = bottom + GAP - 1, box.y - GAP - height + 1
        if not boundary:
            yield cost + 0, at(x - width / 2, below)
            yield cost + 1, at(x - width / 2, above)
        # At the corners of a diamond there is room.
        tuck = 4.0 if node.type in GATEWAYS else 0.0
        yield cost + (0 if boundary else 4), at(x + BESIDE, below - tuck)
        yield cost + (1 if boundary else 2), at(x - BESIDE - width, below - tuck)
        if not boundary:
            yield cost + 3, at(x - BESIDE - width, above + tuck)
            yield cost + 5, at(x + BESIDE, above + tuck)
        else:
            yield cost + 2, at(x - width / 2, below)
        yield cost + 6, at(right + 3, below - tuck)
        yield cost + 6, at(box.x - 3 - width, below - tuck)
        yield cost + 7, at(right + 3, above + tuck)
        yield cost + 7, at(box.x - 3 - width, above + tuck)
        yield cost + 8, at(right + 3, y - height - 3)
        yield cost + 8, at(right + 3, y + 3)
        yield cost + 9, at(box.x - 3 - width, y - height - 3)
        yield cost + 9, at(box.x - 3 - width, y + 3)
        for away in _AWAY:
            for place in (below + away, above - away):
                for aside in (x - width / 2, x + BESIDE, x - BESIDE - width, right + away, box.x - away - width):
                    yield cost + 10 + away / 4, at(aside, place)


# At a line


def _at_line(line: Line, obstacles: Obstacles) -> Iterator[Choice]:
    """Near its start, over a level piece or right of an upright one."""
    marked = line.default or line.conditional
    pieces = list(itertools.pairwise(line.points))[:_MOST_PIECES]
    if line.kind == "messageFlow":
        # A message is read anywhere along its way: between two pools it is clearest.
        pieces.sort(key=lambda piece: -math.dist(*piece))
    full = taken_by(line.name, LINE_NAME)
    for worse, share in enumerate(_SHARES):
        width, height = taken_by(line.name, LINE_NAME, narrow=share)
        if worse and (width, height) == full:
            break
        for number, (start, end) in enumerate(pieces):
            first = number == 0 and line.kind == "sequenceFlow"
            level = abs(start[1] - end[1]) < abs(start[0] - end[0])
            # Beside its second piece, a line leaves room for the name of one that goes straight on.
            pad = (SIGN if marked and first else GAP) if number == 0 or level else _TURNED
            cost = 4.0 * worse + 3.0 * number
            if not level and first and width > EVENT_RADIUS * 4 and len(pieces) > 1:
                # A wide name reads better over a level piece.
                cost += 4.0
            for choice, box in _along(start, end, level, width, height, pad):
                at = middle(box)[0 if level else 1]
                shared = obstacles.is_shared(level, start[1] if level else start[0], at, line.id)
                yield cost + choice + (30.0 if shared else 0.0), box


def _along(start: Point, end: Point, level: bool, width: float, height: float, pad: float) -> Iterator[Choice]:
    length = math.dist(start, end)
    size = width if level else height
    sign = 1 if (end[0] >= start[0] if level else end[1] >= start[1]) else -1
    room = length - pad - _ARROW - size
    short = 12.0 if room < 0 else 0.0
    places = [pad + n * _STEP for n in range(_MOST_STEPS) if n * _STEP < room]
    places += [pad + max(room, 0) / 2, pad + max(room, 0)]
    for place in places:
        near = (start[0] if level else start[1]) + sign * place
        low = near if sign > 0 else near - size
        far = place / 40
        if level:
            y = start[1] + (end[1] - start[1]) * min(1.0, (place + size / 2) / max(length, 1))
            yield short + far, Bounds(low, y - _OVER - height, width, height)
            yield short + far + 1, Bounds(low, y + _OVER + 1, width, height)
        else:
            x = start[0] + (end[0] - start[0]) * min(1.0, (place + size / 2) / max(length, 1))
            yield short + far, Bounds(x + BESIDE - 1, low, width, height)
            yield short + far + 1, Bounds(x - BESIDE + 1 - width, low, width, height)


__all__ = ["is_outside", "labelled"]
