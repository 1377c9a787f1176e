"""Follow-ups that are too few, or that nothing asks for."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn import times
from bpmn.checks.finding import Finding, advice
from bpmn.checks.graph import executable, human_tasks, running
from bpmn.errors import BpmnError
from bpmn.model import Definitions, FlowNode
from bpmn.text import N_

#: Touches that it takes to make a viable lead, at least.
ENOUGH = 6
WHY = N_("It takes six to eight touches to make a viable lead; most sellers stop after two.")


def check(definitions: Definitions) -> Iterator[Finding]:
    """Domain P4, C5: a timer that comes again and again, beside what waits for the buyer."""
    asking = [(node, count) for node in running(definitions) if (count := _times(node)) is not None]
    for process in executable(definitions)[:1]:
        if not asking and human_tasks(definitions):
            template = N_(
                "Nothing in '%(name)s' asks for a follow-up. Put a timer such as every 7 days, 7 times, beside the "
                "task that waits for the buyer; it should not end it."
            )
            yield advice(__name__, process, template, WHY)
    if asking and max(count for _, count in asking) < ENOUGH:
        most = max(asking, key=lambda one: one[1])
        template = N_("'%(name)s' asks for too few follow-ups (%(count)d). Let it ask for 6 to 8.")
        yield advice(__name__, most[0], template, WHY, count=most[1])


def _times(node: FlowNode) -> float | None:
    """How often it comes, for something that comes beside what it is attached to."""
    if node.type != "boundaryEvent" or node.interrupting or node.event is None or node.event.timer is None:
        return None
    if node.event.timer.kind != "cycle":
        return 1
    try:
        count = times.cycle(node.event.timer.text).repetitions
    except BpmnError:
        return None
    return float("inf") if count is None else count
