"""Steps that no deal can ever come to."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import backward, onward, reached, running, running_scopes, starts
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """The engine drops them without a word. Only the first one of a row is named: with it, the rest is reached."""
    nodes = {node.id: node for node in running(definitions)}
    steps = onward(definitions)
    scopes = running_scopes(definitions)
    # A scope without a start event is told by missing_start; an event sub-process is started by its message.
    sources = [scope for scope in scopes if not starts(definitions, scope)]
    inside = {node.id for scope in sources for node in definitions.by_scope.get(scope, ())}
    # Nor is a boundary event on nothing, or a link without its other end, told twice.
    apart = {
        node.id
        for node in nodes.values()
        if node.triggered_by_event
        or (node.type == "boundaryEvent" and node.attached_to not in nodes)
        or (node.event is not None and node.event.kind == "link")
    }
    roots = [start.id for scope in scopes if scope not in nodes for start in starts(definitions, scope)]
    found = reached([*roots, *inside, *apart], steps)
    lost = [node for node in nodes.values() if node.id not in found]
    before = backward([node.id for node in lost], steps)
    # First those that nothing leads to, then whatever is left, which goes round in circles.
    for node in sorted(lost, key=lambda node: (bool(list(before(node.id))), node.line)):
        if node.id not in found:
            found |= reached([node.id], steps)
            yield error(
                __name__, node, N_("No way leads from the start to '%(name)s'. Draw a flow to it, or remove it.")
            )
