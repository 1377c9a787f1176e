"""A map in words, for those who hear it or search it: one row per element, in the order of reading."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from bpmn.drawing.conditions import in_short
from bpmn.model import Definitions


@dataclass(frozen=True, slots=True)
class OutlineRow:
    id: str
    stage: str
    lane: str
    type: str
    name: str
    #: What each way out is called, and the name of what it leads to.
    leads: tuple[tuple[str, str], ...] = ()


def outline(definitions: Definitions) -> tuple[OutlineRow, ...]:
    """From each start along the flows; what a sub-process holds comes right after it."""
    rows: list[OutlineRow] = []
    for scope in [process.id for process in definitions.processes]:
        _read(definitions, scope, rows, set())
    return tuple(rows)


def _read(definitions: Definitions, scope: str, rows: list[OutlineRow], seen: set[str]) -> None:
    inside = definitions.by_scope.get(scope, ())
    starts = [node.id for node in inside if node.type == "startEvent"]
    others = [node.id for node in inside if not definitions.incoming.get(node.id) and node.type != "boundaryEvent"]
    for start in [*starts, *others, *(node.id for node in inside)]:
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            if here in seen or here not in definitions.nodes:
                continue
            seen.add(here)
            rows.append(_row(definitions, here))
            if definitions.nodes[here].is_sub_process:
                _read(definitions, here, rows, seen)
            waiting += [boundary.id for boundary in definitions.boundary_events.get(here, ())]
            waiting += [flow.target for flow in definitions.outgoing.get(here, ())]


def _row(definitions: Definitions, id_: str) -> OutlineRow:
    node = definitions.nodes[id_]
    stage, lane = definitions.stage_of(id_), definitions.lane_of(id_)
    leads = tuple(
        (flow.name or in_short(flow.condition), definitions.nodes[flow.target].name or flow.target)
        for flow in definitions.outgoing.get(id_, ())
        if flow.target in definitions.nodes
    )
    return OutlineRow(id_, stage.name if stage else "", lane.name if lane else "", node.type, node.name, leads)
