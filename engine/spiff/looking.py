"""What a stored state says, without taking a step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from engine.spiff.lowering import unmarked
from engine.spiff.program import Program
from engine.spiff.state import decode
from engine.spiff.steps import OpenTask
from engine.spiff.timers import due_of


class StateUnreadable(Exception):
    """These bytes are no state of a process of this version; says why."""


@dataclass(frozen=True, slots=True)
class Standing:
    open: tuple[OpenTask, ...]
    #: When the next timer is due.
    due: datetime | None


def look(program: Program, state: bytes) -> Standing:
    try:
        run = decode(program, state)
        open_tasks = tuple(
            OpenTask(str(task.id), unmarked(task.task_spec.bpmn_id))
            for one in (run, *run.subprocesses.values())
            for task in one.tasks.values()
            if task.task_spec.manual and task.has_state(TaskState.READY)
        )
        dues = [due for task in run.event_manager.tasks.values() if (due := due_of(task)) is not None]
    except Exception as error:
        # Damaged bytes can be anything, and so can what becomes of reading them.
        raise StateUnreadable(f"{type(error).__name__}: {error}"[:200]) from error
    return Standing(open_tasks, min(dues, default=None))
