"""Threads: items of one lane that follow each other, and stay on one row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpmn.drawing.layout.parts import Item, Link, Scope
from bpmn.drawing.layout.rank import Columns

#: A link back, or a message, draws two rows together less than a flow does.
_BACK, _MESSAGE, _OTHER = 0.3, 0.2, 0.5

Thread = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What an item is joined to. ``hangs``: it is to stand straight below it, on the same column."""

    item: str
    weight: float = 1.0
    hangs: bool = False
    from_event: bool = False


def neighbours_of(scope: Scope, columns: Columns) -> dict[str, list[Neighbour]]:
    found: dict[str, list[Neighbour]] = {one: [] for one in columns.of}
    for link in scope.links:
        source, target = link.source.item, link.target.item
        if link.part != "whole" or source not in found or target not in found or source == target:
            continue
        weight = {"flow": 1.0, "message": _MESSAGE}.get(link.kind, _OTHER)
        if link.key in columns.back:
            weight = _BACK
        hangs = link.kind == "flow" and columns.of[source] == columns.of[target]
        found[target].append(Neighbour(source, weight, hangs, link.from_event))
        found[source].append(Neighbour(target, weight))
    return found


def onward_of(scope: Scope, columns: Columns) -> dict[str, list[str]]:
    """What each item leads to in its own lane, the best first: what has the longest way before it."""
    after: dict[str, list[Link]] = {}
    for link in scope.links:
        source, target = link.source.item, link.target.item
        known = link.kind == "flow" and link.part == "whole" and source in columns.of and target in columns.of
        if known and columns.of[source] < columns.of[target] and not link.from_event:
            after.setdefault(source, []).append(link)
    far: dict[str, int] = {}
    for one in sorted(columns.of, key=lambda one: -columns.of[one]):
        far[one] = 1 + max((far[link.target.item] for link in after.get(one, ())), default=0)
    items = scope.items
    return {
        one: sorted(
            (link.target.item for link in links if items[link.target.item].region == items[one].region),
            key=lambda other: (items[other].losing, -far[other]),
        )
        for one, links in after.items()
    }


def spine_threads(scope: Scope, columns: Columns, spine: frozenset[str]) -> Iterator[Thread]:
    """The path to win, lane by lane."""
    by_region: dict[int, list[Item]] = {}
    for one in spine:
        by_region.setdefault(scope.items[one].region, []).append(scope.items[one])
    for _, held in sorted(by_region.items()):
        thread: list[Item] = []
        for item in sorted(held, key=lambda item: (columns.of[item.id], item.id)):
            # A path that leads back comes to one column twice: the second stands elsewhere.
            if not thread or columns.of[item.id] >= columns.of[thread[-1].id] + thread[-1].columns:
                thread.append(item)
        yield tuple(thread)


def threads_of(
    scope: Scope,
    columns: Columns,
    neighbours: Mapping[str, list[Neighbour]],
    onward: Mapping[str, list[str]],
    seen: set[str],
) -> Iterator[Thread]:
    """All the others, from the left."""
    order = {one: number for number, one in enumerate(scope.items)}

    def follows(one: str, other: str) -> bool:
        """Whether the second has no nearer neighbour before it, which would draw it along."""
        before = (columns.of[near.item] for near in neighbours[other] if columns.of[near.item] < columns.of[other])
        return columns.of[one] >= max(before, default=-1) - 1

    for one in sorted(columns.of, key=lambda one: (columns.of[one], order[one])):
        if one in seen:
            continue
        thread = [scope.items[one]]
        seen.add(one)
        while True:
            last = thread[-1].id
            following = next((other for other in onward.get(last, ()) if other not in seen), None)
            if following is None or not follows(last, following):
                break
            thread.append(scope.items[following])
            seen.add(following)
        yield tuple(thread)


__all__ = ["Neighbour", "Thread", "neighbours_of", "onward_of", "spine_threads", "threads_of"]
