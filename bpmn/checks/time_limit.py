"""Time limits of tasks and stages that are no durations."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn import times
from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import executable, running
from bpmn.errors import BadDuration
from bpmn.model import Definitions, FlowNode, Stage
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Lateness is told by them: one that cannot be read would let deals go stale unseen."""
    limited: list[FlowNode | Stage] = [*running(definitions), *(definitions.stages if executable(definitions) else ())]
    for element in limited:
        if element.time_limit:
            try:
                times.duration(element.time_limit)
            except BadDuration as bad:
                yield error(__name__, element, N_("The time limit of '%(name)s': %(problem)s"), problem=bad.text)
