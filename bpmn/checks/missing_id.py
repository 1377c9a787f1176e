"""An element without an id: nothing can refer to it, neither the engine nor the history of a deal."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding
from bpmn.checks.notes import of_reader
from bpmn.model import Definitions


def check(definitions: Definitions) -> Iterator[Finding]:
    """The stand-in that the reader makes up changes with the file, and a deal outlives its file."""
    return of_reader("missing_id", definitions)
