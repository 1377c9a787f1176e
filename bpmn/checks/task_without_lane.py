"""Tasks of people that lie in no lane and name no role."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, warning
from bpmn.checks.graph import executable, human_tasks
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """A task of everybody is done by nobody (domain M2)."""
    homeless = [node for node in human_tasks(definitions) if not node.performer and not definitions.lane_of(node.id)]
    for process in executable(definitions):
        if homeless and not any(lane.process == process.id for lane in definitions.lanes):
            yield warning(
                __name__,
                process,
                N_("'%(name)s' has no lanes, so it does not say who does what. Draw one for each role."),
            )
            return
    for node in homeless:
        yield warning(__name__, node, N_("'%(name)s' is in no lane, so anyone may do it. Put it into a lane."))
