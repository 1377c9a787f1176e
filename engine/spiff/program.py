"""A version made ready to run: SpiffWorkflow's specification of it, shared by all deals on that version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from SpiffWorkflow.specs import WorkflowSpec

from bpmn.model import DEAL_LOST, Definitions, FlowNode
from bpmn.ways import scopes_of
from engine.spiff.elements import Element
from engine.spiff.gateways import EventGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.spiff.repeating import Repeated
from engine.spiff.scopes import Inside, Root
from engine.spiff.tasks import HumanTask, RuleTask, SendTask, ServiceTask
from engine.spiff.throwing import EndEvent, ThrowEvent
from engine.spiff.waiting import BoundaryEvent, CatchEvent, ReceiveTask, StartEvent

_KINDS: dict[str, type[Element]] = {
    "task": HumanTask,
    "userTask": HumanTask,
    "manualTask": HumanTask,
    "scriptTask": RuleTask,
    "businessRuleTask": RuleTask,
    "serviceTask": ServiceTask,
    "sendTask": SendTask,
    "receiveTask": ReceiveTask,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "eventBasedGateway": EventGateway,
    "subProcess": Inside,
    "callActivity": Inside,
    "startEvent": StartEvent,
    "intermediateCatchEvent": CatchEvent,
    "intermediateThrowEvent": ThrowEvent,
    "boundaryEvent": BoundaryEvent,
    "endEvent": EndEvent,
}


@dataclass(frozen=True, eq=False)
class Program:
    definitions: Definitions
    process: str
    spec: WorkflowSpec

    @cached_property
    def beginning(self) -> str:
        """The start event of a deal that a person opens; empty when only messages and signals start the process."""
        return next((node.id for node in self._starts if not node.events), "")

    def started_by(self, kind: str, name: str) -> str:
        """The start event that this message or signal starts a deal with; empty when there is none."""
        return next(
            (node.id for node in self._starts if (event := node.event) and (event.kind, event.name) == (kind, name)), ""
        )

    @property
    def _starts(self) -> list[FlowNode]:
        return [node for node in self.definitions.by_scope[self.process] if node.type == "startEvent"]

    @property
    def beginnings(self) -> tuple[str, ...]:
        """Every start event that a deal can begin at."""
        return tuple(node.id for node in self._starts)

    @cached_property
    def losing(self) -> str:
        """The start event of the lost path."""
        lost = self.definitions.lost_process
        held = self.definitions.by_scope[lost.id] if lost is not None else ()
        return next((node.id for node in held if node.event and node.event.name == DEAL_LOST), "")


def build(definitions: Definitions, process: str) -> Program:
    """The definition must have passed the checks."""
    spec = WorkflowSpec(name=process, addstart=False)
    Root(spec, process, FlowNode(process, "process"), definitions, process)
    for scope in scopes_of(definitions, process):
        for node in definitions.by_scope.get(scope, ()):
            _add(spec, node, definitions)
    return Program(definitions, process, spec)


def _add(spec: WorkflowSpec, node: FlowNode, definitions: Definitions) -> None:
    kind = _KINDS[node.type]
    if node.loop is None:
        kind(spec, node.id, node, definitions)
        return
    # The name of the body cannot be an id: it has a space.
    kind(spec, f"{node.id} each", node, definitions)
    Repeated(spec, node.id, node, definitions)
