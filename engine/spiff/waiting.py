"""Events that are waited for: on the way, behind an event gateway, on a border, and to start an event sub-process."""

from __future__ import annotations

from datetime import datetime

from SpiffWorkflow.specs import WorkflowSpec
from SpiffWorkflow.util.task import TaskState

from bpmn.model import Definitions, EventDefinition, FlowNode, SequenceFlow
from engine.spiff import timers
from engine.spiff.elements import Element
from engine.spiff.run import Token

#: What a token waits for. Errors and escalations are looked for when they are thrown.
KINDS = frozenset({"message", "signal", "timer", "conditional"})


class Waiting(Element):
    """A token of it stands there until the event comes."""

    waits = True

    def __init__(self, spec: WorkflowSpec, name: str, node: FlowNode, definitions: Definitions) -> None:
        super().__init__(spec, name, node, definitions)
        self.is_awaited = node.event is not None and node.event.kind in KINDS

    @property
    def event(self) -> EventDefinition:
        assert self.node.event is not None
        return self.node.event

    def begin(self, parent: Token) -> Token | None:
        """Begin to wait, if it is something that is waited for."""
        if not self.is_awaited:
            return None
        token: Token = parent.workflow.put(self, parent, TaskState.WAITING)
        self.wait(token)
        return token

    def wait(self, token: Token) -> None:
        run = token.workflow
        match self.event.kind:
            case "timer":
                timers.begin(token, self.event.timer, run.now)
            case "message":
                key = self.node.correlate
                token.internal_data["key"] = as_key(run.evaluate(key, run.names(token))) if key else ""
            case "conditional":
                run.news = True

    def due(self, token: Token) -> datetime | None:
        return timers.due(token)

    def fire(self, token: Token) -> None:
        """The event has come."""
        if self.event.kind == "timer":
            token.workflow.fired.append(self.node.id)
        self.go_on(token)

    def go_on(self, token: Token) -> None:
        raise NotImplementedError

    def stays(self, token: Token) -> bool:
        """Whether an event that interrupts nothing can come again; a timer remembers its next time."""
        return timers.next_round(token, token.workflow.now) if self.event.kind == "timer" else True


class CatchEvent(Waiting):
    """An intermediate event: a token waits here for it."""

    def enter(self, scope: Token, flow: SequenceFlow | None = None) -> Token:
        return self.begin(scope) or super().enter(scope, flow)

    def go_on(self, token: Token) -> None:
        behind = token.parent.task_spec
        if behind.chooses:
            behind.choose(token.parent, self)
        else:
            token.workflow.make_ready(token)


class ReceiveTask(CatchEvent):
    """A task that waits for a message; other events can stand on its border."""

    def enter(self, scope: Token, flow: SequenceFlow | None = None) -> Token:
        token = super().enter(scope, flow)
        self.watch(token)
        return token


class BoundaryEvent(Waiting):
    """Its token is inside its host's, and goes with it."""

    holds = False

    def go_on(self, token: Token) -> None:
        self.caught(token.parent, token)

    def caught(self, host: Token, token: Token | None = None) -> None:
        run, scope = host.workflow, host.parent
        if self.node.interrupting:
            run.drop(host)
        elif token is not None and not self.stays(token):
            run.drop(token)
        run.passed(self.node)
        run.send(scope, self.outgoing)


class StartEvent(Waiting):
    """Where a process or sub-process begins; inside an event sub-process, what starts it."""

    def __init__(self, spec: WorkflowSpec, name: str, node: FlowNode, definitions: Definitions) -> None:
        super().__init__(spec, name, node, definitions)
        around = definitions.nodes.get(node.scope)
        self.handler = around.id if around is not None and around.triggered_by_event else ""
        lost = definitions.lost_process
        self.loses = bool(self.handler) and lost is not None and lost.id == self.handler
        self.holds = not self.handler

    def go_on(self, token: Token) -> None:
        self.caught(token.parent, token)

    def caught(self, scope: Token, token: Token | None = None) -> None:
        """An event sub-process starts: instead of all that goes on in the scope, or beside it."""
        run = scope.workflow
        if self.node.interrupting:
            for child in scope.children:
                if child.task_spec.holds or child.task_spec.handler:
                    run.drop(child)
        elif token is not None and not self.stays(token):
            run.drop(token)
        if self.loses:
            run.outcome = run.outcome or "lost"
        run.specs[self.handler].handle(scope, self)


def as_key(value: object) -> str:
    """What messages are correlated by, as text: 7 and "7" are one."""
    return "" if value is None else str(value).strip()
