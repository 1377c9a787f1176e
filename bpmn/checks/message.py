"""Messages, signals and what they are correlated by."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import DEAL_LOST, Definitions, FlowNode
from bpmn.text import N_

_THROW = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})


def check(definitions: Definitions) -> Iterator[Finding]:
    """A message without a name reaches nobody."""
    for node in running(definitions):
        if node.type == "receiveTask" and node.event is None:
            template = N_("The receive task '%(name)s' does not say which message it waits for. Choose or create one.")
            yield error(__name__, node, template)
        if node.type == "sendTask" and node.event is None and node.mail is None and not node.webhook:
            template = N_(
                "The send task '%(name)s' does not say what it sends. Choose a message, or write a sales:mail or a "
                "sales:webhook into it."
            )
            yield error(__name__, node, template)
        if node.event is not None and node.event.kind == "signal" and not node.event.ref:
            template = N_("'%(name)s' does not say which signal it is about. Choose or create one.")
            yield error(__name__, node, template)
        if node.event is not None and node.event.name == DEAL_LOST and node.type in _THROW:
            yield from _lost(definitions, node)


def _lost(definitions: Definitions, node: FlowNode) -> Iterator[Finding]:
    lost = definitions.lost_process
    if lost is None:
        yield error(
            __name__,
            node,
            N_("'%(name)s' says that the deal is lost, and nothing waits for '%(message)s'. Draw a lost path."),
            message=DEAL_LOST,
        )
    elif any(around.id == lost.id for around in definitions.enclosing(node.id)):
        yield error(
            __name__,
            node,
            N_("The deal is lost already where '%(name)s' says so again. Make it an end without a message."),
        )
