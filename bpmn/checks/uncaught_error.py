"""Errors and escalations that are thrown, and those that are waited for: each needs the other."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import executable, running, starts
from bpmn.model import Definitions, EventDefinition, FlowNode
from bpmn.text import N_
from bpmn.ways import inside_of, scopes_of


def check(definitions: Definitions) -> Iterator[Finding]:
    """An error that nobody catches would end the deal as if it had gone well; one that nobody throws never comes."""
    nodes = running(definitions)
    throws = [
        (node, event) for node in nodes for event in node.events if node.type in _THROWERS and event.kind in _BOTH
    ]
    catches = [node for node in nodes if node.event and node.event.kind in _BOTH and node.type in _CATCHERS]
    heard: set[str] = set()
    for thrower, event in throws:
        catchers = [one for one in catches if _fits(event, one) and _is_inside(definitions, thrower, one)]
        heard |= {one.id for one in catchers}
        if event.kind == "error" and not _always_caught(definitions, thrower, catchers):
            template = N_("Nobody catches the error of '%(name)s'. Put an error event on the sub-process around it.")
            yield error(__name__, thrower, template)
    for node in catches:
        if node.id not in heard:
            template = N_("Nothing throws what '%(name)s' waits for. Throw it by an end event inside, or remove it.")
            yield error(__name__, node, template)


def catchers_of(definitions: Definitions) -> dict[str, list[str]]:
    """Who throws an error or escalation, to all who can catch it."""
    nodes = running(definitions)
    catches = [node for node in nodes if node.event and node.event.kind in _BOTH and node.type in _CATCHERS]
    return {
        node.id: [one.id for one in catches if _fits(node.event, one) and _is_inside(definitions, node, one)]
        for node in nodes
        if node.event is not None and node.event.kind in _BOTH and node.type in _THROWERS
    }


_BOTH = frozenset({"error", "escalation"})
_THROWERS = frozenset({"endEvent", "intermediateThrowEvent"})
_CATCHERS = frozenset({"boundaryEvent", "startEvent"})


def _fits(event: EventDefinition, catcher: FlowNode) -> bool:
    assert catcher.event is not None
    return catcher.event.kind == event.kind and catcher.event.code in ("", event.code)


def _is_inside(definitions: Definitions, thrower: FlowNode, catcher: FlowNode) -> bool:
    """Whether what is thrown here can come to this catcher."""
    if catcher.type == "boundaryEvent":
        host = definitions.nodes.get(catcher.attached_to)
        return host is not None and thrower.scope in scopes_of(definitions, inside_of(host))
    handler = definitions.nodes.get(catcher.scope)
    if handler is None or thrower.scope not in scopes_of(definitions, handler.scope):
        return False
    # An event sub-process hears what is thrown in the scope around it, but not what the handlers there throw.
    beside = [node.id for node in definitions.by_scope[handler.scope] if node.triggered_by_event]
    return not any(thrower.scope in scopes_of(definitions, scope) for scope in beside)


def _always_caught(definitions: Definitions, thrower: FlowNode, catchers: list[FlowNode]) -> bool:
    """In whatever way a token came to the thrower: a process that is called from two places is caught at both."""
    around = {one.attached_to for one in catchers if one.type == "boundaryEvent"}
    around |= {definitions.nodes[one.scope].scope for one in catchers if one.type == "startEvent"}
    top = {process.id for process in executable(definitions)[:1]}

    def uncaught(scope: str, seen: frozenset[str]) -> bool:
        if scope in around or scope in seen:
            return False
        if scope in top:
            return True
        node = definitions.nodes.get(scope)
        callers = [node] if node else [one for one in running(definitions) if _calls(one, scope)]
        return any(one.id not in around and uncaught(one.scope, seen | {scope}) for one in callers)

    return bool(starts(definitions, thrower.scope)) and not uncaught(thrower.scope, frozenset())


def _calls(node: FlowNode, process: str) -> bool:
    return node.type == "callActivity" and inside_of(node) == process
