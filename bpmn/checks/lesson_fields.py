"""Lessons that name fields which the form of their task does not have."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """What was learned would be asked for and then not kept (domain C7, C9)."""
    for node in running(definitions):
        if node.lesson is None:
            continue
        fields = {field.id for field in node.form}
        named = [name for name in (node.lesson.reason, node.lesson.text) if name]
        if not named:
            yield error(
                __name__, node, N_("The lesson of '%(name)s' names no field. Say which field is its reason or text.")
            )
        for name in named:
            if name not in fields:
                template = N_(
                    "The lesson of '%(name)s' is taken from '%(field)s', which is no field of its form. Add it."
                )
                yield error(__name__, node, template, field=name)
        if node.lesson.about not in {"won", "lost"}:
            template = N_("The lesson of '%(name)s' is about '%(about)s'. Write won or lost.")
            yield error(__name__, node, template, about=node.lesson.about)
