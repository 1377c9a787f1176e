"""Events that are legal BPMN and that the engine does not run, by where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import executable, running
from bpmn.model import Definitions, FlowNode
from bpmn.names import EVENTS
from bpmn.text import N_

#: What an event may be by where it stands, "none" being one without a symbol.
RUN = {
    "start": ("none", "message", "signal"),
    "start inside": ("none",),
    "handler": ("message", "signal", "timer", "conditional", "error", "escalation"),
    "intermediateCatchEvent": ("message", "signal", "timer", "conditional", "link"),
    "intermediateThrowEvent": ("none", "message", "signal", "escalation", "link"),
    "boundaryEvent": ("message", "signal", "timer", "conditional", "error", "escalation"),
    "endEvent": ("none", "message", "signal", "error", "escalation", "terminate"),
}


def check(definitions: Definitions) -> Iterator[Finding]:
    """What stands where it has no meaning would be passed over, as if it had not been drawn."""
    for node in running(definitions):
        if node.type not in EVENTS:
            continue
        kinds = [event.kind for event in node.events] or ["none"]
        place = _place(definitions, node)
        if len(kinds) > 1 or node.parallel_multiple:
            yield error(
                __name__,
                node,
                N_("'%(name)s' waits for %(count)d things at once. Draw one event for each."),
                count=len(kinds),
            )
        elif kinds[0] not in RUN[place]:
            yield error(
                __name__,
                node,
                N_("'%(name)s' is an event of the kind %(kind)s, which is not run here. Choose one of: %(run)s."),
                kind=kinds[0],
                run=", ".join(RUN[place]),
            )
        elif kinds[0] == "error" and not node.interrupting:
            template = N_("The error event '%(name)s' has to interrupt: what has failed does not go on.")
            yield error(__name__, node, template)


def _place(definitions: Definitions, node: FlowNode) -> str:
    if node.type != "startEvent":
        return node.type
    around = definitions.nodes.get(node.scope)
    if around is not None and around.triggered_by_event:
        return "handler"
    return "start" if node.scope in {process.id for process in executable(definitions)[:1]} else "start inside"
