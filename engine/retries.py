"""How long a worker holds what it claimed, and when what failed is tried again: later each time, and not for ever."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bpmn.errors import BpmnError
from bpmn.text import N_, Text
from engine.errors import EngineError

#: What a worker claimed and did not finish by then falls to another. Longer than any one delivery may take.
LEASE = timedelta(minutes=2)
#: One minute, then twice as long each time up to six hours: twelve attempts reach over most of a day.
FIRST, LONGEST, MOST_ATTEMPTS = timedelta(minutes=1), timedelta(hours=6), 12


def next_try(attempts: int, now: datetime, chance: Callable[[], float] = random.random) -> datetime | None:
    """When to try again after so many attempts: not all at the same moment, and None for never."""
    if attempts >= MOST_ATTEMPTS:
        return None
    wait: timedelta = min(FIRST * 2 ** (attempts - 1), LONGEST)
    return now + wait * (0.75 + chance() / 2)


def reason_of(error: Exception) -> dict[str, Any]:
    """Why it failed, to be kept."""
    told = getattr(error, "text", None) if isinstance(error, EngineError | BpmnError) else None
    if not isinstance(told, Text):
        told = Text(N_("Something unforeseen went wrong: %(what)s"), {"what": f"{type(error).__name__}: {error}"[:500]})
    return kept(told)


def kept(told: Text) -> dict[str, Any]:
    """A sentence as a row keeps it."""
    values = {name: value if isinstance(value, int) else str(value)[:500] for name, value in told.values.items()}
    return {"template": told.template, "values": values}


def reason(kept: Mapping[str, Any] | None) -> Text:
    return Text(kept["template"], kept["values"]) if kept else Text("")
