"""What a running process may compute: our own small expression language, and our own services. Nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine

from bpmn import expressions
from bpmn.model import Definitions
from engine.spiff.lowering import unmarked

#: A service task's work: from what the deal knows to what it should know besides.
Service = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class SafeEnvironment(BasePythonScriptEngineEnvironment):
    """The library asks its environment in places that pass its engine by, so the allow-list stands here."""

    def __init__(self, known: dict[str, Any]) -> None:
        super().__init__()
        #: What is known of the deal, the newest answer of whichever branch. BPMN's data is the process's; SpiffWorkflow
        #: gives each branch a copy, and merges the copies in the order in which branches end.
        self.known = known

    def evaluate(self, expression: str, context: dict[str, Any], external_context: Any = None) -> object:
        return expressions.evaluate(expression, self.known)

    def execute(self, script: str, context: dict[str, Any], external_context: Any = None) -> bool:
        self.known.update(expressions.execute(script, self.known))
        return True

    def call_service(self, context: dict[str, Any], **arguments: Any) -> str:
        raise PermissionError("services are called by the name that the definition gives them")


class Rules(PythonScriptEngine):
    """The script engine of one step of one deal: it knows what time it is and which services there are."""

    def __init__(
        self, definitions: Definitions, now: datetime, services: Mapping[str, Service], known: Mapping[str, Any]
    ) -> None:
        self.known = dict(known)
        super().__init__(SafeEnvironment(self.known))
        self.definitions = definitions
        self.now = now
        self.services = services
        #: Told the element id of a repeating timer each time it fires.
        self.fired: Callable[[str], None] = lambda element: None

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        node = self.definitions.nodes[unmarked(task.task_spec.bpmn_id)]
        if node.type == "serviceTask":
            self.known.update(self.services[node.service](self.known))
        elif node.script:
            super().execute(task, node.script)
        return True
