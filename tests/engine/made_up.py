"""Processes made up at random, of what can be published, and a reading of BPMN's tokens to hold them against.

The reading (BPMN 2.0.2, section 13) is written for this alone, and shares nothing with the engine but the expressions.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bpmn import expressions, times
from bpmn.model import Definitions, FlowNode, SequenceFlow


class Maker:
    """Writes a process block by block; each block has one way in and one way out."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.count = 0
        self.asked: list[str] = []

    def source(self) -> bytes:
        inside = self._scope(self._block(depth=3, joins=True))
        return (
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:sales="urn:parcours:sales:1.0">'
            f'<process id="made_up" isExecutable="true">{inside}</process></definitions>'
        ).encode()

    def _name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def _scope(self, block: tuple[str, str, str]) -> str:
        start, end = self._name("start"), self._name("end")
        xml, first, last = block
        return f'<startEvent id="{start}"/><endEvent id="{end}"/>{xml}{_flow(start, first)}{_flow(last, end)}'

    def _block(self, depth: int, joins: bool) -> tuple[str, str, str]:
        """XML, the id that a flow into it goes to, and the id that a flow out of it comes from."""
        kinds = ["task"]
        if depth:
            kinds += [
                "row",
                "row",
                "choice",
                "sub",
                "timed",
                *(["branches"] if joins else []),
                *(["loop"] if self.asked else []),
            ]
        match self.chance.choice(kinds):
            case "row":
                one, other = self._block(depth - 1, joins), self._block(depth - 1, joins)
                return one[0] + other[0] + _flow(one[2], other[1]), one[1], other[2]
            case "choice":
                return self._split("exclusiveGateway", depth, joins)
            case "branches":
                return self._split("parallelGateway", depth, joins)
            case "loop":
                return self._loop(depth)
            case "sub":
                sub = self._name("sub")
                # A sub-process is entered anew each time, so that what joins inside joins once.
                return f'<subProcess id="{sub}">{self._scope(self._block(depth - 1, True))}</subProcess>', sub, sub
            case "timed":
                return self._timed(depth, joins)
        return self._task()

    def _task(self) -> tuple[str, str, str]:
        task = self._name("task")
        self.asked.append(task)
        form = f'<sales:form><sales:field id="{task}" type="yes_no" label="?"/></sales:form>'
        return f'<userTask id="{task}" name="T"><extensionElements>{form}</extensionElements></userTask>', task, task

    def _split(self, kind: str, depth: int, joins: bool) -> tuple[str, str, str]:
        split, join = self._name("split"), self._name("join")
        one, other = self._block(depth - 1, joins), self._block(depth - 1, joins)
        chooses = kind == "exclusiveGateway"
        condition = self.chance.choice(self.asked) if chooses else ""
        default = f' default="{split}-{other[1]}"' if chooses else ""
        flows = _flow(split, one[1], condition) + _flow(split, other[1]) + _flow(one[2], join) + _flow(other[2], join)
        return f'<{kind} id="{split}"{default}/><{kind} id="{join}"/>{one[0]}{other[0]}{flows}', split, join

    def _loop(self, depth: int) -> tuple[str, str, str]:
        again, gate, task = self._name("again"), self._name("gate"), self._task()
        inside = self._block(depth - 1, joins=False)
        condition = f"not {task[1]}"
        flows = (
            _flow(again, inside[1]) + _flow(inside[2], task[1]) + _flow(task[1], gate) + _flow(gate, again, condition)
        )
        out = self._name("out")
        xml = f'<exclusiveGateway id="{again}"/><exclusiveGateway id="{gate}" default="{gate}-{out}"/>'
        return f'{xml}<exclusiveGateway id="{out}"/>{task[0]}{inside[0]}{flows}{_flow(gate, out)}', again, out

    def _timed(self, depth: int, joins: bool) -> tuple[str, str, str]:
        """An activity with a timer on it: one that ends it and leads on, or one beside it with an end of its own."""
        host, late, edge = self._task(), self._block(depth - 1, joins=False), self._name("edge")
        interrupts = self.chance.random() < 0.5
        repeats = not interrupts and self.chance.random() < 0.5
        kind, text = ("timeCycle", "R2/P3D") if repeats else ("timeDuration", f"P{self.chance.randrange(1, 6)}D")
        timer = f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"
        xml = (
            f'{host[0]}{late[0]}<boundaryEvent id="{edge}" attachedToRef="{host[1]}" '
            f'cancelActivity="{str(interrupts).lower()}">{timer}</boundaryEvent>{_flow(edge, late[1])}'
        )
        after = self._name("after")
        if interrupts:
            return (
                f'{xml}<exclusiveGateway id="{after}"/>{_flow(host[2], after)}{_flow(late[2], after)}',
                host[1],
                after,
            )
        return f'{xml}<endEvent id="{after}"/>{_flow(late[2], after)}', host[1], host[2]


def _flow(source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


@dataclass(eq=False)
class _Scope:
    """A process or sub-process that is running: it is done when no token is left in it."""

    node: str
    parent: _Scope | None = None
    tokens: int = 0
    alive: bool = True
    #: Parallel join to the flows by which tokens have come.
    waiting: dict[str, set[str]] = field(default_factory=dict)


@dataclass(eq=False)
class _Open:
    """A task that waits for a person, with when its timers are due and how often they may still fire."""

    node: FlowNode
    scope: _Scope
    timers: list[tuple[datetime, FlowNode, int]] = field(default_factory=list)


class Tokens:
    """What the picture says happens."""

    def __init__(self, definitions: Definitions, now: datetime) -> None:
        self.definitions, self.now = definitions, now
        self.answers: dict[str, Any] = {f.id: None for node in definitions.nodes.values() for f in node.form}
        self.tasks: list[_Open] = []
        self.root = _Scope(definitions.processes[0].id)
        self._enter(self.root)

    @property
    def open(self) -> Counter[str]:
        return Counter(task.node.id for task in self.tasks)

    @property
    def ended(self) -> bool:
        return not self.root.alive

    def complete(self, element: str, answers: Mapping[str, Any], now: datetime) -> None:
        self.now = now
        self.answers.update(answers)
        task = next(task for task in self.tasks if task.node.id == element)
        self.tasks.remove(task)
        self._leave(task.node, task.scope)

    def wake(self, now: datetime) -> None:
        self.now = now
        while due := [
            (at, number, task)
            for task in self.tasks
            for number, (at, _, left) in enumerate(task.timers)
            if left and at <= now
        ]:
            _, number, task = min(due, key=lambda one: one[0])
            at, event, left = task.timers[number]
            if event.interrupting:
                self.tasks.remove(task)
                self._leave(event, task.scope)
                continue
            timer = event.events[0].timer
            if timer is not None and timer.kind == "cycle":
                while at <= now:
                    at = times.cycle(timer.text).duration.after(at)
            task.timers[number] = (at, event, left - 1)
            task.scope.tokens += 1
            self._leave(event, task.scope)

    def _enter(self, scope: _Scope) -> None:
        start = next(node for node in self.definitions.by_scope[scope.node] if node.type == "startEvent")
        scope.tokens += 1
        self._leave(start, scope)

    def _leave(self, node: FlowNode, scope: _Scope) -> None:
        """A token goes on from here, by every way out."""
        ways = self.definitions.outgoing[node.id]
        scope.tokens += len(ways) - 1
        for way in ways:
            self._arrive(way, scope)

    def _arrive(self, way: SequenceFlow, scope: _Scope) -> None:
        node = self.definitions.nodes[way.target]
        match node.type:
            case "userTask":
                self.tasks.append(
                    _Open(
                        node, scope, [self._set(event) for event in self.definitions.boundary_events.get(node.id, ())]
                    )
                )
            case "exclusiveGateway":
                self._arrive(self._chosen(node), scope)
            case "parallelGateway":
                came = scope.waiting.setdefault(node.id, set())
                came.add(way.id)
                if len(came) == len(self.definitions.incoming[node.id]):
                    scope.tokens -= len(scope.waiting.pop(node.id)) - 1
                    self._leave(node, scope)
            case "subProcess":
                self._enter(_Scope(node.id, scope))
            case "endEvent":
                self._end(scope)

    def _set(self, event: FlowNode) -> tuple[datetime, FlowNode, int]:
        timer = event.events[0].timer
        assert timer is not None
        if timer.kind == "cycle":
            cycle = times.cycle(timer.text)
            return cycle.duration.after(self.now), event, cycle.repetitions or 10**9
        return times.duration(timer.text).after(self.now), event, 1

    def _chosen(self, gateway: FlowNode) -> SequenceFlow:
        ways = self.definitions.outgoing[gateway.id]
        met = [way for way in ways if way.condition and expressions.evaluate(way.condition, self.answers)]
        return met[0] if met else next(way for way in ways if way.id == gateway.default or len(ways) == 1)

    def _end(self, scope: _Scope) -> None:
        scope.tokens -= 1
        if scope.tokens == 0:
            scope.alive = False
            if scope.parent is not None:
                self._leave(self.definitions.nodes[scope.node], scope.parent)
