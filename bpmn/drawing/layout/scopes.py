"""From the definitions to the parts of each scope: its items with their sizes, and the links that join them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bpmn.drawing.happy import of_losing, path_to_win
from bpmn.drawing.label import GAP
from bpmn.drawing.layout.holding import Holding
from bpmn.drawing.layout.links import links_by_scope, name_of
from bpmn.drawing.layout.parts import End, Extent, Item, Link, Scope
from bpmn.drawing.layout.regions import ROOT, region_of
from bpmn.drawing.layout.sizes import TASK_WIDTH, centred, kind_of, places_of, size_of, size_of_artifact, width_for
from bpmn.drawing.measure import LINE_NAME, NODE_NAME, taken_by
from bpmn.model import Artifact, Definitions, FlowNode, Stage


@dataclass(frozen=True, slots=True)
class Inside:
    """What the scope around needs to know of an open sub-process once its inside has its places."""

    extent: Extent
    #: Rows beside the main one, above and below it, and columns.
    rows: tuple[int, int]
    columns: int
    #: The links that leave it: the side, and how far right of its middle.
    ports: Mapping[tuple[str, str], tuple[str, float]]


class Scopes:
    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.holding = Holding(definitions)
        self.path, self.losing = path_to_win(definitions), of_losing(definitions)
        self._stages = {stage.id: number for number, stage in enumerate(definitions.stages)}
        self._links = links_by_scope(self.holding, self.path)

    def scope(self, scope: str, inside: Mapping[str, Inside]) -> Scope:
        links = tuple(_ported(link, inside) for link in self._links.get(scope, ()))
        fixed = {end.item for link in links for end in (link.source, link.target) if end.side}
        items = {item.id: item for item in self._items(scope, inside, fixed)}
        stages = len(self.definitions.stages) if scope == ROOT and self.holding.banded else 0
        regions, anchors = self.holding.regions[scope], self._anchors(scope, links)
        least = width_for(self.definitions.nodes[scope].name) if scope != ROOT else 0.0
        return Scope(items, links, regions, stages, anchors, least)

    def _anchors(self, scope: str, links: tuple[Link, ...]) -> dict[str, tuple[str, ...]]:
        """Notes and data by the items that they belong to."""
        artifacts = self.holding.artifacts
        found: dict[str, tuple[str, ...]] = {}
        for link in links:
            for one, other in ((link.source.item, link.target.item), (link.target.item, link.source.item)):
                if one in artifacts and other not in artifacts and other:
                    found[one] = (*found.get(one, ()), other)
        for one in [one for one in artifacts if one not in found]:
            # A note on a flow stands by the element that the flow leaves.
            for node in self.holding.about(one):
                if self.holding.scope_of(node) == scope:
                    found[one] = (self.holding.host(node),)
        return found

    def _items(self, scope: str, inside: Mapping[str, Inside], fixed: set[str]) -> Iterator[Item]:
        scopes = [scope] if scope != ROOT else [process.id for process in self.definitions.processes]
        for node in [node for one in scopes for node in self.definitions.by_scope.get(one, ())]:
            if self.holding.host(node.id) == node.id:
                yield self._node(node, scope, inside.get(node.id), node.id in fixed)
        for artifact in self.holding.artifacts.values():
            if self.holding.homes[artifact.id] == scope:
                yield self._artifact(artifact, scope)
        for number, region in enumerate(self.holding.regions[scope]):
            if region.closed:
                yield Item(region.frames[0], "pool", centred(400, 60), number)

    def _node(self, node: FlowNode, scope: str, inside: Inside | None, fixed: bool) -> Item:
        events = self.holding.mounted(node.id)
        kind = "frame" if inside else kind_of(node)
        standing = zip(places_of(node, events), events, strict=True)
        stage = self._stage(node.id) if scope == ROOT else None
        extent, columns = size_of(node, events), 1
        if inside:
            # Where a line comes out at a place of its own, the middle has to be on one column.
            wide = not fixed and not events and inside.columns > 1
            extent, columns = (_from_first(inside.extent), inside.columns) if wide else (inside.extent, 1)
        return Item(
            node.id,
            kind,
            extent,
            region_of(self.definitions, self.holding.regions[scope], node.id),
            self._stages[stage.id] if stage else -1,
            inside.rows if inside else (0, 0),
            columns,
            on_path=node.id in self.path,
            losing=node.id in self.losing,
            loose=node.triggered_by_event and stage is None and not self._is_joined(node.id, scope),
            is_end=node.type == "endEvent",
            is_start=node.type == "startEvent",
            label=taken_by(node.name, NODE_NAME) if kind in ("event", "gateway") else (0.0, 0.0),
            events=tuple((place, *self._beside(event)) for place, event in standing),
        )

    def _beside(self, event: FlowNode) -> tuple[float, float]:
        """What a boundary event takes beside its line: its own name, and below it the name of what leads out."""
        names = [taken_by(event.name, NODE_NAME)]
        names += [taken_by(name_of(flow), LINE_NAME) for flow in self.definitions.outgoing.get(event.id, ())]
        names = [name for name in names if name[0]]
        apart = GAP * max(len(names) - 1, 0)
        return max((wide for wide, _ in names), default=0.0), sum(high for _, high in names) + apart

    def _stage(self, node: str, above: frozenset[str] = frozenset()) -> Stage | None:
        """Its stage; where it has none, that of an event on its border or of what is inside."""
        if node in above:
            # An event on its own border, which no tool draws.
            return None
        inside = [one.id for one in self.definitions.by_scope.get(node, ())] if node in self.holding.regions else []
        found = self.definitions.stage_of(node)
        for one in (*(event.id for event in self.holding.mounted(node)), *inside):
            found = found or self._stage(one, above | {node})
        return found

    def _is_joined(self, node: str, scope: str) -> bool:
        """Whether anything but a note is joined to the node or to what is inside."""
        ends = ({link.source.item, link.target.item} for link in self._links.get(scope, ()))
        return any(node in both and not both & self.holding.artifacts.keys() for both in ends)

    def _artifact(self, artifact: Artifact, scope: str) -> Item:
        regions = self.holding.regions[scope]
        own = [number for number, one in enumerate(regions) if not one.closed and one.scope == artifact.scope]
        region = own[0] if own else [number for number, one in enumerate(regions) if not one.closed][-1]
        kind = {"textAnnotation": "note", "group": "group"}.get(artifact.type, "data")
        label = taken_by(artifact.name, NODE_NAME) if kind == "data" else (0.0, 0.0)
        return Item(artifact.id, kind, size_of_artifact(artifact), region, label=label)


def _from_first(extent: Extent) -> Extent:
    """Of what stands across several columns: its anchor is on the first, as that of a task would be."""
    return Extent(TASK_WIDTH / 2, extent.width - TASK_WIDTH / 2, extent.up, extent.down)


def _ported(link: Link, inside: Mapping[str, Inside]) -> Link:
    """With the place at which it comes out of an open sub-process."""

    def ported(end: End, part: str) -> End:
        ports = inside[end.item].ports if end.item in inside else {}
        return End(end.item, *ports[link.id, part]) if (link.id, part) in ports else end

    return replace(link, source=ported(link.source, "source"), target=ported(link.target, "target"))


__all__ = ["Inside", "Scopes"]
