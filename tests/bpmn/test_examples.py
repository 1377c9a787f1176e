"""The processes that are shipped: good BPMN, complete as sales maps, drawn with care, alike in each language."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

import bpmn.reading
from bpmn.forms import DEAL_FACTS, FIELD_TYPES
from bpmn.model import Definitions, FlowNode
from bpmn.names import BPMN, GATEWAYS, HUMAN_TASKS, SALES
from bpmn.names import bpmn as standard
from tests.bpmn.schema import complaints

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
    assert complaints(path.read_bytes()) == []


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
