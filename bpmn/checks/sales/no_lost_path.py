"""A process in which a deal cannot be lost."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, advice
from bpmn.checks.graph import executable
from bpmn.model import DEAL_LOST, Definitions
from bpmn.text import N_

WHY = N_("Most deals are lost; where a map has no way for that, they stay in limbo and nothing is learned from them.")


def check(definitions: Definitions) -> Iterator[Finding]:
    """Domain C7, M11, P3."""
    for process in executable(definitions)[:1]:
        if definitions.lost_process is None:
            template = N_(
                "'%(name)s' has no lost path. Add an event sub-process that the message '%(message)s' starts, with a "
                "task that asks why."
            )
            yield advice(__name__, process, template, WHY, message=DEAL_LOST)
