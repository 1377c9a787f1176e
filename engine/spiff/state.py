"""A running process to bytes and back, without its specification and without what its past no longer needs.

Method and its proof: only tasks whose data the engine can still read keep it (unfinished ones and their parents, the
root, the last one, joins, cancelled ones and leaves), and finished sub-processes are left out. Key order is meaning
here, so the bytes are never to be stored as jsonb or with sorted keys.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import (
    BpmnSubWorkflowConverter,
    BpmnWorkflowConverter,
    TaskConverter,
    WorkflowConverter,
)
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.program import Program


def encode(run: BpmnWorkflow) -> bytes:
    return orjson.dumps(_serializer.to_dict(run))


def decode(program: Program, state: bytes) -> BpmnWorkflow:
    """The running process; its script engine is not set, and must be before anything runs."""
    return _serializer.from_dict(orjson.loads(state), spec=program.spec, subprocess_specs=program.inner)


class _TaskConverter(TaskConverter):
    """A task without its data; the process around it adds the data of those that keep it."""

    def to_dict(self, task: Any) -> dict[str, Any]:
        return {
            "id": str(task.id),
            "parent": str(task._parent) if task._parent else None,
            "children": [str(child) for child in task._children],
            "last_state_change": task.last_state_change,
            "state": task.state,
            "task_spec": task.task_spec.name,
            "triggered": task.triggered,
            "internal_data": self.registry.convert(task.internal_data),
        }

    def from_dict(self, dct: dict[str, Any], workflow: Any) -> Any:
        task_spec = workflow.spec.task_specs[dct["task_spec"]]
        task = self.target_class(workflow, task_spec, state=dct["state"], id=UUID(dct["id"]))
        task._parent = UUID(dct["parent"]) if dct["parent"] else None
        task._children = [UUID(child) for child in dct["children"]]
        task.last_state_change = dct["last_state_change"]
        task.triggered = dct["triggered"]
        task.internal_data = self.registry.restore(dct["internal_data"])
        task.data = dct.get("data", {})
        if isinstance(task_spec, CatchingEvent) and task.has_state(TaskState.WAITING):
            workflow.top_workflow.event_manager.add_task(task)
        return task


def _keeping_data(run: Any) -> set[UUID]:
    keep = {run.task_tree.id}
    if run.last_task is not None:
        keep.add(run.last_task.id)
    for task in run.tasks.values():
        parent = task.parent
        if task.state & TaskState.NOT_FINISHED_MASK or (
            task.state == TaskState.CANCELLED
            or isinstance(task.task_spec, UnstructuredJoin)
            or not task._children
            or (parent is not None and isinstance(parent.task_spec, LoopTask))
        ):
            keep.add(task.id)
            if parent is not None:
                keep.add(parent.id)
    return keep


def _add_data(run: Any, converted: dict[str, Any]) -> dict[str, Any]:
    for task_id in _keeping_data(run):
        if task_id in run.tasks:
            converted["tasks"][str(task_id)]["data"] = run.tasks[task_id].data
    return converted


class _InnerConverter(BpmnSubWorkflowConverter):
    def to_dict(self, workflow: Any) -> dict[str, Any]:
        return _add_data(workflow, super().to_dict(workflow))


class _RunConverter(BpmnWorkflowConverter):
    def to_dict(self, workflow: Any) -> dict[str, Any]:
        # Past the direct parent, which would write the specifications too.
        converted: dict[str, Any] = _add_data(workflow, WorkflowConverter.to_dict(self, workflow))
        converted["subprocesses"] = {
            str(key): self.registry.convert(inner)
            for key, inner in workflow.subprocesses.items()
            if not inner.completed
        }
        return converted

    def from_dict(self, dct: dict[str, Any], spec: Any = None, subprocess_specs: Any = None) -> Any:
        run = self.target_class(spec, subprocess_specs, deserializing=True)
        run.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=run)
        run.task_tree = run.tasks[UUID(dct["root"])]
        self.set_default_attributes(run, dct)
        self.subprocesses_from_dict(dct["subprocesses"], run)
        return run


_serializer = BpmnWorkflowSerializer(
    BpmnWorkflowSerializer.configure(
        {**SPIFF_CONFIG, BpmnWorkflow: _RunConverter, BpmnSubWorkflow: _InnerConverter, Task: _TaskConverter}
    )
)
