"""A process or sub-process without a start event."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running_scopes, starts
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Nobody can tell where a deal begins."""
    for scope in running_scopes(definitions).values():
        if not starts(definitions, scope.id):
            yield error(__name__, scope, N_("'%(name)s' has no start event. Add one before its first step."))
