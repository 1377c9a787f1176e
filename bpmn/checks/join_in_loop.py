"""Parallel and inclusive joins that a deal comes to more than once."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import onward, reached, running
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """SpiffWorkflow's joins count the tokens of earlier rounds, and so go on before all branches have come."""
    steps = onward(definitions)
    for node in running(definitions):
        if node.type not in {"parallelGateway", "inclusiveGateway"} or len(definitions.incoming[node.id]) < 2:
            continue
        if node.id in reached(steps(node.id), steps):
            yield error(
                __name__,
                node,
                N_(
                    "The deal can come back to '%(name)s', which waits for several branches. Put the branches into a "
                    "sub-process, and lead back to that."
                ),
            )
