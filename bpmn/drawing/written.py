"""Our layout as the standard's diagram interchange, in the designer's own file."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import Frame, Geometry, Line, Placed
from bpmn.elements import local_name
from bpmn.model import Definitions
from bpmn.names import BPMNDI, DC, DI, SALES, sales
from bpmn.reading import Document

_PREFIXES = {"bpmndi": BPMNDI, "dc": DC, "di": DI}
_XML_NAME = re.compile(r"[A-Za-z_][\w.-]*")


def with_diagram(document: Document, geometry: Geometry) -> etree._Element:
    """The root of a copy in which the geometry is the only diagram. Everything else is as it was."""
    root = _copied(document.root)
    place, space = _cleared(root)
    diagram = _Writer(document.definitions, root, geometry).diagram()
    if space:
        before = space.rsplit("\n", 1)[1]
        unit = "\t" if "\t" in before else "  "
        etree.indent(diagram, space=unit, level=len(before) // len(unit))
    root.insert(place, diagram)
    if place:
        last = root[place - 1]
        diagram.tail, last.tail = last.tail, space or last.tail
    else:
        diagram.tail = root.text
    return root


def _copied(root: etree._Element) -> etree._Element:
    """With what stands after it in its order: a copied tree has it backwards."""
    tree = copy.deepcopy(root.getroottree())
    copied = tree.getroot()
    for sibling in [*copied.itersiblings()]:
        # A comment beside the root has no parent to be removed from; it goes with the tree that takes it in.
        etree.Element("elsewhere").append(sibling)
    for sibling in reversed([*root.itersiblings()]):
        copied.addnext(copy.deepcopy(sibling))
    return copied


def _cleared(root: etree._Element) -> tuple[int, str]:
    """Without the diagrams that were there; where one belongs, and the white space before an element."""
    for child in [child for child in root if local_name(child) == "BPMNDiagram"]:
        before = child.getprevious()
        if before is not None:
            before.tail = child.tail
        else:
            root.text = child.tail
        root.remove(child)
    names = [local_name(child) for child in root]
    place = names.index("relationship") if "relationship" in names else len(names)
    text = root.text or ""
    return place, text if "\n" in text and not text.strip() else ""


class _Writer:
    def __init__(self, definitions: Definitions, root: etree._Element, geometry: Geometry) -> None:
        self._definitions, self._geometry = definitions, geometry
        self._known = {str(element.get("id")) for element in root.iter() if element.get("id")}
        self._ids = set(self._known)
        self._plane = next(
            (str(one.get("id")) for one in root if local_name(one) == "collaboration" and one.get("id")),
            next((process.id for process in definitions.processes), ""),
        )
        self._grouped = {artifact.stage for artifact in definitions.artifacts if artifact.stage}

    def diagram(self) -> etree._Element:
        prefixes = {"sales": SALES} if self._geometry.columns else {}
        diagram = etree.Element(f"{{{BPMNDI}}}BPMNDiagram", nsmap=_PREFIXES | prefixes)
        diagram.set("id", self._id("Diagram"))
        plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane")
        plane.set("id", self._id("Plane"))
        if self._plane in self._known:
            plane.set("bpmnElement", self._plane)
        if not self._grouped and self._geometry.columns:
            # A file that shows its stages by no groups: where they are is ours to say.
            ends = [(column.stage, _number(column.left), _number(column.right)) for column in self._geometry.columns]
            plane.set(sales("columns"), " ".join(word for column in ends for word in column))
        plane.extend(self._shapes())
        plane.extend(self._edge(line) for line in self._geometry.lines if line.id in self._known)
        return diagram

    def _shapes(self) -> Iterator[etree._Element]:
        for thing in self._geometry.things:
            # What has no id in the file cannot be pointed at.
            if thing.id in self._known:
                yield self._shape(thing)

    def _shape(self, thing: Frame | Placed) -> etree._Element:
        shape = etree.Element(f"{{{BPMNDI}}}BPMNShape")
        shape.set("id", self._id(f"{thing.id}_di"))
        shape.set("bpmnElement", thing.id)
        if isinstance(thing, Frame) and thing.kind in ("pool", "lane", "blackBox"):
            shape.set("isHorizontal", "true" if thing.horizontal else "false")
        if thing.node is not None and (thing.node.is_sub_process or thing.node.type == "callActivity"):
            shape.set("isExpanded", "true" if isinstance(thing, Frame) else "false")
        if isinstance(thing, Placed) and thing.type == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        bounds_in(shape, thing.bounds)
        if isinstance(thing, Placed) and thing.label:
            _label(shape, thing.label)
        return shape

    def _edge(self, line: Line) -> etree._Element:
        edge = etree.Element(f"{{{BPMNDI}}}BPMNEdge")
        edge.set("id", self._id(f"{line.id}_di"))
        edge.set("bpmnElement", line.id)
        for x, y in line.points:
            point = etree.SubElement(edge, f"{{{DI}}}waypoint")
            point.set("x", _number(x))
            point.set("y", _number(y))
        if line.label:
            _label(edge, line.label)
        return edge

    def _id(self, wanted: str) -> str:
        """A name that XML takes as an id, and that the file does not have yet."""
        wanted = wanted if _XML_NAME.fullmatch(wanted) else "Shape"
        found, number = wanted, 1
        while found in self._ids:
            number += 1
            found = f"{wanted}_{number}"
        self._ids.add(found)
        return found


def bounds_in(parent: etree._Element, box: Bounds) -> None:
    bounds = etree.SubElement(parent, f"{{{DC}}}Bounds")
    for key in ("x", "y", "width", "height"):
        bounds.set(key, _number(getattr(box, key)))


def _label(parent: etree._Element, box: Bounds) -> None:
    bounds_in(etree.SubElement(parent, f"{{{BPMNDI}}}BPMNLabel"), box)


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
