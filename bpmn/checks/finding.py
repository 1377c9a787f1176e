"""What a check has to say about one element."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from bpmn.text import Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``error``: the definition cannot be published. ``warning``: it can, and someone will miss something."""

    rule: str
    severity: Severity
    #: The element's id, and the name that a person knows it by (its id when it has none).
    element: str
    name: str
    line: int
    message: Text
    #: What sales people know that makes it worth saying; such a finding can be silenced.
    why: Text | None = None


class Element(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def line(self) -> int: ...


def label(element: Element) -> str:
    """What a person calls the element."""
    return element.name or element.id


def error(module: str, element: Element, template: str, **values: object) -> Finding:
    """A finding of the rule that ``module`` (its ``__name__``) is. ``%(name)s`` in the template is the element."""
    return _finding("error", module, element, template, values)


def warning(module: str, element: Element, template: str, **values: object) -> Finding:
    return _finding("warning", module, element, template, values)


def advice(module: str, element: Element, template: str, why: str, **values: object) -> Finding:
    """What can be silenced on its element, with a reason."""
    return replace(_finding("warning", module, element, template, values), why=Text(why))


def _finding(severity: Severity, module: str, element: Element, template: str, values: dict[str, object]) -> Finding:
    name = label(element)
    message = Text(template, {"name": name, **values})
    return Finding(module.rpartition(".")[2], severity, element.id, name, element.line, message)
