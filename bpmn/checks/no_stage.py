"""A process that runs and has no stages."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, warning
from bpmn.checks.graph import executable, running
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Deals would be nowhere in the funnel (domain P2). A stage that no step belongs to is never entered either."""
    for process in executable(definitions):
        if not definitions.stages:
            yield warning(
                __name__, process, N_("'%(name)s' has no stages, so its deals are nowhere in the funnel. Add them.")
            )
    if executable(definitions):
        entered = {node.stage for node in running(definitions)}
        for stage in definitions.stages:
            if stage.id not in entered:
                yield warning(__name__, stage, N_("No step belongs to the stage '%(name)s'. Assign its steps to it."))
