"""Events that are legal BPMN and that the engine does not run, by where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import DEAL_LOST, Definitions, FlowNode
from bpmn.names import EVENTS
from bpmn.text import N_

#: What an event of each type may be, "none" being one without a symbol. The start of the lost path is apart. Nothing
#: sends messages from outside yet, so a deal that waited for one would wait for ever.
RUN = {
    "startEvent": ("none",),
    "intermediateCatchEvent": ("timer",),
    "intermediateThrowEvent": ("none",),
    "boundaryEvent": ("timer",),
    "endEvent": ("none", "terminate", "message"),
}


def check(definitions: Definitions) -> Iterator[Finding]:
    """The engine takes an event that it does not know for an empty one, and goes on as if it had happened."""
    lost = definitions.lost_process
    for node in running(definitions):
        if node.type not in EVENTS or (lost is not None and node.type == "startEvent" and node.scope == lost.id):
            continue
        kinds = [event.kind for event in node.events] or ["none"]
        if len(kinds) > 1:
            yield error(
                __name__,
                node,
                N_("'%(name)s' waits for %(count)d things at once. Draw one event for each."),
                count=len(kinds),
            )
        elif kinds[0] not in RUN[node.type]:
            yield error(
                __name__,
                node,
                N_("'%(name)s' is an event of the kind %(kind)s, which is not run here. Choose one of: %(run)s."),
                kind=kinds[0],
                run=", ".join(RUN[node.type]),
            )
        elif node.type == "endEvent" and kinds == ["message"]:
            yield from _message_end(definitions, node)


def _message_end(definitions: Definitions, node: FlowNode) -> Iterator[Finding]:
    lost = definitions.lost_process
    if node.events[0].name != DEAL_LOST:
        yield error(
            __name__,
            node,
            N_("The end '%(name)s' sends a message that nobody gets. An end can send '%(message)s' only."),
            message=DEAL_LOST,
        )
    elif lost is None:
        yield error(
            __name__,
            node,
            N_("The end '%(name)s' says that the deal is lost, and nothing waits for '%(message)s'. Draw a lost path."),
            message=DEAL_LOST,
        )
    elif any(around.id == lost.id for around in definitions.enclosing(node.id)):
        yield error(
            __name__,
            node,
            N_("The deal is lost already where '%(name)s' says so again. Make it an end without a message."),
        )
