"""From the definitions to a geometry: every scope laid out, the innermost first, and put into the one around it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from bpmn.diagram import Bounds
from bpmn.drawing.conditions import in_short
from bpmn.drawing.geometry import (
    Column,
    Frame,
    Geometry,
    Line,
    Placed,
    Point,
    around,
    data_type,
    moved,
    outermost_first,
)
from bpmn.drawing.label import labelled
from bpmn.drawing.layout.block import Block, block_of, plain_block_of
from bpmn.drawing.layout.parts import Budget, Scope, TooMuchWork
from bpmn.drawing.layout.plain import straight, to_line
from bpmn.drawing.layout.regions import ROOT
from bpmn.drawing.layout.scopes import Inside, Scopes
from bpmn.drawing.layout.sizes import EVENT, places_of
from bpmn.model import Definitions

#: How much may be looked at before a plain grid has to do.
MOST_WORK = 12_000_000
#: The name of a stage stands above the pools, where its group begins.
STAGE_TITLE = 36.0


def laid_out(definitions: Definitions, *, most_work: int = MOST_WORK) -> Geometry:
    """The orderly map; of what is too large or too dense for it, a plain grid."""
    scopes = Scopes(definitions)
    budget = Budget(most_work)
    try:
        blocks = _blocks(scopes, lambda scope: block_of(scope, budget))
    except TooMuchWork:
        blocks = _blocks(scopes, plain_block_of)
    return _Picture(definitions, scopes, blocks).geometry()


def _blocks(scopes: Scopes, block_of: Callable[[Scope], Block]) -> dict[str, Block]:
    """Every scope laid out, the innermost first."""
    insides: dict[str, Inside] = {}
    blocks: dict[str, Block] = {}
    for scope in scopes.holding.scopes():
        blocks[scope] = block_of(scopes.scope(scope, insides))
        if scope != ROOT:
            insides[scope] = blocks[scope].inside()
    return blocks


class _Picture:
    def __init__(self, definitions: Definitions, scopes: Scopes, blocks: dict[str, Block]) -> None:
        self.definitions, self.holding, self.blocks = definitions, scopes.holding, blocks
        self.frames: list[Frame] = []
        self.nodes: list[Placed] = []
        #: The parts of every line: how deep inside, which part, its points.
        self.parts: dict[str, list[tuple[int, str, tuple[Point, ...]]]] = {}
        self.columns: tuple[Column, ...] = ()

    def geometry(self) -> Geometry:
        self._put(ROOT, 0, 0.0, 0.0)
        self._stages(self.blocks[ROOT])
        self.nodes.sort(key=lambda placed: placed.type == "boundaryEvent")
        self._cross()
        drawn = Geometry(outermost_first(self.frames), tuple(self.nodes), tuple(self._lines()), columns=self.columns)
        return labelled(drawn).moved_to_corner()

    def _cross(self) -> None:
        """Lines that found no way of their own, as those of a plain grid."""
        boxes = {frame.id: frame.bounds for frame in self.frames} | {node.id: node.bounds for node in self.nodes}
        flows = self.definitions.flows
        for join in self.definitions.joins:
            if join.id in self.parts:
                continue
            if join.source in boxes and join.target in boxes:
                self.parts[join.id] = [(0, "whole", straight(boxes[join.source], boxes[join.target]))]
            elif join.source in boxes and join.target in flows and join.target in self.parts:
                # A note on a flow.
                self.parts[join.id] = [(0, "whole", to_line(boxes[join.source], self._joined(join.target)))]
            elif join.target in boxes and join.source in flows and join.source in self.parts:
                points = to_line(boxes[join.target], self._joined(join.source))
                self.parts[join.id] = [(0, "whole", points[::-1])]

    def _put(self, scope: str, depth: int, left: float, top: float) -> None:
        block = self.blocks[scope]
        names = {lane.id: lane.name for lane in self.definitions.lanes}
        for pool in self.definitions.participants:
            process = self.definitions.process(pool.process)
            names[pool.id] = pool.name or (process.name if process else "")
        pools = {pool.id for pool in self.definitions.participants}
        for frame, _, box in block.frames():
            kind = "pool" if frame in pools else "lane"
            self.frames.append(Frame(frame, kind, names[frame], moved(box, left, top)))
        for item in block.lattice.cells:
            box = moved(block.bounds(item), left, top)
            if item in pools:
                self.frames.append(Frame(item, "blackBox", names[item], box))
            elif item in self.holding.artifacts:
                self._artifact(item, box)
            else:
                self._node(item, box)
            if item in self.blocks:
                self._put(item, depth + 1, box.x, box.y)
        for route in block.routes:
            points = tuple((x + left, y + top) for x, y in block.points(route))
            self.parts.setdefault(route.link.id, []).append((depth, route.link.part, points))

    def _node(self, id_: str, box: Bounds) -> None:
        node = self.definitions.nodes[id_]
        if id_ in self.holding.regions:
            self.frames.append(Frame(id_, "subProcess", node.name, box, node=node))
        else:
            self.nodes.append(Placed(id_, node.type, node.name, box, node=node))
        events = self.holding.mounted(id_)
        for place, event in zip(places_of(node, events), events, strict=True):
            bounds = around((box.x + box.width / 2 + place, box.y + box.height), EVENT, EVENT)
            self.nodes.append(Placed(event.id, event.type, event.name, bounds, node=event))

    def _artifact(self, id_: str, box: Bounds) -> None:
        artifact = self.holding.artifacts[id_]
        if artifact.type == "group":
            self.frames.append(Frame(id_, "group", artifact.name, box))
        else:
            self.nodes.append(Placed(id_, data_type(artifact), artifact.name, box))

    def _stages(self, root: Block) -> None:
        stages = self.definitions.stages if root.lattice.bands else ()
        groups = {one.stage: one for one in self.definitions.artifacts if one.type == "group"}
        columns = []
        for number, stage in enumerate(stages):
            left, right = root.band(number)
            group = groups.get(stage.id)
            columns.append(Column(stage.id, left, right, group.id if group else ""))
            if group is not None:
                box = Bounds(left, -STAGE_TITLE, right - left, root.height + STAGE_TITLE + 8)
                self.frames.append(Frame(group.id, "group", group.name, box))
        self.columns = tuple(columns)

    def _lines(self) -> Iterator[Line]:
        for flow in self.definitions.flows.values():
            source = self.definitions.nodes.get(flow.source)
            if flow.id in self.parts:
                yield Line(
                    flow.id,
                    "sequenceFlow",
                    self._joined(flow.id),
                    flow.name or in_short(flow.condition),
                    default=source is not None and source.default == flow.id,
                    conditional=bool(flow.condition) and source is not None and not source.type.endswith("Gateway"),
                )
        for message in self.definitions.message_flows:
            if message.id in self.parts:
                yield Line(message.id, "messageFlow", self._joined(message.id), message.name)
        for association in self.definitions.associations:
            if association.id in self.parts:
                kind = "dataAssociation" if association.directed else "association"
                yield Line(association.id, kind, self._joined(association.id))

    def _joined(self, link: str) -> tuple[Point, ...]:
        """From the inside of one sub-process out to the shared scope, and into the other."""
        turn = {"source": 0, "whole": 1, "target": 2}
        parts = sorted(self.parts[link], key=lambda part: (turn[part[1]], part[0] if part[1] == "target" else -part[0]))
        return _straightened([point for _, _, points in parts for point in points])


def _straightened(points: list[Point]) -> tuple[Point, ...]:
    """Without places where nothing bends."""
    found: list[Point] = []
    for point in points:
        if found and math.dist(found[-1], point) < 0.01:
            continue
        if len(found) > 1:
            (ax, ay), (bx, by) = found[-2], found[-1]
            if (ax == bx == point[0] and (by - ay) * (point[1] - by) > 0) or (
                ay == by == point[1] and (bx - ax) * (point[0] - bx) > 0
            ):
                found.pop()
        found.append(point)
    return tuple(found) if len(found) > 1 else (*found, *found)
