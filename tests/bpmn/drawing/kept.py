"""The figures of the maps as they are kept in figures.json: they may go down, and then the table has to say so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bpmn.drawing.designed import designed
from bpmn.drawing.layout.laid_out import laid_out
from bpmn.model import Definitions
from bpmn.reading import read
from tests.bpmn.drawing import generated, quality

TABLE = Path(__file__).with_name("figures.json")
SHIPPED = sorted((Path(__file__).parents[3] / "bpmn" / "examples").glob("*/*.bpmn"))
#: Real files of many tools, which lie beside the repository and not in it.
_REAL = Path(__file__).parents[4] / "shared" / "data" / "bpmn"
REAL = sorted(_REAL.rglob("*.bpmn"))
SEEDS = range(200)

#: By file, what is counted: crossings and bends of what we lay out, and names without room where a designer has drawn.
Figures = dict[str, dict[str, int]]


def bare(path: Path) -> Definitions:
    """Without the designer's places."""
    return replace(read(path.read_bytes()).definitions, diagrams=())


def name_of(path: Path) -> str:
    return path.relative_to(_REAL).as_posix() if path.is_relative_to(_REAL) else path.name


def figures_of(path: Path) -> Figures:
    found = quality.figures(laid_out(bare(path)))
    clashes = sum(1 for _ in clashes_of(path))
    return {name_of(path): {"crossings": found.crossings, "bends": found.bends, "names without room": clashes}}


def clashes_of(path: Path) -> Iterator[str]:
    definitions = read(path.read_bytes()).definitions
    for diagram in definitions.diagrams:
        drawn = designed(definitions, diagram)
        if drawn is not None:
            yield from quality.labels_clear(drawn)


def figures_of_generated() -> Figures:
    found = [quality.figures(laid_out(generated.definitions(seed))) for seed in SEEDS]
    return {"made up": {"crossings": sum(one.crossings for one in found), "bends": sum(one.bends for one in found)}}


def table() -> Figures:
    kept: Figures = json.loads(TABLE.read_text("utf-8"))
    return kept


def worse(found: Figures, kept: Figures) -> list[str]:
    """What is more than it was. What is not kept yet is not worse."""
    return [
        f"{name}: {what} were {kept[name][what]}, are {count}"
        for name, counts in found.items()
        for what, count in counts.items()
        if count > kept.get(name, counts).get(what, count)
    ]
