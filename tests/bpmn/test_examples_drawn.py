"""The shipped processes as drawings that a designer would show to others, and as twins in another language."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from bpmn.diagram import Bounds, Diagram, Edge, Shape
from bpmn.model import Definitions, FlowNode
from bpmn.names import GATEWAYS, SALES, TASKS, XML
from tests.bpmn.test_examples import (
    FOLDER,
    HUMAN_ATTRIBUTES,
    HUMAN_TEXT,
    NEAR,
    SAME_WORDS,
    definitions_of,
    each_file,
    each_twin,
)

# As a drawing


def drawing_of(path: Path) -> tuple[Definitions, Diagram, dict[str, Shape]]:
    definitions = definitions_of(path)
    (diagram,) = definitions.diagrams
    return definitions, diagram, {shape.element: shape for shape in diagram.shapes}


def overlap(one: Bounds, other: Bounds) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def within(inner: Bounds, outer: Bounds) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def segments(edge: Edge) -> Iterator[Bounds]:
    for (x, y), (to_x, to_y) in itertools.pairwise(edge.waypoints):
        yield Bounds(min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y))


def on_border(node: FlowNode, bounds: Bounds, point: tuple[float, float]) -> bool:
    """Whether the point lies on the outline as it is drawn: a circle, a diamond or a rectangle."""
    half_width, half_height = bounds.width / 2, bounds.height / 2
    across = abs(point[0] - bounds.x - half_width)
    down = abs(point[1] - bounds.y - half_height)
    if node.type.endswith("Event"):
        return abs(math.hypot(across, down) - half_width) <= NEAR
    if node.type in GATEWAYS:
        return abs(across + down - half_width) <= NEAR
    return max(across - half_width, down - half_height) <= NEAR and (
        abs(across - half_width) <= NEAR or abs(down - half_height) <= NEAR
    )


@each_file
def test_everything_is_drawn_once(path: Path) -> None:
    definitions, diagram, _ = drawing_of(path)
    shapes = sorted(shape.element for shape in diagram.shapes)
    edges = sorted(edge.element for edge in diagram.edges)

    assert shapes == sorted(
        [
            *definitions.nodes,
            *(participant.id for participant in definitions.participants),
            *(lane.id for lane in definitions.lanes),
            *(artifact.id for artifact in definitions.artifacts),
        ]
    )
    assert edges == sorted([*definitions.flows, *(association.id for association in definitions.associations)])


@each_file
def test_no_two_nodes_overlap(path: Path) -> None:
    definitions, _, shapes = drawing_of(path)
    nodes = [node for node in definitions.nodes.values() if not node.is_sub_process]
    for one, other in itertools.combinations(nodes, 2):
        if one.id not in (other.attached_to, one.attached_to) and other.id != one.attached_to:
            assert not overlap(shapes[one.id].bounds, shapes[other.id].bounds), (one.id, other.id)
    tasks = [node.id for node in nodes if node.type in TASKS]
    assert len({(shapes[task].bounds.width, shapes[task].bounds.height) for task in tasks}) == 1


@each_file
def test_every_node_lies_inside_its_lane_its_stage_and_its_sub_process(path: Path) -> None:
    definitions, _, shapes = drawing_of(path)
    groups = {artifact.name: artifact.id for artifact in definitions.artifacts if artifact.type == "group"}
    for node in definitions.nodes.values():
        around = [lane.id for lane in definitions.lanes if lane == definitions.lane_of(node.id)]
        assert around, node.id
        if stage := definitions.stage_of(node.id):
            around.append(groups[stage.name])
        if node.scope in definitions.nodes:
            around.append(node.scope)
        for frame in around:
            assert within(shapes[node.id].bounds, shapes[frame].bounds), (node.id, frame)


@each_file
def test_stages_stand_from_left_to_right_in_their_order(path: Path) -> None:
    definitions, _, shapes = drawing_of(path)
    bands = [shapes[artifact.id].bounds for artifact in definitions.artifacts if artifact.type == "group"]

    assert bands == sorted(bands, key=lambda bounds: bounds.x)
    assert not any(overlap(one, other) for one, other in itertools.combinations(bands, 2))


@each_file
def test_flows_are_straight_or_bent_square_and_end_on_borders(path: Path) -> None:
    definitions, diagram, shapes = drawing_of(path)
    for edge in diagram.edges:
        assert all(0 in (segment.width, segment.height) for segment in segments(edge)), edge.element
        if flow := definitions.flows.get(edge.element):
            for node, point in ((flow.source, edge.waypoints[0]), (flow.target, edge.waypoints[-1])):
                assert on_border(definitions.nodes[node], shapes[node].bounds, point), (flow.id, node)


@each_file
def test_flows_pass_through_no_node_that_they_do_not_join(path: Path) -> None:
    definitions, diagram, shapes = drawing_of(path)
    for edge in diagram.edges:
        flow = definitions.flows.get(edge.element)
        if flow is None:
            continue
        joined = {flow.source, definitions.nodes[flow.source].attached_to, flow.target, flow.scope}
        for node in definitions.nodes.values():
            if node.id not in joined and node.scope == flow.scope:
                assert not any(overlap(part, shapes[node.id].bounds) for part in segments(edge)), (flow.id, node.id)


@each_file
def test_no_two_flows_cross(path: Path) -> None:
    _, diagram, _ = drawing_of(path)
    for one, other in itertools.combinations(diagram.edges, 2):
        assert not any(overlap(a, b) for a in segments(one) for b in segments(other)), (one.element, other.element)


@each_file
def test_labels_have_places_of_their_own(path: Path) -> None:
    definitions, diagram, shapes = drawing_of(path)
    parts: list[Shape | Edge] = [*diagram.shapes, *diagram.edges]
    labels = {part.element: part.label for part in parts if part.label}
    for node in definitions.nodes.values():
        if node.name and (node.type in GATEWAYS or node.type.endswith("Event")):
            assert node.id in labels
    assert all(flow.id in labels for flow in definitions.flows.values() if flow.name)
    for (one, bounds), (other, taken) in itertools.combinations(labels.items(), 2):
        assert not overlap(bounds, taken), (one, other)
    solid = {node.id: shapes[node.id].bounds for node in definitions.nodes.values() if not node.is_sub_process}
    notes = {a.id: shapes[a.id].bounds for a in definitions.artifacts if a.type == "textAnnotation"}
    frames = [shape.bounds for shape in diagram.shapes if shape.element not in solid | notes]
    for element, bounds in labels.items():
        for node_id, taken in (solid | notes).items():
            # A diamond leaves the corners of its rectangle free for a label.
            corner = element == node_id or definitions.nodes.get(node_id, FlowNode("", "")).type in GATEWAYS
            assert corner or not overlap(bounds, taken), (element, node_id)
        for edge in diagram.edges:
            assert not any(overlap(bounds, part) for part in segments(edge)), (element, edge.element)
        for frame in frames:
            assert within(bounds, frame) or not overlap(bounds, frame), (element, frame)


# In another language


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def human_words(element: etree._Element) -> dict[str, str]:
    """What people read on an element: the attribute's name, or ``text``, to the words."""
    kind = local(element)
    words = {name: element.get(name, "") for name in HUMAN_ATTRIBUTES if element.get(name)}
    if kind == "message" or element.tag == f"{{{SALES}}}service":
        words.pop("name")
    if kind == "categoryValue":
        words["value"] = element.get("value", "")
    if kind in HUMAN_TEXT:
        words["text"] = (element.text or "").strip()
    return words


def paired(path: Path) -> Iterator[tuple[etree._Element, etree._Element]]:
    original = path.with_name(path.name.split(".")[0] + ".bpmn")
    trees = [list(etree.parse(str(file)).getroot().iter("*")) for file in (original, path)]
    return zip(*trees, strict=True)


@each_twin
def test_the_twin_has_the_same_structure(path: Path) -> None:
    for original, twin in paired(path):
        assert original.tag == twin.tag
        assert len(original) == len(twin)
        human = human_words(original).keys()
        assert human == human_words(twin).keys(), original.get("id")
        for name in {*original.keys(), *twin.keys()} - human - {f"{{{XML}}}lang"}:
            assert original.get(name) == twin.get(name), (original.get("id"), name)
        if "text" not in human:
            assert (original.text or "").strip() == (twin.text or "").strip()


@each_twin
def test_no_word_of_the_twin_was_left_untranslated(path: Path) -> None:
    same = SAME_WORDS[definitions_of(path).language]
    for original, twin in paired(path):
        for name, words in human_words(original).items():
            assert words in same or words != human_words(twin)[name], words


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.fr.bpmn")), ids=lambda path: path.name)
def test_french_is_set_as_french_is(path: Path) -> None:
    for element in etree.parse(str(path)).getroot().iter("*"):
        for words in human_words(element).values():
            assert not re.search("['\"]", words)
            assert not re.search(r"[^\u202f][?!;]|[^\u00a0][:»%]|«[^\u00a0]", words), words
