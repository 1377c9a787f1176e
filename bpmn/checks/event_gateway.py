"""What may stand after an event-based gateway: the events that it waits for, and one timer at most."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Of two timers under one such gateway, the engine watches one only, and not always the shorter."""
    for node in running(definitions):
        if node.type != "eventBasedGateway":
            continue
        targets = [
            definitions.nodes[flow.target] for flow in definitions.outgoing[node.id] if flow.target in definitions.nodes
        ]
        if len(targets) < 2:
            yield error(
                __name__,
                node,
                N_("The event gateway '%(name)s' chooses among one way. Add a second event, or remove it."),
            )
        if sum(event.kind == "timer" for target in targets for event in target.events) > 1:
            yield error(
                __name__, node, N_("Two timers follow the event gateway '%(name)s'. Keep the one that comes first.")
            )
        for target in targets:
            if target.type != "intermediateCatchEvent" or len(definitions.incoming[target.id]) > 1:
                yield error(
                    __name__,
                    node,
                    N_(
                        "After the event gateway '%(name)s', '%(target)s' is no event of its own. Let only catch "
                        "events follow, each with this one flow into it."
                    ),
                    target=target.name or target.id,
                )
