"""Stages whose card lacks one of the four pieces of information that a stage needs."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, warning
from bpmn.checks.graph import executable
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Name, entry definition, details and checklist make a stage the same for everyone (domain M4)."""
    if not executable(definitions):
        return
    for stage in definitions.stages:
        if not stage.name:
            yield warning(__name__, stage, N_("The stage '%(name)s' has no name. Give it the buyer's word for it."))
        if not stage.entry:
            yield warning(
                __name__, stage, N_("The stage '%(name)s' has no entry definition. Say what lets a deal be in it.")
            )
        if not stage.details:
            yield warning(__name__, stage, N_("The stage '%(name)s' has no details. Say what happens in it."))
        if not stage.checklist:
            yield warning(
                __name__,
                stage,
                N_("The stage '%(name)s' has no checklist. Say what must be done for a deal to move on."),
            )
