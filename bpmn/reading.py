"""Bytes to a Document: the tree as the designer's tool wrote it, and what it says as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from bpmn import names
from bpmn.diagram import Diagram
from bpmn.elements import is_foreign, line_of, local_name, name_of, named, one_line, text_in, text_of_child
from bpmn.errors import DoctypeRefused, NotBpmn, NotXml, TooLarge
from bpmn.interchange import read_diagram
from bpmn.model import (
    Artifact,
    Association,
    Definitions,
    EventDefinition,
    FlowNode,
    Lane,
    MessageFlow,
    Participant,
    Process,
    ReadingNote,
    RootElement,
    SequenceFlow,
    Stage,
    Timer,
)
from bpmn.repetition import read_loop
from bpmn.sales import (
    extension,
    read_kpis,
    read_profiles,
    read_scenarios,
    read_stage,
    read_task,
    role_of_lane,
    rule_of,
    silenced_in,
    text_of,
)
from bpmn.text import N_, Text

#: Ceilings on what is read at all. The largest of 5,146 real files has 108 nodes and 907 KB.
MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000

_EVENT_KINDS = {
    f"{kind}EventDefinition": kind
    for kind in (
        "message",
        "timer",
        "signal",
        "error",
        "escalation",
        "conditional",
        "terminate",
        "link",
        "cancel",
        "compensate",
    )
}
_TIMER_KINDS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_ROOT_TYPES = frozenset({"message", "signal", "error", "escalation"})


@dataclass(frozen=True, eq=False)
class Document:
    """A file that was read: ``root`` keeps everything in it, other vendors' elements included."""

    root: etree._Element
    definitions: Definitions


def read(source: bytes) -> Document:
    """Read a BPMN 2.0 file, or raise the BpmnError that says what is wrong with it as a file.

    Whatever is well-formed BPMN is read, however odd; what cannot be taken as it stands is kept as a ReadingNote.
    No entity is resolved, nothing is fetched, and sizes are bounded before anything is built.
    """
    root = parse(source)
    return Document(root, _Reader(root).definitions())


def parse(source: bytes) -> etree._Element:
    """The root element of a BPMN file within our limits."""
    if len(source) > MAX_BYTES:
        raise TooLarge(size=f"{len(source) / 1024 / 1024:.1f}", unit="MB", most=f"{MAX_BYTES // 1024 // 1024} MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False
    )
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise NotXml(line=error.lineno or 1, reason=(error.msg or "empty").split(", line ")[0]) from None
    except ValueError as error:
        raise NotXml(line=1, reason=str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DoctypeRefused
    count = sum(1 for _ in root.iter())
    if count > MAX_ELEMENTS:
        raise TooLarge(size=f"{count:,}", unit="elements", most=f"{MAX_ELEMENTS:,}")
    if local_name(root) != "definitions":
        raise NotBpmn(root=local_name(root))
    return root


class _Reader:
    """One walk over the tree, in document order."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.nodes: dict[str, FlowNode] = {}
        self.flows: dict[str, SequenceFlow] = {}
        self.processes: list[Process] = []
        self.participants: list[Participant] = []
        self.lanes: list[Lane] = []
        self.message_flows: list[MessageFlow] = []
        self.artifacts: dict[str, Artifact] = {}
        self.associations: list[Association] = []
        self.stages: list[Stage] = []
        self.diagrams: list[Diagram] = []
        self.notes: list[ReadingNote] = []
        self.seen: set[str] = set()
        # A file without a namespace is read as if its elements were BPMN's.
        if etree.QName(root).namespace != names.BPMN:
            self._note("namespace", root, N_("The file does not use the BPMN 2.0 namespace."))
        self.roots = {
            element.get("id", ""): RootElement(
                element.get("id", ""),
                local_name(element),
                name_of(element),
                element.get("errorCode") or element.get("escalationCode") or "",
            )
            for element in root
            if local_name(element) in _ROOT_TYPES
        }

    def definitions(self) -> Definitions:
        for category in named(self.root, "category"):
            # First of all, since groups anywhere in the file are named by them.
            self.stages += [read_stage(value) for value in named(category, "categoryValue")]
        for element in self.root:
            match local_name(element):
                case "process":
                    self._process(element)
                case "collaboration" | "choreography" | "globalConversation":
                    self._collaboration(element)
                case "BPMNDiagram":
                    self.diagrams.append(read_diagram(element))
        return Definitions(
            id=self.root.get("id", ""),
            name=name_of(self.root),
            language=self.root.get(f"{{{names.XML}}}lang", ""),
            exporter=self.root.get("exporter", ""),
            processes=tuple(self.processes),
            participants=tuple(self.participants),
            lanes=tuple(self.lanes),
            nodes=self.nodes,
            flows=self.flows,
            message_flows=tuple(self.message_flows),
            artifacts=tuple(self.artifacts.values()),
            associations=tuple(self.associations),
            stages=tuple(self.stages),
            roots=self.roots,
            diagrams=tuple(self.diagrams),
            notes=tuple(self.notes),
        )

    def _note(self, rule: str, element: etree._Element, template: str, **values: object) -> None:
        self.notes.append(ReadingNote(rule, element.get("id", ""), line_of(element), Text(template, values)))

    def _id(self, element: etree._Element) -> str:
        """The element's id; one that is missing or taken gets a stand-in, and a note."""
        given = element.get("id")
        if given and given not in self.seen:
            self.seen.add(given)
            return given
        if given:
            self._note("duplicate_id", element, N_("Two elements have the id '%(id)s'. Give one a new id."), id=given)
        elif local_name(element) in names.FLOW_NODES | {"sequenceFlow", "process"}:
            self._note("missing_id", element, N_("<%(name)s> has no id. Give it one."), name=local_name(element))
        stand_in = f"{local_name(element)}-at-line-{line_of(element)}-{len(self.seen)}"
        self.seen.add(stand_in)
        return stand_in

    def _process(self, element: etree._Element) -> None:
        process_id = self._id(element)
        self.processes.append(
            Process(
                id=process_id,
                name=name_of(element),
                executable=element.get("isExecutable") == "true",
                documentation=_documentation(element),
                goal=text_of(extension(element, "goal")),
                kpis=read_kpis(element),
                profiles=read_profiles(element),
                scenarios=read_scenarios(element),
                line=line_of(element),
                silenced=silenced_in(element),
            )
        )
        self._scope(element, process_id)

    def _scope(self, element: etree._Element, scope: str) -> None:
        for child in element:
            name = local_name(child)
            if name in names.FLOW_NODES:
                self._node(child, name, scope)
            elif name == "sequenceFlow":
                self._flow(child, scope)
            elif name == "laneSet":
                self._lanes(child, scope, "")
            elif name in names.DATA or name in names.ARTIFACTS:
                self._artifact(child, name, scope)
            elif name == "association":
                self._association(child)
            elif name and name not in _PARTS and not is_foreign(child):
                self._note("unknown_element", child, N_("<%(name)s> is no element of BPMN 2.0."), name=name)

    def _node(self, element: etree._Element, name: str, scope: str) -> None:
        node_id = self._id(element)
        interrupting = element.get("cancelActivity") if name == "boundaryEvent" else element.get("isInterrupting")
        self.nodes[node_id] = FlowNode(
            id=node_id,
            type=name,
            name=name_of(element),
            scope=scope,
            line=line_of(element),
            documentation=_documentation(element),
            stage=next((text_in(child) for child in named(element, "categoryValueRef")), ""),
            events=tuple(self._events(element)),
            attached_to=element.get("attachedToRef", ""),
            interrupting=interrupting != "false",
            default=element.get("default", ""),
            loop=read_loop(element),
            compensation=element.get("isForCompensation") == "true",
            triggered_by_event=element.get("triggeredByEvent") == "true",
            called_element=element.get("calledElement", ""),
            script=text_of_child(element, "script") or rule_of(element),
            parallel_multiple=element.get("parallelMultiple") == "true"
            or element.get("eventGatewayType") == "Parallel",
            instantiate=element.get("instantiate") == "true",
            performer=_performer(element),
            **read_task(element),
        )
        for association in (*named(element, "dataInputAssociation"), *named(element, "dataOutputAssociation")):
            self._data_association(association, node_id)
        if name in names.SUB_PROCESSES:
            self._scope(element, node_id)

    def _events(self, element: etree._Element) -> Iterator[EventDefinition]:
        for child in element:
            kind = _EVENT_KINDS.get(local_name(child))
            if kind is None:
                continue
            ref = child.get(f"{kind}Ref")
            root = self.roots.get(ref.split(":")[-1] if ref else "")
            timer = next(
                (
                    Timer(_TIMER_KINDS[local_name(part)], text_in(part))
                    for part in child
                    if local_name(part) in _TIMER_KINDS
                ),
                None,
            )
            condition = next((text_in(part) for part in named(child, "condition")), None)
            name = root.name if root else None
            code = root.code or root.id if root and kind in ("error", "escalation") else ""
            yield EventDefinition(kind, ref, name or child.get("name"), timer, condition, code)
        if ref := element.get("messageRef"):
            # A send or receive task names its message itself.
            root = self.roots.get(ref.split(":")[-1])
            yield EventDefinition("message", ref, root.name if root else None)

    def _flow(self, element: etree._Element, scope: str) -> None:
        flow_id = self._id(element)
        condition = next((text_in(part) for part in named(element, "conditionExpression")), None)
        self.flows[flow_id] = SequenceFlow(
            flow_id,
            element.get("sourceRef", ""),
            element.get("targetRef", ""),
            name_of(element),
            condition,
            scope,
            line_of(element),
        )

    def _lanes(self, element: etree._Element, process: str, parent: str) -> None:
        for lane in named(element, "lane"):
            lane_id = self._id(lane)
            held = frozenset(text_in(ref) for ref in named(lane, "flowNodeRef"))
            self.lanes.append(
                Lane(
                    lane_id,
                    name_of(lane),
                    process,
                    parent,
                    held,
                    role_of_lane(lane, name_of(lane)),
                    line_of(lane),
                )
            )
            for inner in named(lane, "childLaneSet"):
                self._lanes(inner, process, lane_id)

    def _artifact(self, element: etree._Element, kind: str, scope: str) -> None:
        artifact_id = self._id(element)
        name = name_of(element)
        if kind == "textAnnotation":
            name = one_line(" ".join(text_in(text) for text in named(element, "text")))
        shown = ""
        if kind == "group":
            ref = (element.get("categoryValueRef") or "").split(":")[-1]
            stage = next((s for s in self.stages if s.id == ref), None)
            name, shown = (stage.name, stage.id) if stage else (name, "")
        self.artifacts[artifact_id] = Artifact(artifact_id, kind, name, scope, line_of(element), shown)

    def _association(self, element: etree._Element) -> None:
        directed = element.get("associationDirection", "None") != "None"
        self.associations.append(
            Association(self._id(element), element.get("sourceRef", ""), element.get("targetRef", ""), directed)
        )

    def _data_association(self, element: etree._Element, node: str) -> None:
        reading = local_name(element) == "dataInputAssociation"
        other = next((text_in(ref) for ref in named(element, "sourceRef" if reading else "targetRef")), "")
        source, target = (other, node) if reading else (node, other)
        computes = any(local_name(part) in ("transformation", "assignment") for part in element)
        self.associations.append(Association(self._id(element), source, target, directed=True, computes=computes))

    def _collaboration(self, element: etree._Element) -> None:
        for child in element:
            match local_name(child):
                case "participant":
                    process = (child.get("processRef") or "").split(":")[-1]
                    self.participants.append(Participant(self._id(child), name_of(child), process))
                case "messageFlow":
                    source, target = ((child.get(end) or "").split(":")[-1] for end in ("sourceRef", "targetRef"))
                    flow = MessageFlow(self._id(child), source, target, name_of(child), line_of(child))
                    self.message_flows.append(flow)
                case "textAnnotation" | "group" as kind:
                    self._artifact(child, kind, "")
                case "association":
                    self._association(child)


#: What may stand in a process or sub-process beside what a map shows.
_PARTS = frozenset(
    {
        "documentation",
        "extensionElements",
        "auditing",
        "monitoring",
        "property",
        "ioSpecification",
        "ioBinding",
        "incoming",
        "outgoing",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "correlationSubscription",
        "supports",
        "supportedInterfaceRef",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
        "completionCondition",
        "categoryValueRef",
        "dataInputAssociation",
        "dataOutputAssociation",
        "inputSet",
        "outputSet",
    }
)


def _documentation(element: etree._Element) -> str:
    return "\n\n".join(text for child in named(element, "documentation") if (text := text_in(child)))


def _performer(element: etree._Element) -> str:
    """``potentialOwner`` (BPMN 2.0.2, section 10.3.2): its expression names the role."""
    return next((text_in(owner) for owner in named(element, "potentialOwner")), "")
