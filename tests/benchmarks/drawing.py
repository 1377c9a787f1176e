"""What a map costs beside ``dot -Tsvg`` of the same graph: its elements and flows with their names, laid out and drawn
by Graphviz alone. And what the server does for a map that is drawn already, with a deal's marks.

``dot`` is our ``parcours-dot``, the command that the graphviz package runs here; a ``dot`` of the system, which needs
no Python to start, is told beside it where there is one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bpmn.drawing import Marks, Style, cache, draw
from bpmn.drawing.renderer import program
from bpmn.model import Definitions
from tests.benchmarks.sales import Ours
from tests.benchmarks.table import Line, at_most, ms, p50, timed
from tests.bpmn.drawing import generated
from web.app import create_app
from web.config import Config

SIZES, ROUNDS = (30, 100, 300), 7
#: Times ``dot``: layout and SVG from nothing; another theme or other marks where the layout is known.
MOST_FROM_NOTHING, MOST_AGAIN = 25.0, 2.0
#: Milliseconds of the server, and how often a map is asked for.
MOST_SERVED, ASKED = 5.0, 60


def run() -> Iterator[Line]:
    for size in SIZES:
        yield from _beside_dot(generated.of_size(size))
    yield from _served()


def _beside_dot(definitions: Definitions) -> Iterator[Line]:
    source = as_dot(definitions).encode()
    ids = sorted(definitions.nodes)

    def marked(turn: int) -> bytes:
        return draw(definitions, marks=Marks(frozenset(ids[: turn + 1]), frozenset(ids[turn + 1 : turn + 2])))

    def themed(turn: int) -> bytes:
        return draw(definitions, "svg", Style(theme=("dark", "print")[turn % 2]))

    ours: dict[str, tuple[Callable[[int], bytes], float, list[float]]] = {
        "layout and SVG": (lambda _turn: draw(definitions), MOST_FROM_NOTHING, []),
        "another theme": (themed, MOST_AGAIN, []),
        "other marks": (marked, MOST_AGAIN, []),
    }
    theirs: list[float] = []
    systems: list[float] = []
    draw(definitions)
    # Turn by turn, so that whatever else the machine does is shared.
    for turn in range(ROUNDS):
        theirs.append(timed(_dot, program(), source))
        if system := shutil.which("dot"):
            systems.append(timed(_dot, [system], source))
        cache.geometries.clear()
        cache.pictures.clear()
        for act, _, took in ours.values():
            took.append(timed(act, turn))
    plain, told = p50(theirs), f"; {ms(p50(systems))} by the system's dot" if systems else ""
    for what, (_, most, took) in ours.items():
        details = f"{ms(p50(took))} beside {ms(plain)}{told}"
        yield at_most(f"{len(ids)} elements, {what}, beside dot -Tsvg", p50(took) / plain, most, "x", details)


def _dot(command: list[str], source: bytes) -> None:
    subprocess.run([*command, "-Kdot", "-Tsvg"], input=source, capture_output=True, check=True)


def as_dot(definitions: Definitions) -> str:
    """Its elements and flows as Graphviz would be told of them, with their names and nothing else."""
    numbers = {key: number for number, key in enumerate(definitions.nodes)}
    nodes = (f'n{numbers[key]} [label="{node.name}"];' for key, node in definitions.nodes.items())
    edges = (
        f'n{numbers[flow.source]} -> n{numbers[flow.target]} [label="{flow.name}"];'
        for flow in definitions.flows.values()
        if flow.source in numbers and flow.target in numbers
    )
    return f"digraph {{ rankdir=LR node [shape=box fontname=Inter] {' '.join((*nodes, *edges))} }}"


def _served() -> Iterator[Line]:
    """From the request to the last byte: the person and the deal are read, the picture is found."""
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(f"sqlite:///{folder}/parcours.db")
        deal = ours.engine.running.open_deal(process="commercial", title="T", account="A", by=ours.me, now=ours.now)
        config = Config(data=Path(folder), secret_key="of a benchmark", clock=lambda: ours.now, language="en")
        client = create_app(ours.engine, config).test_client()
        client.get(f"/start/{ours.engine.people.new_link(now=ours.now)}")
        for what, address in (
            ("a deal's map as a file", f"/deals/{deal.id}/map.svg"),
            ("a map of the commercial process", "/processes/commercial/versions/1/map.svg"),
        ):
            page = client.get(address)
            assert page.status_code == 200, page.text
            assert re.search(r"<svg|<\?xml", page.text)
            took = [timed(client.get, address) for _ in range(ASKED)]
            yield at_most(f"{what}, drawn before, over HTTP", p50(took) * 1e3, MOST_SERVED, "ms of server time")
        ours.engine.close()
