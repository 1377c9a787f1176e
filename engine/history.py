"""What happened, as facts that are only ever added. A stored kind is never read in a new way: it gets a new name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.deals import task_id

DEAL_OPENED = "DealOpened"
STAGE_ENTERED = "StageEntered"
TASK_OPENED = "TaskOpened"
TASK_CLAIMED = "TaskClaimed"
TASK_RELEASED = "TaskReleased"
TASK_COMPLETED = "TaskCompleted"
TASK_CANCELLED = "TaskCancelled"
CHECK_TICKED = "CheckTicked"
CHECK_CLEARED = "CheckCleared"
FACT_CHANGED = "FactChanged"
TIMER_FIRED = "TimerFired"
EVENT_CAUGHT = "EventCaught"
DEAL_MOVED = "DealMoved"
DEAL_MOVED_BACK = "DealMovedBack"
DEAL_WON = "DealWon"
DEAL_LOST = "DealLost"
DEAL_UNDECIDED = "DealUndecided"
DEAL_ENDED = "DealEnded"
LESSON_KEPT = "LessonKept"
LESSON_SHARED = "LessonShared"
TASK_SKIPPED = "TaskSkipped"
STAGE_CHOSEN = "StageChosen"
TASK_ADDED = "TaskAdded"
ADDED_TASK_DONE = "AddedTaskDone"
DETOUR_UNDONE = "DetourUndone"
DELIVERED = "Delivered"
UNDELIVERED = "Undelivered"
DELIVERY_DROPPED = "DeliveryDropped"

KINDS = frozenset(value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str))

#: Where a deal left the map (domain M12). Their data has the ``reason``, the stages that the deal went ``from`` and
#: ``to``, and what was ``unchecked`` in the one it left; for an added task its ``title``.
DETOURS = frozenset({TASK_SKIPPED, STAGE_CHOSEN, TASK_ADDED})


@dataclass(frozen=True, slots=True)
class Event:
    """One fact about one deal.

    ``id`` rises with time, and is one for all that happened in a step; 0 until the event is stored.
    """

    deal_id: int
    kind: str
    at: datetime
    #: The person who did it, and their name for reading; None when time did.
    by: str | None = None
    element_id: str = ""
    #: Of the task that it is about.
    token: str = ""
    stage_id: str = ""
    #: For TaskCompleted ``answers``; for what was sent its ``kind``, ``to`` whom, and its ``id``;
    #: for DetourUndone the id of the ``event`` that it undid, the first of its step;
    #: for every step ``path``: the ids of the elements and flows that were passed.
    data: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0
    by_name: str = ""

    @property
    def task_id(self) -> str:
        return task_id(self.deal_id, self.token) if self.token else ""


def in_force(events: Iterable[Event]) -> list[Event]:
    """What was not undone: a detour that was undone is left out, with all that followed from it."""
    kept: list[Event] = []
    for event in events:
        if event.kind == DETOUR_UNDONE:
            kept = [one for one in kept if one.id < event.data["event"]]
        kept.append(event)
    return kept
