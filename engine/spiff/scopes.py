"""Where tokens are: the process, sub-processes, called processes, and event sub-processes inside any of them."""

from __future__ import annotations

from SpiffWorkflow.specs import WorkflowSpec
from SpiffWorkflow.util.task import TaskState

from bpmn.model import Definitions, FlowNode
from bpmn.ways import inside_of
from engine.spiff.elements import Element
from engine.spiff.run import Token


class Scope(Element):
    """Its children are its tokens, what waits on its border, and the events that start something inside it."""

    def __init__(
        self, spec: WorkflowSpec, name: str, node: FlowNode, definitions: Definitions, inside: str = ""
    ) -> None:
        super().__init__(spec, name, node, definitions)
        held = definitions.by_scope.get(inside or inside_of(node), ())
        self.beginning = next((one.id for one in held if one.type == "startEvent" and not one.events), "")
        #: The start events of its event sub-processes.
        self.handlers = tuple(
            start.id
            for one in held
            if one.triggered_by_event
            for start in definitions.by_scope.get(one.id, ())
            if start.type == "startEvent"
        )

    def begin(self, token: Token, at: str = "") -> None:
        """Its event sub-processes begin to wait, and a token comes to its start event."""
        specs = token.workflow.specs
        for handler in self.handlers:
            specs[handler].begin(token)
        start = at or self.beginning
        if start:
            specs[start].enter(token)

    def look(self, token: Token) -> None:
        """A scope is done when it holds no token any more."""
        if token.state == TaskState.STARTED and not any(child.task_spec.holds for child in token.children):
            token.complete()

    def terminate(self, token: Token) -> None:
        for child in token.children:
            if child.task_spec.holds:
                token.workflow.drop(child)
        self.look(token)


class Root(Scope):
    """The process of a deal."""

    def leave(self, token: Token) -> None:
        for child in token.children:
            token.workflow.drop(child)
        token.workflow.completed = True


class Inside(Scope):
    """A sub-process, an event sub-process, or the process that a call activity calls."""

    def _run_hook(self, my_task: Token) -> None:
        """Nothing returned: it goes on until what is inside has ended."""
        self.begin(my_task)

    def handle(self, scope: Token, start: Element) -> None:
        """As an event sub-process: it has been started by its event."""
        run = scope.workflow
        token = run.put(self, scope, TaskState.STARTED)
        for handler in self.handlers:
            run.specs[handler].begin(token)
        run.put(start, token, TaskState.READY)
