"""The way through a process that a reader follows with the eye, and that is drawn straight."""

from __future__ import annotations

from bpmn.drawing.layout.parts import Link, Scope
from bpmn.drawing.layout.rank import Columns


def spine_of(scope: Scope, columns: Columns) -> frozenset[str]:
    """The items on the path to win; in a process without one, those of the longest way through it."""
    found: set[str] = set()
    for process in dict.fromkeys(region.scope for region in scope.regions if not region.closed):
        held = [
            item.id
            for item in scope.items.values()
            if item.id in columns.of and scope.regions[item.region].scope == process
        ]
        path = [one for one in held if scope.items[one].on_path]
        found.update(path or _longest(scope, columns, set(held)))
    return frozenset(found)


def _longest(scope: Scope, columns: Columns, held: set[str]) -> list[str]:
    into: dict[str, list[Link]] = {}
    for link in scope.links:
        if link.kind == "flow" and {link.source.item, link.target.item} <= held and link.key not in columns.back:
            into.setdefault(link.target.item, []).append(link)
    length: dict[str, float] = {}
    came: dict[str, str] = {}
    ordered = sorted((one for one in scope.items if one in held), key=lambda one: columns.of[one])
    for one in ordered:
        length[one] = 1.0
        for link in into.get(one, ()):
            other = link.source.item
            if columns.of[other] >= columns.of[one] or other not in length:
                continue
            # Of two ways of the same length, the one that stays in its lane and does not come out of a boundary event.
            same = scope.items[other].region == scope.items[one].region
            so_far = length[other] + 1 + 0.01 * same - 0.5 * link.from_event
            if so_far > length[one]:
                length[one], came[one] = so_far, other
    if not length:
        return []
    here = max(ordered, key=lambda one: length[one])
    path = [here]
    while here in came:
        here = came[here]
        path.append(here)
    return path
