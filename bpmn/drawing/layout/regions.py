"""Bands of rows from top to bottom: pools in the order of the file, in each its lanes, the innermost ones."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.drawing.layout.parts import Region
from bpmn.drawing.layout.sizes import height_for
from bpmn.model import Definitions, Lane

#: The scope of the whole picture.
ROOT = ""


def regions_of(definitions: Definitions, scope: str) -> tuple[Region, ...]:
    if scope != ROOT:
        return tuple(_lanes(definitions, scope, ()))
    found: list[Region] = []
    shown: set[str] = set()
    for pool in definitions.participants:
        if pool.process not in shown and _has_inside(definitions, pool.process):
            shown.add(pool.process)
            found += _lanes(definitions, pool.process, (pool.id,))
        else:
            found.append(Region((pool.id,), closed=True))
    for process in definitions.processes:
        if process.id not in shown and _has_inside(definitions, process.id):
            found += _lanes(definitions, process.id, ())
    # Notes and data may stand beside closed pools.
    return tuple(found) if any(not region.closed for region in found) else (*found, Region())


def _has_inside(definitions: Definitions, process: str) -> bool:
    return process in definitions.by_scope or any(lane.process == process for lane in definitions.lanes)


def _lanes(definitions: Definitions, scope: str, around: tuple[str, ...]) -> Iterator[Region]:
    lanes = [lane for lane in definitions.lanes if lane.process == scope]
    known = {lane.id for lane in lanes}
    inner: dict[str, list[Lane]] = {}
    for lane in lanes:
        inner.setdefault(lane.parent if lane.parent in known else "", []).append(lane)
    nodes = definitions.by_scope.get(scope, ())
    direct = {lane.id if lane else "" for node in nodes for lane in [definitions.lane_of(node.id)]}

    def below(lane: Lane, frames: tuple[str, ...]) -> Iterator[Region]:
        held = inner.get(lane.id, [])
        if not held or lane.id in direct:
            yield Region((*frames, lane.id), height=height_for(lane.name), scope=scope)
        for other in held:
            yield from below(other, (*frames, lane.id))

    for lane in inner.get("", ()):
        yield from below(lane, around)
    if not lanes or direct - known:
        pool = next((pool.name for pool in definitions.participants if pool.id in around), "")
        yield Region(around, height=height_for(pool) if around else 0.0, scope=scope)


def region_of(definitions: Definitions, regions: tuple[Region, ...], node: str) -> int:
    """The region of a flow node that stands in one of these regions' scopes."""
    scope = definitions.nodes[node].scope
    lane = definitions.lane_of(node)
    last = 0
    for number, region in enumerate(regions):
        if region.scope == scope and not region.closed:
            last = number
            if lane is not None and region.frames and region.frames[-1] == lane.id:
                return number
    # Without a lane: below the lanes, where _lanes() has made room.
    return last


__all__ = ["ROOT", "region_of", "regions_of"]
