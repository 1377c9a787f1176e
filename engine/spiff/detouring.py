"""Steps off the map: a person sends the deal another way than its flows do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff.program import Program
from engine.spiff.run import Run, Token
from engine.spiff.scripting import Rules, Service
from engine.spiff.state import decode
from engine.spiff.steps import Step, open_task, settled


def skip(
    program: Program,
    state: bytes,
    token_id: str,
    *,
    known: Mapping[str, Any],
    now: datetime,
    services: Mapping[str, Service],
) -> Step:
    """Leave a user task without its form being answered; the deal goes on by the flow.

    Conditions see empty answers, even where an earlier round was answered: that must not decide again. Raises
    TaskCancelled when the task is not open (any more).
    """
    run = decode(program, state, Rules(now, services, dict(known)))
    token = open_task(run, token_id)
    node, is_body = token.task_spec.node, token.task_spec.is_body
    run.learn(token, {field.id: None for field in node.form})
    run.guarded(token.run, token)
    step = settled(run)
    if is_body:
        return step
    place = step.path.index(node.id)
    return replace(step, path=step.path[:place] + step.path[place + 1 :])


def go_to(
    program: Program,
    state: bytes,
    way: Sequence[str],
    *,
    known: Mapping[str, Any],
    now: datetime,
    services: Mapping[str, Service],
) -> Step:
    """End what is going on, and put a token on an element. ``way`` is what is around it, outermost first, and itself.

    At once, before any timer that is overdue: what is left behind fires no more. What waits to start something in the
    process as a whole, such as its lost path, goes on waiting.
    """
    run = decode(program, state, Rules(now, services, dict(known)))
    root: Token = run.task_tree
    _clear(run, root)
    run.guarded(lambda: _enter(run, root, way), root)
    return settled(run)


def _clear(run: Run, root: Token) -> None:
    interrupted = False
    for child in root.children:
        if not child.task_spec.holds:
            continue
        if child.task_spec.node.triggered_by_event:
            starts = run.definitions.by_scope[child.task_spec.node.id]
            interrupted |= any(one.type == "startEvent" and one.interrupting for one in starts)
        run.drop(child)
    if interrupted:
        # An event sub-process had taken the place of the process, and of what waited in it.
        _await(run, root)


def _enter(run: Run, scope: Token, way: Sequence[str]) -> None:
    """Sub-processes on the way begin as always, but for their start event."""
    *around, element = way
    for name in around:
        scope = run.put(run.specs[name], scope, TaskState.STARTED)
        scope.task_spec.watch(scope)
        _await(run, scope)
    run.specs[element].enter(scope)


def _await(run: Run, scope: Token) -> None:
    for handler in scope.task_spec.handlers:
        run.specs[handler].begin(scope)
