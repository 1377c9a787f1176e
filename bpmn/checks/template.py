"""Mails with places that nothing fills in."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from bpmn.checks.expression import given
from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.errors import TemplateRefused
from bpmn.mails import DEAL_PLACES, places
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """A slip in a mail would be read by the buyer: "Dear ,"."""
    known = given(definitions) | DEAL_PLACES
    for node in running(definitions):
        for template in node.mail.templates if node.mail else ():
            try:
                names = places(template)
            except TemplateRefused as refused:
                yield error(__name__, node, N_("In the mail of '%(name)s': %(problem)s"), problem=refused.text)
                continue
            for name in sorted(names - known):
                near = get_close_matches(name, known, 1)
                asked = (
                    N_("The mail of '%(name)s' asks for '%(variable)s', which nothing gives. Did you mean '%(near)s'?")
                    if near
                    else N_("The mail of '%(name)s' asks for '%(variable)s', which nothing gives. Add a field for it.")
                )
                yield error(__name__, node, asked, variable=name, near="".join(near))
