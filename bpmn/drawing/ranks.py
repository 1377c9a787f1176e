"""In which column each node of a scope stands: as far right as its longest way from a start, loops aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpmn.model import Definitions, FlowNode

#: A link between two nodes of one scope, by position in the picture rather than by flow.
Link = tuple[str, str]


def columns_of(definitions: Definitions, nodes: Iterable[FlowNode]) -> dict[str, int]:
    """Node to column, from 0. Boundary events have none: they stand on their hosts."""
    held = [node for node in nodes if node.type != "boundaryEvent"]
    forward = _without_loops(held, list(_links(definitions, held)))
    columns = {node.id: 0 for node in held}
    # Each round settles at least one more column, so it ends after as many rounds as there are nodes.
    for _ in held:
        moved = False
        for source, target in forward:
            if columns[target] <= columns[source]:
                columns[target], moved = columns[source] + 1, True
        if not moved:
            break
    return columns


def _links(definitions: Definitions, nodes: list[FlowNode]) -> Iterator[Link]:
    known = {node.id for node in nodes}
    for node in nodes:
        own = definitions.outgoing.get(node.id, ())
        events = definitions.boundary_events.get(node.id, ())
        for flow in (*own, *(flow for event in events for flow in definitions.outgoing.get(event.id, ()))):
            if flow.target in known and flow.target != node.id:
                yield node.id, flow.target


def _without_loops(nodes: list[FlowNode], links: list[Link]) -> list[Link]:
    """Leaves out what leads back to where a walk from the starts has just come through."""
    onward: dict[str, list[str]] = {node.id: [] for node in nodes}
    for source, target in links:
        onward[source].append(target)
    has_way_in = {target for _, target in links}
    first = sorted(nodes, key=lambda node: (node.type != "startEvent", node.id in has_way_in))
    done: set[str] = set()
    back: set[Link] = set()
    for root in first:
        if root.id in done:
            continue
        open_now = {root.id}
        walk = [(root.id, iter(onward[root.id]))]
        while walk:
            here, rest = walk[-1]
            target = next(rest, "")
            if not target:
                walk.pop()
                open_now.discard(here)
                done.add(here)
            elif target in open_now:
                back.add((here, target))
            elif target not in done:
                open_now.add(target)
                walk.append((target, iter(onward[target])))
    return [link for link in links if link not in back]
