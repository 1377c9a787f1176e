"""A file outside the BPMN 2.0 namespace: we can read and draw it, but it is not the standard's and does not run."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding
from bpmn.checks.notes import of_reader
from bpmn.model import Definitions


def check(definitions: Definitions) -> Iterator[Finding]:
    """Other tools, and the engine, look for elements in the namespace of BPMN 2.0 only."""
    return of_reader("namespace", definitions)
