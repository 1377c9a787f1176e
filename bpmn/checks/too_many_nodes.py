"""Processes too large to run well, and to read at all."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import executable, running
from bpmn.model import Definitions
from bpmn.text import N_

MOST = 300
DEEPEST = 6


def check(definitions: Definitions) -> Iterator[Finding]:
    """The largest of 5,146 real files has 108 nodes; the engine reads by recursion, and gives up near 500 in a row."""
    nodes = running(definitions)
    if len(nodes) > MOST:
        yield error(
            __name__,
            executable(definitions)[0],
            N_("'%(name)s' has %(count)d elements, and at most %(most)d are run. Split it into several processes."),
            count=len(nodes),
            most=MOST,
        )
    for node in nodes:
        if node.is_sub_process and sum(1 for _ in definitions.enclosing(node.id)) == DEEPEST + 1:
            yield error(
                __name__,
                node,
                N_("'%(name)s' lies in more than %(most)d sub-processes, one in the other. Take some of them apart."),
                most=DEEPEST,
            )
