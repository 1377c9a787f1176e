"""Ids that the standard does not allow, or that are too long to be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpmn.checks.finding import Element, Finding, error
from bpmn.checks.graph import executable
from bpmn.model import Definitions
from bpmn.text import N_

LONGEST = 100
#: The addresses of the pages on which a version is published, and a process begun.
TAKEN = frozenset({"new", "begin"})


def check(definitions: Definitions) -> Iterator[Finding]:
    """Ids are part of addresses and of history, so they are held to what XML Schema calls an NCName.

    Those of pictures beside the process too: everything on a map leads to its card.
    """
    elements: list[Element] = [*definitions.processes, *definitions.nodes.values(), *definitions.stages]
    if not executable(definitions):
        return
    for element in elements:
        if not re.fullmatch(r"[^\W\d][\w.\-]*", element.id) or len(element.id) > LONGEST:
            template = N_(
                "The id of '%(name)s' is odd. Begin with a letter; at most 100 letters, digits, '-', '_' and '.'."
            )
            yield error(__name__, element, template)
    for process in executable(definitions):
        if process.id in TAKEN:
            yield error(__name__, process, N_("A process cannot have the id '%(id)s'. Give it another."), id=process.id)
