"""Links: a jump from one place of a map to another, which takes both ends."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import Definitions, FlowNode
from bpmn.text import N_
from bpmn.ways import link_target, link_throws


def check(definitions: Definitions) -> Iterator[Finding]:
    """A token that is thrown into a link without another end would be gone (BPMN 2.0.2, section 10.5.1)."""
    seen: set[tuple[str, str | None]] = set()
    for node in running(definitions):
        if node.event is None or node.event.kind != "link":
            continue
        key = (node.scope, node.event.name)
        if not node.event.name:
            yield error(__name__, node, N_("The link '%(name)s' has no name. Give both of its ends the same one."))
        elif node.type == "intermediateThrowEvent":
            if not link_target(definitions, node):
                template = N_(
                    "Nothing catches the link '%(link)s' of '%(name)s'. Draw its other end in the same scope."
                )
                yield error(__name__, node, template, link=node.event.name)
            yield from _drawn(definitions, node, bool(definitions.outgoing[node.id]))
        elif node.type == "intermediateCatchEvent":
            if key in seen:
                template = N_("The link '%(link)s' has two catch events, and leads to one. Remove '%(name)s'.")
                yield error(__name__, node, template, link=node.event.name)
            seen.add(key)
            if not link_throws(definitions, node):
                template = N_("Nothing leads into the link '%(link)s' at '%(name)s'. Draw its other end.")
                yield error(__name__, node, template, link=node.event.name)
            yield from _drawn(definitions, node, bool(definitions.incoming[node.id]))


def _drawn(definitions: Definitions, node: FlowNode, wrong: bool) -> Iterator[Finding]:
    if wrong:
        yield error(__name__, node, N_("The link '%(name)s' goes on at its other end, so no flow is drawn here."))
