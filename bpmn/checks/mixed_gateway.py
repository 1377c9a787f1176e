"""Gateways that join and split at once."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, warning
from bpmn.checks.graph import running
from bpmn.model import Definitions
from bpmn.names import GATEWAYS
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Readers take such a gateway for a question, and do not see that other ways come together in it."""
    for node in running(definitions):
        # An event-based gateway never joins: whoever comes first waits there.
        if node.type not in GATEWAYS - {"eventBasedGateway"}:
            continue
        if len(definitions.incoming[node.id]) > 1 and len(definitions.outgoing[node.id]) > 1:
            yield warning(
                __name__, node, N_("The gateway '%(name)s' both joins and splits. Draw two gateways in a row.")
            )
