"""Loops that nobody and nothing waits in."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import on_a_cycle, running, starts
from bpmn.checks.uncaught_error import catchers_of
from bpmn.model import Definitions, FlowNode
from bpmn.names import HUMAN_TASKS
from bpmn.text import N_
from bpmn.ways import inside_of, link_target, scopes_of

_WAIT = HUMAN_TASKS | {"receiveTask", "eventBasedGateway"}
_SENT = frozenset({"message", "signal"})
_THROW = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})


def check(definitions: Definitions) -> Iterator[Finding]:
    """Such a loop runs at once and for ever, until the engine gives up and the deal is stuck."""
    nodes = {node.id: node for node in running(definitions)}
    callers: dict[str, list[str]] = {}
    called = {inside_of(node) for node in nodes.values() if node.type == "callActivity"}
    scopes = {process: frozenset(scopes_of(definitions, process)) for process in called}
    for node in nodes.values():
        # What calls itself is told by called_process.
        if node.type == "callActivity" and node.scope not in scopes[inside_of(node)]:
            callers.setdefault(inside_of(node), []).append(node.id)
    #: What comes again as often as it is thrown: who catches it interrupts nothing.
    again = [node for node in nodes.values() if not node.interrupting and node.event and node.event.kind in _SENT]
    caught = catchers_of(definitions)

    def steps(node_id: str) -> Iterator[str]:
        node = nodes[node_id]
        yield from (event.id for event in definitions.boundary_events.get(node_id, ()) if _is_past(event))
        if _waits(node):
            return
        event = node.event
        if event is not None and node.type in _THROW:
            yield from caught.get(node_id, ())
            yield from (one.id for one in again if one.event and (one.event.kind, one.event.name) == _about(node))
        inner = starts(definitions, inside_of(node))
        # Through a sub-process the way leads by what is inside it.
        yield from (start.id for start in inner)
        for passed in (node.scope, *callers.get(node.scope, ())) if node.type == "endEvent" else (node_id,):
            if not inner:
                yield from (flow.target for flow in definitions.outgoing.get(passed, ()))
        if not inner:
            yield from filter(None, [link_target(definitions, node)])

    for knot in on_a_cycle(nodes, lambda node: (step for step in steps(node) if step in nodes)):
        first = next(node for node_id, node in nodes.items() if node_id in knot)
        yield error(
            __name__,
            first,
            N_("The loop through '%(name)s' waits for nobody. Put a user task or a timer event into it."),
        )


def _waits(node: FlowNode) -> bool:
    if node.type == "intermediateCatchEvent":
        return node.event is not None and node.event.kind != "link" and not _is_past(node)
    return node.type in _WAIT


def _is_past(node: FlowNode) -> bool:
    """A date is waited for once: whoever comes there later goes on at once."""
    timer = node.event.timer if node.event is not None else None
    return timer is not None and timer.kind == "date"


def _about(node: FlowNode) -> tuple[str, str | None]:
    assert node.event is not None
    return node.event.kind, node.event.name
