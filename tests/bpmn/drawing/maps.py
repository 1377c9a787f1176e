"""The shipped map and what tests look at in pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from bpmn.drawing import WORDS, Figures, Marks
from bpmn.model import Definitions
from bpmn.reading import read
from tests.builders import commercial

#: Real files of many tools, which lie beside the repository and not in it.
REAL = sorted((Path(__file__).parents[4] / "shared" / "data" / "bpmn").rglob("*.bpmn"))
SVG = "{http://www.w3.org/2000/svg}"


def shipped(language: str = "") -> Definitions:
    return read(commercial(language)).definitions


def without_places(definitions: Definitions) -> Definitions:
    return replace(definitions, diagrams=())


def elements(svg: bytes) -> list[etree._Element]:
    return [element for element in etree.fromstring(svg).iter() if isinstance(element.tag, str)]


def words_of(svg: bytes) -> str:
    return " ".join("".join(map(str, one.itertext())) for one in elements(svg) if one.tag == f"{SVG}text")


def ids(svg: bytes) -> set[str]:
    return {str(element.get("id")) for element in elements(svg) if element.get("id")}


def parts(svg: bytes) -> Iterator[etree._Element]:
    """The groups that stand for one element each."""
    return (element for element in elements(svg) if element.tag == f"{SVG}g" and element.get("class"))


def classes(svg: bytes) -> dict[str, set[str]]:
    return {str(part.get("id")): set(str(part.get("class")).split()) for part in parts(svg) if part.get("id")}


def all_marks(definitions: Definitions) -> Marks:
    """Something of everything that can be marked."""
    nodes, flows = list(definitions.nodes), list(definitions.flows)
    figures = {stage.id: Figures(120 - 9 * n, 0.5 + n / 20, 3 + n) for n, stage in enumerate(definitions.stages)}
    figures |= {id_: Figures(40 - n, lost=n % 3, late=n % 4) for n, id_ in enumerate(nodes)}
    return Marks(
        passed=frozenset([*nodes[:6], *flows[:6]]),
        current=frozenset(nodes[6:8]),
        skipped=frozenset([*nodes[8:11], *flows[8:10]]),
        figures=figures,
        added=frozenset([*nodes[12:14], flows[12]]),
        removed=frozenset([nodes[14], flows[14]]),
        changed=frozenset([nodes[15], flows[15]]),
        comments={nodes[1]: 3, nodes[12]: 12},
    )


def other_words() -> dict[str, str]:
    """Every sentence of a map in a language that nobody speaks, with the same places to fill in."""
    return {sentence: f"¤{sentence}" for sentence in WORDS}
