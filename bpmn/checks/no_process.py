"""A file with no process: a collaboration of black boxes, or a picture only."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.model import Definitions, Process
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """There is nothing to run, and nothing else to say about it."""
    if not definitions.processes:
        file = Process(id=definitions.id, name=definitions.name)
        yield error(
            __name__,
            file,
            N_("The file has no process. Draw one, and mark it executable, so that deals can run on it."),
        )
