"""What a timer that repeats leads to."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """A gateway that joins would wait for the rounds to come, and open nothing until the activity is done."""
    for node in running(definitions):
        if node.type != "boundaryEvent" or not any(
            event.timer and event.timer.kind == "cycle" for event in node.events
        ):
            continue
        for flow in definitions.outgoing[node.id]:
            target = definitions.nodes.get(flow.target)
            if target is not None and target.type in {"parallelGateway", "inclusiveGateway"}:
                yield error(
                    __name__,
                    node,
                    N_("The timer '%(name)s' leads into a gateway. Put a task between the two."),
                )
