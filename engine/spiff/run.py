"""One deal's process while it takes a step: SpiffWorkflow's workflow, holding the tokens that are alive."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from bpmn import expressions
from bpmn.errors import BpmnError
from bpmn.model import Definitions, FlowNode, SequenceFlow
from engine.errors import RunFailed
from engine.spiff.scripting import Rules

_READY, _WAITING = TaskState.READY, TaskState.WAITING
_LETTERS = "bcdfghjkmnpqrstvwxz"
#: A step that goes through more elements than this without a person is a process that never rests.
MAX_ELEMENTS_A_STEP = 2_000


class CannotGoOn(Exception):
    """Something that the checks could not foresee; the message ends the sentence "the process could not go on"."""


class Token(Task):
    """A task of SpiffWorkflow's: READY for who does it, WAITING for an event, STARTED while something is inside it.

    ``internal_data`` is what it has to remember. What the library keeps besides, for a tree of all that ever was, is
    left out: data, which is the process's, and when and by which thread it changed.
    """

    #: The token of the scope that it is in; a property of the library's, which looks it up each time.
    parent: Any = None

    def __init__(self, run: Run, spec: TaskSpec, parent: Token | None, state: int, token_id: str) -> None:
        self.id, self.workflow, self.task_spec, self.parent = token_id, run, spec, parent
        self._parent = parent.id if parent is not None else None
        self._children: list[str] = []
        self._state = state
        self.internal_data: dict[str, Any] = {}
        run.tasks[token_id] = self
        if parent is not None:
            parent._children.append(token_id)

    def run(self) -> bool | None:
        """As the library does, but without telling those who might listen: there are none."""
        done: bool | None = self.task_spec._run_hook(self)
        if done is None:
            self._state = TaskState.STARTED
        else:
            self.complete()
        return done

    def complete(self) -> None:
        self._state = TaskState.COMPLETED
        self.task_spec._on_complete_hook(self)

    def _set_state(self, value: int) -> None:
        """Without a record for the library's log: nothing here reads it, and it takes a tenth of a step to write."""
        self._state = value


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or signal on its way to others. ``key`` is what a message is correlated by, as text."""

    kind: Literal["message", "signal"]
    name: str
    element_id: str
    key: str = ""
    carries: Mapping[str, Any] = field(default_factory=dict)


class Run(Workflow):
    def __init__(self, spec: Any, definitions: Definitions, rules: Rules) -> None:
        super().__init__(spec, deserializing=True)
        self.specs: Mapping[str, Any] = spec.task_specs
        self.definitions = definitions
        #: How many tokens there have been, to name the next one.
        self.count = 0
        self._ready: deque[Token] = deque()
        self.begin_step(rules)

    def begin_step(self, rules: Rules) -> None:
        self.rules = rules
        #: What happened in this step.
        self.path: list[str] = []
        self.fired: list[str] = []
        self.thrown: list[Thrown] = []
        self.sent: list[str] = []
        self.outcome = ""
        #: Something is known, or waited for, that was not when conditions were looked at.
        self.news = True
        self._taken = 0

    @property
    def now(self) -> datetime:
        return self.rules.now

    def _task_completed_notify(self, task: Task) -> None:
        """Nobody waits for it but who was sent a token; the library would go through all of them, and ends at "End"."""

    # Tokens

    def put(self, spec: TaskSpec, parent: Token | None, state: int) -> Token:
        self.count += 1
        token = Token(self, spec, parent, state, f"{self.count}{_mark()}" if spec.manual else str(self.count))
        if state == TaskState.READY and not spec.manual:
            self._ready.append(token)
        return token

    def make_ready(self, token: Token) -> None:
        token._set_state(TaskState.READY)
        self._ready.append(token)

    def drop(self, token: Token) -> None:
        """A token is gone, with all that is alive inside it."""
        for child in token.children:
            self.drop(child)
        self.tasks.pop(token.id)
        if token.parent is not None:
            token.parent._children.remove(token.id)

    def is_alive(self, token: Token) -> bool:
        return self.tasks.get(token.id) is token

    def send(self, scope: Token, flows: Iterable[SequenceFlow]) -> None:
        """Tokens go by these flows, and the scope is done when none is left in it."""
        for flow in flows:
            self.path.append(flow.id)
            self.specs[flow.target].enter(scope, flow)
        scope.task_spec.look(scope)

    def passed(self, node: FlowNode) -> None:
        self.path.append(node.id)
        self.outcome = self.outcome or node.outcome

    def open(self) -> list[Token]:
        return [token for token in self.tasks.values() if token._state == _READY and token.task_spec.manual]

    def waiting(self) -> list[Token]:
        """Tokens that wait for an event, whatever it is."""
        return [token for token in self.tasks.values() if token._state == _WAITING and token.task_spec.waits]

    # Data

    def names(self, token: Token) -> Mapping[str, Any]:
        """What is known where this token is: of the deal, and of the instances that it is inside of."""
        own: list[Mapping[str, Any]] = list(_own(token))
        if not own:
            return self.rules.known
        known = dict(self.rules.known)
        for inner in reversed(own):
            known.update(inner)
        return known

    def learn(self, token: Token, values: Mapping[str, Any]) -> None:
        instance = next((memory for memory in _own(token, "own")), None)
        if instance is not None:
            instance.update(values)
        else:
            self.rules.known.update(values)
        self.news = True

    def evaluate(self, expression: str, names: Mapping[str, Any]) -> Any:
        return expressions.evaluate(expression, names)

    def holds(self, token: Token, condition: str | None, more: Mapping[str, Any] | None = None) -> bool:
        names = self.names(token)
        return bool(self.evaluate(condition or "", {**names, **more} if more else names))

    # Going on

    def settle(self) -> None:
        """Everything that needs no person, and every timer that is due, until nothing moves."""
        while True:
            while self._ready:
                # What is waited for comes when it turns true, before the token goes on that has made it so.
                if self.news and self._fire_condition():
                    continue
                token = self._ready.popleft()
                if self.is_alive(token) and token._state == TaskState.READY:
                    self.guarded(lambda token=token: self._take(token), token)
            if self.completed or not (self._fire_condition() or self._join() or self._fire_timer()):
                return

    def _take(self, token: Token) -> None:
        self._taken += 1
        if self._taken > MAX_ELEMENTS_A_STEP:
            raise CannotGoOn("it goes in a circle without ever asking a person.")
        token.run()

    def guarded(self, move: Any, token: Token | None) -> None:
        """What stops a process becomes one error, told with the element where it stopped."""
        try:
            move()
        except (
            CannotGoOn,
            SpiffWorkflowException,
            BpmnError,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            node = token.task_spec.node if token is not None else None
            raise RunFailed(element=(node.name or node.id) if node else "", reason=str(error)) from error

    def catch(self, kind: str, name: str, key: str | None, carries: Mapping[str, Any]) -> bool:
        """A message reaches the first that waits for it, a signal all; whether anyone did."""
        caught = False
        for token in self.waiting():
            event = token.task_spec.event
            if (event.kind, event.name) != (kind, name) or not self.is_alive(token):
                continue
            if kind == "message" and key is not None and token.internal_data.get("key", "") != key:
                continue
            self.learn(token.parent, carries)
            self.guarded(lambda token=token: token.task_spec.fire(token), token)
            caught = True
            if kind == "message":
                break
        return caught

    def _fire_timer(self) -> bool:
        due = [(at, token) for token in self.waiting() if (at := token.task_spec.due(token)) and at <= self.now]
        if not due:
            return False
        _, token = min(due, key=lambda one: one[0])
        self.guarded(lambda: token.task_spec.fire(token), token)
        return True

    def _fire_condition(self) -> bool:
        self.news = False
        for token in self.waiting():
            if token.task_spec.event.kind == "conditional" and self._became_true(token):
                self.guarded(lambda token=token: token.task_spec.fire(token), token)
                self.news = True
                return True
        return False

    def _became_true(self, token: Token) -> bool:
        memory = token.internal_data
        before, memory["held"] = memory.get("held", False), False
        self.guarded(lambda: memory.update(held=self.holds(token, token.task_spec.event.condition)), token)
        return memory["held"] and not before

    def _join(self) -> bool:
        """Inclusive gateways go on when nobody else can come; whether one did."""
        for token in list(self.tasks.values()):
            spec = token.task_spec
            if spec.asks_others and token._state == TaskState.WAITING and spec.nobody_else_comes(token):
                spec.join(token)
                return True
        return False


def _mark() -> str:
    """What tells a task from one of the same number that was undone: a page may still show that."""
    return "".join(random.choices(_LETTERS, k=4))


def _own(token: Token | None, *kinds: str) -> Iterator[dict[str, Any]]:
    """What is remembered by the instances that a token is inside of, the innermost first."""
    while token is not None:
        for kind in kinds or ("own", "turn"):
            if (held := token.internal_data.get(kind)) is not None:
                yield held
        token = token.parent
