"""What can be wrong with a BPMN file or with answers to a form. The docstring is the message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bpmn.text import N_, Text

if TYPE_CHECKING:
    from bpmn.checks import Finding


class BpmnError(Exception):
    """Something is wrong with this process definition."""

    template = ""

    def __init__(self, **values: object) -> None:
        template = self.template or (type(self).__doc__ or "").strip()
        self.text = Text(template, values)
        super().__init__(self.text)


class NotXml(BpmnError):
    template = N_("This is not well-formed XML (line %(line)s: %(reason)s). Export it again from your BPMN editor.")


class NotBpmn(BpmnError):
    template = N_("This is XML, but not BPMN 2.0: its first element is <%(root)s>, not <definitions>.")


class DoctypeRefused(BpmnError):
    template = N_("This file has a DOCTYPE. Remove the <!DOCTYPE ...> lines: BPMN needs none, and they can do harm.")


class TooLarge(BpmnError):
    template = N_("This file is too large: %(size)s %(unit)s, and at most %(most)s are read. Split the process.")


class NothingToDraw(BpmnError):
    template = N_("There is nothing to draw: the file has no process with elements, and no diagram.")


class DrawingFailed(BpmnError):
    template = N_("The map could not be drawn: %(reason)s")

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class DrawingBusy(DrawingFailed):
    """It is not the map: others are being drawn."""


class MarksRefused(BpmnError):
    template = N_("These marks cannot be painted: %(reason)s.")


class BadDuration(BpmnError):
    template = N_("'%(text)s' is no ISO 8601 %(kind)s. Write for example %(example)s.")


class ExpressionRefused(BpmnError):
    template = N_("'%(expression)s' cannot be used as an expression: %(reason)s")

    def __init__(self, expression: str, reason: str) -> None:
        super().__init__(expression=expression if len(expression) < 80 else expression[:77] + "...", reason=reason)


class TemplateRefused(BpmnError):
    template = N_(
        "'%(template)s' cannot be filled in: write a name in braces, such as {contact_email}, double braces for "
        "braces, and at most %(most)d characters."
    )


class AnswersRejected(BpmnError):
    """Some answers need another look."""

    def __init__(self, problems: Mapping[str, Text]) -> None:
        self.template = N_("Some answers need another look.")
        super().__init__()
        #: Field id to what is wrong with its answer.
        self.problems = dict(problems)

    def __str__(self) -> str:
        return "; ".join(f"{field}: {problem}" for field, problem in self.problems.items())


class InvalidDefinition(BpmnError):
    """A definition that does not pass the checks cannot be published."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.template = N_("This definition has %(count)d errors, so it cannot be published: %(first)s")
        super().__init__(count=len(findings), first=findings[0].message if findings else "")
        self.findings = findings
