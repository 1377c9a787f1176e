"""What holds what: the scope in which each element is drawn, and what stands for it in the scopes around."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.drawing.layout.parts import BOTTOM, End
from bpmn.drawing.layout.regions import ROOT, region_of, regions_of
from bpmn.drawing.layout.sizes import EVENT, kind_of, places_of
from bpmn.model import Artifact, Definitions, FlowNode

#: Data that a process declares, beside the references that show it.
_NOT_SHOWN = frozenset({"dataObject", "dataStore", "dataInput", "dataOutput"})

#: A scope, and what stands in it for an element.
Level = tuple[str, End]


class Holding:
    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        #: Without an element in a stage, a file is drawn without stages.
        self.banded = any(definitions.stage_of(node) for node in definitions.nodes)
        self.regions = {scope: regions_of(definitions, scope) for scope in (ROOT, *self._frames())}
        self._mounted = {
            host: tuple(event for event in events if self.host(event.id) == host)
            for host, events in definitions.boundary_events.items()
        }
        self._places = {
            event.id: place
            for host, events in self._mounted.items()
            if events
            for event, place in zip(events, places_of(definitions.nodes[host], events), strict=True)
        }
        self._joined: dict[str, list[str]] = {}
        for one in definitions.associations:
            self._joined.setdefault(one.source, []).append(one.target)
            self._joined.setdefault(one.target, []).append(one.source)
        self.artifacts = {one.id: one for one in definitions.artifacts if self._is_shown(one)}
        self.homes = {one.id: self._home(one) for one in self.artifacts.values()}
        self._pools = {id_: number for number, region in enumerate(self.regions[ROOT]) for id_ in region.frames[:1]}

    def _frames(self) -> list[str]:
        """The sub-processes that stand open, the innermost first."""
        held = self.definitions.by_scope
        found = [node.id for node in self.definitions.nodes.values() if node.is_sub_process and held.get(node.id)]
        return sorted(found, key=lambda one: -len(list(self.definitions.enclosing(one))))

    def scopes(self) -> list[str]:
        """Every scope, the innermost first."""
        return [*(scope for scope in self.regions if scope != ROOT), ROOT]

    def scope_of(self, node: str) -> str:
        scope = self.definitions.nodes[node].scope
        return scope if scope in self.regions else ROOT

    def host(self, node: str) -> str:
        """The activity that a boundary event stands on; the node itself where it stands by itself."""
        event = self.definitions.nodes[node]
        host = self.definitions.nodes.get(event.attached_to) if event.type == "boundaryEvent" else None
        good = host is not None and host.scope == event.scope and kind_of(host) == "activity"
        return host.id if host is not None and good else node

    def mounted(self, host: str) -> tuple[FlowNode, ...]:
        """The boundary events that stand on the border of an activity."""
        return self._mounted.get(host, ())

    def levels(self, element: str) -> list[Level]:
        """The scopes around an element, innermost first, with what stands for it in each."""
        if element in self.artifacts:
            home = self.homes[element]
            return [(home, End(element)), *self._around(home)]
        if element in self._pools:
            return [(ROOT, End(element))]
        if element not in self.definitions.nodes:
            return []
        host, end = self.host(element), End(element)
        if host != element:
            end = End(host, BOTTOM, self._places[element], EVENT / 2)
        scope = self.scope_of(element)
        return [(scope, end), *self._around(scope)]

    def _around(self, frame: str) -> Iterator[Level]:
        while frame != ROOT:
            scope = self.scope_of(frame)
            yield scope, End(frame)
            frame = scope

    def is_above(self, one: str, other: str) -> bool:
        return self._row(one) < self._row(other)

    def _row(self, element: str) -> int:
        if element in self._pools:
            return self._pools[element]
        if element in self.artifacts:
            return -1
        levels = self.levels(element)
        return region_of(self.definitions, self.regions[ROOT], levels[-1][1].item) if levels else 0

    # Notes and data

    def _is_shown(self, artifact: Artifact) -> bool:
        # The group of a stage is drawn as its band.
        return artifact.type not in _NOT_SHOWN and not (artifact.type == "group" and artifact.stage and self.banded)

    def _home(self, artifact: Artifact) -> str:
        """A note stands where the element is that it is about; data in its own scope."""
        if artifact.type == "textAnnotation":
            about = next(self.about(artifact.id), "")
            if about:
                return self.scope_of(about)
        return artifact.scope if artifact.scope in self.regions else ROOT

    def about(self, artifact: str) -> Iterator[str]:
        """The flow nodes that an artifact is joined to; of a flow, the one that it leaves."""
        for other in self._joined.get(artifact, ()):
            flow = self.definitions.flows.get(other)
            node = flow.source if flow else other
            if node in self.definitions.nodes:
                yield node


__all__ = ["Holding", "Level"]
