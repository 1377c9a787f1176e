"""What a layout costs beside plain Graphviz: one graph, by us with its lanes, stages and names, and by one ``dot``."""

from __future__ import annotations

from bpmn.drawing.layout.laid_out import laid_out
from bpmn.drawing.renderer import run as graphviz
from bpmn.model import Definitions
from tests.benchmarks.table import Line, at_most, ms, p50, timed
from tests.bpmn.drawing import generated

SIZES = (30, 100, 300)
_ROUNDS = 5
#: A layout without Graphviz is no slower than one with it, the start of its process included.
_MOST = 1.0


def run() -> list[Line]:
    lines = []
    for size in SIZES:
        definitions = generated.of_size(size)
        source = as_dot(definitions)
        ours, theirs = [], []
        # Turn by turn, so that whatever else the machine does is shared.
        for _ in range(_ROUNDS):
            ours.append(timed(laid_out, definitions))
            theirs.append(timed(plain, source))
        what = f"layout of {len(definitions.nodes)} elements, beside one dot -Tsvg"
        details = f"{ms(p50(ours))} beside {ms(p50(theirs))}"
        lines.append(at_most(what, p50(ours) / p50(theirs), _MOST, "x", details))
    return lines


def plain(source: str) -> None:
    graphviz(source, "svg", engine="dot", placed=False, time_limit=120)


def as_dot(definitions: Definitions) -> str:
    """Its elements and flows as Graphviz would be told of them, with their names and nothing else."""
    numbers = {key: number for number, key in enumerate(definitions.nodes)}
    nodes = (f'n{numbers[key]} [label="{node.name}"];' for key, node in definitions.nodes.items())
    edges = (
        f'n{numbers[flow.source]} -> n{numbers[flow.target]} [label="{flow.name}"];'
        for flow in definitions.flows.values()
        if flow.source in numbers and flow.target in numbers
    )
    return f"digraph {{ rankdir=LR node [shape=box] {' '.join((*nodes, *edges))} }}"
