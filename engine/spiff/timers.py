"""Timers that keep the deal's own clock: their ISO 8601 text as designers write it, and `now` as it was given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import CycleTimerEventDefinition, TimerEventDefinition
from SpiffWorkflow.util.task import TaskState

from bpmn import times
from bpmn.model import Timer
from engine.spiff.lowering import unmarked

#: Where a waiting task keeps when it is due, as an ISO text in UTC, and how many rounds of a cycle are left.
DUE, LEFT = "due", "left"


def timer_for(name: str, timer: Timer) -> TimerEventDefinition:
    return Cycle(name, timer) if timer.kind == "cycle" else Once(name, timer)


class Once(TimerEventDefinition):
    """A date or a duration."""

    def __init__(self, name: str, timer: Timer) -> None:
        super().__init__(name, timer.text)
        self.timer = timer

    def has_fired(self, my_task: Any) -> bool:
        now: datetime = my_task.workflow.script_engine.now
        due = my_task.internal_data.get(DUE)
        if due is None:
            if self.timer.kind == "date":
                moment = times.moment(self.timer.text)
            else:
                moment = times.duration(self.timer.text).after(now)
            due = moment.astimezone(UTC).isoformat()
            my_task.internal_data[DUE] = due
        if datetime.fromisoformat(due) <= now:
            my_task.internal_data["event_fired"] = True
        return bool(my_task.internal_data.get("event_fired", False))

    def reset(self, my_task: Any) -> None:
        my_task.internal_data.pop(DUE, None)
        super().reset(my_task)


class Cycle(CycleTimerEventDefinition):
    """A repetition: each round opens the timer's way out once more, as long as its activity lasts.

    Rounds that fell due while nobody looked are made up for by one: ten tasks at once would be no follow-up.
    """

    def __init__(self, name: str, timer: Timer) -> None:
        super().__init__(name, timer.text)
        self.cycle = times.cycle(timer.text)

    def has_fired(self, my_task: Any) -> bool:
        return bool(my_task.internal_data.get("event_fired", False))

    def cycle_complete(self, my_task: Any) -> bool:
        now: datetime = my_task.workflow.script_engine.now
        memory = my_task.internal_data
        if DUE not in memory:
            memory[DUE] = self.cycle.duration.after(now).astimezone(UTC).isoformat()
            memory[LEFT] = self.cycle.repetitions
        left = memory[LEFT]
        if left == 0:
            return False
        due = datetime.fromisoformat(memory[DUE])
        if due > now:
            return False
        while due <= now:
            due = self.cycle.duration.after(due)
        memory[DUE] = due.astimezone(UTC).isoformat()
        memory[LEFT] = None if left is None else left - 1
        # The timer itself goes on waiting, so nobody would see it complete.
        my_task.workflow.script_engine.fired(unmarked(my_task.task_spec.bpmn_id))
        return True

    def details(self, my_task: Any) -> Any:
        return NoneEventDefinition().details(my_task)


def due_of(my_task: Any) -> datetime | None:
    """When this waiting task wants to be looked at again, if ever."""
    memory = my_task.internal_data
    if DUE not in memory or memory.get(LEFT, None) == 0 or not my_task.has_state(TaskState.WAITING):
        return None
    return datetime.fromisoformat(memory[DUE])
