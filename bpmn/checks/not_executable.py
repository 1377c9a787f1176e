"""Which process deals run on: exactly one, and the designer says which."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import executable
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Most real files are pictures. One error says so, rather than hundreds about what a picture need not have."""
    if not definitions.processes:
        return
    marked = executable(definitions)
    if not marked:
        yield error(
            __name__,
            definitions.processes[0],
            N_(
                "No process is marked executable. Set isExecutable on the process that deals should run on: '%(name)s'?"
            ),
        )
    for process in marked[1:]:
        yield error(
            __name__,
            process,
            N_("Only one process can be executable, and '%(first)s' is one already. Unmark '%(name)s'."),
            first=marked[0].name or marked[0].id,
        )
