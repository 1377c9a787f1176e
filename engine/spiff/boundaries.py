"""What a non-interrupting timer has opened goes on when its activity is done, as BPMN says (2.0.2, section 10.5.6).

SpiffWorkflow cancels a repeating timer together with the tasks that it opened.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.util.task import TaskState

from engine.spiff.timers import Cycle


class PatientJoin(BoundaryEventJoin):
    """Ends a repeating timer where the library would cancel it, so that its open tasks stay."""

    def _check_threshold_structured(self, my_task: Any) -> tuple[bool, list[Any]]:
        finished, to_cancel = super()._check_threshold_structured(my_task)
        return finished, [task for task in to_cancel if not self._ended(task)]

    def _ended(self, task: Any) -> bool:
        if not isinstance(getattr(task.task_spec, "event_definition", None), Cycle):
            return False
        task.workflow.top_workflow.event_manager.remove_task(task)
        task._set_state(TaskState.COMPLETED)
        return True


def make_patient(spec: Any) -> None:
    for task_spec in spec.task_specs.values():
        if type(task_spec) is BoundaryEventJoin:
            task_spec.__class__ = PatientJoin
