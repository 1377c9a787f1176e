"""What a stored state says, without taking a step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from engine.spiff.program import Program
from engine.spiff.scripting import Rules
from engine.spiff.state import decode
from engine.spiff.steps import Awaited, OpenTask, awaited_by


class StateUnreadable(Exception):
    """These bytes are no state of a process of this version; says why."""


@dataclass(frozen=True, slots=True)
class Standing:
    open: tuple[OpenTask, ...]
    #: When the next timer is due.
    due: datetime | None
    awaited: tuple[Awaited, ...]


def look(program: Program, state: bytes) -> Standing:
    try:
        run = decode(program, state, Rules(datetime.now(UTC), {}, {}))
        open_tasks = tuple(OpenTask(token.id, token.task_spec.node.id) for token in run.open())
        waiting = run.waiting()
        awaited = tuple(awaited_by(waiting))
        dues = [due for token in waiting if (due := token.task_spec.due(token)) is not None]
    except Exception as error:
        # Damaged bytes can be anything, and so can what becomes of reading them.
        raise StateUnreadable(f"{type(error).__name__}: {error}"[:200]) from error
    if not open_tasks and all(token.task_spec.loses for token in waiting):
        raise StateUnreadable("it waits for nobody and nothing")
    return Standing(open_tasks, min(dues, default=None), awaited)
