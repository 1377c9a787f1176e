"""Loops that nobody and nothing waits in."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import on_a_cycle, running, starts
from bpmn.model import Definitions, FlowNode
from bpmn.names import HUMAN_TASKS
from bpmn.text import N_
from bpmn.ways import inside_of, link_target

_WAIT = HUMAN_TASKS | {"receiveTask", "eventBasedGateway", "boundaryEvent"}


def check(definitions: Definitions) -> Iterator[Finding]:
    """Such a loop runs at once and for ever, until the engine gives up and the deal is stuck."""
    nodes = {node.id: node for node in running(definitions) if not _waits(node)}

    def steps(node_id: str) -> Iterator[str]:
        node = nodes[node_id]
        inner = starts(definitions, inside_of(node))
        # Through a sub-process the way leads by what is inside it.
        yield from (start.id for start in inner)
        passed = node.scope if node.type == "endEvent" else node_id
        if not inner:
            yield from (flow.target for flow in definitions.outgoing.get(passed, ()))
            yield from filter(None, [link_target(definitions, node)])

    for knot in on_a_cycle(nodes, steps):
        first = next(node for node_id, node in nodes.items() if node_id in knot)
        yield error(
            __name__,
            first,
            N_("The loop through '%(name)s' waits for nobody. Put a user task or a timer event into it."),
        )


def _waits(node: FlowNode) -> bool:
    if node.type == "intermediateCatchEvent":
        return node.event is not None and node.event.kind != "link"
    return node.type in _WAIT
