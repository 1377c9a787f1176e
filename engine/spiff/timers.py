"""Timers keep the deal's own clock: their ISO 8601 text as designers write it, and ``now`` as it was given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bpmn import times
from bpmn.model import Timer

#: What a waiting token remembers: when it is due, as an ISO text in UTC, and for a cycle its rounds left and its text.
DUE, LEFT, EVERY = "due", "left", "every"


def begin(token: Any, timer: Timer | None, now: datetime) -> None:
    assert timer is not None
    memory = token.internal_data
    if timer.kind == "cycle":
        cycle = times.cycle(timer.text)
        memory[EVERY], memory[LEFT] = cycle.duration.text, cycle.repetitions
        due = cycle.duration.after(now)
    elif timer.kind == "date":
        due = times.moment(timer.text)
    else:
        due = times.duration(timer.text).after(now)
    memory[DUE] = due.astimezone(UTC).isoformat()


def due(token: Any) -> datetime | None:
    text = token.internal_data.get(DUE)
    return datetime.fromisoformat(text) if text else None


def next_round(token: Any, now: datetime) -> bool:
    """Set a cycle to its next round; False when there is none.

    Rounds that fell due while nobody looked are made up for by one: ten tasks at once would be no follow-up.
    """
    memory = token.internal_data
    left = memory.get(LEFT)
    if EVERY not in memory or left == 1:
        return False
    every = times.duration(memory[EVERY])
    due = datetime.fromisoformat(memory[DUE])
    while due <= now:
        due = every.after(due)
    memory[DUE] = due.astimezone(UTC).isoformat()
    memory[LEFT] = None if left is None else left - 1
    return True
