"""Event gateways: what may stand behind them (BPMN 2.0.2, section 10.6.6)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import Definitions, FlowNode
from bpmn.text import N_

_KINDS = frozenset({"message", "signal", "timer", "conditional"})


def check(definitions: Definitions) -> Iterator[Finding]:
    """The gateway waits for the events behind it; anything else there would never be come to."""
    for node in running(definitions):
        if node.type != "eventBasedGateway":
            continue
        if node.parallel_multiple:
            template = N_("The event gateway '%(name)s' waits for all of its events. Use a parallel gateway for that.")
            yield error(__name__, node, template)
        flows = definitions.outgoing[node.id]
        if len(flows) < 2:
            template = N_("The event gateway '%(name)s' has nothing to choose between. Draw two events behind it.")
            yield error(__name__, node, template)
        for flow in flows:
            target = definitions.nodes.get(flow.target)
            if target is None:
                continue
            if not _is_awaited(target):
                template = N_("'%(name)s' stands behind an event gateway, and is no event that a deal waits for.")
                yield error(__name__, target, template)
            elif len(definitions.incoming[target.id]) > 1:
                template = N_("'%(name)s' stands behind an event gateway, so no other flow may lead to it.")
                yield error(__name__, target, template)
            elif definitions.boundary_events.get(target.id) or target.loop is not None:
                template = N_("'%(name)s' stands behind an event gateway, so it cannot repeat, nor carry events.")
                yield error(__name__, target, template)


def _is_awaited(node: FlowNode) -> bool:
    waits = node.type in ("intermediateCatchEvent", "receiveTask")
    return waits and node.event is not None and node.event.kind in _KINDS
