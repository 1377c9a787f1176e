"""Two elements with one id: every reference to it, and every figure about it, would be about either."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding
from bpmn.checks.notes import of_reader
from bpmn.model import Definitions


def check(definitions: Definitions) -> Iterator[Finding]:
    """What is told of a deal (its tasks, its history) is told by id, so an id must mean one element."""
    return of_reader("duplicate_id", definitions)
