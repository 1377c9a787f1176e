"""Conditions that are looked at on a way where their question was not asked yet."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn import expressions
from bpmn.checks.expression import given, given_by
from bpmn.checks.finding import Finding, warning
from bpmn.checks.graph import between, running
from bpmn.checks.too_many_nodes import MOST
from bpmn.errors import ExpressionRefused, TemplateRefused
from bpmn.mails import places
from bpmn.model import Definitions, FlowNode, SequenceFlow
from bpmn.text import N_

_COMPUTED = N_(
    "The script of '%(name)s' uses '%(variable)s', and a deal can come there without an answer to it. "
    "Ask for it before, or set it in a script task first."
)
_SENT = N_(
    "The mail of '%(name)s' says '%(variable)s', and a deal can come there without an answer to it. "
    "Ask for it before, or set it in a script task first."
)
Names = frozenset[str]
Answered = dict[str, Names]


def check(definitions: Definitions) -> Iterator[Finding]:
    """A condition on a name without a value stops the deal in the hands of the rep. It is no error, since the part of
    the condition that stands before (``known and budget > 5``) can keep it from being looked at."""
    nodes = running(definitions)
    if len(nodes) > MOST:
        return
    everything = given(definitions)
    before, after = _answered(definitions, nodes, everything)
    for node in nodes:
        for name in sorted(_used(node) & everything - before[node.id]):
            yield warning(__name__, node, _SENT if node.mail else _COMPUTED, variable=name)
        for flow in definitions.outgoing[node.id]:
            for name in sorted(_asked(flow) & everything - after[node.id]):
                yield warning(
                    __name__,
                    flow,
                    N_(
                        "The flow from '%(source)s' to '%(target)s' asks for '%(variable)s', and a deal can come there "
                        "without an answer to it. Ask for it before, or set it in a script task first."
                    ),
                    variable=name,
                    **between(definitions, flow),
                )


def _used(node: FlowNode) -> Names:
    try:
        if node.mail is not None:
            return frozenset[str]().union(*map(places, node.mail.templates))
        return expressions.script_names(node.script) if node.type == "scriptTask" else frozenset()
    except (ExpressionRefused, TemplateRefused):
        return frozenset()


def _asked(flow: SequenceFlow) -> Names:
    try:
        return expressions.check(flow.condition) if flow.condition else frozenset()
    except ExpressionRefused:
        return frozenset()


def _answered(definitions: Definitions, nodes: list[FlowNode], everything: Names) -> tuple[Answered, Answered]:
    """The names that surely have a value before and after each node: at first all, then fewer until nothing changes."""
    before = {node.id: everything for node in nodes}
    after = dict(before)
    changing = True
    while changing:
        changing = False
        for node in nodes:
            came = _before(definitions, node, before, after)
            done = came | given_by(node)
            inner = [end.id for end in definitions.by_scope.get(node.id, ()) if end.type == "endEvent"]
            if inner:
                # A sub-process is done at one of its ends.
                done = frozenset.intersection(*(after[end] for end in inner))
            changing = changing or (before[node.id], after[node.id]) != (came, done)
            before[node.id], after[node.id] = came, done
    return before, after


def _before(definitions: Definitions, node: FlowNode, before: Answered, after: Answered) -> Names:
    if node.type == "boundaryEvent":
        # What one that does not interrupt starts goes beside the way of the deal, and takes nothing away from it.
        return before.get(node.attached_to, frozenset()) if node.interrupting else before[node.id]
    if node.type == "startEvent":
        return before.get(node.scope, frozenset())
    if node.triggered_by_event:
        return frozenset()
    ways = [after[flow.source] for flow in definitions.incoming[node.id] if flow.source in after]
    if not ways:
        return before[node.id]
    # A parallel gateway waits for all its ways, any other node comes by one of them.
    return frozenset().union(*ways) if node.type == "parallelGateway" else frozenset.intersection(*ways)
