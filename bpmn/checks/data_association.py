"""Data that is changed on its way into or out of a task."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Every step sees all that is known of a deal, so an arrow to data says what matters here, and changes nothing."""
    nodes = {node.id: node for node in running(definitions)}
    told: set[str] = set()
    for association in definitions.associations:
        for end in (association.source, association.target):
            if association.computes and end in nodes and end not in told:
                told.add(end)
                template = N_(
                    "Data is computed on its way into or out of '%(name)s', which is not run. Use a script task for it."
                )
                yield error(__name__, nodes[end], template)
