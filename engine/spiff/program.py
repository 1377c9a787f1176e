"""A version made ready to run: SpiffWorkflow's specification of it, shared by all deals on that version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.spiff.parser import SpiffBpmnParser

from bpmn.model import Definitions
from engine.spiff.boundaries import make_patient
from engine.spiff.lowering import lower, unmarked
from engine.spiff.timers import timer_for


@dataclass(frozen=True, eq=False)
class Program:
    definitions: Definitions
    process: str
    spec: Any
    #: The specifications of its sub-processes, by name.
    inner: dict[str, Any]


def build(definitions: Definitions, process: str) -> Program:
    """Parse the lowered process. Raises SpiffWorkflow's ValidationException on what it cannot take."""
    parser = SpiffBpmnParser()
    parser.add_bpmn_str(lower(definitions, process).encode())
    spec = parser.get_spec(process)
    inner = parser.get_subprocess_specs(process)
    for one in (spec, *inner.values()):
        _set_timers(one, definitions)
        make_patient(one)
    return Program(definitions, process, spec, inner)


def _set_timers(spec: Any, definitions: Definitions) -> None:
    for task_spec in spec.task_specs.values():
        node = definitions.nodes.get(unmarked(getattr(task_spec, "bpmn_id", "")))
        timer = node.event.timer if node is not None and node.event is not None else None
        if node is not None and timer is not None and hasattr(task_spec, "event_definition"):
            task_spec.event_definition = timer_for(node.id, timer)
