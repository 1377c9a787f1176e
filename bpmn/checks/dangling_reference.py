"""References that lead nowhere: flows without an end, boundary events on nothing, messages that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import between, running, running_flows
from bpmn.model import Definitions, FlowNode, SequenceFlow
from bpmn.names import ACTIVITIES
from bpmn.text import N_

_THROWN = frozenset({"error", "escalation"})
_REFER = frozenset({"message", "signal", "error", "escalation"})


def check(definitions: Definitions) -> Iterator[Finding]:
    """The engine leaves out what it cannot resolve, mostly without a word."""
    for flow in running_flows(definitions):
        yield from _flow(definitions, flow)
    stages = {stage.id for stage in definitions.stages}
    for node in running(definitions):
        yield from _events(definitions, node)
        if node.default and node.default not in {flow.id for flow in definitions.outgoing[node.id]}:
            yield error(
                __name__,
                node,
                N_(
                    "The default flow of '%(name)s' is '%(ref)s', which does not leave it. Choose one of its own flows."
                ),
                ref=node.default,
            )
        if node.stage and node.stage not in stages:
            yield error(
                __name__,
                node,
                N_("'%(name)s' belongs to the stage '%(ref)s', which does not exist. Choose one."),
                ref=node.stage,
            )


def _flow(definitions: Definitions, flow: SequenceFlow) -> Iterator[Finding]:
    ends = [definitions.nodes.get(flow.source), definitions.nodes.get(flow.target)]
    if None in ends:
        yield error(
            __name__,
            flow,
            N_("The flow from '%(source)s' to '%(target)s' has an end that does not exist. Connect it, or remove it."),
            **between(definitions, flow),
        )
    elif len({end.scope for end in ends if end}) > 1:
        yield error(
            __name__,
            flow,
            N_("The flow from '%(source)s' to '%(target)s' crosses the border of a sub-process. End it at the border."),
            **between(definitions, flow),
        )


def _events(definitions: Definitions, node: FlowNode) -> Iterator[Finding]:
    if node.type == "boundaryEvent":
        host = definitions.nodes.get(node.attached_to)
        if host is None or host.type not in ACTIVITIES or host.scope != node.scope:
            yield error(
                __name__,
                node,
                N_("The boundary event '%(name)s' is attached to '%(ref)s', which is no task here. Attach it to one."),
                ref=node.attached_to,
            )
    for event in node.events:
        root = definitions.roots.get((event.ref or "").split(":")[-1])
        if event.kind in _THROWN and node.type in ("endEvent", "intermediateThrowEvent") and not event.ref:
            template = N_("'%(name)s' does not say which %(kind)s it throws. Choose or create one.")
            yield error(__name__, node, template, kind=event.kind)
        if event.kind == "message" and not event.ref:
            yield error(__name__, node, N_("'%(name)s' does not say which message it is about. Choose or create one."))
        elif event.kind in _REFER and event.ref and (root is None or root.type != event.kind):
            yield error(
                __name__,
                node,
                N_("'%(name)s' refers to the %(kind)s '%(ref)s', which does not exist. Choose or create it."),
                kind=event.kind,
                ref=event.ref,
            )
