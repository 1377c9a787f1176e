"""One step of a deal: from its state and what a person did (or the time it is) to its next state and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from bpmn.errors import BpmnError
from bpmn.model import DEAL_LOST, FlowNode
from engine.errors import RunFailed, TaskCancelled
from engine.spiff.lowering import LOST, unmarked
from engine.spiff.program import Program
from engine.spiff.scripting import Rules, Service
from engine.spiff.state import decode, encode
from engine.spiff.timers import due_of

#: Events that wait on the border of something, or for a loss that may never come: no token of the deal stands there.
_NO_PLACE = frozenset({"boundaryEvent", "startEvent"})
#: A step that goes through more elements than this without a person is a process that never rests.
MAX_ELEMENTS_A_STEP = 500


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that waits for a person."""

    id: str
    element_id: str


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a step."""

    state: bytes
    #: What the answers so far say, as of the newest step.
    data: dict[str, Any]
    open: tuple[OpenTask, ...]
    #: Elements and flows that were passed, in order.
    path: tuple[str, ...]
    #: Elements that hold a token: open tasks, and events that are waited for.
    tokens: tuple[str, ...]
    #: When the next timer is due.
    due: datetime | None
    #: Timer events that fired in this step.
    fired: tuple[str, ...]
    ended: bool
    #: ``won``, ``lost`` or ``no_decision``, when this step decided it.
    outcome: str


def start(program: Program, *, now: datetime, services: Mapping[str, Service]) -> Step:
    # A question that was not asked yet has an empty answer.
    nothing = {field.id: None for node in program.definitions.nodes.values() for field in node.form}
    rules = Rules(program.definitions, now, services, nothing)
    run = BpmnWorkflow(program.spec, program.inner, script_engine=rules)
    return _Going(program, run, rules).on()


def complete(
    program: Program,
    state: bytes,
    task_id: str,
    answers: Mapping[str, Any],
    *,
    known: Mapping[str, Any],
    now: datetime,
    services: Mapping[str, Service],
) -> Step:
    """Complete a user task. Raises TaskCancelled when it is not open (any more); nothing of the given state changes."""
    return _resume(program, state, now, services, known).complete(task_id, answers)


def lose(
    program: Program, state: bytes, *, known: Mapping[str, Any], now: datetime, services: Mapping[str, Service]
) -> Step:
    """Send the deal's process the message "deal lost"; its lost path starts with what is known of the deal."""
    return _resume(program, state, now, services, known).lose()


def wake(
    program: Program, state: bytes, *, known: Mapping[str, Any], now: datetime, services: Mapping[str, Service]
) -> Step:
    """Let the timers fire that are due."""
    return _resume(program, state, now, services, known).on()


def _resume(
    program: Program, state: bytes, now: datetime, services: Mapping[str, Service], known: Mapping[str, Any]
) -> _Going:
    run = decode(program, state)
    rules = Rules(program.definitions, now, services, known)
    run.script_engine = rules
    return _Going(program, run, rules)


@dataclass
class _Going:
    """A process while it takes a step."""

    program: Program
    run: Any
    rules: Rules
    path: list[str] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)
    outcome: str = ""
    passed: int = 0

    def __post_init__(self) -> None:
        self.rules.fired = self._fired
        self.were_open = {task.id for task in self._open_tasks()}

    def _fired(self, element: str) -> None:
        self.passed += 1
        self.path.append(element)
        self.fired.append(element)

    def complete(self, task_id: str, answers: Mapping[str, Any]) -> Step:
        # Overdue timers first: an interrupting one that is due has taken the task away already.
        self._engine_steps()
        task = self._open_task(task_id)
        self.rules.known.update(answers)
        self._guarded(task.run, self._element(task))
        self._passed(task)
        return self.on()

    def lose(self) -> Step:
        """At once, before any timer that is overdue: what is lost needs no follow-up, nor may one stand in its way."""
        self.run.catch(BpmnEvent(MessageEventDefinition(DEAL_LOST), payload={}))
        self._run_ready(self.run)
        return self.on()

    def _open_task(self, task_id: str) -> Any:
        # run() itself checks nothing: it would run a future task, or a completed one again.
        task = next((task for task in self._open_tasks() if str(task.id) == task_id), None)
        if task is None:
            raise TaskCancelled
        return task

    def on(self) -> Step:
        """As far as it goes without a person."""
        self._engine_steps()
        open_tasks = self._open_tasks()
        for task in open_tasks:
            if task.id not in self.were_open:
                self._come_to(task)
        waiting = list(self.run.event_manager.tasks.values())
        ended = bool(self.run.completed)
        self._hold_true(ended, open_tasks)
        dues = [due for task in waiting if (due := due_of(task)) is not None]
        nodes = self.program.definitions.nodes
        return Step(
            state=b"" if ended else encode(self.run),
            data=self.rules.known,
            open=tuple(OpenTask(str(task.id), self._element(task)) for task in open_tasks),
            path=tuple(self.path),
            tokens=tuple(
                dict.fromkeys(
                    element
                    for task in (*open_tasks, *waiting)
                    if (element := self._element(task)) in nodes and nodes[element].type not in _NO_PLACE
                )
            ),
            due=None if ended else min(dues, default=None),
            fired=tuple(self.fired),
            ended=ended,
            outcome=self.outcome,
        )

    def _engine_steps(self) -> None:
        """Everything that needs no person, and timers that are due, until nothing moves.

        The library's own driver does the same by walking the whole tree of tasks for each round.
        """
        self._guarded(self.run.refresh_timers)
        while any(not task.task_spec.manual for task in self._ready()):
            inner = self.run.get_active_subprocesses()
            for one in sorted(inner, key=lambda process: process.depth, reverse=True):
                self._run_ready(one)
                around = self.run.get_task_from_id(one.parent_task_id)
                self._guarded(lambda task=around: task.task_spec._update(task))
            self._run_ready(self.run)
            self._guarded(self.run.refresh_timers)

    def _run_ready(self, process: Any) -> None:
        """Run what is ready in one process or sub-process, and what that makes ready, as far as it goes."""
        while ready := [task for task in process.tasks.values() if self._runs_by_itself(task)]:
            for task in ready:
                # One that ran before it may have called this one off.
                if self._runs_by_itself(task):
                    self._guarded(task.run, self._element(task))
                    self._passed(task)

    @staticmethod
    def _runs_by_itself(task: Any) -> bool:
        return task._state == TaskState.READY and not task.task_spec.manual

    def _guarded(self, move: Any, element: str = "") -> None:
        try:
            move()
        except (SpiffWorkflowException, BpmnError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            spec = getattr(error, "task_spec", None)
            name = unmarked(getattr(spec, "bpmn_id", "")) or element
            node = self.program.definitions.nodes.get(name)
            cause = getattr(error, "exception", None) or error
            raise RunFailed(element=(node.name or node.id) if node else name, reason=str(cause)) from error

    def _passed(self, task: Any) -> None:
        """Remember an element that a token went through, and the flow by which it came."""
        self.passed += 1
        if self.passed > MAX_ELEMENTS_A_STEP:
            raise RunFailed(element=self._element(task), reason="it goes in a circle without ever asking a person.")
        element = self._element(task)
        node = self.program.definitions.nodes.get(element)
        if node is None:
            return
        if not task.task_spec.manual and not node.is_sub_process:
            self._come_to(task)
        self.path.append(element)
        if node.event is not None and node.event.kind == "timer":
            self.fired.append(element)
        self._decided(task, node)

    def _decided(self, task: Any, node: FlowNode) -> None:
        outcome = "lost" if task.task_spec.name == LOST else node.outcome
        self.outcome = self.outcome or outcome

    def _come_to(self, task: Any) -> None:
        """Remember the flow by which a token came; the first element of a sub-process brings the one into that."""
        element, came_from = self._element(task), self._came_from(task)
        around = getattr(task.workflow, "parent_task_id", None)
        if not came_from and around is not None:
            self._come_to(self.run.get_task_from_id(around))
        flows = self.program.definitions.outgoing.get(came_from, ())
        self.path += [flow.id for flow in flows if flow.target == element][:1]

    def _element(self, task: Any) -> str:
        """The designer's element for a task; the lowered lost event stands for the start of the lost path."""
        lost = self.program.definitions.lost_process
        if task.task_spec.name == LOST and lost is not None:
            return next(node.id for node in self.program.definitions.by_scope[lost.id] if node.type == "startEvent")
        return unmarked(task.task_spec.bpmn_id)

    def _came_from(self, task: Any) -> str:
        parent = task.parent
        while parent is not None:
            element = self._element(parent)
            if element in self.program.definitions.nodes:
                return element
            parent = parent.parent
        return ""

    def _ready(self) -> list[Any]:
        return [
            task
            for run in (self.run, *self.run.subprocesses.values())
            for task in run.tasks.values()
            if task._state == TaskState.READY
        ]

    def _open_tasks(self) -> list[Any]:
        return [task for task in self._ready() if task.task_spec.manual]

    def _hold_true(self, ended: bool, open_tasks: list[Any]) -> None:
        """No deal is ever ended with an open task, nor open with nothing to wait for."""
        if ended and open_tasks:
            raise RunFailed(element=self._element(open_tasks[0]), reason="it would end with this task open.")
        waiting = [task for task in self.run.event_manager.tasks.values() if task.task_spec.name != LOST]
        if not ended and not open_tasks and not waiting:
            raise RunFailed(element=self.path[-1] if self.path else "", reason="nothing leads on from here.")
