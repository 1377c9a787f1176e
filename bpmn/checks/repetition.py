"""Activities that are done several times: whether they say how often."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn import expressions
from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.checks.known import RESERVED
from bpmn.errors import ExpressionRefused
from bpmn.model import Definitions, FlowNode, Loop
from bpmn.names import ACTIVITIES, HUMAN_TASKS
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Without that it would be done once, or for ever."""
    for node in running(definitions):
        if node.loop is None:
            continue
        if node.type not in ACTIVITIES:
            yield error(__name__, node, N_("'%(name)s' cannot repeat. Put it into a sub-process that does."))
        elif node.loop.kind == "standard":
            yield from _standard(node, node.loop)
        else:
            yield from _multiple(node, node.loop)


def _standard(node: FlowNode, loop: Loop) -> Iterator[Finding]:
    if not loop.condition and loop.maximum is None:
        yield error(__name__, node, N_("'%(name)s' repeats for ever. Write a condition, or how often at most."))
    elif node.type not in HUMAN_TASKS | {"receiveTask", "subProcess", "callActivity"} and loop.maximum is None:
        yield error(__name__, node, N_("'%(name)s' repeats without waiting for anybody. Write how often at most."))


def _multiple(node: FlowNode, loop: Loop) -> Iterator[Finding]:
    if bool(loop.cardinality) == bool(loop.collection):
        template = N_("'%(name)s' is done several times. Say how often, or name the list that it is done for.")
        yield error(__name__, node, template)
    if bool(loop.results) != bool(loop.result):
        template = N_("'%(name)s' collects results. Name both the list and what goes into it, or neither.")
        yield error(__name__, node, template)
    for name in filter(None, (loop.collection, loop.item, loop.results)):
        try:
            ours = expressions.check(name) != {name} or name in RESERVED
        except ExpressionRefused:
            ours = True
        if ours:
            template = N_("'%(variable)s' at '%(name)s' cannot be the name of a value. Use letters, digits and _.")
            yield error(__name__, node, template, variable=name)
