"""What all elements of a running process have in common: a token comes, something is done, the token goes on.

These are task specifications of SpiffWorkflow's, with BPMN's own meaning (2.0.2, section 13). The library's BPMN
package keeps a tree of all that has been and may come, and guesses joins, events and losses from it. Here the tree
holds only what is alive: the process, the sub-processes in it, and the tokens in those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.specs import WorkflowSpec
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from bpmn.model import Definitions, FlowNode, SequenceFlow

if TYPE_CHECKING:
    from engine.spiff.run import Run, Token


class Element(TaskSpec):
    """A flow node of one version; what a deal has at it is a token."""

    #: A person completes it.
    by_hand = False
    #: The scope around it is not done before its tokens are.
    holds = True
    #: A token that is WAITING here waits for an event, not for other tokens.
    waits = False
    #: The event sub-process that it starts, and whether that is the lost path.
    handler = ""
    loses = False
    #: The start events of the event sub-processes inside it.
    handlers: tuple[str, ...] = ()
    #: An event gateway: what waits behind it stands inside its token.
    chooses = False
    #: An inclusive gateway: goes on once no other token can come to it.
    asks_others = False

    def __init__(self, spec: WorkflowSpec, name: str, node: FlowNode, definitions: Definitions) -> None:
        super().__init__(spec, name, manual=self.by_hand)
        self.node = node
        #: The body of a repeated activity reports to that, and has nothing of its own around it.
        self.is_body = name != node.id
        outside = not self.is_body
        self.outgoing = definitions.outgoing.get(node.id, ()) if outside else ()
        self.incoming = definitions.incoming.get(node.id, ())
        self.borders = tuple(event.id for event in definitions.boundary_events.get(node.id, ())) if outside else ()

    # A token's way

    def enter(self, scope: Token, flow: SequenceFlow | None = None) -> Token:
        """A token comes, by this flow if by any."""
        token: Token = scope.workflow.put(self, scope, TaskState.READY)
        self.watch(token)
        return token

    def ways(self, token: Token) -> tuple[SequenceFlow, ...]:
        """The flows that a token goes on by."""
        return self.outgoing

    def leave(self, token: Token) -> None:
        """A token goes on, by every way; a scope that holds none any more is done."""
        run: Run = token.workflow
        scope = token.parent
        ways = self.ways(token)
        run.drop(token)
        if self.is_body:
            scope.task_spec.one_done(scope, token)
            return
        run.passed(self.node)
        run.send(scope, ways)

    def watch(self, token: Token) -> None:
        """What stands on the border of this activity begins to wait."""
        for border in self.borders:
            token.workflow.specs[border].begin(token)

    # What SpiffWorkflow asks of a specification

    def test(self) -> None:
        """The checks have done so before the version was published."""

    def _predict(self, my_task: Any, *_: Any, **__: Any) -> None:
        """Nothing is guessed ahead."""

    def _update(self, my_task: Any) -> None:
        """Nothing follows from a neighbour's change but what is sent."""

    def _run_hook(self, my_task: Token) -> bool | None:
        """What is done here; None when it goes on until something else completes it."""
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        # What it has thrown may have ended the scope that it stood in.
        if my_task.workflow.is_alive(my_task):
            self.leave(my_task)
