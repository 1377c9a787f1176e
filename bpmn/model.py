"""A BPMN 2.0 file as values: what the standard calls the definitions, with the sales facts that stages and tasks carry.

Elements lie flat in mappings by id, each naming its ``scope`` (the process or sub-process that holds it), since real
files are asked "which element is this" far more often than "what is inside".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bpmn.diagram import Diagram
from bpmn.values import (
    Artifact,
    Association,
    CheckItem,
    EventDefinition,
    FlowNode,
    Lane,
    Lesson,
    Loop,
    MessageFlow,
    Participant,
    Process,
    Profile,
    ReadingNote,
    RootElement,
    SequenceFlow,
    Stage,
    Timer,
)

__all__ = [
    "DEAL_LOST",
    "Artifact",
    "Association",
    "CheckItem",
    "Definitions",
    "EventDefinition",
    "FlowNode",
    "Lane",
    "Lesson",
    "Loop",
    "MessageFlow",
    "Participant",
    "Process",
    "Profile",
    "ReadingNote",
    "RootElement",
    "SequenceFlow",
    "Stage",
    "Timer",
]


@dataclass(frozen=True, eq=False)
class Definitions:
    """Everything that one BPMN file says."""

    id: str = ""
    name: str = ""
    language: str = ""
    exporter: str = ""
    processes: tuple[Process, ...] = ()
    participants: tuple[Participant, ...] = ()
    lanes: tuple[Lane, ...] = ()
    nodes: Mapping[str, FlowNode] = field(default_factory=dict)
    flows: Mapping[str, SequenceFlow] = field(default_factory=dict)
    message_flows: tuple[MessageFlow, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    associations: tuple[Association, ...] = ()
    stages: tuple[Stage, ...] = ()
    roots: Mapping[str, RootElement] = field(default_factory=dict)
    diagrams: tuple[Diagram, ...] = ()
    notes: tuple[ReadingNote, ...] = ()

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[SequenceFlow, ...]]:
        return self._flows_by("source")

    @cached_property
    def incoming(self) -> Mapping[str, tuple[SequenceFlow, ...]]:
        return self._flows_by("target")

    def _flows_by(self, end: str) -> Mapping[str, tuple[SequenceFlow, ...]]:
        by_node: dict[str, tuple[SequenceFlow, ...]] = dict.fromkeys(self.nodes, ())
        for flow in self.flows.values():
            node = getattr(flow, end)
            if node in by_node:
                by_node[node] += (flow,)
        return by_node

    @cached_property
    def joins(self) -> tuple[SequenceFlow | MessageFlow | Association, ...]:
        """Everything that is drawn as a line from one element to another."""
        return (*self.flows.values(), *self.message_flows, *self.associations)

    @cached_property
    def by_scope(self) -> Mapping[str, tuple[FlowNode, ...]]:
        """The flow nodes directly inside each process and sub-process."""
        held: dict[str, tuple[FlowNode, ...]] = {}
        for node in self.nodes.values():
            held[node.scope] = (*held.get(node.scope, ()), node)
        return held

    @cached_property
    def boundary_events(self) -> Mapping[str, tuple[FlowNode, ...]]:
        hosts: dict[str, tuple[FlowNode, ...]] = {}
        for node in self.nodes.values():
            if node.type == "boundaryEvent":
                hosts[node.attached_to] = (*hosts.get(node.attached_to, ()), node)
        return hosts

    @cached_property
    def questions(self) -> Mapping[str, None]:
        """What the forms ask, by the ids of their fields: each with the answer that it has before it is asked."""
        return {field.id: None for node in self.nodes.values() for field in node.form}

    @cached_property
    def silenced(self) -> Mapping[str, frozenset[str]]:
        """Element to the rules whose warnings were silenced there."""
        parts: tuple[Process | Stage | FlowNode, ...] = (*self.processes, *self.stages, *self.nodes.values())
        return {part.id: part.silenced for part in parts if part.silenced}

    def process(self, process_id: str) -> Process | None:
        return next((process for process in self.processes if process.id == process_id), None)

    def profiles_at(self, node_id: str) -> tuple[Profile, ...]:
        """The client profiles that its designer wants to be at hand at this step."""
        wanted = self.nodes[node_id].profiles
        return tuple(one for process in self.processes for one in process.profiles if one.id in wanted)

    def process_of(self, element_id: str) -> str:
        """The id of the process that holds the element, however deep."""
        scope = self.nodes[element_id].scope if element_id in self.nodes else ""
        while scope in self.nodes:
            scope = self.nodes[scope].scope
        return scope

    def enclosing(self, node_id: str) -> Iterator[FlowNode]:
        """The node, then the sub-processes around it, innermost first."""
        seen = set()
        while node_id in self.nodes and node_id not in seen:
            seen.add(node_id)
            node = self.nodes[node_id]
            yield node
            node_id = node.scope

    @cached_property
    def _lane_by_node(self) -> Mapping[str, Lane]:
        # An inner lane is read after the one around it, so that the most exact one stays.
        return {node: lane for lane in self.lanes for node in lane.nodes}

    def lane_of(self, node_id: str) -> Lane | None:
        """The innermost lane of a node; a node in a sub-process without lanes is in the lane of the sub-process."""
        for node in self.enclosing(node_id):
            if node.id in self._lane_by_node:
                return self._lane_by_node[node.id]
            if node.attached_to in self._lane_by_node:
                return self._lane_by_node[node.attached_to]
        return None

    def role_of(self, node_id: str) -> str:
        """The key of the role that does this task, empty when anyone of the deal's team may."""
        return self._roles.get(node_id, "")

    @cached_property
    def _roles(self) -> Mapping[str, str]:
        lanes = {node: lane.role for node in self.nodes if (lane := self.lane_of(node))}
        return {node.id: node.performer or lanes.get(node.id, "") for node in self.nodes.values()}

    @cached_property
    def _stage_by_id(self) -> Mapping[str, Stage]:
        return {stage.id: stage for stage in self.stages}

    def stage(self, stage_id: str) -> Stage | None:
        return self._stage_by_id.get(stage_id)

    def stage_of(self, node_id: str) -> Stage | None:
        """The stage that a node belongs to, by itself or through the sub-process around it."""
        return self._stage_by_node.get(node_id)

    @cached_property
    def _stage_by_node(self) -> Mapping[str, Stage]:
        found: dict[str, Stage] = {}
        for node in self.nodes:
            stages = (self.stage(around.stage) for around in self.enclosing(node))
            if stage := next(filter(None, stages), None):
                found[node] = stage
        return found

    @cached_property
    def awaits(self) -> bool:
        """Whether its deals can wait for messages or signals, beside a loss."""
        events = (node.events for node in self.nodes.values() if node.type in _CATCH)
        return any(event.kind in ("message", "signal") and event.name != DEAL_LOST for held in events for event in held)

    @cached_property
    def lost_process(self) -> FlowNode | None:
        """The event sub-process at the root that the message "deal lost" starts (design section 2)."""
        for node in self.nodes.values():
            if node.triggered_by_event and node.scope not in self.nodes:
                for start in self.by_scope.get(node.id, ()):
                    if start.type == "startEvent" and start.event and start.event.name == DEAL_LOST:
                        return node
        return None


_CATCH = frozenset({"intermediateCatchEvent", "receiveTask", "boundaryEvent", "startEvent"})
#: The message that a lost deal sends to its own process.
DEAL_LOST = "deal lost"
