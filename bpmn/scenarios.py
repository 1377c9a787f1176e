"""Scenarios: what people answer, and where a deal is then. They stand in the file, for whoever changes it to run."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from bpmn.elements import local_name, named
from bpmn.names import bpmn, sales
from bpmn.reading import Document, read
from bpmn.values import Deed, Scenario
from bpmn.writing import write

__all__ = ["Deed", "Scenario", "with_scenario"]


def with_scenario(source: bytes, process: str, scenario: Scenario) -> bytes:
    """The file with one more scenario, in the place of the one of the same name."""
    document = read(source)
    held = _held(document, process)
    for other in [one for one in held.findall(sales("scenario")) if one.get("name") == scenario.name]:
        held.remove(other)
    held.append(_written(scenario))
    return write(document, like=source)


def _held(document: Document, process: str) -> etree._Element:
    """The extension elements of the process, made where there are none."""
    element = next(one for one in named(document.root, "process") if one.get("id") == process)
    found = named(element, "extensionElements")
    if found:
        return found[0]
    made = etree.Element(bpmn("extensionElements"))
    element.insert(sum(local_name(child) == "documentation" for child in element), made)
    return made


def _written(scenario: Scenario) -> etree._Element:
    attributes = {"name": scenario.name, "outcome": scenario.outcome, "path": " ".join(scenario.path)}
    element = etree.Element(sales("scenario"), attributes)
    for deed in scenario.deeds:
        done = etree.SubElement(element, sales("deed"), {"do": deed.do, "of": deed.of})
        _answers(done, deed.answers)
    return element


def _answers(deed: etree._Element, answers: Sequence[tuple[str, str]]) -> None:
    for field, value in answers:
        etree.SubElement(deed, sales("answer"), field=field, value=value)
