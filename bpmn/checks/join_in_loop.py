"""Parallel joins that a deal comes to more than once."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import backward, onward, reached, running
from bpmn.model import Definitions, FlowNode
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """SpiffWorkflow's joins count the tokens of earlier rounds, and so go on before all branches have come."""
    nodes, steps = running(definitions), onward(definitions)
    joins = [node for node in nodes if node.type == "parallelGateway" and len(definitions.incoming[node.id]) > 1]
    if not joins:
        return
    repeated = {node.id for node in nodes if node.id in reached(steps(node.id), steps)}
    back = backward([node.id for node in nodes], steps)
    for join in joins:
        before = reached([join.id], back)
        if join.id in repeated or any(_comes_again(definitions.nodes[one], repeated) for one in before):
            yield error(
                __name__,
                join,
                N_(
                    "The deal can come back to '%(name)s', which waits for several branches. Put the branches into a "
                    "sub-process, and lead back to that."
                ),
            )


def _comes_again(node: FlowNode, repeated: set[str]) -> bool:
    """A way that leaves its activity running, and is taken again with it or by a repetition."""
    if node.type != "boundaryEvent" or node.interrupting:
        return False
    repeats = any(event.timer is not None and event.timer.kind == "cycle" for event in node.events)
    return repeats or node.attached_to in repeated
