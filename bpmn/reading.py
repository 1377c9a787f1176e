"""Bytes to a Document: the tree as the designer's tool wrote it, and what it says as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from bpmn import names
from bpmn.errors import DoctypeRefused, NotBpmn, NotXml, TooLarge
from bpmn.model import (
    Artifact,
    Association,
    Bounds,
    Definitions,
    Diagram,
    Edge,
    EventDefinition,
    FlowNode,
    Lane,
    Loop,
    MessageFlow,
    Participant,
    Process,
    ReadingNote,
    RootElement,
    SequenceFlow,
    Shape,
    Stage,
    Timer,
)
from bpmn.names import bpmn
from bpmn.sales import extension, read_stage, read_task, role_of_lane, text_of
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
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise NotXml(line=error.lineno or 1, reason=(error.msg or "empty").split(", line ")[0]) from None
    except ValueError as error:
        raise NotXml(line=1, reason=str(error)) from None
    if root.getroottree().docinfo.doctype:
        raise DoctypeRefused
    count = sum(1 for _ in root.iter())
    if count > MAX_ELEMENTS:
        raise TooLarge(size=f"{count:,}", unit="elements", most=f"{MAX_ELEMENTS:,}")
    if local_name(root) != "definitions":
        raise NotBpmn(root=local_name(root))
    return root


def local_name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _name(element: etree._Element) -> str:
    return " ".join((element.get("name") or "").split())


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
                _name(element),
                element.get("errorCode") or element.get("escalationCode") or "",
            )
            for element in root
            if local_name(element) in _ROOT_TYPES
        }

    def definitions(self) -> Definitions:
        for category in self._children(self.root, "category"):
            # First of all, since groups anywhere in the file are named by them.
            self.stages += [read_stage(value) for value in self._children(category, "categoryValue")]
        for element in self.root:
            match local_name(element):
                case "process":
                    self._process(element)
                case "collaboration" | "choreography" | "globalConversation":
                    self._collaboration(element)
                case "BPMNDiagram":
                    self.diagrams.append(_diagram(element))
        return Definitions(
            id=self.root.get("id", ""),
            name=_name(self.root),
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
        self.notes.append(
            ReadingNote(rule, element.get("id", ""), int(element.sourceline or 0), Text(template, values))
        )

    def _id(self, element: etree._Element) -> str:
        """The element's id; one that is missing or taken gets a stand-in, and a note."""
        given = element.get("id")
        if given and given not in self.seen:
            self.seen.add(given)
            return given
        if given:
            self._note("duplicate_id", element, N_("Two elements have the id '%(id)s'. Give one a new id."), id=given)
        stand_in = f"{local_name(element)}-at-line-{element.sourceline or 0}-{len(self.seen)}"
        self.seen.add(stand_in)
        return stand_in

    @staticmethod
    def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
        return (child for child in element if local_name(child) == name)

    def _process(self, element: etree._Element) -> None:
        process_id = self._id(element)
        self.processes.append(
            Process(
                id=process_id,
                name=_name(element),
                executable=element.get("isExecutable") == "true",
                documentation=_documentation(element),
                goal=text_of(extension(element, "goal")),
                line=int(element.sourceline or 0),
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
            elif name and name not in _PARTS and not _foreign(child):
                self._note("unknown_element", child, N_("<%(name)s> is no element of BPMN 2.0."), name=name)

    def _node(self, element: etree._Element, name: str, scope: str) -> None:
        node_id = self._id(element)
        interrupting = element.get("cancelActivity") if name == "boundaryEvent" else element.get("isInterrupting")
        script = next(self._children(element, "script"), None)
        self.nodes[node_id] = FlowNode(
            id=node_id,
            type=name,
            name=_name(element),
            scope=scope,
            line=int(element.sourceline or 0),
            documentation=_documentation(element),
            stage=next((_text(child) for child in self._children(element, "categoryValueRef")), ""),
            events=tuple(self._events(element)),
            attached_to=element.get("attachedToRef", ""),
            interrupting=interrupting != "false",
            default=element.get("default", ""),
            loop=_loop(element),
            compensation=element.get("isForCompensation") == "true",
            triggered_by_event=element.get("triggeredByEvent") == "true",
            called_element=element.get("calledElement", ""),
            script=(script.text or "").strip() if script is not None else "",
            parallel_multiple=element.get("parallelMultiple") == "true",
            performer=_performer(element),
            **read_task(element),
        )
        for association in (*_named(element, "dataInputAssociation"), *_named(element, "dataOutputAssociation")):
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
                (Timer(_TIMER_KINDS[local_name(part)], _text(part)) for part in child if local_name(part) in _TIMER_KINDS),
                None,
            )
            condition = next((_text(part) for part in self._children(child, "condition")), None)
            name = root.name if root else None
            yield EventDefinition(kind, ref, name or child.get("name"), timer, condition)

    def _flow(self, element: etree._Element, scope: str) -> None:
        flow_id = self._id(element)
        condition = next((_text(part) for part in self._children(element, "conditionExpression")), None)
        self.flows[flow_id] = SequenceFlow(
            flow_id,
            element.get("sourceRef", ""),
            element.get("targetRef", ""),
            _name(element),
            condition,
            scope,
            int(element.sourceline or 0),
        )

    def _lanes(self, element: etree._Element, process: str, parent: str) -> None:
        for lane in self._children(element, "lane"):
            lane_id = self._id(lane)
            held = frozenset(_text(ref) for ref in self._children(lane, "flowNodeRef"))
            self.lanes.append(
                Lane(lane_id, _name(lane), process, parent, held, role_of_lane(lane, _name(lane)), int(lane.sourceline or 0))
            )
            for inner in self._children(lane, "childLaneSet"):
                self._lanes(inner, process, lane_id)

    def _artifact(self, element: etree._Element, kind: str, scope: str) -> None:
        artifact_id = self._id(element)
        name = _name(element)
        if kind == "textAnnotation":
            name = " ".join(" ".join(_text(text) for text in self._children(element, "text")).split())
        if kind == "group":
            stage = next((s for s in self.stages if s.id == element.get("categoryValueRef")), None)
            name = stage.name if stage else name
        self.artifacts[artifact_id] = Artifact(artifact_id, kind, name, scope, int(element.sourceline or 0))

    def _association(self, element: etree._Element) -> None:
        directed = element.get("associationDirection", "None") != "None"
        self.associations.append(
            Association(self._id(element), element.get("sourceRef", ""), element.get("targetRef", ""), directed)
        )

    def _data_association(self, element: etree._Element, node: str) -> None:
        reading = local_name(element) == "dataInputAssociation"
        other = next((_text(ref) for ref in self._children(element, "sourceRef" if reading else "targetRef")), "")
        source, target = (other, node) if reading else (node, other)
        self.associations.append(Association(self._id(element), source, target, directed=True))

    def _collaboration(self, element: etree._Element) -> None:
        for child in element:
            match local_name(child):
                case "participant":
                    process = (child.get("processRef") or "").split(":")[-1]
                    self.participants.append(Participant(self._id(child), _name(child), process))
                case "messageFlow":
                    ends = [(child.get(end) or "").split(":")[-1] for end in ("sourceRef", "targetRef")]
                    line = int(child.sourceline or 0)
                    self.message_flows.append(MessageFlow(self._id(child), *ends, _name(child), line))
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


def _foreign(element: etree._Element) -> bool:
    return etree.QName(element).namespace not in (names.BPMN, None)


def _named(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if local_name(child) == name]


def _text(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _documentation(element: etree._Element) -> str:
    return "\n\n".join(text for child in _named(element, "documentation") if (text := _text(child)))


def _performer(element: etree._Element) -> str:
    """``potentialOwner`` (BPMN 2.0.2, section 10.3.2): its expression names the role."""
    return next((_text(owner) for owner in _named(element, "potentialOwner")), "")


def _loop(element: etree._Element) -> Loop | None:
    for child in element:
        if local_name(child) == "standardLoopCharacteristics":
            return Loop("standard")
        if local_name(child) == "multiInstanceLoopCharacteristics":
            return Loop("sequential" if child.get("isSequential") == "true" else "parallel")
    return None


def _diagram(element: etree._Element) -> Diagram:
    shapes: list[Shape] = []
    edges: list[Edge] = []
    for part in element.iter():
        kind = local_name(part)
        target = (part.get("bpmnElement") or "").split(":")[-1] if kind in {"BPMNShape", "BPMNEdge"} else ""
        if kind == "BPMNShape" and (bounds := _bounds(part)):
            expanded = part.get("isExpanded")
            shapes.append(
                Shape(
                    target,
                    bounds,
                    _label(part),
                    part.get("isHorizontal") != "false",
                    None if expanded is None else expanded == "true",
                )
            )
        elif kind == "BPMNEdge":
            points = tuple(
                point for child in part if local_name(child) == "waypoint" and (point := _point(child)) is not None
            )
            if len(points) > 1:
                edges.append(Edge(target, points, _label(part)))
    return Diagram(element.get("id", ""), _name(element), tuple(shapes), tuple(edges))


def _label(element: etree._Element) -> Bounds | None:
    return next((_bounds(label) for label in _named(element, "BPMNLabel")), None)


def _bounds(element: etree._Element) -> Bounds | None:
    for child in _named(element, "Bounds"):
        values = [_coordinate(child.get(key)) for key in ("x", "y", "width", "height")]
        if None not in values:
            return Bounds(*[value for value in values if value is not None])
    return None


def _point(element: etree._Element) -> tuple[float, float] | None:
    x, y = _coordinate(element.get("x")), _coordinate(element.get("y"))
    return None if x is None or y is None else (x, y)


def _coordinate(text: str | None) -> float | None:
    """A finite number of a sane size, or None: a picture a thousand kilometres wide is a mistake or an attack."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < 1_000_000 else None

