"""Drawing a map whose places are known, in another theme or with other marks, beside ``dot -Tsvg`` of the same graph:
its nodes and flows with their names, laid out and drawn by Graphviz alone, as anyone would call it. ``dot`` is
our ``parcours-dot``, as the graphviz package runs it here; a ``dot`` of the system, which needs no Python to start, is
told beside it where there is one. And what it takes to mark a map that is drawn already."""

from __future__ import annotations

import shutil
import statistics
import subprocess
from collections.abc import Iterator

import graphviz

from bpmn.drawing import Marks, Style, cache, draw, web_map
from bpmn.drawing.renderer import program
from bpmn.model import Definitions
from bpmn.names import BPMN
from bpmn.reading import read
from tests.benchmarks.table import Line, at_most, ms, timed

SIZES, ROUNDS = (30, 100, 300), 7
#: Milliseconds for the marks of one deal on a map of 60 nodes.
MOST_FOR_MARKS = 2.0


def run() -> Iterator[Line]:
    for size in SIZES:
        definitions = made_up(size)
        plain = graph_of(definitions)
        draw(definitions)
        web_map(definitions)
        ours: dict[str, list[float]] = {"another theme": [], "other marks": []}
        theirs: list[float] = []
        system: list[float] = []
        for turn in range(ROUNDS):
            theirs.append(timed(_dot, program(), plain))
            if found := shutil.which("dot"):
                system.append(timed(_dot, [found], plain))
            ours["another theme"].append(timed(draw, definitions, "svg", Style(theme=("dark", "print")[turn % 2])))
            cache.pictures.clear()
            ours["other marks"].append(timed(_marked, definitions, turn))
            draw(definitions)
        for what, took in ours.items():
            yield at_most(
                f"{size} nodes in SVG, {what}, beside dot -Tsvg",
                statistics.median(took) / statistics.median(theirs),
                2.0,
                "x",
                f"{ms(statistics.median(took))} beside {ms(statistics.median(theirs))}"
                + (f"; dot of the system {ms(statistics.median(system))}" if system else ""),
            )
    map_ = web_map(made_up(60))
    ids = list(map_.places)
    took = [timed(map_.marked, Marks(frozenset(ids[turn::2]), frozenset(ids[:1]))) for turn in range(50)]
    yield at_most("the marks of a deal on a map of 60 nodes", statistics.median(took) * 1e3, MOST_FOR_MARKS, "ms")


def _dot(command: list[str], source: str) -> None:
    subprocess.run([*command, "-Kdot", "-Tsvg"], input=source.encode(), capture_output=True, check=True)


def _marked(definitions: Definitions, turn: int) -> None:
    ids = sorted(definitions.nodes)
    draw(definitions, marks=Marks(frozenset(ids[: turn + 1]), frozenset(ids[turn + 1 : turn + 2])))


def made_up(size: int) -> Definitions:
    """Tasks in a row, a gateway after every fourth with a way back and one ahead, over three lanes."""
    nodes = [f"n{number}" for number in range(size)]
    kinds = ["exclusiveGateway" if number % 5 == 4 else "userTask" for number in range(size)]
    kinds[0], kinds[-1] = "startEvent", "endEvent"
    names = [f"Step {number} of the sale" for number in range(size)]
    flows = [(number, number + 1) for number in range(size - 1)]
    flows += [(number, number - 3) for number in range(9, size - 1, 10)]
    flows += [(number, number + 4) for number in range(4, size - 4, 10)]
    lanes = "".join(
        f'<lane id="lane{lane}" name="Lane {lane}">'
        + "".join(f"<flowNodeRef>{node}</flowNodeRef>" for number, node in enumerate(nodes) if number // 7 % 3 == lane)
        + "</lane>"
        for lane in range(3)
    )
    inside = "".join(
        f'<{kind} id="{node}" name="{name}"/>' for node, kind, name in zip(nodes, kinds, names, strict=True)
    ) + "".join(
        f'<sequenceFlow id="f{source}_{target}" name="then" sourceRef="n{source}" targetRef="n{target}"/>'
        for source, target in flows
    )
    source = (
        f'<definitions xmlns="{BPMN}"><process id="p" name="Sale"><laneSet id="l">{lanes}</laneSet>{inside}</process>'
    )
    return read(f"{source}</definitions>".encode()).definitions


def graph_of(definitions: Definitions) -> str:
    graph = graphviz.Digraph(graph_attr={"rankdir": "LR"}, node_attr={"shape": "box", "fontname": "Inter"})
    for node in definitions.nodes.values():
        graph.node(node.id, node.name)
    for flow in definitions.flows.values():
        graph.edge(flow.source, flow.target, flow.name)
    return str(graph.source)
