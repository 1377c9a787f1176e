"""Service tasks that ask for a service which we do not have."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.checks.known import SERVICES
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """The deal would stop there, or pass as if something had been done."""
    for node in running(definitions):
        if node.type == "serviceTask" and node.service not in SERVICES:
            named = N_("The service task '%(name)s' asks for the service '%(service)s'. Choose one of: %(services)s.")
            unnamed = N_(
                "The service task '%(name)s' does not say which service it asks for. Choose one of: %(services)s."
            )
            template = named if node.service else unnamed
            yield error(__name__, node, template, service=node.service, services=", ".join(SERVICES))
