"""Call activities: what they call."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import on_a_cycle, running, running_scopes
from bpmn.model import Definitions
from bpmn.text import N_
from bpmn.ways import inside_of


def check(definitions: Definitions) -> Iterator[Finding]:
    """A version is whole in itself: what it calls is in its file. And what calls itself would never come to an end."""
    scopes = running_scopes(definitions)
    for node in running(definitions):
        if node.type == "callActivity" and definitions.process(inside_of(node)) is None:
            yield error(
                __name__,
                node,
                N_("'%(name)s' calls the process '%(called)s', which is not in this file. Put it into the file."),
                called=node.called_element,
            )

    def calls(scope: str) -> Iterator[str]:
        held = definitions.by_scope.get(scope, ())
        yield from (inside_of(node) for node in held if node.is_sub_process or node.type == "callActivity")

    for knot in on_a_cycle(scopes, calls):
        first = next(scope for name, scope in scopes.items() if name in knot)
        yield error(__name__, first, N_("'%(name)s' calls itself, so it would never end. Draw a loop instead."))
