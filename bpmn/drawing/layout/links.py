"""Links: what flows, messages and associations join. What joins two scopes is a link in each scope that it passes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpmn.drawing.conditions import in_short
from bpmn.drawing.layout.holding import Holding, Level
from bpmn.drawing.layout.parts import BORDER, BOTTOM, TOP, End, Link
from bpmn.drawing.measure import LINE_NAME, taken_by
from bpmn.model import Definitions, SequenceFlow


def links_by_scope(holding: Holding, path: frozenset[str]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link, source, target in _joins(holding, path):
        for scope, part in _parts(holding, link, source, target):
            found.setdefault(scope, []).append(part)
    return found


def _joins(holding: Holding, path: frozenset[str]) -> Iterator[tuple[Link, str, str]]:
    """Every link with what it joins, its ends yet unknown."""
    definitions, end = holding.definitions, End(BORDER)
    for flow in definitions.flows.values():
        label = taken_by(name_of(flow), LINE_NAME)
        mounted = flow.source in definitions.nodes and holding.host(flow.source) != flow.source
        marked = _is_marked(definitions, flow.id)
        link = Link(flow.id, "flow", end, end, "whole", label, flow.id in path, marked, mounted)
        yield link, flow.source, flow.target
    for message in definitions.message_flows:
        label = taken_by(message.name, LINE_NAME)
        yield Link(message.id, "message", end, end, label=label), message.source, message.target
    for association in definitions.associations:
        yield Link(association.id, "association", end, end), association.source, association.target


def name_of(flow: SequenceFlow) -> str:
    return flow.name or in_short(flow.condition)


def _is_marked(definitions: Definitions, flow_id: str) -> bool:
    """Whether a sign stands at its start."""
    flow = definitions.flows[flow_id]
    source = definitions.nodes.get(flow.source)
    if source is None:
        return False
    return source.default == flow_id or (bool(flow.condition) and not source.type.endswith("Gateway"))


def _parts(holding: Holding, link: Link, source: str, target: str) -> Iterator[tuple[str, Link]]:
    """In the innermost scope that holds both ends, and from there inwards to each."""
    one, other = holding.levels(source), holding.levels(target)
    shared = [scope for scope, _ in one if scope in dict(other)]
    if not shared:
        return
    scope = shared[0]
    inner = [
        *_escapes(link, "source", one, scope, up=holding.is_above(target, source)),
        *_escapes(link, "target", other, scope, up=holding.is_above(source, target)),
    ]
    yield from inner
    begins, ends = dict(one)[scope], dict(other)[scope]
    # From a sub-process to what is inside it, the part inside is all.
    if not (begins.item == ends.item and inner):
        yield scope, replace(link, source=begins, target=ends)


def _escapes(link: Link, part: str, levels: list[Level], until: str, *, up: bool) -> Iterator[tuple[str, Link]]:
    """From each scope inside the shared one to its upper or lower border."""
    border = End(BORDER, TOP if up else BOTTOM)
    for scope, end in levels:
        if scope == until:
            return
        source, target = (end, border) if part == "source" else (border, end)
        yield scope, replace(link, source=source, target=target, part=part, label=(0.0, 0.0))


__all__ = ["links_by_scope", "name_of"]
