"""A reading of BPMN's tokens (BPMN 2.0.2, section 13), to hold the engine against.

Written from the standard for this alone; it shares nothing with the engine but expressions and times. Where the
standard leaves open which token moves first, they take turns in the order in which they came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bpmn import expressions
from bpmn.model import Definitions, FlowNode, SequenceFlow
from tests.engine.token_events import At, Events, Inside, Watch


class Tokens(Events):
    """What the picture says happens."""

    def __init__(self, definitions: Definitions, process: str, now: datetime) -> None:
        self.definitions, self.now = definitions, now
        self.data: dict[str, Any] = {f.id: None for node in definitions.nodes.values() for f in node.form}
        self.agenda: list[At] = []
        self.watched: list[Watch] = []
        self.tasks: list[At] = []
        self.root = Inside(process)
        self._begin(self.root)
        self._settle()

    # What is seen from outside

    @property
    def open(self) -> list[str]:
        return [at.node.id for at in self.tasks if at.alive]

    @property
    def ended(self) -> bool:
        return not self.root.alive

    @property
    def stuck(self) -> bool:
        """Only the loss of the deal could still move it."""
        return not self.ended and not self.open and all(one.event.name == "deal lost" for one in self._watches())

    @property
    def due(self) -> datetime | None:
        return min((watch.due for watch in self._watches() if watch.due), default=None)

    @property
    def awaited(self) -> Counter[str]:
        kinds = ("message", "signal")
        return Counter(
            one.node.id for one in self._watches() if one.event.kind in kinds and one.event.name != "deal lost"
        )

    def complete(self, place: int, answers: Mapping[str, Any], now: datetime) -> None:
        self.now = now
        task = [at for at in self.tasks if at.alive][place]
        self._settle()
        if task.alive:
            self._learn(task.inside, answers)
            self._go(task, self._ways(task))
        self._settle()

    def wake(self, now: datetime) -> None:
        self.now = now
        self._settle()

    def catch(self, kind: str, name: str, now: datetime) -> bool:
        self.now = now
        caught = self._tell(kind, name)
        self._settle()
        return caught

    # Where tokens are

    def _begin(self, inside: Inside, start: FlowNode | None = None) -> None:
        nodes = self.definitions.by_scope[inside.of]
        for handler in nodes:
            if handler.triggered_by_event:
                inside.watches += self._watch(self._start(handler.id), inside)
        self._put(start or self._start(inside.of), inside)

    def _start(self, scope: str) -> FlowNode:
        return next(node for node in self.definitions.by_scope[scope] if node.type == "startEvent")

    def _put(self, node: FlowNode, inside: Inside, bare: bool = False) -> At:
        at = At(node, inside, bare)
        inside.held.append(at)
        repeats = node.loop is not None and not bare
        if node.type == "userTask" and not repeats:
            at.state = "open"
            self.tasks.append(at)
        elif node.type == "eventBasedGateway":
            at.state = "waits"
            for flow in self.definitions.outgoing[node.id]:
                at.watches += self._watch(self.definitions.nodes[flow.target], at)
        elif node.type in ("intermediateCatchEvent", "receiveTask") and node.events[0].kind != "link" and not repeats:
            at.state = "waits"
            at.watches += self._watch(node, at)
        else:
            self.agenda.append(at)
        if not bare:
            for border in self.definitions.boundary_events.get(node.id, ()):
                at.watches += self._watch(border, at)
        return at

    def _arrive(self, flow: SequenceFlow, inside: Inside) -> None:
        node = self.definitions.nodes[flow.target]
        joins = node.type in ("parallelGateway", "inclusiveGateway") and len(self.definitions.incoming[node.id]) > 1
        if not joins:
            self._put(node, inside)
            return
        join = next((at for at in inside.held if at.node is node and at.state == "joins"), None)
        if join is None:
            join = At(node, inside, state="joins")
            inside.held.append(join)
        join.came[flow.id] += 1
        if node.type == "parallelGateway" and len(join.came) == len(self.definitions.incoming[node.id]):
            self._join(join)

    def _join(self, join: At) -> None:
        join.came = Counter({flow: count - 1 for flow, count in join.came.items() if count > 1})
        through = At(join.node, join.inside)
        join.inside.held.append(through)
        self.agenda.append(through)
        if not join.came:
            self._kill(join)

    def _kill(self, at: At) -> None:
        at.alive = False
        if at in at.inside.held:
            at.inside.held.remove(at)
        for watch in at.watches:
            watch.alive = False
        for part in at.parts:
            self._kill_inside(part)

    def _kill_inside(self, inside: Inside) -> None:
        inside.alive = False
        for watch in inside.watches:
            watch.alive = False
        for at in list(inside.held):
            self._kill(at)

    # Going on

    def _settle(self) -> None:
        for _ in range(20_000):
            if self.ended:
                return
            if self._turned_true():
                continue
            if self.agenda:
                at = self.agenda.pop(0)
                if at.alive:
                    self._move(at)
            elif not (self._joined() or self._timed()):
                return
        raise AssertionError("the reading goes round for ever")

    def _move(self, at: At) -> None:
        node = at.node
        if node.loop is not None and not at.bare:
            self._repeat(at)
            return
        match node.type:
            case "subProcess" | "callActivity":
                at.state = "holds"
                part = Inside(node.called_element or node.id, at)
                at.parts.append(part)
                self._begin(part)
            case "scriptTask":
                self._learn(at.inside, expressions.execute(node.script, self._names(at.inside)))
                self._go(at, self._ways(at))
            case "intermediateThrowEvent" | "sendTask":
                self._throw(at)
                if at.alive:
                    self._go(at, self._ways(at))
            case "endEvent":
                self._throw(at)
                if at.alive:
                    if node.event and node.event.kind == "terminate":
                        for other in list(at.inside.held):
                            self._kill(other)
                    self._go(at, ())
            case _:
                self._go(at, self._ways(at))

    def _ways(self, at: At) -> tuple[SequenceFlow, ...]:
        if at.bare:
            return ()
        flows = self.definitions.outgoing[at.node.id]
        if at.node.type not in ("exclusiveGateway", "inclusiveGateway") or len(flows) == 1:
            return flows
        names = self._names(at.inside)
        met = tuple(flow for flow in flows if flow.condition and expressions.evaluate(flow.condition, names))
        met = met or tuple(flow for flow in flows if flow.id == at.node.default)
        return met if at.node.type == "inclusiveGateway" else met[:1]

    def _go(self, at: At, ways: tuple[SequenceFlow, ...]) -> None:
        self._kill(at)
        node = at.node
        if node.event is not None and node.event.kind == "link" and node.type == "intermediateThrowEvent":
            self._put(self._other_end(node), at.inside)
        for way in ways:
            self._arrive(way, at.inside)
        self._look(at.inside)

    def _other_end(self, thrown: FlowNode) -> FlowNode:
        return next(
            node
            for node in self.definitions.by_scope[thrown.scope]
            if node.type == "intermediateCatchEvent"
            and node.event
            and thrown.event
            and (node.event.kind, node.event.name) == ("link", thrown.event.name)
        )

    def _look(self, inside: Inside) -> None:
        """It is done when no token is left in it."""
        if inside.held or not inside.alive:
            return
        self._kill_inside(inside)
        at = inside.around
        if at is None:
            return
        at.parts.remove(inside)
        if at.node.loop is not None and not at.bare:
            self._one_done(at, inside)
        else:
            self._go(at, () if at.node.triggered_by_event else self._ways(at))

    def _joined(self) -> bool:
        for inside in self._insides(self.root):
            for at in inside.held:
                if at.state == "joins" and at.node.type == "inclusiveGateway" and self._is_met(at):
                    self._join(at)
                    return True
        return False

    def _insides(self, inside: Inside) -> Iterator[Inside]:
        yield inside
        for at in inside.held:
            for part in at.parts:
                yield from self._insides(part)

    def _is_met(self, join: At) -> bool:
        """Whoever can still come by a way without a token could come by one that has one as well (13.3.3)."""
        for other in join.inside.held:
            if other is not join:
                ends = self._comes_by(other.node, join.node)
                if ends - join.came.keys() and not ends & join.came.keys():
                    return False
        return True

    def _comes_by(self, node: FlowNode, join: FlowNode) -> set[str]:
        """The flows into the join at which paths from this node end that do not pass through it."""
        ends, seen, ahead = set(), set(), [node]
        while ahead:
            here = ahead.pop()
            if here.id in seen or here is join:
                continue
            seen.add(here.id)
            ahead += self.definitions.boundary_events.get(here.id, ())
            if here.event and here.event.kind == "link" and here.type == "intermediateThrowEvent":
                ahead.append(self._other_end(here))
            for flow in self.definitions.outgoing[here.id]:
                if flow.target == join.id:
                    ends.add(flow.id)
                ahead.append(self.definitions.nodes[flow.target])
        return ends

    # Repetition (10.3.8)

    def _repeat(self, at: At) -> None:
        loop, names = at.node.loop, self._names(at.inside)
        assert loop is not None
        at.state = "holds"
        if loop.kind == "standard":
            if loop.test_before and not self._again(at):
                self._go(at, self._ways(at))
            else:
                self._one_more(at)
            return
        if loop.collection:
            at.items = list(names.get(loop.collection) or [])
        else:
            at.items = list(range(1, int(expressions.evaluate(loop.cardinality, names)) + 1))  # type: ignore[call-overload]
        at.results = [None] * len(at.items)
        if not at.items:
            self._enough(at)
        for _ in at.items if loop.kind == "parallel" else at.items[:1]:
            self._one_more(at)

    def _one_more(self, at: At) -> None:
        loop = at.node.loop
        assert loop is not None
        at.begun += 1
        part = Inside("", at, number=at.begun)
        at.parts.append(part)
        if loop.kind == "standard":
            part.turn = {"loopCounter": at.begun}
        else:
            part.own = {"loopCounter": at.begun}
            if loop.item:
                part.own[loop.item] = at.items[at.begun - 1]
        self._put(at.node, part, bare=True)

    def _one_done(self, at: At, part: Inside) -> None:
        loop = at.node.loop
        assert loop is not None
        at.done += 1
        if loop.kind == "standard":
            if self._again(at):
                self._one_more(at)
            else:
                self._go(at, self._ways(at))
            return
        if loop.result:
            at.results[part.number - 1] = expressions.evaluate(
                loop.result, {**self._names(at.inside), **(part.own or {})}
            )
        counts = {
            "numberOfInstances": len(at.items),
            "numberOfActiveInstances": at.begun - at.done,
            "numberOfCompletedInstances": at.done,
            "numberOfTerminatedInstances": 0,
        }
        met = loop.completion and expressions.evaluate(loop.completion, {**self._names(at.inside), **counts})
        if met or at.done == len(at.items):
            self._enough(at)
        elif loop.kind == "sequential":
            self._one_more(at)

    def _enough(self, at: At) -> None:
        assert at.node.loop is not None
        if at.node.loop.results:
            self._learn(at.inside, {at.node.loop.results: at.results})
        self._go(at, self._ways(at))

    def _again(self, at: At) -> bool:
        loop = at.node.loop
        assert loop is not None
        if loop.maximum is not None and at.done >= loop.maximum:
            return False
        names = {**self._names(at.inside), "loopCounter": at.done}
        return not loop.condition or bool(expressions.evaluate(loop.condition, names))
