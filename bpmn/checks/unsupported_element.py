"""Elements that are legal BPMN and that the engine does not run, or not surely right."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running, starts
from bpmn.model import DEAL_LOST, Definitions, FlowNode
from bpmn.names import EVENTS
from bpmn.text import N_

RUN = EVENTS | {
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "scriptTask",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "subProcess",
}
#: What to take instead.
INSTEAD = {
    "transaction": N_("Use a plain sub-process instead of the transaction '%(name)s'."),
    "adHocSubProcess": N_("Use a plain sub-process with parallel gateways instead of the ad-hoc one '%(name)s'."),
    "eventBasedGateway": N_("Use a user task with a boundary timer instead of the event gateway '%(name)s'."),
    "complexGateway": N_("Use exclusive, inclusive or parallel gateways instead of the complex gateway '%(name)s'."),
    "businessRuleTask": N_("Use a gateway with conditions, or a script task, instead of the rule task '%(name)s'."),
    "sendTask": N_(
        "The send task '%(name)s' does not say what it sends. Write a sales:mail or a sales:webhook "
        "into it, or use a user task."
    ),
    "receiveTask": N_("Use a user task instead of the receive task '%(name)s'."),
    "callActivity": N_("Put the called process into a sub-process instead of the call activity '%(name)s'."),
}


def check(definitions: Definitions) -> Iterator[Finding]:
    """An engine that passes over what it does not know loses deals in silence, so the list is of what is known."""
    for node in running(definitions):
        sends = node.type == "sendTask" and (node.mail is not None or node.webhook)
        if node.type not in RUN and not sends:
            template = INSTEAD.get(node.type, N_("<%(type)s> '%(name)s' is not run. Use tasks and gateways instead."))
            yield error(__name__, node, template, type=node.type)
        if node.loop is not None:
            yield error(
                __name__,
                node,
                N_("'%(name)s' is marked to repeat. Draw the loop with a gateway and a flow back instead."),
            )
        if node.compensation:
            yield error(
                __name__, node, N_("'%(name)s' is a compensation. Draw what is to be undone as a task instead.")
            )
        if node.triggered_by_event and not _is_lost_path(definitions, node):
            yield error(
                __name__,
                node,
                N_(
                    "The event sub-process '%(name)s' is not run. There can be one, directly in the process, whose one "
                    "start event interrupts and waits for the message '%(message)s'."
                ),
                message=DEAL_LOST,
            )


def _is_lost_path(definitions: Definitions, node: FlowNode) -> bool:
    lost = definitions.lost_process
    found = starts(definitions, node.id)
    return lost is not None and lost.id == node.id and len(found) == 1 and found[0].interrupting
