"""Ways that no flow draws: into sub-processes and called processes, and from one end of a link to the other."""

from __future__ import annotations

from bpmn.model import Definitions, FlowNode


def inside_of(node: FlowNode) -> str:
    """The scope that runs when a token comes to a sub-process or call activity."""
    return node.called_element.split(":")[-1] if node.type == "callActivity" else node.id


def scopes_of(definitions: Definitions, process: str) -> tuple[str, ...]:
    """The process, the sub-processes in it and the processes that it calls, however deep, each once, outer first."""
    found: dict[str, None] = {}
    asked = [process]
    while asked:
        scope = asked.pop(0)
        if scope not in found:
            found[scope] = None
            held = definitions.by_scope.get(scope, ())
            asked += [inside_of(node) for node in held if node.is_sub_process or node.type == "callActivity"]
    return tuple(found)


def link_target(definitions: Definitions, throw: FlowNode) -> str:
    """The catch event of a link that is thrown; empty when there is none."""
    return next((node.id for node in definitions.by_scope[throw.scope] if _links(throw, node)), "")


def link_throws(definitions: Definitions, catch: FlowNode) -> tuple[str, ...]:
    """The throw events that lead to a link's catch event."""
    return tuple(node.id for node in definitions.by_scope[catch.scope] if _links(node, catch))


def _links(throw: FlowNode, catch: FlowNode) -> bool:
    """Whether these are the two ends of one link (BPMN 2.0.2, section 10.5.1): the same name in the same scope."""
    if (throw.type, catch.type) != ("intermediateThrowEvent", "intermediateCatchEvent"):
        return False
    if throw.event is None or catch.event is None:
        return False
    return throw.event.kind == catch.event.kind == "link" and throw.event.name == catch.event.name
