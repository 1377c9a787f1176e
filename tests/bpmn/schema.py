"""The OMG schema of BPMN 2.0 that SpiffWorkflow brings along, so that tests run wherever it is installed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import SpiffWorkflow
from lxml import etree


@cache
def schema() -> etree.XMLSchema:
    found = next(Path(SpiffWorkflow.__file__).parent.glob("**/schema/BPMN20.xsd"))
    return etree.XMLSchema(etree.parse(str(found)))


def complaints(source: bytes) -> list[str]:
    """What the schema says against a file."""
    schema().validate(etree.fromstring(source))
    return [f"{one.line}: {one.message}" for one in schema().error_log]  # type: ignore[attr-defined]
