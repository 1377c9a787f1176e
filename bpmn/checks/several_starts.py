"""A process or sub-process with several start events."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running_scopes, starts
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """A deal that a person opens begins in one place; messages and signals each have a start of their own."""
    for scope in running_scopes(definitions).values():
        seen: set[tuple[str, str | None]] = set()
        for start in starts(definitions, scope.id):
            kind = (start.event.kind, start.event.name) if start.event else ("none", None)
            if kind in seen:
                yield error(
                    __name__,
                    start,
                    N_(
                        "'%(scope)s' has several start events of one kind, and a deal begins at one. Remove "
                        "'%(name)s', or lead the flow of one start to both ways through a gateway."
                    ),
                    scope=scope.name or scope.id,
                )
            seen.add(kind)
