"""SpiffWorkflow puts a log record together for each change of each task's state, read or not: a tenth of a step.

What happens to a deal is in its history; nothing here reads the library's log.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task


def be_quiet() -> None:
    Task.collect_log_extras = _nothing


def _nothing(self: Any, dct: dict[str, Any] | None = None) -> dict[str, Any]:
    return dct or {}
