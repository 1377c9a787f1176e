"""Messages that are waited for without saying which deal they are about."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, warning
from bpmn.checks.graph import executable, running
from bpmn.model import DEAL_LOST, Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Then a message of this name reaches whichever deal waits longest."""
    top = {process.id for process in executable(definitions)[:1]}
    for node in running(definitions):
        event = node.event
        if event is None or event.kind != "message" or event.name == DEAL_LOST or node.correlate:
            continue
        begins = node.type == "startEvent" and node.scope in top
        if not begins and node.type in ("startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"):
            template = N_(
                "The message of '%(name)s' would reach the first of all deals that wait. Say by sales:correlate what "
                "tells them apart, such as contract_number."
            )
            yield warning(__name__, node, template)
