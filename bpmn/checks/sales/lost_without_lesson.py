"""A lost path that asks for no lesson."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, advice
from bpmn.model import Definitions
from bpmn.text import N_
from bpmn.ways import inside_of, scopes_of

WHY = N_("A lost deal that nobody learns from is lost twice: the lesson comes back at the stage where it was lost.")


def check(definitions: Definitions) -> Iterator[Finding]:
    """Domain C7, C9."""
    lost = definitions.lost_process
    if lost is None:
        return
    scopes = frozenset(scopes_of(definitions, inside_of(lost)))
    if not any(node.lesson for node in definitions.nodes.values() if node.scope in scopes):
        template = N_("'%(name)s' asks for no lesson. Give a task of it a field for the reason, and mark the lesson.")
        yield advice(__name__, lost, template, WHY)
