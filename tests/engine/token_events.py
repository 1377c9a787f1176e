"""A reading of BPMN's events (BPMN 2.0.2, section 13.5), the half of `tokens` that waits, throws and catches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bpmn import expressions, times
from bpmn.model import Definitions, EventDefinition, FlowNode, SequenceFlow


@dataclass(eq=False)
class Watch:
    """An event that is waited for."""

    node: FlowNode
    owner: At | Inside
    alive: bool = True
    due: datetime | None = None
    left: int | None = 1
    held: bool = False

    @property
    def event(self) -> EventDefinition:
        return self.node.events[0]


@dataclass(eq=False)
class Inside:
    """One time that a process, a sub-process or a repeated activity goes on."""

    of: str
    around: At | None = None
    held: list[At] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    alive: bool = True
    #: What an instance of a multi-instance activity knows for itself; what a turn of a loop may look at.
    own: dict[str, Any] | None = None
    turn: dict[str, Any] = field(default_factory=dict)
    number: int = 0


@dataclass(eq=False)
class At:
    """A token at a node."""

    node: FlowNode
    inside: Inside
    #: One time of a repeated activity.
    bare: bool = False
    state: str = "moves"
    alive: bool = True
    watches: list[Watch] = field(default_factory=list)
    parts: list[Inside] = field(default_factory=list)
    #: At a join: how many came by each flow.
    came: Counter[str] = field(default_factory=Counter)
    items: list[Any] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)
    begun: int = 0
    done: int = 0


class Events:
    """What waits, and what comes of it when the event comes."""

    definitions: Definitions
    now: datetime
    data: dict[str, Any]
    agenda: list[At]
    watched: list[Watch]

    def _begin(self, inside: Inside, start: FlowNode | None = None) -> None:
        raise NotImplementedError

    def _arrive(self, flow: SequenceFlow, inside: Inside) -> None:
        raise NotImplementedError

    def _kill(self, at: At) -> None:
        raise NotImplementedError

    def _look(self, inside: Inside) -> None:
        raise NotImplementedError

    # What is known, and where

    def _learn(self, inside: Inside, values: Mapping[str, Any]) -> None:
        here: Inside | None = inside
        while here is not None and here.own is None:
            here = here.around.inside if here.around else None
        (self.data if here is None or here.own is None else here.own).update(values)

    def _names(self, inside: Inside) -> dict[str, Any]:
        around = self._names(inside.around.inside) if inside.around else self.data
        return {**around, **inside.turn, **(inside.own or {})}

    # Waiting

    def _watch(self, node: FlowNode, owner: At | Inside) -> list[Watch]:
        if not node.events or node.events[0].kind not in ("message", "signal", "timer", "conditional"):
            return []
        watch = Watch(node, owner)
        timer = node.events[0].timer
        if timer is not None and timer.kind == "cycle":
            cycle = times.cycle(timer.text)
            watch.due, watch.left = cycle.duration.after(self.now), cycle.repetitions
        elif timer is not None:
            watch.due = times.duration(timer.text).after(self.now)
        self.watched.append(watch)
        return [watch]

    def _watches(self) -> list[Watch]:
        self.watched = [watch for watch in self.watched if watch.alive]
        return self.watched

    def _timed(self) -> bool:
        due = [(watch.due, watch) for watch in self._watches() if watch.due and watch.due <= self.now]
        if due:
            self._fire(min(due, key=lambda one: one[0])[1])
        return bool(due)

    def _turned_true(self) -> bool:
        for watch in self._watches():
            condition = watch.event.condition
            if watch.event.kind == "conditional" and condition:
                inside = watch.owner if isinstance(watch.owner, Inside) else watch.owner.inside
                before, watch.held = watch.held, bool(expressions.evaluate(condition, self._names(inside)))
                if watch.held and not before:
                    self._fire(watch)
                    return True
        return False

    def _tell(self, kind: str, name: str) -> bool:
        """A message comes to one, a signal to all."""
        caught = False
        # Who begins to wait by this very event does not hear it.
        for watch in list(self._watches()):
            if watch.alive and (watch.event.kind, watch.event.name) == (kind, name):
                caught = True
                self._fire(watch)
                if kind == "message":
                    break
        return caught

    # What comes of it

    def _fire(self, watch: Watch) -> None:
        if isinstance(watch.owner, Inside):
            self._handle(watch.owner, watch.node, watch)
        elif watch.node.type == "boundaryEvent":
            self._leave_by(watch.owner, watch.node, watch)
        elif watch.owner.node is watch.node:
            watch.alive = False
            watch.owner.state = "moves"
            self.agenda.append(watch.owner)
        else:
            self._kill(watch.owner)
            chosen = At(watch.node, watch.owner.inside)
            chosen.inside.held.append(chosen)
            self.agenda.append(chosen)

    def _leave_by(self, host: At, border: FlowNode, watch: Watch | None = None) -> None:
        if border.interrupting:
            self._kill(host)
        elif watch is not None:
            self._next_time(watch)
        for flow in self.definitions.outgoing[border.id]:
            self._arrive(flow, host.inside)

    def _handle(self, inside: Inside, start: FlowNode, watch: Watch | None = None) -> None:
        """An event sub-process starts, instead of what goes on or beside it (13.5.4)."""
        if start.interrupting:
            for at in list(inside.held):
                self._kill(at)
            for other in inside.watches:
                other.alive = False
        elif watch is not None:
            self._next_time(watch)
        handler = At(self.definitions.nodes[start.scope], inside, state="holds")
        inside.held.append(handler)
        part = Inside(handler.node.id, handler)
        handler.parts.append(part)
        self._begin(part, start)

    def _next_time(self, watch: Watch) -> None:
        timer = watch.event.timer
        if timer is None:
            return
        if timer.kind != "cycle" or watch.left == 1:
            watch.alive = False
            return
        while watch.due is not None and watch.due <= self.now:
            watch.due = times.cycle(timer.text).duration.after(watch.due)
        watch.left = None if watch.left is None else watch.left - 1

    # Throwing

    def _throw(self, at: At) -> None:
        event = at.node.event
        if event is None:
            return
        if event.kind in ("message", "signal"):
            self._tell(event.kind, event.name or "")
        elif event.kind in ("error", "escalation"):
            self._call_out(at, event)

    def _call_out(self, at: At, event: EventDefinition) -> None:
        """To the innermost that catches it; an event sub-process does not hear what those of its scope throw."""
        inside: Inside | None = at.inside
        from_handler = False
        while inside is not None:
            nodes = self.definitions.by_scope.get(inside.of, ())
            starts = [
                start
                for one in nodes
                if one.triggered_by_event and not from_handler
                for start in self.definitions.by_scope[one.id]
                if start.type == "startEvent"
            ]
            if (start := self._hears(starts, event)) is not None:
                self._handle(inside, start)
                return
            host = inside.around
            borders = self.definitions.boundary_events.get(host.node.id, ()) if host and not host.bare else ()
            if host is not None and (border := self._hears(borders, event)) is not None:
                self._leave_by(host, border)
                return
            from_handler = host is not None and host.node.triggered_by_event
            inside = host.inside if host else None
        assert event.kind == "escalation", "an error that nobody catches"

    def _hears(self, catchers: Iterable[FlowNode], event: EventDefinition) -> FlowNode | None:
        fits = [one for one in catchers if one.event and one.event.kind == event.kind]
        exact = [one for one in fits if one.event and one.event.code == event.code]
        return next(iter(exact or [one for one in fits if one.event and not one.event.code]), None)
