"""The path to win: the shortest way from a start to an end with the outcome won; and what belongs to losing."""

from __future__ import annotations

from collections import deque

from bpmn.model import DEAL_LOST, Definitions


def path_to_win(definitions: Definitions) -> frozenset[str]:
    """The ids of its nodes and flows; inside a sub-process on the path, its own shortest way through as well."""
    ends = {node.id for node in definitions.nodes.values() if node.outcome == "won"}
    if not ends:
        return frozenset()
    path: set[str] = set()
    scopes = [definitions.nodes[end].scope for end in sorted(ends)]
    for scope in dict.fromkeys(scopes):
        path |= _shortest(definitions, scope, ends)
    for node in [*path]:
        path |= _inside(definitions, node)
    return frozenset(path)


def _inside(definitions: Definitions, node: str) -> set[str]:
    ends = {inner.id for inner in definitions.by_scope.get(node, ()) if inner.type == "endEvent"}
    found = _shortest(definitions, node, ends) if ends else set()
    for inner in [*found]:
        found |= _inside(definitions, inner)
    return found


def _shortest(definitions: Definitions, scope: str, ends: set[str]) -> set[str]:
    starts = [node.id for node in definitions.by_scope.get(scope, ()) if node.type == "startEvent"]
    came_by: dict[str, tuple[str, str]] = dict.fromkeys(starts, ("", ""))
    waiting = deque(starts)
    while waiting:
        here = waiting.popleft()
        if here in ends:
            return _walked(came_by, here)
        for flow in definitions.outgoing.get(here, ()):
            if flow.target in definitions.nodes and flow.target not in came_by:
                came_by[flow.target] = (here, flow.id)
                waiting.append(flow.target)
    return set()


def _walked(came_by: dict[str, tuple[str, str]], end: str) -> set[str]:
    path = {end}
    here = end
    while came_by[here][0]:
        here, flow = came_by[here]
        path |= {here, flow}
    return path


def of_losing(definitions: Definitions) -> frozenset[str]:
    """Ends that lose the deal with the flows into them, and everything in the event sub-process that learns from it."""
    lost = {
        node.id
        for node in definitions.nodes.values()
        if node.outcome == "lost" or (node.type == "endEvent" and any(event.name == DEAL_LOST for event in node.events))
    }
    process = definitions.lost_process
    if process is not None:
        lost.add(process.id)
        lost |= {node.id for node in definitions.nodes.values() if process in definitions.enclosing(node.id)}
    lost |= {flow.id for flow in definitions.flows.values() if flow.target in lost}
    return frozenset(lost)
