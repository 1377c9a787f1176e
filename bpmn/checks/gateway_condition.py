"""Gateways that choose a way: a condition on each, and a default for when none holds."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import between, running
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """When no condition holds and there is no default, the deal stops in the hands of the rep who clicked."""
    for node in running(definitions):
        flows = definitions.outgoing[node.id]
        if node.type not in {"exclusiveGateway", "inclusiveGateway"}:
            continue
        if len(flows) > 1 and node.default not in {flow.id for flow in flows}:
            yield error(
                __name__,
                node,
                N_("The gateway '%(name)s' has no default flow. Mark the one to take when no condition holds."),
            )
        for flow in flows:
            needless = flow.id == node.default or len(flows) == 1
            if needless and flow.condition is not None:
                yield error(
                    __name__,
                    flow,
                    N_(
                        "The flow from '%(source)s' to '%(target)s' is taken whatever happens, so its condition has no "
                        "meaning. Remove the condition."
                    ),
                    **between(definitions, flow),
                )
            elif not needless and not flow.condition:
                yield error(
                    __name__,
                    flow,
                    N_("The flow from '%(source)s' to '%(target)s' has no condition. Write when it is taken."),
                    **between(definitions, flow),
                )
