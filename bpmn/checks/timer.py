"""Timers whose time cannot be understood, or that cannot do what they say where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bpmn import times
from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.errors import BadDuration
from bpmn.model import Definitions
from bpmn.text import N_

#: A repetition opens a task each time.
SHORTEST = timedelta(hours=1)
#: Beside these, what a repetition starts goes on while it lasts.
_REPEAT = frozenset({"boundaryEvent", "startEvent"})


def check(definitions: Definitions) -> Iterator[Finding]:
    """The engine looks at the text of a timer only when a deal comes to it."""
    for node in running(definitions):
        for event in node.events:
            if event.kind != "timer":
                continue
            if event.timer is None or not event.timer.text:
                yield error(
                    __name__, node, N_("The timer '%(name)s' has no time. Write for example P7D for seven days.")
                )
                continue
            try:
                times.check_timer(event.timer)
            except BadDuration as bad:
                yield error(__name__, node, N_("The timer '%(name)s': %(problem)s"), problem=bad.text)
            else:
                if event.timer.kind == "cycle" and (node.type not in _REPEAT or node.interrupting):
                    template = N_("The timer '%(name)s' can happen once only. Write a duration, for example P7D.")
                    yield error(__name__, node, template)
                elif event.timer.kind == "cycle" and _hurried(event.timer.text):
                    template = N_(
                        "The timer '%(name)s' repeats more often than every hour. Nobody could keep up with it."
                    )
                    yield error(__name__, node, template)


def _hurried(cycle: str) -> bool:
    every = times.cycle(cycle).duration
    return not every.months and every.days + every.clock < SHORTEST
