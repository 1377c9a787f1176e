"""A process without a goal."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, advice
from bpmn.checks.graph import executable
from bpmn.model import Definitions
from bpmn.text import N_

WHY = N_("A map begins with its end: without a goal, nobody can say whether it works.")


def check(definitions: Definitions) -> Iterator[Finding]:
    """Domain M1."""
    for process in executable(definitions)[:1]:
        if not process.goal:
            template = N_("'%(name)s' has no goal. Say in one sentence what it is for, with a number and a date.")
            yield advice(__name__, process, template, WHY)
