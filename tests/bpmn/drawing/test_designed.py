"""Maps that a designer has drawn: everything stays where it was put; only names move, and only where they must."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from bpmn.diagram import Bounds, Diagram, Edge, Shape
from bpmn.drawing import Style, draw
from bpmn.drawing.designed import designed
from bpmn.drawing.geometry import Column, Geometry
from bpmn.model import Definitions
from bpmn.reading import read
from tests.bpmn.drawing import kept, quality
from tests.bpmn.drawing.maps import SVG, parts

needs_real_files = pytest.mark.skipif(not kept.REAL, reason="the real files (../shared/data/bpmn) are not here")


def drawn(definitions: Definitions, diagram: Diagram) -> Geometry:
    geometry = designed(definitions, diagram)
    assert geometry is not None
    return geometry


def _shift(diagram: Diagram, geometry: Geometry) -> tuple[float, float]:
    """How far the whole picture was moved to its corner."""
    boxes = {thing.id: thing.bounds for thing in geometry.things}
    shape = next(shape for shape in diagram.shapes if shape.element in boxes)
    return boxes[shape.element].x - shape.bounds.x, boxes[shape.element].y - shape.bounds.y


@needs_real_files
@pytest.mark.parametrize("path", [*kept.SHIPPED, *kept.REAL], ids=kept.name_of)
def test_everything_stays_where_the_designer_put_it(path: Path) -> None:
    definitions = read(path.read_bytes()).definitions
    for diagram in definitions.diagrams:
        if (geometry := designed(definitions, diagram)) is None:
            continue
        right, down = _shift(diagram, geometry)
        boxes = {thing.id: thing.bounds for thing in geometry.things}
        for shape in {shape.element: shape for shape in reversed(diagram.shapes)}.values():
            if shape.element in boxes:
                box, own = boxes[shape.element], shape.bounds
                found = (box.x - right, box.y - down, box.width, box.height)
                assert found == pytest.approx((own.x, own.y, own.width, own.height))
        edges = {edge.element: edge.waypoints for edge in reversed(diagram.edges)}
        for line in geometry.lines:
            found_points = [(x - right, y - down) for x, y in line.points]
            assert found_points == [pytest.approx(point) for point in edges[line.id]]


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
#: In points: Graphviz writes two decimals; corners of lines are rounded; an arrow's tip and a circle end on the point.
_PIXEL, _CORNER = 0.51, 7.5


def _points(element: etree._Element) -> list[tuple[float, float]]:
    """What a shape is drawn through, control points included."""
    if element.tag == f"{SVG}ellipse":
        x, y, wide, high = (float(element.get(name, "0")) for name in ("cx", "cy", "rx", "ry"))
        return [(x - wide, y), (x + wide, y), (x, y - high), (x, y + high)]
    found = [float(number) for number in _NUMBER.findall(element.get("points") or element.get("d") or "")]
    return list(zip(found[::2], found[1::2], strict=True))


def _outline(part: etree._Element) -> Bounds:
    """Of its first shape; a data store is drawn in several."""
    shapes = [one for one in part.iter() if isinstance(one.tag, str) and _points(one) and not one.get("fill-opacity")]
    several = "dataStore" in str(part.get("class")).split()
    xs, ys = zip(*(point for one in (shapes if several else shapes[:1]) for point in _points(one)), strict=True)
    # A thick circle is drawn further inside, so that it ends where a thin one would.
    thick = shapes[0].tag == f"{SVG}ellipse" and "thick" in str(shapes[0].get("class")).split()
    left, top = min(xs) - thick, min(ys) - thick
    return Bounds(left, top, max(xs) + thick - left, max(ys) + thick - top)


@needs_real_files
@pytest.mark.parametrize("path", [*kept.SHIPPED, *kept.REAL], ids=kept.name_of)
def test_the_svg_has_everything_where_the_file_has_it_to_the_pixel(path: Path) -> None:
    definitions = read(path.read_bytes()).definitions
    for number, diagram in enumerate(definitions.diagrams):
        if designed(definitions, diagram) is None:
            continue
        found = {
            str(part.get("id")): part
            for part in parts(draw(definitions, "svg", Style("light", "flow", diagram=number)))
        }
        nodes = {
            id_: (_outline(part), shape.bounds)
            for shape in reversed(diagram.shapes)
            for id_ in [shape.element]
            if (part := found.get(id_)) is not None
            and {"node", "expanded"} & set(str(part.get("class")).split())
            and not {"textAnnotation"} & set(str(part.get("class")).split())
        }
        right, down = next(((box.x - own.x, box.y - own.y) for box, own in nodes.values()), (0.0, 0.0))
        for id_, (box, own) in nodes.items():
            drawn_at = (box.x - right, box.y - down, box.width, box.height)
            assert drawn_at == pytest.approx((own.x, own.y, own.width, own.height), abs=_PIXEL), id_
        for edge in {edge.element: edge for edge in reversed(diagram.edges)}.values():
            if nodes and (part := found.get(edge.element)) is not None:
                through = [point for one in part.iter() if one.tag != f"{SVG}text" for point in _points(one)]
                for place, (x, y) in enumerate(edge.waypoints):
                    is_end = place in (0, len(edge.waypoints) - 1)
                    away = min(math.dist((x + right, y + down), point) for point in through)
                    assert away <= (_PIXEL if is_end else _CORNER), (edge.element, place)


def _one_task(*, label: Bounds | None, blocked: bool = False) -> Geometry:
    """An event with its name, maybe with a task where the name is."""
    source = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">'
        b'<startEvent id="start" name="Lead identified"/><task id="task"/></process></definitions>'
    )
    task = label if blocked and label else Bounds(400, 400, 120, 80)
    shapes = (Shape("start", Bounds(100, 100, 36, 36), label), Shape("task", task))
    return drawn(read(source).definitions, Diagram("d", "", shapes))


def test_a_name_stays_where_the_designer_put_it_unless_something_is_there() -> None:
    far = Bounds(160, 50, 90, 20)
    free, blocked = _one_task(label=far), _one_task(label=far, blocked=True)
    start, moved = (next(node for node in one.nodes if node.id == "start") for one in (free, blocked))
    assert start.label is not None
    assert moved.label is not None
    middle = start.label.x + start.label.width / 2 - start.bounds.x - 18
    assert middle == far.x + far.width / 2 - 118
    assert not list(quality.labels_clear(blocked))
    assert moved.bounds == start.bounds or moved.label != start.label


def test_a_name_without_a_place_gets_one_next_to_its_element() -> None:
    geometry = _one_task(label=None)
    start = next(node for node in geometry.nodes if node.id == "start")
    assert start.label is not None
    assert start.label.y == start.bounds.y + start.bounds.height + 3
    assert not list(quality.labels_clear(geometry))


def test_a_condition_is_a_name_that_is_placed_too() -> None:
    source = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><exclusiveGateway id="g"/>'
        b'<task id="t"/><sequenceFlow id="f" sourceRef="g" targetRef="t"><conditionExpression>amount &gt; 10'
        b"</conditionExpression></sequenceFlow></process></definitions>"
    )
    shapes = (Shape("g", Bounds(0, 0, 50, 50)), Shape("t", Bounds(200, -15, 120, 80)))
    geometry = drawn(read(source).definitions, Diagram("d", "", shapes, (Edge("f", ((50, 25), (200, 25))),)))
    assert geometry.lines[0].name == "amount > 10"
    assert geometry.lines[0].label is not None


# Stages


def _shipped() -> tuple[Definitions, Diagram]:
    definitions = read(kept.SHIPPED[0].read_bytes()).definitions
    return definitions, definitions.diagrams[0]


def test_the_groups_of_the_stages_are_their_columns() -> None:
    definitions, diagram = _shipped()
    geometry = drawn(definitions, diagram)
    groups = {frame.name: frame for frame in geometry.frames if frame.kind == "group"}
    assert [column.stage for column in geometry.columns] == [stage.id for stage in definitions.stages]
    for stage, column in zip(definitions.stages, geometry.columns, strict=True):
        group = groups[stage.name]
        assert column == Column(stage.id, group.bounds.x, group.bounds.x + group.bounds.width, group.id)


def test_stages_that_lie_above_each_other_are_no_columns() -> None:
    definitions, diagram = _shipped()
    groups = [artifact.id for artifact in definitions.artifacts if artifact.stage]
    over = diagram.shapes[[shape.element for shape in diagram.shapes].index(groups[0])].bounds
    shapes = tuple(replace(one, bounds=over) if one.element == groups[1] else one for one in diagram.shapes)
    assert drawn(definitions, replace(diagram, shapes=shapes)).columns == ()
    without = tuple(one for one in diagram.shapes if one.element not in groups)
    assert drawn(definitions, replace(diagram, shapes=without)).columns == ()


def test_written_columns_hold_until_an_element_leaves_its_stage() -> None:
    definitions, diagram = _shipped()
    groups = {artifact.id for artifact in definitions.artifacts if artifact.stage}
    bare = replace(diagram, shapes=tuple(one for one in diagram.shapes if one.element not in groups))
    stage = definitions.stages[0].id
    held = drawn(definitions, replace(bare, columns=((stage, 0, 5000),))).columns
    assert [column.stage for column in held] == [stage]
    assert drawn(definitions, replace(bare, columns=((stage, 0, 100),))).columns == ()
    assert drawn(definitions, replace(bare, columns=(("gone", 0, 5000),))).columns == ()
