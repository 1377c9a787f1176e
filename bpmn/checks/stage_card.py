"""Stage cards that say something which cannot be: a check twice, a step that the buyer's journey does not have."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import executable
from bpmn.checks.known import BUYER_STEPS
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """A check is ticked off by its id, for the deal as a whole: two with one id would be ticked off together."""
    if not executable(definitions):
        return
    used: set[str] = set()
    for stage in definitions.stages:
        if stage.buyer_step and stage.buyer_step not in BUYER_STEPS:
            template = N_("The stage '%(name)s' is at the buyer's step '%(step)s'. Choose one of: %(steps)s.")
            yield error(__name__, stage, template, step=stage.buyer_step, steps=", ".join(BUYER_STEPS))
        for item in stage.checklist:
            if item.id in used:
                template = N_(
                    "In the stage '%(name)s', the check '%(check)s' has an id that another check has. Change it."
                )
                yield error(__name__, stage, template, check=item.id)
            used.add(item.id)
            if not item.text:
                template = N_("In the stage '%(name)s', the check '%(check)s' says nothing. Write what must be done.")
                yield error(__name__, stage, template, check=item.id)
