"""Parallel joins whose branches can never all be taken: a choice stands before them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import between, running, running_scopes, starts
from bpmn.checks.too_many_nodes import MOST
from bpmn.model import Definitions, FlowNode
from bpmn.names import GATEWAYS
from bpmn.text import N_
from bpmn.ways import link_target


def check(definitions: Definitions) -> Iterator[Finding]:
    """A deal would wait there for ever. What is found together too often here is only not told; never the other way."""
    if len(running(definitions)) > MOST:
        return
    for scope in running_scopes(definitions):
        joins = [
            node
            for node in definitions.by_scope.get(scope, ())
            if node.type == "parallelGateway" and len(definitions.incoming[node.id]) > 1
        ]
        if not joins:
            continue
        places = _together(definitions, scope)
        for node in joins:
            ways = definitions.incoming[node.id]
            apart = [(one, two) for one, two in combinations(ways, 2) if not places.meet(one.id, two.id)]
            if apart and all(places.reached(way.id) for way in ways):
                first, second = (between(definitions, flow)["source"] for flow in apart[0])
                yield error(
                    __name__,
                    node,
                    N_(
                        "The parallel gateway '%(name)s' waits for both '%(first)s' and '%(second)s', and a deal only "
                        "ever takes one of them. Use an exclusive gateway here, or a parallel one where they part."
                    ),
                    first=first,
                    second=second,
                )


@dataclass
class _Places:
    """Where tokens can be, and which of these can hold one at the same time: a bit for each place."""

    number: dict[str, int] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    beside: dict[int, int] = field(default_factory=dict)

    def place(self, name: str) -> int:
        return self.number.setdefault(name, len(self.number))

    def reached(self, name: str) -> bool:
        return self.number.get(name) in self.held

    def meet(self, one: str, two: str) -> bool:
        return bool(self.beside.get(self.place(one), 0) >> self.place(two) & 1)

    def hold(self, place: int, beside: int) -> bool:
        """A token can be here while there are others there; whether that is news."""
        new = beside & ~self.beside.get(place, 0)
        news = bool(new) or place not in self.held
        self.held.add(place)
        self.beside[place] = self.beside.get(place, 0) | beside
        while new:
            other = (new & -new).bit_length() - 1
            self.beside[other] = self.beside.get(other, 0) | 1 << place
            new &= new - 1
        return news


def _together(definitions: Definitions, scope: str) -> _Places:
    """Token by token, until nothing new is found: what moves leaves the others where they are."""
    places = _Places()
    moves = [
        ([places.place(name) for name in before], [places.place(name) for name in after])
        for node in definitions.by_scope.get(scope, ())
        for before, after in _moves(definitions, node)
    ]
    for start in starts(definitions, scope):
        places.hold(places.place(start.id), 0)
    news = True
    while news:
        news = False
        for before, after in moves:
            if not all(place in places.held for place in before):
                continue
            if not all(places.beside[one] >> two & 1 for one, two in combinations(before, 2)):
                continue
            others = -1
            for place in before:
                others &= places.beside[place]
            for place in after:
                siblings = sum(1 << other for other in set(after) - {place})
                twice = 1 << place if after.count(place) > 1 else 0
                news |= places.hold(place, others | siblings | twice)
    return places


def _moves(definitions: Definitions, node: FlowNode) -> Iterable[tuple[list[str], list[str]]]:
    """What a token, or several, can do at a node: from these places to those. A flow is a place, and so is a step."""
    ins = [flow.id for flow in definitions.incoming[node.id]]
    outs = [flow.id for flow in definitions.outgoing[node.id]]
    if node.type == "parallelGateway":
        yield ins, outs
    elif node.type in GATEWAYS:
        for way in ins:
            # An inclusive gateway may take all of its ways.
            yield from [([way], outs)] if node.type == "inclusiveGateway" else [([way], [out]) for out in outs]
    elif node.type != "boundaryEvent":
        yield from (([way], [node.id]) for way in ins)
        yield [node.id], outs
        if target := link_target(definitions, node):
            yield [node.id], [target]
        for event in definitions.boundary_events.get(node.id, ()):
            left = [flow.id for flow in definitions.outgoing[event.id]]
            # One that does not interrupt can come again and again.
            yield [node.id], left if event.interrupting else [node.id, *left, *left]
