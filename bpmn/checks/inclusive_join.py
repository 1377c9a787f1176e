"""Inclusive gateways that wait for several branches."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """SpiffWorkflow misses tokens that are still on their way, above all in sub-processes, and goes on too early."""
    for node in running(definitions):
        if node.type == "inclusiveGateway" and len(definitions.incoming[node.id]) > 1:
            yield error(
                __name__,
                node,
                N_(
                    "The inclusive gateway '%(name)s' waits for its branches, which is not run yet. Put the branches "
                    "into a sub-process, which ends when all of them have."
                ),
            )
