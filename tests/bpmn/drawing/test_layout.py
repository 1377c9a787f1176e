"""The layout of files without places: what stands where, and what a reader may rely on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bpmn.drawing.geometry import Frame, Geometry, Line, Placed, holds, middle
from bpmn.drawing.layout.laid_out import laid_out
from bpmn.drawing.layout.parts import Budget, TooMuchWork
from bpmn.drawing.measure import LANE_NAME, fit
from bpmn.model import Definitions
from bpmn.names import BPMN
from bpmn.reading import read
from tests.bpmn.drawing import generated, kept, quality
from tests.hostile import ENDLESS, document

ROOT = Path(__file__).parents[3]


def process(inside: str, outside: str = "") -> Definitions:
    source = f'<definitions xmlns="{BPMN}">{outside}<process id="p">{inside}</process></definitions>'
    return read(source.encode()).definitions


def flow(id_: str, source: str, target: str) -> str:
    return f'<sequenceFlow id="{id_}" sourceRef="{source}" targetRef="{target}"/>'


def things(geometry: Geometry) -> dict[str, Frame | Placed]:
    return {thing.id: thing for thing in geometry.things}


def lines(geometry: Geometry) -> dict[str, Line]:
    return {line.id: line for line in geometry.lines}


def good(definitions: Definitions) -> Geometry:
    """Laid out, and without a fault."""
    geometry = laid_out(definitions)
    assert quality.faults(definitions, geometry) == []
    return geometry


# What a reader relies on


def test_the_same_definitions_give_the_same_map_in_every_process() -> None:
    code = (
        "from tests.bpmn.drawing import generated; from bpmn.drawing.layout.laid_out import laid_out\n"
        "for drawn in (laid_out(generated.definitions(seed)) for seed in (7, 40)):\n"
        "    print([(line.id, line.points, line.label) for line in drawn.lines])"
    )
    drawn = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(drawn) == 1


def _order(geometry: Geometry, axis: int) -> dict[str, list[set[str]]]:
    """By scope, what stands on the same middle line, line after line."""
    by_place: dict[str, dict[float, set[str]]] = {}
    for node in geometry.nodes:
        if node.type != "boundaryEvent" and node.node is not None:
            places = by_place.setdefault(node.node.scope, {})
            places.setdefault(middle(node.bounds)[axis], set()).add(node.id)
    return {scope: [places[place] for place in sorted(places)] for scope, places in by_place.items()}


@pytest.mark.parametrize("seed", [*range(12), None], ids=str)
def test_another_name_shuffles_nothing(seed: int | None) -> None:
    definitions = kept.bare(kept.SHIPPED[0]) if seed is None else generated.definitions(seed)
    before = laid_out(definitions)
    for changed in list(definitions.nodes)[:: max(1, len(definitions.nodes) // 4)]:
        node = replace(definitions.nodes[changed], name="Quite another name, which is a good deal longer")
        after = laid_out(replace(definitions, nodes={**definitions.nodes, changed: node}))
        for axis in (0, 1):
            assert _order(after, axis) == _order(before, axis)
        assert [len(line.points) for line in after.lines] == [len(line.points) for line in before.lines]


def test_stages_are_bands_in_their_order_whatever_the_lane() -> None:
    definitions = kept.bare(kept.SHIPPED[0])
    geometry = good(definitions)
    assert [column.stage for column in geometry.columns] == [stage.id for stage in definitions.stages]
    groups = {frame.name: frame.bounds for frame in geometry.frames if frame.kind == "group"}
    for stage, column in zip(definitions.stages, geometry.columns, strict=True):
        assert (groups[stage.name].x, groups[stage.name].x + groups[stage.name].width) == (column.left, column.right)


def test_a_stage_without_elements_keeps_its_band_and_a_file_without_stages_has_none() -> None:
    stages = '<category><categoryValue id="s1"/><categoryValue id="s2"/><categoryValue id="s3"/></category>'
    task = '<task id="{0}"><categoryValueRef>{1}</categoryValueRef></task>'
    inside = task.format("a", "s1") + task.format("b", "s3") + flow("f", "a", "b")
    geometry = good(process(inside, stages))
    assert [column.stage for column in geometry.columns] == ["s1", "s2", "s3"]
    assert all(column.right - column.left >= quality.LEAST_BAND for column in geometry.columns)
    assert good(process('<task id="a"/>', stages)).columns == ()
    assert good(process('<task id="a"/>')).columns == ()


def test_what_has_no_stage_stands_by_what_it_follows() -> None:
    stages = '<category><categoryValue id="s1"/><categoryValue id="s2"/></category>'
    staged = "".join(f'<task id="t{n}"><categoryValueRef>s{n}</categoryValueRef></task>' for n in (1, 2))
    inside = f'<startEvent id="start"/>{staged}<task id="between"/><endEvent id="end"/>'
    joined = flow("a", "start", "t1") + flow("b", "t1", "between") + flow("c", "between", "t2") + flow("d", "t2", "end")
    geometry = good(process(inside + joined, stages))
    found, (first, second) = things(geometry), geometry.columns
    assert found["start"].bounds.x + found["start"].bounds.width <= first.left
    assert first.left <= found["between"].bounds.x <= first.right
    assert second.left <= found["end"].bounds.x <= second.right


def test_a_flow_to_an_earlier_stage_leads_back() -> None:
    stages = '<category><categoryValue id="s1"/><categoryValue id="s2"/></category>'
    task = '<task id="{0}"><categoryValueRef>{1}</categoryValueRef></task>'
    geometry = good(process(task.format("a", "s2") + task.format("b", "s1") + flow("f", "a", "b"), stages))
    found = things(geometry)
    assert found["b"].bounds.x < found["a"].bounds.x


def test_the_lost_path_is_one_frame_in_its_lane_below_the_flow_and_in_no_stage() -> None:
    definitions = kept.bare(kept.SHIPPED[0])
    geometry = good(definitions)
    lost = definitions.lost_process
    assert lost is not None
    frame, lane = things(geometry)[lost.id], things(geometry)["Lane_team_leader"]
    assert isinstance(frame, Frame)
    assert frame.kind == "subProcess"
    assert lane.bounds.y < frame.bounds.y
    assert frame.bounds.y + frame.bounds.height < lane.bounds.y + lane.bounds.height
    assert frame.bounds.y > things(geometry)["Lane_account_manager"].bounds.y
    for column in geometry.columns:
        assert not column.left <= frame.bounds.x <= frame.bounds.x + frame.bounds.width <= column.right


def test_a_lane_holds_what_is_in_it_and_lanes_in_lanes_are_drawn_inside() -> None:
    lanes = (
        '<laneSet><lane id="outer" name="Outer"><flowNodeRef>direct</flowNodeRef><childLaneSet>'
        '<lane id="inner1"><flowNodeRef>a</flowNodeRef></lane><lane id="inner2"><flowNodeRef>b</flowNodeRef></lane>'
        '</childLaneSet></lane><lane id="empty"/></laneSet>'
    )
    tasks = "".join(f'<task id="{id_}"/>' for id_ in ("direct", "a", "b", "nowhere"))
    geometry = good(process(lanes + tasks + flow("f", "a", "b")))
    found = things(geometry)
    tops = [found[id_].bounds.y for id_ in ("outer", "inner1", "inner2", "empty")]
    assert tops == sorted(tops)
    for id_, frame in (("direct", "outer"), ("a", "inner1"), ("b", "inner2")):
        assert holds(found[frame].bounds, middle(found[id_].bounds))
    assert found["inner1"].bounds.x > found["outer"].bounds.x
    assert not any(holds(found[frame].bounds, middle(found["nowhere"].bounds)) for frame in ("outer", "empty"))


def test_a_lane_is_as_high_as_its_name_needs() -> None:
    name = "Avant-vente, juridique et tous ceux qui relisent les clauses particulières"
    lanes = f'<laneSet><lane id="long" name="{name}"/><lane id="short" name="Rep"/></laneSet>'
    found = things(good(process(f'{lanes}<task id="a"/>')))
    long, short = found["long"].bounds.height, found["short"].bounds.height
    assert fit(name, long - 8, LANE_NAME.height, LANE_NAME.sizes, True).size >= 10
    assert short >= 80


def test_messages_run_straight_between_pools_and_enter_what_is_inside() -> None:
    collaboration = (
        '<collaboration><participant id="client" name="Client"/><participant id="us" processRef="p"/>'
        '<messageFlow id="asks" sourceRef="client" targetRef="start"/>'
        '<messageFlow id="answers" sourceRef="inner" targetRef="client"/></collaboration>'
    )
    inside = (
        '<startEvent id="start"/><subProcess id="sub"><task id="first"/><task id="inner"/>'
        f"{flow('g', 'first', 'inner')}</subProcess>{flow('f', 'start', 'sub')}"
    )
    geometry = good(process(inside, collaboration))
    drawn = lines(geometry)
    assert len(drawn["asks"].points) == 2
    client, inner = things(geometry)["client"].bounds, things(geometry)["inner"].bounds
    begins, ends = drawn["answers"].points[0], drawn["answers"].points[-1]
    assert begins[1] == inner.y
    assert ends[1] == client.y + client.height


def test_notes_and_data_stand_next_to_what_they_belong_to() -> None:
    inside = (
        f'<task id="a"/><task id="b"/>{flow("f", "a", "b")}<textAnnotation id="note"><text>Why</text></textAnnotation>'
        '<association id="x" sourceRef="a" targetRef="note"/><dataObjectReference id="data" name="Contract"/>'
        '<association id="y" sourceRef="b" targetRef="data"/><dataStoreReference id="store" name="All"/>'
    )
    geometry = good(process(inside))
    found = things(geometry)
    for line, owner in (("x", "a"), ("y", "b")):
        start, *_, end = lines(geometry)[line].points
        assert start[0] == end[0] == middle(found[owner].bounds)[0]
        assert abs(start[1] - end[1]) < 60
    assert "store" in found


def test_a_note_on_a_flow_leads_to_the_flow() -> None:
    inside = (
        f'<task id="a"/><task id="b"/>{flow("f", "a", "b")}<textAnnotation id="note"><text>Within a day</text>'
        '</textAnnotation><association id="x" sourceRef="note" targetRef="f"/>'
    )
    geometry = laid_out(process(inside))
    note, (start, *_, end) = things(geometry)["note"].bounds, lines(geometry)["x"].points
    (left, level), (right, _) = lines(geometry)["f"].points
    assert end[1] == level
    assert left <= end[0] <= right
    assert start[1] in (note.y, note.y + note.height)


def test_boundary_events_stand_on_the_lower_border_and_lead_down() -> None:
    inside = (
        '<task id="host"/><boundaryEvent id="one" name="One" attachedToRef="host"/>'
        '<boundaryEvent id="two" name="Two" attachedToRef="host"/><endEvent id="e1"/><endEvent id="e2"/>'
        f'{flow("f1", "one", "e1")}{flow("f2", "two", "e2")}<boundaryEvent id="stray" attachedToRef="nothing"/>'
    )
    geometry = good(process(inside))
    host = things(geometry)["host"].bounds
    for event in ("one", "two"):
        x, y = middle(things(geometry)[event].bounds)
        assert y == host.y + host.height
        assert host.x < x < host.x + host.width
    for line in ("f1", "f2"):
        (_, start), (_, following), *_ = lines(geometry)[line].points
        assert following > start
    assert quality.figures(geometry).crossings == 0
    assert "stray" in things(geometry)


def test_the_inside_of_a_sub_process_stands_inside_and_flows_that_cross_its_border_are_drawn() -> None:
    inside = (
        f'<subProcess id="sub" name="Sub"><task id="a"/><task id="b"/>{flow("f", "a", "b")}{flow("out", "b", "end")}'
        f'{flow("own", "b", "sub")}</subProcess><endEvent id="end"/>{flow("g", "sub", "end")}'
        f'<subProcess id="closed"/>{flow("h", "end", "closed")}{flow("self", "closed", "closed")}'
    )
    geometry = good(process(inside))
    found = things(geometry)
    assert isinstance(found["closed"], Placed)
    for one in ("a", "b"):
        assert holds(found["sub"].bounds, middle(found[one].bounds))
    assert {"out", "own", "self"} <= lines(geometry).keys()


@pytest.mark.parametrize("count", [2, 3, 5])
def test_lines_from_each_to_each_never_lie_on_each_other(count: int) -> None:
    names = [f"{side}{number}" for side in "ab" for number in range(count)]
    tasks = "".join(f'<task id="{name}"/>' for name in names)
    joined = "".join(flow(f"f{n}{m}", f"a{n}", f"b{m}") for n in range(count) for m in range(count))
    crossed = "".join(flow(f"g{n}{m}", f"b{n}", f"a{m}") for n in range(count) for m in range(count) if n != m)
    good(process(tasks + joined))
    good(process(tasks + joined + crossed))


def test_a_line_finds_its_way_around_what_stands_across_several_columns() -> None:
    inner = "".join(f'<task id="i{n}"/>{flow(f"h{n}", f"i{n}", f"i{n + 1}")}' for n in range(5)) + '<task id="i5"/>'
    lanes = (
        '<laneSet><lane id="l1"><flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef><flowNodeRef>sub</flowNodeRef>'
        '<flowNodeRef>c</flowNodeRef></lane><lane id="l2"><flowNodeRef>d</flowNodeRef></lane></laneSet>'
    )
    tasks = "".join(f'<task id="{id_}"/>' for id_ in "abcd")
    flows = flow("f1", "a", "sub") + flow("f2", "a", "b") + flow("f3", "b", "c") + flow("f4", "b", "d")
    geometry = good(process(f'{lanes}{tasks}<subProcess id="sub">{inner}</subProcess>{flows}'))
    assert len(lines(geometry)["f4"].points) >= 2


def test_a_flow_from_what_is_no_flow_node_is_drawn() -> None:
    inside = f'<task id="t"/><dataObjectReference id="d"/>{flow("f", "d", "t")}{flow("g", "t", "d")}'
    assert {"f", "g"} == lines(laid_out(process(inside))).keys()


# What no one should draw


def _graph(nodes: int, flows: int) -> Definitions:
    tasks = "".join(f'<task id="t{n}" name="Task {n}"/>' for n in range(nodes))
    joined = (flow(f"f{n}", f"t{n * 7919 % nodes}", f"t{n * 104729 % (nodes - 1)}") for n in range(flows))
    return process(tasks + "".join(joined))


def _lanes(count: int) -> Definitions:
    numbers = range(count)
    lanes = (f'<lane id="l{n}" name="{"x" * 9_000}"><flowNodeRef>t{n}</flowNodeRef></lane>' for n in numbers)
    tasks = (f'<task id="t{n}" name="{"long " * 2_000}"/>{flow(f"f{n}", f"t{n}", f"t{n + 1}")}' for n in numbers)
    return process(f"<laneSet>{''.join(lanes)}</laneSet>{''.join(tasks)}")


def _many_lanes(count: int) -> Definitions:
    lanes = "".join(f'<lane id="l{n}" name="{n}"><flowNodeRef>t{n}</flowNodeRef></lane>' for n in range(count))
    tasks = "".join(f'<task id="t{n}"/>{flow(f"f{n}", f"t{n}", f"t{n * 7919 % count}")}' for n in range(count))
    return process(f"<laneSet>{lanes}</laneSet>{tasks}")


def _each(count: int, source: str, target: str) -> Definitions:
    """Tasks with a flow each, between tasks that are named by the number."""
    tasks = (f'<task id="t{n}"/>{flow(f"f{n}", source.format(n), target.format(n, n + 1))}' for n in range(count))
    return process("".join(tasks))


def _notes(count: int) -> Definitions:
    notes = (f'<textAnnotation id="n{n}"><text>{n}</text></textAnnotation>' for n in range(count))
    joins = (f'<association id="a{n}" sourceRef="t" targetRef="n{n}"/>' for n in range(count))
    return process(f'<task id="t"/>{"".join(notes)}{"".join(joins)}')


def _full_border(count: int) -> Definitions:
    event = '<boundaryEvent id="b{0}" name="Event {0}" attachedToRef="t"/><task id="u{0}"/>'
    events = (event.format(n) + flow(f"f{n}", f"b{n}", f"u{n}") for n in range(count))
    return process('<task id="t"/>' + "".join(events))


def _closed_pools() -> Definitions:
    pools = '<participant id="a"/><participant id="b"/><messageFlow id="m" sourceRef="a" targetRef="b"/>'
    return read(document("", f"<collaboration>{pools}</collaboration>")).definitions


ABSURD: dict[str, Callable[[], Definitions]] = {
    "400 nodes, 3,000 flows": lambda: _graph(400, 3_000),
    "2,000 nodes": lambda: _graph(2_000, 1_999),
    "2,000 nodes, 4,000 flows": lambda: _graph(2_000, 4_000),
    "one to all": lambda: _each(1_500, "t0", "t{0}"),
    "all to one": lambda: _each(1_500, "t{0}", "t0"),
    "a chain": lambda: _each(2_000, "t{0}", "t{1}"),
    "names like books": lambda: _lanes(90),
    "only closed pools": _closed_pools,
    "2,000 notes": lambda: _notes(2_000),
    "a border full of events": lambda: _full_border(500),
    "300 lanes": lambda: _many_lanes(300),
}


@pytest.mark.parametrize("name", ABSURD)
def test_an_absurd_graph_is_laid_out_with_all_that_is_in_it(name: str) -> None:
    definitions = ABSURD[name]()
    geometry = laid_out(definitions)
    assert definitions.nodes.keys() <= things(geometry).keys()
    ends = things(geometry).keys()
    joins = {join.id for join in definitions.joins if join.source in ends and join.target in ends}
    assert joins == lines(geometry).keys()


@pytest.mark.parametrize("name", [name for name in ENDLESS if "stages" not in name])
def test_a_hostile_file_is_laid_out(name: str) -> None:
    definitions = read(ENDLESS[name]).definitions
    assert definitions.nodes.keys() <= things(laid_out(definitions)).keys()


def test_too_much_work_is_counted_and_not_timed() -> None:
    budget = Budget(10)
    budget.spend(10)
    with pytest.raises(TooMuchWork):
        budget.spend(1)


def test_a_plain_grid_takes_over_where_the_budget_ends() -> None:
    definitions = kept.bare(kept.SHIPPED[0])
    orderly, plain = laid_out(definitions), laid_out(definitions, most_work=100)
    assert things(plain).keys() == things(orderly).keys()
    assert lines(plain).keys() == lines(orderly).keys()
    assert any(fault.endswith("slants") for fault in quality.faults(definitions, plain))
    assert not list(quality.nodes_apart(plain))
    assert not list(quality.in_frames(definitions, plain))


def test_nothing_is_laid_out_as_nothing() -> None:
    assert laid_out(process("")).things == ()
