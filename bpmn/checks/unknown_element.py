"""An element in BPMN's name that BPMN does not have, often a slip of the pen: it would be passed over in silence."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding
from bpmn.checks.notes import of_reader
from bpmn.model import Definitions


def check(definitions: Definitions) -> Iterator[Finding]:
    """Whoever wrote it meant something by it, and it would never happen."""
    return of_reader("unknown_element", definitions)
