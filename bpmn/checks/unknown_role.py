"""Lanes and tasks given to a role that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Element, Finding, error
from bpmn.checks.graph import executable, running
from bpmn.model import Definitions
from bpmn.sales import ROLES
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """Their tasks would wait for a person whom nobody can be. A lane that names no role is open to the team."""
    processes = {process.id for process in executable(definitions)}
    stated: list[tuple[Element, str]] = [(lane, lane.role) for lane in definitions.lanes if lane.process in processes]
    stated += [(node, node.performer) for node in running(definitions)]
    for element, role in stated:
        if role and role not in ROLES:
            yield error(
                __name__,
                element,
                N_("'%(name)s' is given to the role '%(role)s', which does not exist. Choose one of: %(roles)s."),
                role=role,
                roles=", ".join(ROLES),
            )
