"""What makes a drawn map good, measured: what may never be (faults), and what there should be little of (figures)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import Frame, Geometry, Line, Placed, Point
from bpmn.drawing.happy import path_to_win
from bpmn.drawing.label import is_outside
from bpmn.model import Definitions
from bpmn.names import GATEWAYS

#: What two things may share before they count as lying on each other, in points.
_TOUCH = 0.6
LEAST_BAND = 190


@dataclass(frozen=True)
class Figures:
    crossings: int
    bends: int


def figures(geometry: Geometry) -> Figures:
    """Places where lines cross, a trunk of several lines counted once; and places where they bend."""
    bends = sum(len(line.points) - 2 for line in geometry.lines)
    pieces = [(piece, line) for line in geometry.lines for piece in _pieces(line)]
    level = [(box, line) for box, line in pieces if box.height < 0.01]
    upright = [(box, line) for box, line in pieces if box.width < 0.01]
    found = set()
    for one, line in level:
        for other, crossing in upright:
            inside = one.x + 1 < other.x < one.x + one.width - 1 and other.y + 1 < one.y < other.y + other.height - 1
            if inside and line is not crossing:
                found.add((round(other.x), round(one.y)))
    return Figures(len(found), bends)


def faults(definitions: Definitions, geometry: Geometry) -> list[str]:
    return [
        *shown(definitions, geometry),
        *nodes_apart(geometry),
        *lines_clear(definitions, geometry),
        *labels_clear(geometry),
        *square(geometry),
        *in_frames(definitions, geometry),
        *bands(definitions, geometry),
        *path_straight(definitions, geometry),
        *lines_apart(definitions, geometry),
    ]


# Everything is there


def shown(definitions: Definitions, geometry: Geometry) -> Iterator[str]:
    things = {one.id: one for one in geometry.things}
    lines = {line.id: line for line in geometry.lines}
    for node in definitions.nodes:
        if node not in things:
            yield f"{node} is not drawn"
    for join in definitions.joins:
        if join.source not in things or join.target not in things:
            continue
        if join.id not in lines:
            yield f"{join.id} has no line"
            continue
        points = lines[join.id].points
        for end, point in ((join.source, points[0]), (join.target, points[-1])):
            if not _on_border(things[end], point):
                yield f"{join.id} does not end at {end}"
    for placed in geometry.nodes:
        if is_outside(placed.type) and placed.name and placed.label is None:
            yield f"{placed.id} has no place for its name"
    for line in geometry.lines:
        if line.name and line.label is None:
            yield f"{line.id} has no place for its name"


def _on_border(thing: Placed | Frame, point: Point) -> bool:
    box = thing.bounds
    across = abs(point[0] - box.x - box.width / 2)
    down = abs(point[1] - box.y - box.height / 2)
    half_width, half_height = box.width / 2, box.height / 2
    if isinstance(thing, Placed) and thing.type.endswith("Event"):
        return abs(math.hypot(across, down) - half_width) < 1
    if isinstance(thing, Placed) and thing.type in GATEWAYS:
        return abs(across / half_width + down / half_height - 1) < 0.05
    inside = across <= half_width + 1 and down <= half_height + 1
    return inside and (abs(across - half_width) < 1 or abs(down - half_height) < 1)


# Nothing lies on anything


def _overlap(one: Bounds, other: Bounds, touch: float = _TOUCH) -> bool:
    return (
        one.x + touch < other.x + other.width
        and other.x + touch < one.x + one.width
        and one.y + touch < other.y + other.height
        and other.y + touch < one.y + one.height
    )


def _within(inner: Bounds, outer: Bounds) -> bool:
    return (
        outer.x - _TOUCH <= inner.x
        and outer.y - _TOUCH <= inner.y
        and inner.x + inner.width <= outer.x + outer.width + _TOUCH
        and inner.y + inner.height <= outer.y + outer.height + _TOUCH
    )


def _pieces(line: Line) -> Iterator[Bounds]:
    for (x, y), (to_x, to_y) in itertools.pairwise(line.points):
        yield Bounds(min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y))


def _passes(line: Line, box: Bounds) -> bool:
    """Whether a line goes through the inside of a box."""
    return any(_cuts(start, end, box) for start, end in itertools.pairwise(line.points))


def _cuts(start: Point, end: Point, box: Bounds) -> bool:
    """Whether what is left of a straight piece, cut off at each side of the box in turn, is anything."""
    enter, leave = 0.0, 1.0
    for place, step, low, size in (
        (start[0], end[0] - start[0], box.x, box.width),
        (start[1], end[1] - start[1], box.y, box.height),
    ):
        first, last = low + _TOUCH, low + size - _TOUCH
        if abs(step) < 1e-9:
            if not first < place < last:
                return False
            continue
        near, far = sorted(((first - place) / step, (last - place) / step))
        enter, leave = max(enter, near), min(leave, far)
    return enter < leave


def nodes_apart(geometry: Geometry) -> Iterator[str]:
    boxes = [(node.id, node.bounds) for node in geometry.nodes if node.type != "boundaryEvent"]
    for (one, box), (other, taken) in itertools.combinations(boxes, 2):
        if _overlap(box, taken):
            yield f"{one} lies on {other}"
    frames = [frame for frame in geometry.frames if frame.kind == "subProcess"]
    for frame in frames:
        for one, box in boxes:
            if _overlap(box, frame.bounds) and not _within(box, frame.bounds):
                yield f"{one} lies on the border of {frame.id}"
    for one_frame, other_frame in itertools.combinations(frames, 2):
        a, b = one_frame.bounds, other_frame.bounds
        if _overlap(a, b) and not _within(a, b) and not _within(b, a):
            yield f"{one_frame.id} lies on {other_frame.id}"


def lines_clear(definitions: Definitions, geometry: Geometry) -> Iterator[str]:
    """No line goes through a shape, nor through an open sub-process that it has nothing to do with."""
    around = {node: {one.id for one in definitions.enclosing(node)} for node in definitions.nodes}
    ends = _ends(definitions)
    for line in geometry.lines:
        inside = set().union(*(around.get(end, set()) for end in ends[line.id]))
        for node in geometry.nodes:
            if _passes(line, node.bounds):
                yield f"{line.id} goes through {node.id}"
        for frame in geometry.frames:
            closed = frame.kind == "subProcess" or (frame.kind == "group" and not _is_stage(definitions, frame))
            if closed and frame.id not in inside and _passes(line, frame.bounds):
                yield f"{line.id} goes through {frame.id}"


def _is_stage(definitions: Definitions, frame: Frame) -> bool:
    return any(artifact.id == frame.id and artifact.stage for artifact in definitions.artifacts)


def _ends(definitions: Definitions) -> dict[str, tuple[str, str]]:
    return {join.id: (join.source, join.target) for join in definitions.joins}


def labels_of(geometry: Geometry) -> list[tuple[str, Bounds]]:
    things: list[Placed | Line] = [*geometry.nodes, *geometry.lines]
    return [(thing.id, thing.label) for thing in things if thing.label is not None and thing.name]


def labels_clear(geometry: Geometry) -> Iterator[str]:
    labels = labels_of(geometry)
    for (one, box), (other, taken) in itertools.combinations(labels, 2):
        if _overlap(box, taken):
            yield f"the name of {one} lies on that of {other}"
    for one, box in labels:
        if box.x < 0 or box.y < 0 or box.x + box.width > geometry.width or box.y + box.height > geometry.height:
            yield f"the name of {one} lies outside"
        for node in geometry.nodes:
            if _on_shape(box, node):
                yield f"the name of {one} lies on {node.id}"
        for line in geometry.lines:
            if _passes(line, box):
                yield f"{line.id} goes through the name of {one}"


def _on_shape(box: Bounds, node: Placed) -> bool:
    if not _overlap(box, node.bounds):
        return False
    shape = node.bounds
    x, y = shape.x + shape.width / 2, shape.y + shape.height / 2
    across = abs(min(max(x, box.x), box.x + box.width) - x) / (shape.width / 2)
    down = abs(min(max(y, box.y), box.y + box.height) - y) / (shape.height / 2)
    if node.type in GATEWAYS:
        return across + down < 1
    return math.hypot(across, down) < 1 if node.type.endswith("Event") else True


def lines_apart(definitions: Definitions, geometry: Geometry) -> Iterator[str]:
    """Two lines lie on each other only where they come from one place or lead to one."""
    ends = _ends(definitions)
    pieces: dict[tuple[bool, float], list[tuple[float, float, str]]] = {}
    for line in geometry.lines:
        for piece in _pieces(line):
            level = piece.height < 0.01
            key = level, round(piece.y if level else piece.x, 1)
            low = piece.x if level else piece.y
            pieces.setdefault(key, []).append((low, low + (piece.width if level else piece.height), line.id))
    for held in pieces.values():
        for (low, high, one), (other_low, other_high, other) in itertools.combinations(held, 2):
            if low + 1 < other_high and other_low + 1 < high and one != other:
                a, b = ends[one], ends[other]
                if a[0] != b[0] and a[1] != b[1]:
                    yield f"{one} lies on {other}"


# The order of the map


def square(geometry: Geometry) -> Iterator[str]:
    for line in geometry.lines:
        if any(piece.width > 0.01 and piece.height > 0.01 for piece in _pieces(line)):
            yield f"{line.id} slants"


def in_frames(definitions: Definitions, geometry: Geometry) -> Iterator[str]:
    """Lanes are of one length, and everything stands in its lane and its sub-process."""
    boxes = {one.id: one.bounds for one in geometry.things}
    lanes = [lane for lane in definitions.lanes if lane.id in boxes and lane.process not in definitions.nodes]
    if len({boxes[lane.id].x + boxes[lane.id].width for lane in lanes}) > 1:
        yield "lanes end at different places"
    for parent in {lane.parent for lane in lanes}:
        if len({boxes[lane.id].x for lane in lanes if lane.parent == parent}) > 1:
            yield "lanes begin at different places"
    pools = [boxes[pool.id] for pool in definitions.participants if pool.id in boxes]
    if len({(pool.x, pool.width) for pool in pools}) > 1:
        yield "pools are of different length"
    for node in definitions.nodes.values():
        lane = definitions.lane_of(node.id)
        for frame in (lane.id if lane else "", node.scope):
            inner, outer = boxes.get(node.id), boxes.get(frame)
            mounted = node.type == "boundaryEvent"
            if inner is not None and outer is not None and not mounted and not _within(inner, outer):
                yield f"{node.id} stands outside {frame}"


def bands(definitions: Definitions, geometry: Geometry) -> Iterator[str]:
    boxes = {one.id: one.bounds for one in geometry.things}
    columns = {column.stage: column for column in geometry.columns}
    if columns and list(columns) != [stage.id for stage in definitions.stages]:
        yield "the stages are not in their order"
    for one, other in itertools.pairwise(geometry.columns):
        if one.right > other.left:
            yield f"{one.stage} lies on {other.stage}"
    for column in geometry.columns:
        if column.right - column.left < LEAST_BAND:
            yield f"{column.stage} is too narrow for its card"
    for node in definitions.nodes:
        stage = definitions.stage_of(node)
        if stage and node in boxes:
            box = boxes[node]
            if stage.id not in columns:
                yield f"{stage.id} has no band"
            elif box.x < columns[stage.id].left or box.x + box.width > columns[stage.id].right:
                yield f"{node} stands outside {stage.id}"


def path_straight(definitions: Definitions, geometry: Geometry) -> Iterator[str]:
    path = path_to_win(definitions)
    lines = {line.id: line for line in geometry.lines}
    for flow in definitions.flows.values():
        if flow.id not in path or flow.id not in lines:
            continue
        if definitions.lane_of(flow.source) == definitions.lane_of(flow.target) and len(lines[flow.id].points) > 2:
            yield f"{flow.id} on the path to win bends"
