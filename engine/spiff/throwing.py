"""Events that are thrown: messages and signals to whoever waits, errors and escalations outward, ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bpmn.model import EventDefinition, FlowNode
from bpmn.ways import link_target
from engine.spiff.elements import Element
from engine.spiff.run import CannotGoOn, Thrown, Token
from engine.spiff.waiting import as_key


class ThrowEvent(Element):
    """An intermediate event that throws, or a milestone that does nothing."""

    def _run_hook(self, my_task: Token) -> bool:
        event = self.node.event
        if event is not None:
            throw(my_task, self.node, event)
        return True

    def leave(self, token: Token) -> None:
        event = self.node.event
        if event is None or event.kind != "link":
            super().leave(token)
            return
        run, scope = token.workflow, token.parent
        run.drop(token)
        run.passed(self.node)
        run.specs[link_target(run.definitions, self.node)].enter(scope)


class EndEvent(ThrowEvent):
    """Here a token ends; what it throws, it throws first."""

    def _run_hook(self, my_task: Token) -> bool:
        my_task.workflow.passed(self.node)
        return bool(super()._run_hook(my_task))

    def leave(self, token: Token) -> None:
        run, scope = token.workflow, token.parent
        run.drop(token)
        if self.node.event is not None and self.node.event.kind == "terminate":
            scope.task_spec.terminate(scope)
        else:
            scope.task_spec.look(scope)


def throw(token: Token, node: FlowNode, event: EventDefinition) -> None:
    run = token.workflow
    match event.kind:
        case "message":
            throw_message(token, node)
        case "signal":
            run.catch("signal", event.name or "", None, {})
            run.thrown.append(Thrown("signal", event.name or "", node.id))
        case "error":
            if not _caught_outside(token, event):
                raise CannotGoOn(f"nobody catches the error '{event.name or event.code}'.")
        case "escalation":
            # One that nobody catches is told to nobody, and the token goes on (BPMN 2.0.2, section 10.5.6).
            _caught_outside(token, event)


def throw_message(token: Token, node: FlowNode) -> None:
    """A message goes to one: to this deal if it waits for it, else to another, which is seen to by who stores it."""
    run, event = token.workflow, node.event
    assert event is not None
    names = run.names(token)
    key = as_key(run.evaluate(node.correlate, names)) if node.correlate else ""
    carries: dict[str, Any] = {name: run.evaluate(value, names) for name, value in node.carries}
    if not run.catch("message", event.name or "", key, carries):
        run.thrown.append(Thrown("message", event.name or "", node.id, key, carries))


def _caught_outside(token: Token, event: EventDefinition) -> bool:
    """Look for who catches an error or escalation, from the inside outward: in the scope, then on its border."""
    for catcher, at in _catchers(token):
        found = catcher.event
        if found.kind == event.kind and found.code in ("", event.code):
            catcher.caught(at)
            return True
    return False


def _catchers(token: Token) -> Iterator[tuple[Any, Token]]:
    run = token.workflow
    inside, scope = token, token.parent
    while scope is not None:
        spec = scope.task_spec
        # What an event sub-process throws, its own scope does not catch again.
        if not inside.task_spec.node.triggered_by_event:
            yield from _in_order(run, spec.handlers, scope)
        yield from _in_order(run, spec.borders, scope)
        inside, scope = scope, scope.parent


def _in_order(run: Any, names: tuple[str, ...], at: Token) -> Iterator[tuple[Any, Token]]:
    """Those that name what they catch before the one that catches anything."""
    catchers = [run.specs[name] for name in names if run.specs[name].node.event is not None]
    for catcher in sorted(catchers, key=lambda one: not one.event.code):
        yield catcher, at
