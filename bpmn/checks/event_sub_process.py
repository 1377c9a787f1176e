"""Event sub-processes: what starts them, and what may not be drawn to them."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import executable, running, starts
from bpmn.model import DEAL_LOST, Definitions, FlowNode
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """One event starts it, and no token comes to it on the way (BPMN 2.0.2, section 10.3.5)."""
    lost = definitions.lost_process
    for node in running(definitions):
        if not node.triggered_by_event:
            continue
        found = starts(definitions, node.id)
        if len(found) != 1:
            template = N_("The event sub-process '%(name)s' has %(count)d start events, and starts by exactly one.")
            yield error(__name__, node, template, count=len(found))
        elif lost is not None and lost.id == node.id and not found[0].interrupting:
            template = N_("The lost path '%(name)s' has to interrupt: a deal that is lost does not go on.")
            yield error(__name__, node, template)
        elif found[0].event and found[0].event.name == DEAL_LOST and not _is_the_lost_path(definitions, node):
            template = N_("'%(name)s' waits for '%(message)s'. There is one lost path, directly in the process.")
            yield error(__name__, node, template, message=DEAL_LOST)
        if node.loop is not None or definitions.boundary_events.get(node.id):
            template = N_(
                "The event sub-process '%(name)s' cannot repeat, nor carry events. Put a sub-process into it."
            )
            yield error(__name__, node, template)
        if definitions.incoming[node.id] or definitions.outgoing[node.id]:
            template = N_(
                "A flow is drawn to or from the event sub-process '%(name)s'. Its event starts it: remove it."
            )
            yield error(__name__, node, template)


def _is_the_lost_path(definitions: Definitions, node: FlowNode) -> bool:
    """A process that is called has none: a deal can be lost wherever it is."""
    lost = definitions.lost_process
    return lost is not None and lost.id == node.id and node.scope == executable(definitions)[0].id
