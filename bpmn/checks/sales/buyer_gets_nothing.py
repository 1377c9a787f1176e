"""A process in which nothing is done with or for the buyer."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, advice
from bpmn.checks.graph import executable, human_tasks, running
from bpmn.model import Definitions
from bpmn.text import N_

WHY = N_("A map of what the seller needs forgets the one who decides: every stage should give the buyer something.")


def check(definitions: Definitions) -> Iterator[Finding]:
    """Domain M10, M5."""
    if not human_tasks(definitions) or any(node.touch or node.mail for node in running(definitions)):
        return
    for process in executable(definitions)[:1]:
        template = N_("No step of '%(name)s' gives the buyer anything. Mark the tasks that touch the buyer.")
        yield advice(__name__, process, template, WHY)
