"""Tasks of people without a name."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import human_tasks
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """A rep has to know what to do (domain M10: steps too vague)."""
    for node in human_tasks(definitions):
        if not node.name:
            yield error(__name__, node, N_("The task '%(name)s' has no name. Say what to do, beginning with a verb."))
