"""Data that flows into or out of a task."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import Definitions
from bpmn.names import ARTIFACTS
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Data flows are not run here, and the engine can hang on them for ever. Answers reach every later step anyway."""
    nodes = {node.id: node for node in running(definitions)}
    drawn = {artifact.id for artifact in definitions.artifacts if artifact.type in ARTIFACTS}
    told: set[str] = set()
    for association in definitions.associations:
        ends = {association.source, association.target}
        touched = ends & nodes.keys()
        if association.directed and len(touched) == 1 and not ends & drawn and not touched <= told:
            told |= touched
            yield error(
                __name__,
                nodes[touched.pop()],
                N_(
                    "Data flows into or out of '%(name)s', which is not run. Draw a plain association without an arrow."
                ),
            )
