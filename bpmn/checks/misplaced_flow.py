"""Flows into a start or a boundary event, and out of an end event."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """BPMN forbids them (10.5.2, 10.5.3), and the engine does with them what it likes."""
    for node in running(definitions):
        if node.type == "startEvent" and definitions.incoming[node.id]:
            yield error(
                __name__, node, N_("A flow leads into the start '%(name)s'. Lead it to the first step instead.")
            )
        if node.type == "boundaryEvent" and definitions.incoming[node.id]:
            yield error(
                __name__, node, N_("A flow leads into '%(name)s'. Lead it to the task that carries it instead.")
            )
        if node.type == "endEvent" and definitions.outgoing[node.id]:
            yield error(
                __name__,
                node,
                N_("A flow leaves the end '%(name)s'. Remove it, or make the end an intermediate event."),
            )
