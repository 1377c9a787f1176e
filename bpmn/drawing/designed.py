"""The picture as the designer drew it: a file's own diagram interchange turned into a geometry."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from bpmn.diagram import Bounds, Diagram, Edge, Shape
from bpmn.drawing.conditions import in_short
from bpmn.drawing.geometry import Column, Frame, Geometry, Line, Placed, data_type, outermost_first
from bpmn.drawing.label import labelled
from bpmn.model import Artifact, Definitions, FlowNode

#: A sub-process that does not say whether it is expanded is, when it is larger than any task.
_LARGER_THAN_A_TASK = 150.0

_Thing = TypeVar("_Thing", Frame, Placed)


def designed(definitions: Definitions, diagram: Diagram) -> Geometry | None:
    """None where the diagram shows nothing that is in the file."""
    known = _Elements(definitions)
    frames: list[Frame] = []
    nodes: list[Placed] = []
    for shape in diagram.shapes:
        thing = known.thing(shape)
        if isinstance(thing, Frame):
            frames.append(thing)
        elif thing is not None:
            nodes.append(thing)
    if not frames and not nodes:
        return None
    # A boundary event stands on the border of its host, so it comes later.
    nodes.sort(key=lambda placed: placed.type == "boundaryEvent")
    lines = tuple(line for edge in diagram.edges if (line := known.line(edge)))
    drawn = Geometry(outermost_first(_once(frames)), tuple(_once(nodes)), lines)
    columns = _columns(definitions, diagram, drawn)
    return labelled(replace(drawn, columns=columns)).moved_to_corner()


def _once(things: list[_Thing]) -> Iterator[_Thing]:
    seen = set()
    for thing in things:
        if thing.id not in seen:
            seen.add(thing.id)
            yield thing


def _columns(definitions: Definitions, diagram: Diagram, drawn: Geometry) -> tuple[Column, ...]:
    """The bands of the stages: their groups, where they stand side by side; or what our own layout has written."""
    if not any(definitions.stage_of(node) for node in definitions.nodes):
        return ()
    stages = {artifact.id: artifact.stage for artifact in definitions.artifacts if artifact.stage}
    groups = [frame for frame in drawn.frames if frame.id in stages]
    found = [Column(stages[one.id], one.bounds.x, one.bounds.x + one.bounds.width, one.id) for one in groups]
    found = found or [Column(*column) for column in diagram.columns if _holds(definitions, drawn, *column)]
    found.sort(key=lambda column: column.left)
    apart = all(one.right <= other.left for one, other in itertools.pairwise(found))
    return tuple(found) if apart and len({column.stage for column in found}) == len(found) else ()


def _holds(definitions: Definitions, drawn: Geometry, stage: str, left: float, right: float) -> bool:
    """Whether a stage still stands where it was written to be: others may have moved its elements since."""
    known = definitions.stage(stage)
    boxes = [
        one.bounds
        for one in drawn.things
        if one.node is not None and known is not None and definitions.stage_of(one.id) == known
    ]
    return known is not None and all(left <= box.x and box.x + box.width <= right for box in boxes)


class _Elements:
    """What a shape or an edge may point to, by id."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.participants = {participant.id: participant for participant in definitions.participants}
        self.lanes = {lane.id: lane for lane in definitions.lanes}
        self.artifacts = {artifact.id: artifact for artifact in definitions.artifacts}
        self.messages = {message.id: message for message in definitions.message_flows}
        self.associations = {association.id: association for association in definitions.associations}

    def thing(self, shape: Shape) -> Frame | Placed | None:
        id_, box = shape.element, _drawable(shape.bounds)
        if id_ in self.definitions.nodes:
            return self._node(self.definitions.nodes[id_], shape, box)
        if id_ in self.participants:
            if shape.bounds.width == shape.bounds.height == 0:
                # Some tools write a pool that nobody drew.
                return None
            participant = self.participants[id_]
            kind = "pool" if self._has_inside(participant.process) else "blackBox"
            process = self.definitions.process(participant.process)
            name = participant.name or (process.name if process else "")
            return Frame(id_, kind, name, box, shape.horizontal)
        if id_ in self.lanes:
            return Frame(id_, "lane", self.lanes[id_].name, box, shape.horizontal)
        if id_ in self.artifacts:
            return self._artifact(self.artifacts[id_], shape, box)
        return None

    def _has_inside(self, process: str) -> bool:
        return process in self.definitions.by_scope or any(lane.process == process for lane in self.definitions.lanes)

    def _node(self, node: FlowNode, shape: Shape, box: Bounds) -> Frame | Placed:
        expanded = shape.expanded
        if expanded is None and node.is_sub_process:
            expanded = box.width > _LARGER_THAN_A_TASK and bool(self.definitions.by_scope.get(node.id))
        if node.type == "callActivity" and expanded is not False and box.width > _LARGER_THAN_A_TASK:
            # It shows what it calls, which is drawn from another process of the file.
            return Frame(node.id, "subProcess", node.name, box, node=node)
        if node.is_sub_process and expanded:
            return Frame(node.id, "subProcess", node.name, box, node=node)
        return Placed(node.id, node.type, node.name, box, shape.label, node)

    def _artifact(self, artifact: Artifact, shape: Shape, box: Bounds) -> Frame | Placed:
        if artifact.type == "group":
            return Frame(artifact.id, "group", artifact.name, box, label=shape.label)
        return Placed(artifact.id, data_type(artifact), artifact.name, box, shape.label)

    def line(self, edge: Edge) -> Line | None:
        flow = self.definitions.flows.get(edge.element)
        if flow is not None:
            source = self.definitions.nodes.get(flow.source)
            is_default = source is not None and source.default == flow.id
            return Line(
                flow.id,
                "sequenceFlow",
                edge.waypoints,
                flow.name or in_short(flow.condition),
                edge.label,
                default=is_default,
                conditional=bool(flow.condition) and source is not None and not source.type.endswith("Gateway"),
            )
        if message := self.messages.get(edge.element):
            return Line(message.id, "messageFlow", edge.waypoints, message.name, edge.label, icon=edge.message)
        if association := self.associations.get(edge.element):
            kind = "dataAssociation" if association.directed else "association"
            return Line(association.id, kind, edge.waypoints)
        return None


def _drawable(box: Bounds) -> Bounds:
    """With a size above zero, wherever it was drawn from."""
    left, top = min(box.x, box.x + box.width), min(box.y, box.y + box.height)
    return Bounds(left, top, max(abs(box.width), 1.0), max(abs(box.height), 1.0))
