"""Where a stage begins, however the designer has drawn it."""

from __future__ import annotations

import pytest

from bpmn.entrances import way_into
from bpmn.model import Definitions
from bpmn.reading import read
from tests.builders import commercial, definition


def drawn(nodes: str, flows: str, inner: str = "") -> Definitions:
    """Nodes as ``kind id@stage``, with those of a sub-process ``sub`` apart; flows as ``a>b``."""

    def node(text: str) -> str:
        kind, _, rest = text.strip().partition(" ")
        name, _, stage = rest.partition("@")
        mine = f"<categoryValueRef>{stage}</categoryValueRef>" if stage else ""
        inside = "".join(map(node, inner.split(";"))) + ways if name == "sub" else ""
        loop = '<standardLoopCharacteristics testBefore="true"/>' if kind == "loop" else ""
        kind = "subProcess" if kind == "loop" else kind
        host = 'attachedToRef="a"' if kind == "boundaryEvent" else ""
        return f'<{kind} id="{name}" {host}>{mine}{loop}{inside}</{kind}>'

    def flow(text: str) -> str:
        source, target = text.split(">")
        return f'<sequenceFlow id="{text}" sourceRef="{source}" targetRef="{target}"/>'.replace('id="', 'id="to', 1)

    inside = {one.strip().partition(" ")[2].partition("@")[0] for one in inner.split(";")}
    ways = "".join(flow(one) for one in flows.split() if one.split(">")[0] in inside)
    outside = "".join(flow(one) for one in flows.split() if one.split(">")[0] not in inside)
    stages = "".join(f'<categoryValue id="{name}" value="{name}"/>' for name in ("one", "two", "three"))
    return read(
        (
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
            f'<category id="c">{stages}</category><process id="p">{"".join(map(node, nodes.split(";")))}{outside}'
            "</process></definitions>"
        ).encode()
    ).definitions


def test_each_stage_of_the_shipped_process_begins_where_its_first_flow_leads() -> None:
    known = read(commercial()).definitions
    assert [way_into(known, "commercial", stage.id) for stage in known.stages] == [
        ("Start_lead",),
        ("Task_qualify",),
        ("Task_prepare_proposal",),
        ("SubProcess_follow_up",),
        ("Task_hand_over",),
        ("Task_draw_up",),
        ("Task_write_lesson",),
    ]


def test_a_sub_process_of_the_stage_is_entered_as_a_whole() -> None:
    assert way_into(read(definition("engine_small_sale")).definitions, "small_sale", "s2") == ("follow",)


def test_a_stage_inside_a_sub_process_is_entered_through_it() -> None:
    known = drawn(
        "startEvent s; userTask a@one; subProcess sub; userTask z@two; endEvent e",
        "s>a a>sub sub>z z>e s0>b b>c c>e0",
        "startEvent s0; userTask b@one; userTask c@two; endEvent e0",
    )
    assert way_into(known, "p", "two") == ("sub", "c"), "it comes before the task behind the sub-process"


def test_a_stage_inside_a_loop_is_entered_as_the_whole_loop() -> None:
    known = drawn(
        "startEvent s; loop sub; endEvent e", "s>sub sub>e s0>c c>e0", "startEvent s0; userTask c@two; endEvent e0"
    )
    assert way_into(known, "p", "two") == ("sub",)


def test_a_short_cut_into_the_middle_of_a_stage_is_not_its_beginning() -> None:
    known = drawn(
        "startEvent s; exclusiveGateway g; userTask a@one; userTask b@two; userTask c@two; endEvent e",
        "s>g g>c g>a a>b b>c c>e",
    )
    assert way_into(known, "p", "two") == ("b",)


def test_a_way_back_into_a_stage_is_not_its_beginning() -> None:
    known = drawn(
        "startEvent s; userTask a@two; userTask b@two; exclusiveGateway x@three; endEvent e", "s>a a>b b>x x>b x>e"
    )
    assert way_into(known, "p", "two") == ("a",)


def test_a_stage_that_only_a_boundary_event_leads_to_is_found() -> None:
    known = drawn("startEvent s; userTask a@one; boundaryEvent late; userTask b@two; endEvent e", "s>a a>e late>b b>e")
    assert way_into(known, "p", "two") == ("b",)


@pytest.mark.parametrize("stage", ["three", "nonsense", ""])
def test_a_stage_that_no_flow_leads_to_has_no_beginning(stage: str) -> None:
    known = drawn("startEvent s; userTask a@one; endEvent e", "s>a a>e")
    assert way_into(known, "p", stage) == ()
    assert way_into(read(commercial()).definitions, "commercial", stage) == ()
