"""How a deal ends: won, lost or no decision."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error, warning
from bpmn.checks.graph import executable, running
from bpmn.checks.known import OUTCOMES
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Win rates are counted by outcomes; an end without one, among ends that have one, was most likely forgotten."""
    ends = [node for node in running(definitions) if node.type == "endEvent"]
    for node in ends:
        if node.outcome and node.outcome not in OUTCOMES:
            template = N_("The end '%(name)s' has the outcome '%(outcome)s'. Choose one of: %(outcomes)s.")
            yield error(__name__, node, template, outcome=node.outcome, outcomes=", ".join(OUTCOMES))
    roots = {process.id for process in executable(definitions)}
    if any(node.outcome for node in ends):
        for node in ends:
            # A message end tells that the deal is lost, and the lost path has an end of its own.
            if node.scope in roots and not node.outcome and not any(event.kind == "message" for event in node.events):
                template = N_("The end '%(name)s' has no outcome, and others have. Choose one of: %(outcomes)s.")
                yield warning(__name__, node, template, outcomes=", ".join(OUTCOMES))
