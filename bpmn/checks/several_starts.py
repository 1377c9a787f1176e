"""A process or sub-process with several start events."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running_scopes, starts
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """A deal begins in one place; which one of several would depend on the engine."""
    for scope in running_scopes(definitions).values():
        found = starts(definitions, scope.id)
        for start in found[1:]:
            yield error(
                __name__,
                start,
                N_(
                    "'%(scope)s' has %(count)d start events, and a deal begins at one. Remove '%(name)s', or lead the "
                    "flow of one start to both ways through a gateway."
                ),
                scope=scope.name or scope.id,
                count=len(found),
            )
