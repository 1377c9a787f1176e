"""Diagram interchange: where the designer put the elements."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bpmn.diagram import Bounds, Diagram, Edge, Shape
from bpmn.elements import local_name, name_of, named
from bpmn.names import sales


def read_diagram(element: etree._Element) -> Diagram:
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
                edges.append(Edge(target, points, _label(part), part.get("messageVisibleKind", "")))
    planes = named(element, "BPMNPlane")
    columns = tuple(_columns(planes[0].get(sales("columns"), ""))) if planes else ()
    return Diagram(element.get("id", ""), name_of(element), tuple(shapes), tuple(edges), columns)


def _columns(text: str) -> Iterator[tuple[str, float, float]]:
    """``sales:columns``: each stage's id, its left and its right."""
    words = text.split()
    for stage, *ends in zip(words[::3], words[1::3], words[2::3], strict=False):
        left, right = map(_coordinate, ends)
        if left is not None and right is not None:
            yield stage, left, right


def _label(element: etree._Element) -> Bounds | None:
    return next((_bounds(label) for label in named(element, "BPMNLabel")), None)


def _bounds(element: etree._Element) -> Bounds | None:
    for child in named(element, "Bounds"):
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
