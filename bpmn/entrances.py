"""Where a stage begins: the first of its elements that a token comes to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Set

from bpmn.model import Definitions, FlowNode
from bpmn.ways import inside_of, link_target, link_throws


def way_into(definitions: Definitions, process: str, stage: str) -> tuple[str, ...]:
    """The first element of a stage, after the sub-processes and calls around it, outermost first.

    It is the one that is entered from outside the stage, and of several the one with most of the stage ahead. What is
    repeated is entered as a whole. Empty when no flow leads to the stage.
    """
    ways = []
    for way in _in_order(definitions, process):
        *around, element = way
        if _belongs(definitions, element, stage) and not any(_belongs(definitions, one, stage) for one in around):
            ways.append(way)
    inside = {way[-1] for way in ways}
    entered = [way for way in ways if _is_entered(definitions, definitions.nodes[way[-1]], inside)]
    return max(entered or ways, key=lambda way: len(_ahead(definitions, way[-1], inside)), default=())


def _in_order(definitions: Definitions, scope: str, around: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every element that flows lead to, in the order in which a token from the start comes to them."""
    held = definitions.by_scope.get(scope, ())
    asked = deque(node.id for node in held if node.type == "startEvent" or _begins(definitions, node))
    seen: set[str] = set()
    while asked:
        element = asked.popleft()
        if element in seen or element not in definitions.nodes:
            continue
        seen.add(element)
        yield (*around, element)
        node = definitions.nodes[element]
        if node.loop is None and (node.is_sub_process or node.type == "callActivity"):
            yield from _in_order(definitions, inside_of(node), (*around, element))
        asked.extend(_next(definitions, element))


def _begins(definitions: Definitions, node: FlowNode) -> bool:
    """An activity or gateway that no flow leads to begins with its scope (BPMN 2.0.2, section 13.2)."""
    waits = node.type in {"boundaryEvent", "intermediateCatchEvent"} or node.triggered_by_event
    return not waits and not definitions.incoming[node.id]


def _next(definitions: Definitions, element: str) -> list[str]:
    node = definitions.nodes[element]
    borders = definitions.boundary_events.get(element, ())
    flows = [flow for one in (node, *borders) for flow in definitions.outgoing[one.id]]
    return [*(flow.target for flow in flows), link_target(definitions, node)]


def _belongs(definitions: Definitions, element: str, stage: str) -> bool:
    """Whether the element is of the stage, or cannot be entered but as a whole and holds some that is."""
    found = definitions.stage_of(element)
    if found is not None and found.id == stage:
        return True
    if definitions.nodes[element].loop is None:
        return False
    inside = (one for one in definitions.nodes.values() if one.stage == stage)
    return any(around.id == element for one in inside for around in definitions.enclosing(one.id))


def _is_entered(definitions: Definitions, node: FlowNode, inside: Set[str]) -> bool:
    """Whether a flow leads to it from outside the stage, or none leads to it at all."""
    sources = [definitions.nodes[flow.source] for flow in definitions.incoming[node.id]]
    before = {source.attached_to or source.id for source in sources} | set(link_throws(definitions, node))
    return not before or not before <= inside


def _ahead(definitions: Definitions, element: str, inside: Set[str]) -> set[str]:
    """What of the stage can still be reached from here without leaving it."""
    found: set[str] = set()
    asked = [element]
    while asked:
        one = asked.pop()
        if one in inside and one not in found:
            found.add(one)
            asked += _next(definitions, one)
    return found
