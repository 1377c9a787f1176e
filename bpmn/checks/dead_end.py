"""Steps from which no deal can ever end."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import backward, onward, reached, running_scopes
from bpmn.model import Definitions, FlowNode
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Without an end event a deal is left neither open nor closed, and with nothing for anyone to do."""
    steps = onward(definitions)
    for scope in running_scopes(definitions).values():
        nodes = {node.id: node for node in definitions.by_scope.get(scope.id, ())}
        ends = [node.id for node in nodes.values() if node.type == "endEvent"]
        if not ends:
            yield error(__name__, scope, N_("'%(name)s' has no end event. Add one after each last step."))
            continue
        stuck = [node.id for node in nodes.values() if node.type != "endEvent" and not _leads_on(definitions, node)]
        for node_id in stuck:
            template = N_("Nothing follows '%(name)s'. Draw a flow from it to the next step or to an end.")
            yield error(__name__, nodes[node_id], template)
        apart = [node.id for node in nodes.values() if _is_apart(node) or _leads_nowhere(definitions, node)]
        safe = reached([*ends, *stuck, *apart], backward(nodes, steps))
        for node in nodes.values():
            if node.id not in safe:
                safe |= reached([node.id], steps)
                template = N_("From '%(name)s' the flow goes round for ever. Add a way out of it to an end event.")
                yield error(__name__, node, template)


def _leads_on(definitions: Definitions, node: FlowNode) -> bool:
    return bool(definitions.outgoing[node.id]) or _is_apart(node)


def _leads_nowhere(definitions: Definitions, node: FlowNode) -> bool:
    """A flow to something that is not there is told by dangling_reference."""
    return any(flow.target not in definitions.nodes for flow in definitions.outgoing[node.id])


def _is_apart(node: FlowNode) -> bool:
    """What stands on a compensation, starts by an event or is an end of a link is not left by a flow."""
    return node.triggered_by_event or node.compensation or (node.event is not None and node.event.kind == "link")
