"""Inclusive gateways that would wait for each other."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import on_a_cycle, onward, running
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """On a loop, each waits for the token that waits at the other, and the deal goes no further."""
    nodes = [node.id for node in running(definitions)]
    joins = [
        node
        for node in running(definitions)
        if node.type == "inclusiveGateway" and len(definitions.incoming[node.id]) > 1
    ]
    for knot in on_a_cycle(nodes, onward(definitions)) if len(joins) > 1 else ():
        tied = [node for node in joins if node.id in knot]
        for node in tied[1:]:
            yield error(
                __name__,
                node,
                N_(
                    "The inclusive gateways '%(other)s' and '%(name)s' are on one loop, and would wait for each other. "
                    "Put one of them, with its branches, into a sub-process."
                ),
                other=tied[0].name or tied[0].id,
            )
