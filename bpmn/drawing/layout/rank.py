"""Columns: each stage is a band of them, and inside its band every item stands right of all that leads to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bpmn.drawing.layout.parts import Budget, Item, Link, LinkKey, Scope

#: What stands beside something else, or across everything.
_NOT_RANKED = frozenset({"note", "data", "group", "pool"})


@dataclass(frozen=True)
class Columns:
    """The column of every item that flows join, counted from 0."""

    of: Mapping[str, int]
    #: First and last column of each stage.
    bands: tuple[tuple[int, int], ...]
    #: The links that lead back, by key.
    back: frozenset[LinkKey]
    count: int


def ranked(scope: Scope, budget: Budget) -> Columns:
    items = {one.id: one for one in scope.items.values() if one.kind not in _NOT_RANKED and not one.loose}
    flows = [link for link in scope.links if link.kind == "flow" and _joins(link, items)]
    bands, back = _bands(items, flows, scope.stages)
    forward = [link for link in flows if link.key not in back]
    steps = _steps(items, forward)
    messages = [link for link in scope.links if link.kind == "message" and _joins(link, items)]
    steps += _without_circles(items, steps, [(link.source.item, link.target.item, 0) for link in messages], budget)
    return _counted(items, bands, steps, back, scope.stages)


def _joins(link: Link, items: Mapping[str, Item]) -> bool:
    source, target = link.source.item, link.target.item
    return link.part == "whole" and source in items and target in items and source != target


# Bands, and what leads back


def _bands(items: Mapping[str, Item], flows: list[Link], stages: int) -> tuple[dict[str, int], frozenset[LinkKey]]:
    """The band of every item: its stage, or that of what leads to it; and the flows that lead back.

    Band -1 is before the first stage: starts of no stage.
    """
    if not stages:
        return dict.fromkeys(items, 0), _back(items, flows)
    staged = {one: item.stage for one, item in items.items()}
    onward = [link for link in flows if not 0 <= staged[link.target.item] < staged[link.source.item]]
    back = _back(items, onward)
    forward = [link for link in onward if link.key not in back]
    before: dict[str, list[str]] = {one: [] for one in items}
    after: dict[str, list[str]] = {one: [] for one in items}
    for link in forward:
        before[link.target.item].append(link.source.item)
        after[link.source.item].append(link.target.item)
    order = _in_order(items, [(link.source.item, link.target.item) for link in forward])
    bands = dict(staged)
    for one in order:
        if bands[one] < 0:
            bands[one] = max((bands[other] for other in before[one]), default=-1)
    for one in reversed(order):
        # What no stage leads to stands where it leads; a start before the first stage stands before it.
        if staged[one] < 0 and bands[one] < 0:
            led = min((bands[other] for other in after[one] if bands[other] >= 0), default=-1)
            bands[one] = -1 if led == 0 and not before[one] else led
    backward = {link.key for link in flows if bands[link.target.item] < bands[link.source.item]}
    return bands, frozenset(back | backward)


def _back(items: Mapping[str, Item], flows: list[Link]) -> frozenset[LinkKey]:
    """What leads back to where a walk from the starts has just come through; the path to win is walked first."""
    onward: dict[str, list[Link]] = {one: [] for one in items}
    entered = set()
    for link in sorted(flows, key=lambda link: not link.on_path):
        onward[link.source.item].append(link)
        entered.add(link.target.item)
    first = sorted(items.values(), key=lambda item: (not item.on_path, not item.is_start, item.id in entered))
    done: set[str] = set()
    back = set()
    for root in first:
        if root.id in done:
            continue
        open_now = {root.id}
        walk = [(root.id, iter(onward[root.id]))]
        while walk:
            here, rest = walk[-1]
            following = next(rest, None)
            if following is None:
                walk.pop()
                open_now.discard(here)
                done.add(here)
                continue
            there = following.target.item
            if there in open_now:
                back.add(following.key)
            elif there not in done:
                open_now.add(there)
                walk.append((there, iter(onward[there])))
    return frozenset(back)


def _in_order(items: Iterable[str], steps: Iterable[tuple[str, str]]) -> list[str]:
    """Every item after all that lead to it."""
    after: dict[str, list[str]] = {one: [] for one in items}
    waits = dict.fromkeys(after, 0)
    for source, target in steps:
        after[source].append(target)
        waits[target] += 1
    ready = [one for one in after if not waits[one]]
    order = []
    for one in ready:
        order.append(one)
        for other in after[one]:
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    return order


# Columns

#: Two items, and how many columns the second stands right of the first at least.
Step = tuple[str, str, int]


def _steps(items: Mapping[str, Item], forward: list[Link]) -> list[Step]:
    out: dict[str, list[Link]] = {}
    into: dict[str, list[Link]] = {}
    for link in forward:
        out.setdefault(link.source.item, []).append(link)
        into.setdefault(link.target.item, []).append(link)
    hung: set[tuple[str, bool]] = set()
    steps = []
    for link in forward:
        source, target = items[link.source.item], items[link.target.item]
        alone = len(into[target.id]) == 1 and source.region == target.region and target.stage in (source.stage, -1)
        leaves = sum(other.from_event == link.from_event for other in out[source.id])
        # An end that a choice leads to hangs below it, and so does what the one boundary event of an activity leads to.
        hangs = alone and not target.on_path and (source.id, link.from_event) not in hung
        if link.from_event:
            hangs = hangs and leaves == 1 and len(source.events) == 1 and source.kind != "frame"
        else:
            hangs = hangs and target.is_end and source.kind == "gateway" and leaves > 1
        if hangs:
            hung.add((source.id, link.from_event))
        steps.append((source.id, target.id, 0 if hangs else source.columns))
    return steps


def _without_circles(items: Mapping[str, Item], steps: list[Step], more: list[Step], budget: Budget) -> list[Step]:
    """Those of ``more`` that can be kept beside all the steps: messages lead nowhere back in time."""
    after: dict[str, list[str]] = {one: [] for one in items}
    for source, target, _ in steps:
        after[source].append(target)
    kept = []
    for source, target, apart in more:
        seen, waiting = {target}, [target]
        while waiting and source not in seen:
            for other in after[waiting.pop()]:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        budget.spend(len(seen))
        if source not in seen:
            after[source].append(target)
            kept.append((source, target, apart))
    return kept


def _counted(
    items: Mapping[str, Item],
    bands: dict[str, int],
    steps: list[Step],
    back: frozenset[LinkKey],
    stages: int,
) -> Columns:
    order = _in_order(items, [(source, target) for source, target, _ in steps])
    into: dict[str, list[Step]] = {one: [] for one in items}
    out: dict[str, list[Step]] = {one: [] for one in items}
    for step in steps:
        out[step[0]].append(step)
        into[step[1]].append(step)
    columns: dict[str, int] = {}
    first = 0
    found: list[tuple[int, int]] = []
    for band in range(-1 if stages else 0, max(stages, 1)):
        held = [one for one in order if bands[one] == band]
        alone = [one for one in held if not into[one] and not out[one]]
        joined = [one for one in held if into[one] or out[one]]
        for one in joined:
            columns[one] = max((columns[s] + apart for s, _, apart in into[one] if s in columns), default=first)
            columns[one] = max(columns[one], first)
        for one in reversed(joined):
            # What nothing leads to stands beside what it leads to.
            led = [columns[t] - apart for _, t, apart in out[one] if t in columns]
            if not into[one] and led:
                columns[one] = max(columns[one], min(led))
        last = max((columns[one] + items[one].columns - 1 for one in joined), default=first - 1)
        last = _scattered(alone, columns, first, last)
        if band >= 0:
            last = max(last, first)
            found.append((first, last))
        first = last + 1
    return Columns(columns, tuple(found) if stages else (), back, first)


def _scattered(alone: list[str], columns: dict[str, int], first: int, last: int) -> int:
    """Items that nothing joins, in rows rather than on a heap."""
    wide = max(last - first + 1, round(len(alone) ** 0.5)) if alone else 0
    for number, one in enumerate(alone):
        columns[one] = first + number % wide
        last = max(last, columns[one])
    return last


__all__ = ["Columns", "ranked"]
