"""What the reader noted, made into findings."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding
from bpmn.checks.graph import executable
from bpmn.model import Definitions


def of_reader(rule: str, definitions: Definitions) -> Iterator[Finding]:
    """The notes of one rule: errors in what is to be run, warnings in what is only a picture."""
    runs = bool(executable(definitions))
    for note in definitions.notes:
        if note.rule == rule:
            yield Finding(rule, "error" if runs else "warning", note.element, note.element, note.line, note.text)
