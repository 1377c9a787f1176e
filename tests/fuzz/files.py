"""Real files with something wrong: only our own errors come out of reading, checking, drawing and publishing one."""

from __future__ import annotations

import contextlib
import difflib
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from bpmn import checks
from bpmn.drawing import geometry_of, outline
from bpmn.errors import BpmnError
from bpmn.model import Definitions
from bpmn.reading import MAX_BYTES, parse, read
from bpmn.writing import write
from engine import spiff
from engine.errors import EngineError
from tests.fuzz import says

_HOME = Path(__file__).parents[2]
FILES = [
    *sorted((_HOME / "bpmn/examples").rglob("*.bpmn")),
    *sorted((_HOME / "tests/definitions").rglob("*.bpmn")),
    # Of many tools; they lie beside the repository, where they are at all.
    *sorted((_HOME.parent / "shared/data/bpmn").rglob("*.bpmn")),
]
#: Of a size that leaves time for many: changes matter here, not sizes.
SOURCES = [source for path in FILES if len(source := path.read_bytes()) < 150_000]

ODD_TEXT = [
    "",
    " ",
    "-1",
    "0",
    "9" * 5_000,
    "1e999999999",
    "1E-999999999",
    "NaN",
    "sNaN",
    "-Infinity",
    "٣",
    "true",
    "P" + "9" * 400 + "D",
    "P1Y",
    "P100Y",
    "PT1S",
    "PT0.000001S",
    "R/PT1S",
    "R1000/P100Y",
    "R999999999/P7D",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    "0 0 * * *",
    "a:b:c",
    "__class__",
    "__builtins__",
    "typename",
    "data_objects",
    "e.End.e",
    "parcours.deal",
    "-h",
    "../../etc/passwd",
    "]]>",
    "<b>&",
    '"',
    "'",
    "\\",
    "{0.__class__}",
    "%s%n",
    "\u202e\u0300\u200b",
    "\U0001f600" * 50,
    "\ud7ff\ue000",
    "x" * 5_000,
    "().__class__",
    "amount ** 9",
    "a == b",
    "deal lost",
    "a\nb",
]
_TAGS = [
    "task",
    "userTask",
    "subProcess",
    "adHocSubProcess",
    "transaction",
    "callActivity",
    "startEvent",
    "endEvent",
    "boundaryEvent",
    "intermediateThrowEvent",
    "intermediateCatchEvent",
    "eventBasedGateway",
    "parallelGateway",
    "inclusiveGateway",
    "exclusiveGateway",
    "complexGateway",
    "sequenceFlow",
    "dataObjectReference",
    "dataInputAssociation",
    "timerEventDefinition",
    "terminateEventDefinition",
    "linkEventDefinition",
    "multiInstanceLoopCharacteristics",
    "lane",
    "laneSet",
    "group",
    "process",
    "definitions",
]
#: No more than this is said of a file in one go, so that what is found can be made small.
_MOST_CHANGES = 6


class Changed(bytes):
    """A file, shown as what is different in it."""

    before: bytes = b""

    def __repr__(self) -> str:
        one, other = (source.decode("utf-8", "replace").splitlines() for source in (self.before, self))
        return "\n".join(line[:300] for line in difflib.unified_diff(one, other, n=0, lineterm=""))


@st.composite
def changed_files(draw: st.DrawFn) -> Changed:
    source = draw(st.sampled_from(SOURCES))
    root = etree.fromstring(source)
    before = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    if draw(st.integers(0, 3)) == 0:
        changed = Changed(_torn(draw, before))
    else:
        for _ in range(draw(st.integers(1, _MOST_CHANGES))):
            _change(draw, root)
        changed = Changed(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
    changed.before = before
    return changed


def _torn(draw: st.DrawFn, source: bytes) -> bytes:
    """Bytes taken out, put in, doubled, or exchanged."""
    place = st.integers(0, len(source))
    for _ in range(draw(st.integers(1, _MOST_CHANGES))):
        start = draw(place)
        end = start + draw(st.integers(0, 200))
        put = draw(
            st.sampled_from([b"", b"\0", b"<", b">", b"&x;", b'"', b"\xff\xfe", b"<!DOCTYPE a>", source[start:end] * 2])
        )
        source = source[:start] + put + source[end:]
    return source


def _change(draw: st.DrawFn, root: etree._Element) -> None:
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    one = draw(st.sampled_from(elements))
    parent = one.getparent()
    match draw(
        st.sampled_from(["drop", "double", "move", "rename", "attribute", "attribute", "swap", "text", "nest", "id"])
    ):
        case "drop" if parent is not None:
            parent.remove(one)
        case "double" if parent is not None:
            parent.append(etree.fromstring(etree.tostring(one, with_tail=False)))
        case "move" if parent is not None:
            other = draw(st.sampled_from(elements))
            if one not in other.iterancestors() and other is not one:
                other.append(one)
        case "rename":
            one.tag = f"{{{etree.QName(root).namespace or ''}}}{draw(st.sampled_from(_TAGS))}"
        case "attribute":
            names = sorted({*map(str, one.attrib), "id", "type", "min", "max", "maxLength"})
            with contextlib.suppress(ValueError):
                one.set(draw(st.sampled_from(names)), draw(st.sampled_from(ODD_TEXT)))
        case "swap":
            # A reference to something that is there, and is something else.
            name = draw(
                st.sampled_from(["sourceRef", "targetRef", "attachedToRef", "default", "processRef", "messageRef"])
            )
            one.set(name, draw(st.sampled_from(elements)).get("id", ""))
        case "text":
            with contextlib.suppress(ValueError):
                one.text = draw(st.sampled_from(ODD_TEXT))
        case "nest" if parent is not None:
            for _ in range(draw(st.integers(1, 60))):
                around = etree.SubElement(parent, one.tag)
                around.append(one)
                parent = around
        case "id":
            one.set("id", draw(st.sampled_from(elements)).get("id", "") or draw(st.sampled_from(ODD_TEXT)))


def holds(source: bytes) -> None:
    """What must be so for any bytes whatever."""
    try:
        document = read(source)
    except BpmnError as error:
        says(error)
        return
    assert len(source) <= MAX_BYTES
    written = write(document)
    assert _tree(parse(written)) == _tree(document.root)
    definitions, again = document.definitions, read(written).definitions
    assert _said(again) == _said(definitions)
    findings = checks.run(definitions)
    assert all(str(finding.message) for finding in findings)
    outline(definitions)
    with contextlib.suppress(BpmnError):
        geometry_of(definitions)
    if not checks.errors(findings):
        process = next(process for process in definitions.processes if process.executable)
        program = spiff.build(definitions, process.id)
        services: Any = defaultdict(lambda: lambda data: {})
        with contextlib.suppress(EngineError, BpmnError):
            spiff.start(program, now=datetime(2026, 3, 2, 9, tzinfo=UTC), services=services)


def _said(definitions: Definitions) -> object:
    """What a definition holds, but for lines, and ids made of them: attributes on several lines are written on one."""
    nodes = [(node.type, node.name, node.form and len(node.form), node.script) for node in definitions.nodes.values()]
    return nodes, [flow.condition for flow in definitions.flows.values()], [stage.id for stage in definitions.stages]


def _tree(root: etree._Element) -> list[object]:
    """All that is in a file, in its order, without canonical XML, which refuses some namespaces."""
    return [
        (one.tag, one.attrib.items(), sorted(map(str, one.nsmap.items())), one.text, one.tail)
        for one in root.getroottree().iter()
    ]
