"""A file as an editor of diagrams can show it: everything has a place, and a group shows each stage."""

from __future__ import annotations

from lxml import etree

from bpmn.diagram import Bounds, Diagram
from bpmn.drawing.making import laid_out_anew
from bpmn.drawing.written import bounds_in
from bpmn.elements import local_name
from bpmn.model import Definitions, Stage
from bpmn.names import BPMNDI, bpmn
from bpmn.reading import Document, read
from bpmn.writing import write

#: What a process holds after its groups (BPMN 2.0.2, table 10.1 and its schema).
_AFTER = frozenset(
    {"resourceRole", "performer", "humanPerformer", "potentialOwner", "correlationSubscription", "supports"}
)
#: How far a group reaches beyond the elements of its stage.
_BEYOND = 20.0


def editable(source: bytes) -> bytes:
    """The same file, if it is so already; else with groups for the stages that have none, and laid out if it was not.

    Raises a BpmnError for what cannot be read.
    """
    source = _with_groups(source)
    document = read(source)
    if any(diagram.shapes for diagram in document.definitions.diagrams):
        return source
    return write(laid_out_anew(document))


def _with_groups(source: bytes) -> bytes:
    document = read(source)
    definitions = document.definitions
    shown = {artifact.stage for artifact in definitions.artifacts if artifact.type == "group"}
    taken = {str(element.get("id")) for element in document.root.iter() if element.get("id")}
    added = False
    for stage in definitions.stages:
        process = _process_of(document, stage)
        if stage.id in shown or stage.id not in taken or process is None:
            continue
        group = etree.Element(bpmn("group"), id=_free(f"Group_{stage.id}", taken), categoryValueRef=stage.id)
        process.insert(_place(process), group)
        _show(document, group.get("id", ""), _around(definitions, stage), taken)
        added = True
    return write(document) if added else source


def _process_of(document: Document, stage: Stage) -> etree._Element | None:
    """Of the elements that belong to the stage; the first one for a stage that has none yet."""
    definitions = document.definitions
    ids = [definitions.process_of(node) for node in definitions.nodes if definitions.stage_of(node) == stage]
    processes = [element for element in document.root if local_name(element) == "process"]
    return next((one for one in processes if one.get("id") in ids), processes[0] if processes else None)


def _place(process: etree._Element) -> int:
    return next((place for place, child in enumerate(process) if local_name(child) in _AFTER), len(process))


def _around(definitions: Definitions, stage: Stage) -> Bounds | None:
    """Around the elements of the stage, where the first diagram shows any."""
    diagram = next(iter(definitions.diagrams), Diagram(""))
    held = [one.bounds for one in diagram.shapes if definitions.stage_of(one.element) == stage]
    if not held:
        return None
    columns = {column: (left, right) for column, left, right in diagram.columns}
    if stage.id in columns:
        held = [one.bounds for one in diagram.shapes]
    left, right = columns.get(
        stage.id,
        (min(box.x for box in held) - _BEYOND, max(box.x + box.width for box in held) + _BEYOND),
    )
    top = min(box.y for box in held) - _BEYOND
    return Bounds(left, top, right - left, max(box.y + box.height for box in held) + _BEYOND - top)


def _show(document: Document, group: str, box: Bounds | None, taken: set[str]) -> None:
    plane = next((one for one in document.root.iter(f"{{{BPMNDI}}}BPMNPlane")), None)
    if box is None or plane is None:
        return
    shape = etree.Element(f"{{{BPMNDI}}}BPMNShape", id=_free(f"{group}_di", taken), bpmnElement=group)
    bounds_in(shape, box)
    plane.insert(
        next((place for place, child in enumerate(plane) if local_name(child) == "BPMNEdge"), len(plane)), shape
    )


def _free(wanted: str, taken: set[str]) -> str:
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}_{number}"
    taken.add(found)
    return found
