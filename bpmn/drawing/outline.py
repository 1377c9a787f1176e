"""A map in words, for those who hear it or search it: all that its picture shows, one row per element, in the order of
reading."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from bpmn.drawing import words
from bpmn.drawing.conditions import in_short
from bpmn.drawing.geometry import data_type
from bpmn.drawing.told import kind_of
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
    #: What it is, in sentences of words.py.
    kind: tuple[str, ...] = ()
    #: The sub-process that holds it; the activity on whose border it stands.
    within: str = ""
    host: str = ""
    #: Which of the ways out is taken when no condition holds.
    default: str = ""
    #: What it says to others, and what they say: message, and whom it goes to or comes from.
    tells: tuple[tuple[str, str], ...] = ()
    hears: tuple[tuple[str, str], ...] = ()
    #: Annotations at it, and data that it reads or writes.
    notes: tuple[str, ...] = ()
    documentation: str = ""


def outline(definitions: Definitions) -> tuple[OutlineRow, ...]:
    """From each start along the flows; what a sub-process holds comes right after it; what stands alone, last."""
    rows: list[OutlineRow] = []
    read = _Outline(definitions)
    for scope in [process.id for process in definitions.processes]:
        read.scope(scope, rows, set())
    return (*rows, *read.others(rows))


class _Outline:
    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._names = {
            **{id_: node.name or id_ for id_, node in definitions.nodes.items()},
            **{pool.id: pool.name for pool in definitions.participants},
        }
        self._artifacts = {artifact.id: artifact for artifact in definitions.artifacts}

    def scope(self, scope: str, rows: list[OutlineRow], seen: set[str]) -> None:
        definitions = self._definitions
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
                rows.append(self._row(here))
                if definitions.nodes[here].is_sub_process:
                    self.scope(here, rows, seen)
                waiting += [boundary.id for boundary in definitions.boundary_events.get(here, ())]
                waiting += [flow.target for flow in definitions.outgoing.get(here, ())]

    def others(self, rows: list[OutlineRow]) -> Iterator[OutlineRow]:
        """Pools that show nothing inside, and notes and data that belong to no element."""
        definitions = self._definitions
        for pool in definitions.participants:
            if pool.process not in definitions.by_scope:
                tells, hears = self._messages(pool.id)
                yield OutlineRow(
                    pool.id, "", "", "pool", pool.name, kind=(words.KINDS["pool"],), tells=tells, hears=hears
                )
        told = {note for row in rows for note in row.notes}
        for artifact in definitions.artifacts:
            if artifact.type != "group" and artifact.name and artifact.name not in told:
                kind = data_type(artifact)
                yield OutlineRow(artifact.id, "", "", kind, artifact.name, kind=(words.KINDS.get(kind, kind),))

    def _row(self, id_: str) -> OutlineRow:
        definitions, node = self._definitions, self._definitions.nodes[id_]
        stage, lane = definitions.stage_of(id_), definitions.lane_of(id_)
        scope, host = definitions.nodes.get(node.scope), definitions.nodes.get(node.attached_to)
        flows = [flow for flow in definitions.outgoing.get(id_, ()) if flow.target in definitions.nodes]
        tells, hears = self._messages(id_)
        return OutlineRow(
            id_,
            stage.name if stage else "",
            lane.name if lane else "",
            node.type,
            node.name,
            tuple((flow.name or in_short(flow.condition), self._names[flow.target]) for flow in flows),
            tuple(kind_of(node)),
            scope.name if scope else "",
            host.name if host else "",
            next((self._names[flow.target] for flow in flows if flow.id == node.default), ""),
            tells,
            hears,
            tuple(self._notes(id_)),
            node.documentation,
        )

    def _messages(self, id_: str) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        flows = self._definitions.message_flows
        tells = tuple((flow.name, self._names.get(flow.target, "")) for flow in flows if flow.source == id_)
        hears = tuple((flow.name, self._names.get(flow.source, "")) for flow in flows if flow.target == id_)
        return tells, hears

    def _notes(self, id_: str) -> Iterator[str]:
        for association in self._definitions.associations:
            ends = (association.source, association.target)
            if id_ in ends:
                other = self._artifacts.get(ends[id_ == ends[0]])
                if other is not None and other.name:
                    yield other.name
