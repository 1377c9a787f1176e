"""The processes that are shipped: good BPMN, complete as sales maps, drawn with care, alike in each language."""

from __future__ import annotations

import ast
import itertools
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import SpiffWorkflow
from lxml import etree

import bpmn.reading
from bpmn.forms import DEAL_FACTS, FIELD_TYPES
from bpmn.model import Bounds, Definitions, Diagram, Edge, FlowNode, Shape
from bpmn.names import BPMN, GATEWAYS, HUMAN_TASKS, SALES, TASKS, XML
from bpmn.names import bpmn as standard

FOLDER = Path(bpmn.reading.__file__).parent / "examples"
FILES = sorted(FOLDER.glob("*/*.bpmn"))
TWINS = [path for path in FILES if path.name.count(".") > 1]
COMMERCIAL = FOLDER / "commercial" / "commercial.bpmn"

#: How far, in points, the end of a flow may be from the border that it should touch.
NEAR = 2.0
#: Words that are the same in both languages.
SAME_WORDS = {"fr": frozenset({"Identification", "Qualification"})}
#: What is written for people: elements whose text is, and attributes by the element they stand on (None: on any).
HUMAN_TEXT = frozenset({"documentation", "text", "goal", "entry", "details", "check", "proof", "question", "tool"})
HUMAN_ATTRIBUTES = frozenset({"name", "label", "help", "owner"})

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
each_twin = pytest.mark.parametrize("path", TWINS, ids=lambda path: path.name)


@cache
def definitions_of(path: Path) -> Definitions:
    return bpmn.reading.read(path.read_bytes()).definitions


@cache
def schema() -> etree.XMLSchema:
    """The OMG schema that SpiffWorkflow brings along, so that the test runs wherever it is installed."""
    found = next(Path(SpiffWorkflow.__file__).parent.glob("**/schema/BPMN20.xsd"))
    return etree.XMLSchema(etree.parse(str(found)))


def test_the_commercial_process_is_shipped_in_english_and_french() -> None:
    assert [path.name for path in FILES if path.parent.name == "commercial"] == [
        "commercial.bpmn",
        "commercial.fr.bpmn",
    ]
    assert [definitions_of(path).language for path in FILES if path.parent.name == "commercial"] == ["en", "fr"]


def test_each_example_has_a_short_readme() -> None:
    for folder in {path.parent for path in FILES}:
        assert 3 <= len((folder / "README.md").read_text(encoding="utf-8").splitlines()) <= 25


# As BPMN


@each_file
def test_is_valid_by_the_schema_of_the_standard(path: Path) -> None:
    document = etree.parse(str(path))

    assert schema().validate(document), schema().error_log


@each_file
def test_is_read_without_a_note(path: Path) -> None:
    assert definitions_of(path).notes == ()


@each_file
def test_what_is_ours_stands_in_extension_elements_only(path: Path) -> None:
    for element in etree.parse(str(path)).iter(f"{{{SALES}}}*"):
        assert any(parent.tag == standard("extensionElements") for parent in element.iterancestors())
    for element in etree.parse(str(path)).iter(f"{{{BPMN}}}*"):
        assert not any(SALES in name for name in map(str, element.keys()))


@each_file
def test_every_exclusive_split_has_a_default_flow_and_names_on_its_flows(path: Path) -> None:
    definitions = definitions_of(path)
    for gateway in (node for node in definitions.nodes.values() if node.type in GATEWAYS):
        flows = definitions.outgoing[gateway.id]
        assert gateway.name
        assert [flow.id for flow in flows if flow.condition is None] == [gateway.default]
        assert all(flow.name for flow in flows)


@each_file
def test_conditions_ask_only_for_answers_that_were_required(path: Path) -> None:
    definitions = definitions_of(path)
    required = {field.id for node in definitions.nodes.values() for field in node.form if field.required}
    for condition in filter(None, (flow.condition for flow in definitions.flows.values())):
        names = {part.id for part in ast.walk(ast.parse(condition, mode="eval")) if isinstance(part, ast.Name)}
        assert names
        assert names <= required


@each_file
def test_values_compared_in_conditions_are_options_of_the_field(path: Path) -> None:
    definitions = definitions_of(path)
    options = {
        field.id: {option.value for option in field.options}
        for node in definitions.nodes.values()
        for field in node.form
        if field.options
    }
    compared = [
        match for flow in definitions.flows.values() for match in re.findall(r"(\w+) == '(\w+)'", flow.condition or "")
    ]
    assert compared
    assert all(value in options[field] for field, value in compared)


# As a sales map


@each_file
def test_the_map_says_what_it_is_for(path: Path) -> None:
    definitions = definitions_of(path)
    process = definitions.processes[0]

    assert process.executable
    assert process.goal
    assert process.documentation
    assert [participant.process for participant in definitions.participants] == [process.id]


@each_file
def test_every_stage_card_is_complete(path: Path) -> None:
    stages = definitions_of(path).stages
    for stage in stages:
        assert all((stage.name, stage.entry, stage.details, stage.proof, stage.owner, stage.time_limit)), stage.id
        assert stage.buyer_step in {"awareness", "consideration", "decision", "advocacy"}
        assert len(stage.checklist) >= 3
        assert len(stage.questions) >= 2
        assert stage.tools
    checks = [check.id for stage in stages for check in stage.checklist]
    assert len(checks) == len(set(checks))
    assert sum(stage.viable for stage in stages) == 1


@each_file
def test_every_task_can_be_done_by_someone_who_reads_it(path: Path) -> None:
    definitions = definitions_of(path)
    for node in definitions.nodes.values():
        if node.type in HUMAN_TASKS:
            assert node.documentation, node.id
            assert node.form, node.id
            assert node.time_limit, node.id
            assert definitions.role_of(node.id) in {"rep", "account_manager", "team_leader"}


@each_file
def test_every_step_on_the_way_to_a_win_belongs_to_a_stage(path: Path) -> None:
    definitions = definitions_of(path)
    lost = definitions.lost_process
    for node in definitions.nodes.values():
        on_the_lost_path = any(around == lost for around in definitions.enclosing(node.id))
        assert (definitions.stage_of(node.id) is None) == on_the_lost_path, node.id


@each_file
def test_every_stage_holds_a_task_and_is_shown_by_a_group(path: Path) -> None:
    definitions = definitions_of(path)
    staged = {node.stage for node in definitions.nodes.values() if node.type in HUMAN_TASKS}
    groups = [artifact.name for artifact in definitions.artifacts if artifact.type == "group"]

    assert {stage.id for stage in definitions.stages} <= staged
    assert groups == [stage.name for stage in definitions.stages]


@each_file
def test_forms_are_well_made(path: Path) -> None:
    fields = [(node, field) for node in definitions_of(path).nodes.values() for field in node.form]
    for _, field in fields:
        assert field.id.isidentifier()
        assert field.id == field.id.lower()
        assert field.type in FIELD_TYPES
        assert field.label
        assert field.label != field.id
        assert bool(field.options) == (field.type in {"choice", "choices"})
        assert field.sets in DEAL_FACTS | {""}
    ids = [field.id for _, field in fields]
    assert len(ids) == len(set(ids))


@each_file
def test_lessons_are_made_of_answers_of_their_own_form(path: Path) -> None:
    for node in definitions_of(path).nodes.values():
        if node.lesson:
            ids = {field.id for field in node.form}
            assert node.lesson.text in ids
            assert node.lesson.reason in ids | {""}


# The commercial process (domain C1 to C10)


def node_of(node_id: str) -> FlowNode:
    return definitions_of(COMMERCIAL).nodes[node_id]


def test_the_lead_is_found_among_the_records_before_it_is_qualified() -> None:
    definitions = definitions_of(COMMERCIAL)

    assert node_of("Task_find_record").service == "find_record"
    assert [flow.target for flow in definitions.outgoing["Task_identify"]] == ["Task_find_record"]
    assert [flow.target for flow in definitions.outgoing["Task_find_record"]] == ["Task_qualify"]


def test_qualification_settles_four_criteria_and_goes_on_only_with_all_of_them() -> None:
    criteria = ["really_needs", "sees_value", "has_budget", "decides"]
    asked = [field.id for field in node_of("Task_qualify").form if field.type == "yes_no" and field.required]

    assert asked == criteria
    assert definitions_of(COMMERCIAL).flows["Flow_qualified_yes"].condition == " and ".join(criteria)
    assert node_of("Gateway_qualified").default == "Flow_qualified_no"


def test_follow_up_asks_for_a_touch_every_seven_days_until_there_is_an_answer() -> None:
    timer = node_of("Timer_follow_up")

    assert timer.event is not None
    assert timer.event.timer is not None
    assert (timer.event.timer.kind, timer.event.timer.text) == ("cycle", "R7/P7D")
    assert (timer.attached_to, timer.interrupting) == ("Task_record_answer", False)
    assert node_of("Task_get_in_touch").touch
    ends = node_of("End_answered").event
    assert ends is not None
    assert ends.kind == "terminate"


def test_not_now_keeps_the_follow_up_going() -> None:
    flow = definitions_of(COMMERCIAL).flows["Flow_not_now"]

    assert flow.condition == "answer == 'not_now'"
    assert flow.target == "Task_record_answer"


def test_the_rep_hands_over_to_an_account_manager_who_negotiates() -> None:
    definitions = definitions_of(COMMERCIAL)
    person = next(field for field in node_of("Task_hand_over").form if field.type == "person")

    assert person.required
    assert person.role == "account_manager"
    assert definitions.role_of("Task_hand_over") == "rep"
    assert definitions.role_of("Task_negotiate") == "account_manager"


def test_a_discount_above_the_limit_goes_to_the_team_leader() -> None:
    definitions = definitions_of(COMMERCIAL)
    discount = next(field for field in node_of("Task_draw_up").form if field.id == "discount_percent")

    assert (discount.minimum, discount.maximum) == (Decimal(0), Decimal(100))
    assert definitions.flows["Flow_discount_above"].condition == "discount_percent > 10"
    assert definitions.role_of("Task_approve") == "team_leader"


@pytest.mark.parametrize("end", ["End_not_qualified", "End_refused", "End_no_agreement"])
def test_giving_up_at_any_gateway_starts_the_lost_path(end: str) -> None:
    event = node_of(end).event

    assert event is not None
    assert (event.kind, event.name) == ("message", "deal lost")


def test_a_lost_deal_is_looked_back_on_and_its_lesson_shared() -> None:
    definitions = definitions_of(COMMERCIAL)
    lost = definitions.lost_process
    assert lost is not None
    start, *_ = definitions.by_scope[lost.id]
    assert start.interrupting

    path = [start]
    while flows := definitions.outgoing[path[-1].id]:
        path.append(definitions.nodes[flows[0].target])
    _, history, why, share, end = path

    assert history.service == "contact_history"
    assert (why.performer, share.performer) == ("rep", "team_leader")
    assert why.lesson is not None
    assert share.lesson is not None
    assert (why.lesson.about, why.lesson.reason, why.lesson.text) == ("lost", "loss_reason", "lesson_text")
    assert (share.lesson.about, share.lesson.text, share.lesson.share) == ("lost", "lesson_shared", True)
    assert end.outcome == "lost"


def test_a_won_deal_leaves_a_shared_lesson_too() -> None:
    lesson = node_of("Task_write_lesson").lesson

    assert lesson is not None
    assert (lesson.about, lesson.share) == ("won", True)
    assert node_of("End_won").outcome == "won"


def test_a_deal_is_viable_from_the_proposal_on() -> None:
    stages = definitions_of(COMMERCIAL).stages

    assert [stage.id for stage in stages if stage.viable] == ["Stage_proposal"]


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
