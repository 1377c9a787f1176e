"""Every map is good: nothing lies on anything, lines are square, stages side by side, the path to win straight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bpmn.diagram import Bounds
from bpmn.drawing import geometry_of
from bpmn.drawing.geometry import Geometry, Line, Placed
from bpmn.drawing.layout.laid_out import laid_out
from bpmn.reading import read
from tests.bpmn.drawing import generated, kept, quality

needs_real_files = pytest.mark.skipif(not kept.REAL, reason="the real files (../shared/data/bpmn) are not here")
each_shipped = pytest.mark.parametrize("path", kept.SHIPPED, ids=lambda path: path.name)
each_real = pytest.mark.parametrize("path", kept.REAL, ids=kept.name_of)


@each_shipped
def test_a_shipped_process_is_drawn_well_without_its_places(path: Path) -> None:
    definitions = kept.bare(path)
    assert quality.faults(definitions, laid_out(definitions)) == []


@each_shipped
def test_a_shipped_process_is_drawn_well_where_its_designer_put_it(path: Path) -> None:
    definitions = read(path.read_bytes()).definitions
    assert quality.faults(definitions, geometry_of(definitions)) == []


@needs_real_files
@each_real
def test_a_real_file_is_drawn_well_without_its_places(path: Path) -> None:
    definitions = kept.bare(path)
    assert quality.faults(definitions, laid_out(definitions)) == []


@pytest.mark.parametrize("seed", kept.SEEDS)
def test_a_made_up_process_is_drawn_well(seed: int) -> None:
    definitions = generated.definitions(seed)
    assert quality.faults(definitions, laid_out(definitions)) == []


def test_made_up_processes_hold_what_maps_hold() -> None:
    made = [generated.definitions(seed) for seed in kept.SEEDS]
    sizes = sorted(len(one.nodes) for one in made)
    assert sizes[0] <= 6
    assert sizes[-1] >= 75
    types = {node.type for one in made for node in one.nodes.values()}
    assert {"boundaryEvent", "subProcess", "transaction", "callActivity", "parallelGateway"} <= types
    assert any(one.message_flows for one in made)
    assert any(lane.parent for one in made for lane in one.lanes)
    assert any(artifact.stage for one in made for artifact in one.artifacts)
    assert {artifact.type for one in made for artifact in one.artifacts} >= {"textAnnotation", "dataStoreReference"}
    assert any(node.triggered_by_event for one in made for node in one.nodes.values())
    assert any(len(one.processes) > 1 for one in made)


# What is counted


def _compare(found: kept.Figures) -> None:
    table = kept.table()
    assert kept.worse(found, table) == []
    held = {name: table.get(name) for name in found}
    assert found == held, "better than the table says: python -m tests.bpmn.drawing"


@each_shipped
def test_the_figures_of_a_shipped_process_are_those_that_are_kept(path: Path) -> None:
    _compare(kept.figures_of(path))


@needs_real_files
@each_real
def test_the_figures_of_a_real_file_are_those_that_are_kept(path: Path) -> None:
    _compare(kept.figures_of(path))


def test_the_figures_of_made_up_processes_are_those_that_are_kept() -> None:
    _compare(kept.figures_of_generated())


# The measures see what they measure


def _drawn(*lines: Line, nodes: tuple[Placed, ...] = ()) -> Geometry:
    return Geometry((), nodes, lines, 400, 400)


def _task(id_: str, x: float, y: float) -> Placed:
    return Placed(id_, "task", id_, Bounds(x, y, 100, 80))


def _line(id_: str, *points: tuple[float, float], label: Bounds | None = None) -> Line:
    return Line(id_, "sequenceFlow", points, "name" if label else "", label)


def test_crossings_and_bends_are_counted() -> None:
    over, down = _line("over", (0, 50), (200, 50)), _line("down", (100, 0), (100, 100), (150, 100))
    assert quality.figures(_drawn(over, down)) == quality.Figures(crossings=1, bends=1)
    meets = _line("meets", (100, 0), (100, 50))
    assert quality.figures(_drawn(over, meets)).crossings == 0


@pytest.mark.parametrize(
    ("measure", "drawn", "says"),
    [
        (quality.nodes_apart, _drawn(nodes=(_task("a", 0, 0), _task("b", 50, 50))), "a lies on b"),
        (quality.square, _drawn(_line("f", (0, 0), (50, 50))), "f slants"),
        (
            quality.labels_clear,
            _drawn(_line("f", (0, 0), (90, 0), label=Bounds(10, 10, 40, 12)), _line("g", (20, 0), (20, 90))),
            "g goes through the name of f",
        ),
        (
            quality.labels_clear,
            _drawn(_line("f", (0, 0), (90, 0), label=Bounds(-10, 10, 40, 12))),
            "the name of f lies outside",
        ),
        (
            quality.labels_clear,
            _drawn(_line("f", (0, 0), (9, 0), label=Bounds(50, 50, 40, 12)), nodes=(_task("a", 0, 0),)),
            "the name of f lies on a",
        ),
    ],
)
def test_a_fault_is_seen(measure: Callable[[Geometry], list[str]], drawn: Geometry, says: str) -> None:
    assert says in list(measure(drawn))


def test_faults_of_a_whole_map_are_seen() -> None:
    definitions = kept.bare(kept.SHIPPED[0])
    good = laid_out(definitions)
    first = good.columns[0]
    bent = replace(good.lines[0], points=(good.lines[0].points[0], (1, 1), (2, 1), good.lines[0].points[1]))
    spoilt = {
        "has no line": replace(good, lines=good.lines[1:]),
        "is not drawn": replace(good, nodes=good.nodes[1:]),
        "is too narrow": replace(good, columns=(replace(first, right=first.left + 50), *good.columns[1:])),
        "stands outside": replace(good, columns=(replace(first, left=first.left + 60), *good.columns[1:])),
        "bends": replace(good, lines=(bent, *good.lines[1:])),
        "goes through": replace(good, lines=(replace(good.lines[0], points=((0, 150), (2000, 150))), *good.lines[1:])),
        "lanes end at": replace(
            good,
            frames=tuple(
                replace(frame, bounds=replace(frame.bounds, width=99)) if frame.id == "Lane_rep" else frame
                for frame in good.frames
            ),
        ),
    }
    for says, geometry in spoilt.items():
        assert any(says in fault for fault in quality.faults(definitions, geometry)), says
