"""What is told of an element that is pointed at: what it is, whose, in which stage, and what the file says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bpmn.drawing import words
from bpmn.drawing.measure import printable
from bpmn.model import Definitions, FlowNode


def told_of(definitions: Definitions, said: Mapping[str, str]) -> dict[str, str]:
    """``said``: the map's own sentences in another language."""
    told = {}
    for id_, node in definitions.nodes.items():
        stage, lane = definitions.stage_of(id_), definitions.lane_of(id_)
        kind = ", ".join(said.get(word, word) for word in kind_of(node))
        facts = [kind, lane.name if lane else "", stage.name if stage else ""]
        first = " · ".join(filter(None, map(printable, facts)))
        told[id_] = ". ".join(filter(None, [first, printable(node.documentation)]))
    for id_, flow in definitions.flows.items():
        ends = (definitions.nodes.get(flow.source), definitions.nodes.get(flow.target))
        told[id_] = " → ".join(printable(node.name) for node in ends if node is not None and node.name)
    return told


def kind_of(node: FlowNode) -> Iterator[str]:
    """What it is, in sentences of words.py: the element, its events, how it is repeated."""
    yield words.TASKS.get(node.type) or words.KINDS.get(node.type, node.type)
    yield from (words.EVENTS[event.kind] for event in node.events if event.kind in words.EVENTS)
    if node.loop is not None:
        yield words.LOOPS.get(node.loop.kind, words.LOOPS["standard"])
    if node.compensation:
        yield words.EVENTS["compensate"]
