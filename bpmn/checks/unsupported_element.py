"""Elements that are legal BPMN and that the engine does not run."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import Definitions
from bpmn.names import EVENTS, TASKS
from bpmn.text import N_

RUN = (
    EVENTS
    | TASKS
    | {
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "subProcess",
        "callActivity",
    }
)
#: What to take instead.
INSTEAD = {
    "transaction": N_("Use a plain sub-process instead of the transaction '%(name)s'."),
    "adHocSubProcess": N_("Use a plain sub-process with parallel gateways instead of the ad-hoc one '%(name)s'."),
    "complexGateway": N_("Use exclusive, inclusive or parallel gateways instead of the complex gateway '%(name)s'."),
}


def check(definitions: Definitions) -> Iterator[Finding]:
    """An engine that passes over what it does not know loses deals in silence, so the list is of what is known."""
    for node in running(definitions):
        if node.type not in RUN:
            template = INSTEAD.get(node.type, N_("<%(type)s> '%(name)s' is not run. Use tasks and gateways instead."))
            yield error(__name__, node, template, type=node.type)
        if node.compensation:
            yield error(
                __name__, node, N_("'%(name)s' is a compensation. Draw what is to be undone as a task instead.")
            )
        if node.instantiate:
            template = N_("'%(name)s' would start the process by itself. Use a start event with a message instead.")
            yield error(__name__, node, template)
