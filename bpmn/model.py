"""A BPMN 2.0 file as values: what the standard calls the definitions, with the sales facts that stages and tasks carry.

Elements lie flat in mappings by id, each naming its ``scope`` (the process or sub-process that holds it), since real
files are asked "which element is this" far more often than "what is inside".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bpmn.diagram import Diagram
from bpmn.forms import Form
from bpmn.mails import Mail
from bpmn.names import SUB_PROCESSES
from bpmn.text import Text


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer's text as the designer wrote it. ``kind`` is ``date``, ``duration`` or ``cycle`` (ISO 8601)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event waits for or throws: ``message``, ``timer``, ``signal``, ``error``, ``escalation``,
    ``conditional``, ``terminate``, ``link``, ``cancel`` or ``compensate``."""

    kind: str
    #: The id of the message, signal, error or escalation, and its name (None where the reference leads nowhere).
    ref: str | None = None
    name: str | None = None
    timer: Timer | None = None
    condition: str | None = None
    #: Of an error or escalation: what a catching event is told apart by.
    code: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """``standard``, ``parallel`` or ``sequential`` (the last two are multi-instance; BPMN 2.0.2, section 10.3.8).

    All but the names are expressions, empty where the file says nothing.
    """

    kind: str
    #: Multi-instance: how many, or the name of the list with an item for each, and the name of the item.
    cardinality: str = ""
    collection: str = ""
    item: str = ""
    #: The name of the list that collects a result of each instance, and the expression of the result.
    results: str = ""
    result: str = ""
    #: Once it holds, the instances that are left are not needed.
    completion: str = ""
    #: Standard loop: goes on while it holds; asked before the first time too, or only after it.
    condition: str = ""
    test_before: bool = False
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """``sales:lesson`` on a user task: which of its fields become a lesson, and whether it is shared with everyone."""

    about: str = "lost"
    reason: str = ""
    text: str = ""
    share: bool = False


@dataclass(frozen=True, slots=True)
class FlowNode:
    """A task, gateway, event, sub-process or call activity. ``type`` is its BPMN element name."""

    id: str
    type: str
    name: str = ""
    scope: str = ""
    line: int = 0
    documentation: str = ""
    #: The stage's id (``categoryValueRef``), empty when it belongs to none.
    stage: str = ""
    events: tuple[EventDefinition, ...] = ()
    #: For a boundary event: its host, and whether it interrupts it. For the start of an event sub-process: whether it
    #: interrupts the scope around it.
    attached_to: str = ""
    interrupting: bool = True
    default: str = ""
    loop: Loop | None = None
    compensation: bool = False
    #: A sub-process that an event starts.
    triggered_by_event: bool = False
    called_element: str = ""
    script: str = ""
    parallel_multiple: bool = False
    #: A gateway or receive task that would start a process by itself.
    instantiate: bool = False
    # What sales adds:
    form: Form = ()
    questions: tuple[str, ...] = ()
    #: ISO 8601 duration in which the task should be done.
    time_limit: str = ""
    #: A completed task of this kind is one touch of the buyer (domain P4).
    touch: bool = False
    lesson: Lesson | None = None
    #: The role that does it, where the lane does not tell (``potentialOwner``).
    performer: str = ""
    #: For a service task: the service of ours it asks for.
    service: str = ""
    #: For a send task: the mail that it sends, or the name of the webhook that it calls.
    mail: Mail | None = None
    webhook: str = ""
    #: For an end event: ``won``, ``lost`` or ``no_decision``.
    outcome: str = ""
    #: For a message: an expression; a message reaches who waits with the same value (``sales:correlate``).
    correlate: str = ""
    #: For a thrown message: what it carries, as pairs of name and expression (``sales:value``).
    carries: tuple[tuple[str, str], ...] = ()

    @property
    def is_sub_process(self) -> bool:
        return self.type in SUB_PROCESSES

    @property
    def event(self) -> EventDefinition | None:
        return self.events[0] if self.events else None


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    scope: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class MessageFlow:
    id: str
    source: str
    target: str
    name: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Association:
    """An association, or a data association (``directed``)."""

    id: str
    source: str
    target: str
    directed: bool = False
    #: A data association that changes what it carries (``transformation``, ``assignment``).
    computes: bool = False


@dataclass(frozen=True, slots=True)
class Artifact:
    """A ``textAnnotation``, ``group``, ``dataObjectReference``, ``dataStoreReference``...: seen, not run."""

    id: str
    type: str
    name: str = ""
    scope: str = ""
    line: int = 0
    #: For a group: the id of the stage that it shows (``categoryValueRef``), empty when it shows none.
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """Who does it. ``role`` is the key of one of our roles, empty when the lane names none."""

    id: str
    name: str
    process: str
    parent: str = ""
    nodes: frozenset[str] = frozenset()
    role: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """A pool; without a process it is a black box."""

    id: str
    name: str
    process: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    id: str
    name: str = ""
    executable: bool = False
    documentation: str = ""
    #: What the map is for, in one sentence (domain M1).
    goal: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class CheckItem:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A ``categoryValue`` with the stage card (domain M4, M5, B1)."""

    id: str
    name: str
    entry: str = ""
    details: str = ""
    checklist: tuple[CheckItem, ...] = ()
    proof: str = ""
    questions: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    owner: str = ""
    buyer_step: str = ""
    #: ISO 8601 duration: longer in the stage than this is late.
    time_limit: str = ""
    #: From this stage on, a deal counts as viable (domain B1).
    viable: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class RootElement:
    """A ``message``, ``signal``, ``error`` or ``escalation`` that events refer to."""

    id: str
    type: str
    name: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """Something that the reader met and could not take as it stands; a check turns it into a finding."""

    rule: str
    element: str
    line: int
    text: Text


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

    def process(self, process_id: str) -> Process | None:
        return next((process for process in self.processes if process.id == process_id), None)

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
        node = self.nodes.get(node_id)
        if node is not None and node.performer:
            return node.performer
        lane = self.lane_of(node_id)
        return lane.role if lane else ""

    @cached_property
    def _stage_by_id(self) -> Mapping[str, Stage]:
        return {stage.id: stage for stage in self.stages}

    def stage(self, stage_id: str) -> Stage | None:
        return self._stage_by_id.get(stage_id)

    def stage_of(self, node_id: str) -> Stage | None:
        """The stage that a node belongs to, by itself or through the sub-process around it."""
        for node in self.enclosing(node_id):
            if node.stage in self._stage_by_id:
                return self._stage_by_id[node.stage]
        return None

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
