"""A picture for a file without diagram interchange: columns along the flow, a band of rows for each lane.

Sub-processes are laid out first and stand open. Lines leave to the right and arrive from the left, through the gaps
between columns and rows; a line that leads back runs below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bpmn.diagram import Bounds
from bpmn.drawing.conditions import in_short
from bpmn.drawing.geometry import (
    HEADER,
    LANE_HEADER,
    Frame,
    Geometry,
    Line,
    Placed,
    Point,
    around,
    data_type,
    middle,
    moved,
    outermost_first,
)
from bpmn.drawing.happy import path_to_win
from bpmn.drawing.ranks import columns_of
from bpmn.model import Definitions, FlowNode, SequenceFlow

_TASK, _GATEWAY, _EVENT, _NOTE = (120.0, 72.0), (50.0, 50.0), (36.0, 36.0), (120.0, 40.0)
#: Between columns there is room for a label, between rows for the name of an event.
_ACROSS, _DOWN, _PAD = 64.0, 48.0, 30.0


def laid_out(definitions: Definitions) -> Geometry:
    """Every process of the file below the other, then the pools that show nothing inside, and notes at the foot."""
    picture = _Picture(definitions)
    y = 0.0
    for process in definitions.processes:
        if definitions.by_scope.get(process.id):
            y += picture.process(process.id, process.name, y) + _DOWN
    picture.foot(y)
    return Geometry(outermost_first(picture.frames), tuple(picture.nodes), tuple(picture.lines())).moved_to_corner()


@dataclass
class _Block:
    """The inside of a process or sub-process, with its own corner at 0, 0."""

    width: float = 0.0
    height: float = 0.0
    boxes: dict[str, Bounds] = field(default_factory=dict)
    #: Lane to the top and the height of its band, in the order of the file.
    bands: dict[str, tuple[float, float]] = field(default_factory=dict)


class _Picture:
    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.path = path_to_win(definitions)
        self.frames: list[Frame] = []
        self.nodes: list[Placed] = []
        self.boxes: dict[str, Bounds] = {}

    def process(self, process: str, name: str, top: float) -> float:
        """Place a process with its pool and lanes below ``top``; how high it is."""
        block = self._block(process)
        pool = next((one for one in self.definitions.participants if one.process == process), None)
        lanes = {lane.id: lane for lane in self.definitions.lanes if lane.id in block.bands}
        left = HEADER * bool(pool) + LANE_HEADER * bool(lanes)
        if pool:
            whole = Bounds(0, top, left + block.width, block.height)
            self.frames.append(Frame(pool.id, "pool", pool.name or name, whole))
        for lane, (band, height) in block.bands.items():
            if lane in lanes:
                box = Bounds(left - LANE_HEADER, top + band, LANE_HEADER + block.width, height)
                self.frames.append(Frame(lane, "lane", lanes[lane].name, box, header=LANE_HEADER))
        self._put(block, left, top)
        return block.height

    def _put(self, block: _Block, left: float, top: float) -> None:
        for node_id, box in block.boxes.items():
            node, place = self.definitions.nodes[node_id], moved(box, left, top)
            self.boxes[node_id] = place
            if node.is_sub_process and self.definitions.by_scope.get(node_id):
                self.frames.append(Frame(node_id, "subProcess", node.name, place, node=node))
                self._put(self._block(node_id), place.x, place.y)
            else:
                self.nodes.append(Placed(node_id, node.type, node.name, place, _above(node, place), node))
        for node_id in block.boxes:
            self._put_boundary_events(node_id)

    def _put_boundary_events(self, host: str) -> None:
        box = self.boxes[host]
        for number, event in enumerate(self.definitions.boundary_events.get(host, ())):
            place = around((box.x + 30 + 44 * number, box.y + box.height), *_EVENT)
            self.boxes[event.id] = place
            self.nodes.append(Placed(event.id, event.type, event.name, place, node=event))

    def _block(self, scope: str) -> _Block:
        nodes = [node for node in self.definitions.by_scope.get(scope, ()) if node.type != "boundaryEvent"]
        main = [node for node in nodes if not node.triggered_by_event]
        columns = columns_of(self.definitions, main)
        # What an event starts stands by itself, below the rest.
        columns |= {node.id: 0 for node in nodes if node.triggered_by_event}
        rows = _Rows(self.definitions, scope, columns)
        # The path to win first, so that it stays on one row.
        for node in sorted(nodes, key=lambda one: (one.triggered_by_event, columns[one.id], one.id not in self.path)):
            rows.place(node)
        return self._grid(scope, nodes, columns, rows)

    def _grid(self, scope: str, nodes: list[FlowNode], columns: dict[str, int], rows: _Rows) -> _Block:
        sizes = {node.id: self._size(node) for node in nodes}
        wide = _tracks((columns[one.id], sizes[one.id][0]) for one in nodes if not one.triggered_by_event)
        block, y = _Block(), 0.0
        if scope in self.definitions.nodes:
            y = 12.0
        x_of = _starts(wide, _PAD, _ACROSS)
        for lane in rows.lanes():
            high = _tracks((rows.row[one.id], sizes[one.id][1]) for one in nodes if rows.lane[one.id] == lane)
            y_of = _starts(high, y + _PAD, _DOWN)
            for node in nodes:
                if rows.lane[node.id] == lane:
                    column, row = columns[node.id], rows.row[node.id]
                    width, height = sizes[node.id]
                    x = x_of.get(column, _PAD) if node.triggered_by_event else x_of[column] + (wide[column] - width) / 2
                    block.boxes[node.id] = Bounds(x, y_of[row] + (high[row] - height) / 2, width, height)
            bottom = max((y_of[row] + high[row] for row in high), default=y + _PAD) + _PAD + 10
            block.bands[lane] = (y, bottom - y)
            y = bottom
        right = max((box.x + box.width for box in block.boxes.values()), default=0.0)
        block.width, block.height = right + _PAD + 10, y
        return block

    def _size(self, node: FlowNode) -> tuple[float, float]:
        if node.is_sub_process and self.definitions.by_scope.get(node.id):
            inside = self._block(node.id)
            return inside.width, inside.height
        if node.type.endswith("Gateway"):
            return _GATEWAY
        return _EVENT if node.type.endswith("Event") else _TASK

    def foot(self, y: float) -> None:
        """Pools that show nothing inside, as bands; then data, notes and groups' names, in a row."""
        width = max(
            [box.x + box.width for box in self.boxes.values()] + [f.bounds.width for f in self.frames] + [400.0]
        )
        for pool in self.definitions.participants:
            if not self.definitions.by_scope.get(pool.process):
                box = Bounds(0, y, width, 50)
                self.frames.append(Frame(pool.id, "blackBox", pool.name, box))
                self.boxes[pool.id] = box
                y += 50 + _DOWN
        x = 0.0
        for artifact in self.definitions.artifacts:
            if artifact.type in {"group", "dataObject", "dataStore", "dataInput", "dataOutput"}:
                continue
            size = _NOTE if artifact.type == "textAnnotation" else (36.0, 48.0)
            box = Bounds(x, y, *size)
            self.boxes[artifact.id] = box
            self.nodes.append(Placed(artifact.id, data_type(artifact), artifact.name, box))
            x += size[0] + _ACROSS

    def lines(self) -> Iterator[Line]:
        taken: dict[float, int] = {}
        for flow in self.definitions.flows.values():
            if flow.source in self.boxes and flow.target in self.boxes:
                yield self._line(flow, taken)
        for message in self.definitions.message_flows:
            if message.source in self.boxes and message.target in self.boxes:
                points = _upright(self.boxes[message.source], self.boxes[message.target])
                yield Line(message.id, "messageFlow", points, message.name)
        for association in self.definitions.associations:
            if association.source in self.boxes and association.target in self.boxes:
                points = _upright(self.boxes[association.source], self.boxes[association.target])
                kind = "dataAssociation" if association.directed else "association"
                yield Line(association.id, kind, points)

    def _line(self, flow: SequenceFlow, taken: dict[float, int]) -> Line:
        source = self.definitions.nodes.get(flow.source)
        start, end = self.boxes[flow.source], self.boxes[flow.target]
        others = [box for key, box in self.boxes.items() if self._beside(key, flow)]
        points = _route(start, end, others, taken, down=source is not None and source.type == "boundaryEvent")
        gateway = source is not None and source.type.endswith("Gateway")
        return Line(
            flow.id,
            "sequenceFlow",
            points,
            flow.name or in_short(flow.condition),
            default=source is not None and source.default == flow.id,
            conditional=bool(flow.condition) and not gateway,
        )

    def _beside(self, key: str, flow: SequenceFlow) -> bool:
        node = self.definitions.nodes.get(key)
        return node is not None and node.scope == flow.scope and key not in {flow.source, flow.target}


class _Rows:
    """Which row of its lane each node stands in: that of the node before it where this is free."""

    def __init__(self, definitions: Definitions, scope: str, columns: dict[str, int]) -> None:
        self.definitions, self.columns = definitions, columns
        self.order = [lane.id for lane in definitions.lanes if lane.process == scope]
        self.row: dict[str, int] = {}
        self.lane: dict[str, str] = {}
        self._taken: set[tuple[str, int, int]] = set()

    def place(self, node: FlowNode) -> None:
        lane = self.definitions.lane_of(node.id)
        self.lane[node.id] = where = lane.id if lane and lane.id in self.order else ""
        column = self.columns[node.id]
        wanted = 0
        if node.triggered_by_event:
            wanted = 1 + max([row for key, row in self.row.items() if self.lane[key] == where], default=-1)
        else:
            before = [flow.source for flow in self.definitions.incoming.get(node.id, ())]
            known = [self.row[one] for one in before if one in self.row and self.lane[one] == where]
            hosted = [one for one in before if one in self.definitions.nodes and self._host(one) in self.row]
            wanted = min(known, default=min([self.row[self._host(one)] + 1 for one in hosted], default=0))
        row = wanted
        while (where, row, column) in self._taken:
            row += 1
        self._taken.add((where, row, column))
        self.row[node.id] = row

    def _host(self, node: str) -> str:
        return self.definitions.nodes[node].attached_to

    def lanes(self) -> list[str]:
        used = set(self.lane.values())
        return [lane for lane in [*self.order, ""] if lane in used]


def _tracks(sizes: Iterable[tuple[int, float]]) -> dict[int, float]:
    """Column (or row) to the size of the largest thing in it."""
    tracks: dict[int, float] = {}
    for number, size in sizes:
        tracks[number] = max(size, tracks.get(number, 0.0))
    return tracks


def _starts(tracks: dict[int, float], first: float, gap: float) -> dict[int, float]:
    starts, at = {}, first
    for number in sorted(tracks):
        starts[number] = at
        at += tracks[number] + gap
    return starts


def _route(
    start: Bounds, end: Bounds, others: list[Bounds], taken: dict[float, int], *, down: bool
) -> tuple[Point, ...]:
    """Right angles only. Lines through the same gap keep a little apart."""
    (_, from_y), (to_x, to_y) = middle(start), middle(end)
    right, left = start.x + start.width, end.x
    if down and left > right:
        x = start.x + start.width / 2
        return ((x, start.y + start.height), (x, to_y), (left, to_y))
    if left <= right:
        # Leads back, or straight on in the same column: out below, and in from below.
        low, high = min(end.x, start.x), max(right, end.x + end.width)
        row = [box for box in others if low < box.x + box.width and box.x < high and _beside(box, start)]
        lowest = max(box.y + box.height for box in (start, end, *row)) + 16
        y = lowest + _apart(taken, lowest)
        x = start.x + start.width / 2
        return ((x, start.y + start.height), (x, y), (to_x, y), (to_x, end.y + end.height))
    between = [box for box in others if right < box.x + box.width and box.x < left]
    if not any(box.y - 4 < to_y < box.y + box.height + 4 for box in between):
        gap = right + _ACROSS / 3
        if abs(from_y - to_y) < 1:
            return ((right, from_y), (left, to_y))
        x = gap + _apart(taken, gap) / 2
        return ((right, from_y), (x, from_y), (x, to_y), (left, to_y))
    above = min(box.y for box in (*between, end, start)) - 14
    y = above - _apart(taken, above)
    return ((start.x + start.width / 2, start.y), (start.x + start.width / 2, y), (to_x, y), (to_x, end.y))


def _beside(one: Bounds, other: Bounds) -> bool:
    return one.y < other.y + other.height and other.y < one.y + one.height


def _above(node: FlowNode, box: Bounds) -> Bounds | None:
    """Lines leave a gateway below, so its name stands above."""
    x, _ = middle(box)
    return Bounds(x - 60, box.y - 32, 120, 28) if node.type.endswith("Gateway") and node.name else None


def _apart(taken: dict[float, int], gap: float) -> float:
    taken[gap] = taken.get(gap, -1) + 1
    return 8.0 * taken[gap]


def _upright(start: Bounds, end: Bounds) -> tuple[Point, Point]:
    """Straight from border to border, upright where one of the two is wide enough."""
    (from_x, _), (to_x, _) = middle(start), middle(end)
    if start.width > 200:
        from_x = min(max(to_x, start.x), start.x + start.width)
    elif end.width > 200:
        to_x = min(max(from_x, end.x), end.x + end.width)
    if start.y + start.height <= end.y:
        return ((from_x, start.y + start.height), (to_x, end.y))
    return ((from_x, start.y), (to_x, end.y + end.height))
