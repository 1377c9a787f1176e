"""Choices that stand where the engine does not look for them: on flows that leave a task, an event, a fork."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import between, running
from bpmn.model import Definitions
from bpmn.names import GATEWAYS
from bpmn.text import N_

_CHOOSE = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def check(definitions: Definitions) -> Iterator[Finding]:
    """The engine passes over a condition that leaves a task, and refuses a task with two ways out."""
    for node in running(definitions):
        flows = definitions.outgoing[node.id]
        if node.type not in GATEWAYS and node.type != "endEvent" and len(flows) > 1:
            yield error(
                __name__,
                node,
                N_("%(count)d flows leave '%(name)s'. Lead one flow to a gateway, and let the gateway say which way."),
                count=len(flows),
            )
        if node.type in _CHOOSE:
            continue
        for flow in flows:
            if flow.condition is not None:
                yield error(
                    __name__,
                    flow,
                    N_(
                        "The condition on the flow from '%(source)s' to '%(target)s' is not looked at, since no "
                        "choosing gateway is there. Add an exclusive gateway, or remove the condition."
                    ),
                    **between(definitions, flow),
                )
