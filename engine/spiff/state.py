"""A running process to bytes and back, without its specification and without what its past no longer needs.

Method and its proof: only tasks whose data the engine can still read keep it (unfinished ones and their parents, the
root, the last one, joins, cancelled ones and leaves), and finished sub-processes are left out. The order of tasks has
meaning, since parents come before their children; so the bytes are never to be stored as jsonb or with sorted keys.
SpiffWorkflow's own converters are not used: they look every value over for types that are not ours to have. Ids stay
the text that they are stored as: a UUID object is slow to make and to look up, and nothing asks for more than equality.
"""

from __future__ import annotations

from typing import Any

import orjson
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.program import Program

#: Rises when states written before can no longer be read as they stand.
FORMAT = 1


def encode(run: Any) -> bytes:
    """Raises TypeError when the process holds a value that JSON has no word for."""
    inner = {str(key): _process(one) for key, one in run.subprocesses.items() if not one.completed}
    return orjson.dumps(
        {"format": FORMAT, "process": _process(run), "inner": inner}, option=orjson.OPT_PASSTHROUGH_DATETIME
    )


def decode(program: Program, state: bytes) -> Any:
    """The running process; its script engine is not set, and must be before anything runs."""
    stored = orjson.loads(state)
    if stored["format"] != FORMAT:
        raise ValueError(f"a state of format {stored['format']} cannot be read by this release")
    run = BpmnWorkflow(program.spec, program.inner, deserializing=True)
    _fill(run, stored["process"])
    _restore_inner(run, run, stored["inner"])
    return run


def _process(run: Any) -> dict[str, Any]:
    keeping = _keeping_data(run)
    return {
        "data": run.data,
        "correlations": run.correlations,
        "last": str(run.last_task.id) if run.last_task is not None else None,
        "success": run.success,
        "completed": run.completed,
        "root": str(run.task_tree.id),
        "tasks": [_task(task, keeping) for task in run.tasks.values()],
    }


def _task(task: Any, keeping: set[Any]) -> list[Any]:
    return [
        str(task.id),
        str(task._parent) if task._parent else None,
        [str(child) for child in task._children],
        task.last_state_change,
        task._state,
        task.task_spec.name,
        task.triggered,
        task.internal_data,
        task.data if task.id in keeping else {},
    ]


def _keeping_data(run: Any) -> set[Any]:
    keep = {run.task_tree.id}
    if run.last_task is not None:
        keep.add(run.last_task.id)
    for task in run.tasks.values():
        if (
            task._state & TaskState.NOT_FINISHED_MASK
            or task._state == TaskState.CANCELLED
            or not task._children
            or isinstance(task.task_spec, UnstructuredJoin)
        ):
            keep.add(task.id)
            if task._parent:
                keep.add(task._parent)
    return keep


def _fill(run: Any, stored: dict[str, Any]) -> None:
    specs, events = run.spec.task_specs, run.top_workflow.event_manager
    for task_id, parent, children, changed, state, spec, triggered, internal, data in stored["tasks"]:
        task = Task(run, specs[spec], state=state, id=task_id)
        task._parent = parent
        task._children = children
        task.last_state_change = changed
        task.triggered = triggered
        task.internal_data = internal
        task.data = data
        run.tasks[task.id] = task
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            events.add_task(task)
    run.task_tree = run.tasks[stored["root"]]
    run.last_task = run.tasks.get(stored["last"])
    run.success, run.completed = stored["success"], stored["completed"]
    run.data, run.correlations = stored["data"], stored["correlations"]


def _restore_inner(top: Any, run: Any, stored: dict[str, Any]) -> None:
    """Sub-processes, the outer before the inner ones, each joined to the task that it is the inside of."""
    for task in list(run.tasks.values()):
        if isinstance(task.task_spec, SubWorkflowTask) and (kept := stored.get(str(task.id))) is not None:
            inner = BpmnSubWorkflow(top.subprocess_specs[task.task_spec.spec], task.id, top, deserializing=True)
            top.subprocesses[task.id] = inner
            _fill(inner, kept)
            inner.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
            _restore_inner(top, inner, stored)
