"""From the definitions to the parts of each scope. What joins two scopes becomes a link in each that it passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bpmn.drawing.conditions import in_short
from bpmn.drawing.happy import of_losing, path_to_win
from bpmn.drawing.measure import LINE_NAME, NODE_NAME, taken_by
from bpmn.drawing.parts import BORDER, BOTTOM, TOP, End, Extent, Item, Link, Scope
from bpmn.drawing.regions import ROOT, region_of, regions_of
from bpmn.drawing.sizes import EVENT, TASK_WIDTH, centred, kind_of, places_of, size_of, size_of_artifact
from bpmn.model import Artifact, Definitions, FlowNode, Stage

#: Data that a process declares, beside the references that show it.
_NOT_SHOWN = frozenset({"dataObject", "dataStore", "dataInput", "dataOutput"})


@dataclass(frozen=True, slots=True)
class Inside:
    """What the scope around needs to know of an open sub-process once its inside has its places."""

    extent: Extent
    #: Rows beside the main one, above and below it, and columns.
    rows: tuple[int, int]
    columns: int
    #: The links that leave it: the side, and how far right of its anchor.
    ports: Mapping[tuple[str, str], tuple[str, float]]


class Scopes:
    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.path, self.losing = path_to_win(definitions), of_losing(definitions)
        self.banded = any(definitions.stage_of(node) for node in definitions.nodes)
        self.regions = {scope: regions_of(definitions, scope) for scope in (ROOT, *self.frames())}
        self._pool_rows = {id_: number for number, region in enumerate(self.regions[ROOT]) for id_ in region.frames[:1]}
        self.artifacts = {one.id: one for one in definitions.artifacts if self._is_shown(one)}
        self._homes = {one.id: self._home(one) for one in self.artifacts.values()}
        self._links: dict[str, list[Link]] = {}
        for link, source, target in self._joins():
            self._lay(link, source, target)

    def frames(self) -> tuple[str, ...]:
        """The sub-processes that stand open, the innermost first."""
        held = self.definitions.by_scope
        found = [node.id for node in self.definitions.nodes.values() if node.is_sub_process and held.get(node.id)]
        return tuple(sorted(found, key=lambda one: -len(list(self.definitions.enclosing(one)))))

    def mounted(self, host: str) -> tuple[FlowNode, ...]:
        """The boundary events that stand on the border of an activity."""
        events = self.definitions.boundary_events.get(host, ())
        return tuple(event for event in events if self._host(event.id) == host)

    def _host(self, node: str) -> str:
        """The activity that a boundary event stands on; the node itself where it stands by itself."""
        known = self.definitions.nodes
        event = known[node]
        host = known.get(event.attached_to) if event.type == "boundaryEvent" else None
        good = host is not None and host.scope == event.scope and kind_of(host) == "activity"
        return host.id if host is not None and good else node

    def scope(self, scope: str, inside: Mapping[str, Inside]) -> Scope:
        links = tuple(_ported(link, inside) for link in self._links.get(scope, ()))
        fixed = {end.item for link in links for end in (link.source, link.target) if end.side}
        items = {item.id: item for item in self._items(scope, inside, fixed)}
        anchors: dict[str, tuple[str, ...]] = {}
        for link in links:
            for one, other in ((link.source.item, link.target.item), (link.target.item, link.source.item)):
                if one in self.artifacts and other not in self.artifacts and other in items:
                    anchors[one] = (*anchors.get(one, ()), other)
        stages = len(self.definitions.stages) if scope == ROOT and self.banded else 0
        return Scope(items, links, self.regions[scope], stages, anchors, scope != ROOT)

    # Items

    def _items(self, scope: str, inside: Mapping[str, Inside], fixed: set[str]) -> Iterator[Item]:
        held = self.definitions.by_scope
        scopes = [scope] if scope != ROOT else [process.id for process in self.definitions.processes]
        for node in [node for one in scopes for node in held.get(one, ())]:
            if self._host(node.id) == node.id:
                yield self._node(node, scope, inside.get(node.id), node.id in fixed)
        for artifact in self.artifacts.values():
            if self._homes[artifact.id] == scope:
                yield self._artifact(artifact, scope)
        for number, region in enumerate(self.regions[scope]):
            if region.closed:
                yield Item(region.frames[0], "pool", centred(400, 60), number)

    def _node(self, node: FlowNode, scope: str, inside: Inside | None, fixed: bool) -> Item:
        events = self.mounted(node.id)
        kind = "frame" if inside else kind_of(node)
        outside = kind in ("event", "gateway")
        standing = zip(places_of(node, events), events, strict=True)
        stage = self._stage(node.id) if scope == ROOT else None
        loose = node.triggered_by_event and not self._is_joined(node.id) and stage is None
        extent, columns = size_of(node, events), 1
        if inside:
            # Where a line comes out at a place of its own, the middle has to be on one column.
            wide = not fixed and not events and inside.columns > 1
            extent, columns = (_from_first(inside.extent), inside.columns) if wide else (inside.extent, 1)
        return Item(
            node.id,
            kind,
            extent,
            region_of(self.definitions, self.regions[scope], node.id),
            self.definitions.stages.index(stage) if stage else -1,
            inside.rows if inside else (0, 0),
            columns,
            on_path=node.id in self.path,
            losing=node.id in self.losing,
            loose=loose,
            is_end=node.type == "endEvent",
            is_start=node.type == "startEvent",
            label=taken_by(node.name, NODE_NAME) if outside else (0.0, 0.0),
            events=tuple((place, *taken_by(event.name, NODE_NAME)) for place, event in standing),
        )

    def _stage(self, node: str) -> Stage | None:
        """Its stage; where it has none, that of an event on its border or of what is inside."""
        inside = [one.id for one in self.definitions.by_scope.get(node, ())] if node in self.regions else []
        found = self.definitions.stage_of(node)
        for one in (*(event.id for event in self.mounted(node)), *inside):
            found = found or self._stage(one)
        return found

    def _is_joined(self, node: str) -> bool:
        """Whether anything but a note is joined to the node or to what is inside."""
        scope = self._scope_of(node)
        return any(
            node in (link.source.item, link.target.item)
            and not {link.source.item, link.target.item} & self.artifacts.keys()
            for link in self._links.get(scope, ())
        )

    def _artifact(self, artifact: Artifact, scope: str) -> Item:
        regions = self.regions[scope]
        own = [number for number, one in enumerate(regions) if not one.closed and one.scope == artifact.scope]
        region = own[0] if own else [number for number, one in enumerate(regions) if not one.closed][-1]
        kind = {"textAnnotation": "note", "group": "group"}.get(artifact.type, "data")
        label = taken_by(artifact.name, NODE_NAME) if kind == "data" else (0.0, 0.0)
        return Item(artifact.id, kind, size_of_artifact(artifact), region, label=label)

    def _is_shown(self, artifact: Artifact) -> bool:
        # The group of a stage is drawn as its band.
        stages = {stage.id for stage in self.definitions.stages} if self.banded else set()
        return artifact.type not in _NOT_SHOWN and not (artifact.type == "group" and artifact.stage in stages)

    def _home(self, artifact: Artifact) -> str:
        """A note stands where the element is that it is about; data in its own scope."""
        if artifact.type == "textAnnotation":
            for one in self.definitions.associations:
                other = one.target if one.source == artifact.id else one.source if one.target == artifact.id else ""
                if other in self.definitions.nodes:
                    return self._scope_of(other)
        return artifact.scope if artifact.scope in self.regions else ROOT

    def _scope_of(self, node: str) -> str:
        scope = self.definitions.nodes[node].scope
        return scope if scope in self.regions else ROOT

    # Links

    def _joins(self) -> Iterator[tuple[Link, str, str]]:
        unknown = End(BORDER)
        for flow in self.definitions.flows.values():
            source = self.definitions.nodes.get(flow.source)
            gateway = source is not None and source.type.endswith("Gateway")
            yield (
                Link(
                    flow.id,
                    "flow",
                    unknown,
                    unknown,
                    label=taken_by(flow.name or in_short(flow.condition), LINE_NAME),
                    on_path=flow.id in self.path,
                    marked=source is not None and (source.default == flow.id or (bool(flow.condition) and not gateway)),
                    from_event=source is not None and self._host(source.id) != source.id,
                ),
                flow.source,
                flow.target,
            )
        for message in self.definitions.message_flows:
            label = taken_by(message.name, LINE_NAME)
            yield Link(message.id, "message", unknown, unknown, label=label), message.source, message.target
        for association in self.definitions.associations:
            yield Link(association.id, "association", unknown, unknown), association.source, association.target

    def _lay(self, link: Link, source: str, target: str) -> None:
        """The parts of a link: in the innermost scope that holds both ends, and from there inwards to each."""
        one, other = self._levels(source), self._levels(target)
        shared = [scope for scope, _ in one if scope in dict(other)]
        if not shared:
            return
        scope = shared[0]
        from_end, to_end = dict(one)[scope], dict(other)[scope]
        up, down = self._is_above(target, source), self._is_above(source, target)
        own = from_end.item == to_end.item and (len(one) > 1 or len(other) > 1) and source != target
        inner = [self._escape(link, "source", one, scope, up), self._escape(link, "target", other, scope, down)]
        for part in inner:
            for where, piece in part:
                self._links.setdefault(where, []).append(piece)
        if not (own and any(inner)):
            self._links.setdefault(scope, []).append(replace(link, source=from_end, target=to_end))

    def _escape(
        self, link: Link, part: str, levels: list[tuple[str, End]], until: str, up: bool
    ) -> list[tuple[str, Link]]:
        """From each scope inside the shared one to its upper or lower border."""
        found = []
        border = End(BORDER, TOP if up else BOTTOM)
        for scope, end in levels:
            if scope == until:
                break
            ends = (end, border) if part == "source" else (border, end)
            found.append((scope, replace(link, source=ends[0], target=ends[1], part=part, label=(0.0, 0.0))))
        return found

    def _is_above(self, one: str, other: str) -> bool:
        return self._row(one) < self._row(other)

    def _row(self, element: str) -> int:
        if element in self._pool_rows:
            return self._pool_rows[element]
        if element in self.artifacts:
            return -1
        levels = self._levels(element)
        return region_of(self.definitions, self.regions[ROOT], levels[-1][1].item) if levels else 0

    def _levels(self, element: str) -> list[tuple[str, End]]:
        """The scopes around an element, innermost first, with what stands for it in each."""
        if element in self.artifacts:
            home = self._homes[element]
            return [(home, End(element)), *(self._around(home) if home else ())]
        if any(pool.id == element for pool in self.definitions.participants):
            return [(ROOT, End(element))]
        if element not in self.definitions.nodes:
            return []
        host = self._host(element)
        scope = self._scope_of(element)
        end = End(element)
        if host != element:
            events = self.mounted(host)
            place = places_of(self.definitions.nodes[host], events)[[event.id for event in events].index(element)]
            end = End(host, BOTTOM, place, EVENT / 2)
        return [(scope, end), *(self._around(scope) if scope else ())]

    def _around(self, frame: str) -> Iterator[tuple[str, End]]:
        while frame != ROOT:
            scope = self._scope_of(frame)
            yield scope, End(frame)
            frame = scope


def _from_first(extent: Extent) -> Extent:
    """Of what stands across several columns: its anchor is on the first, as that of a task would be."""
    return Extent(TASK_WIDTH / 2, extent.width - TASK_WIDTH / 2, extent.up, extent.down)


def _ported(link: Link, inside: Mapping[str, Inside]) -> Link:
    """With the place at which it comes out of an open sub-process."""

    def ported(end: End, part: str) -> End:
        ports = inside[end.item].ports if end.item in inside else {}
        return End(end.item, *ports[link.id, part]) if (link.id, part) in ports else end

    return replace(link, source=ported(link.source, "source"), target=ported(link.target, "target"))
