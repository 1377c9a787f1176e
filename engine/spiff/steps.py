"""One step of a deal: from its state and what a person did (or the time it is) to its next state and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from bpmn.model import DEAL_LOST
from engine.errors import RunFailed, TaskCancelled
from engine.spiff.program import Program
from engine.spiff.run import Run, Thrown, Token
from engine.spiff.scripting import Rules, Service
from engine.spiff.state import decode, encode


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that waits for a person. ``item`` is what it is about, when it is done once for each of several."""

    token: str
    element_id: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message or signal that the deal waits for; a message with its correlation key."""

    kind: str
    name: str
    key: str
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
    #: Messages and signals for others, and what this deal itself waits for now.
    thrown: tuple[Thrown, ...] = ()
    awaited: tuple[Awaited, ...] = ()
    #: Whether a message or signal that came in was waited for.
    caught: bool = True
    #: Send tasks that were passed.
    sent: tuple[str, ...] = ()


def start(
    program: Program,
    *,
    now: datetime,
    services: Mapping[str, Service],
    at: str = "",
    carries: Mapping[str, Any] | None = None,
) -> Step:
    """Begin at the start event without a symbol, or at the one that a message or signal started."""
    # A question that was not asked yet has an empty answer.
    known = {**program.definitions.questions, **(carries or {})}
    run = Run(program.spec, program.definitions, Rules(now, services, known))
    run.task_tree = run.put(run.specs[program.process], None, TaskState.STARTED)
    run.guarded(lambda: run.task_tree.task_spec.begin(run.task_tree, at or program.beginning), run.task_tree)
    return settled(run)


def complete(
    program: Program,
    state: bytes,
    token_id: str,
    answers: Mapping[str, Any],
    *,
    known: Mapping[str, Any],
    now: datetime,
    services: Mapping[str, Service],
) -> Step:
    """Complete a user task. Raises TaskCancelled when it is not open (any more); nothing of the given state changes."""
    run = decode(program, state, Rules(now, services, dict(known)))
    token = open_task(run, token_id)
    run.learn(token, answers)
    run.guarded(token.run, token)
    return settled(run)


def lose(
    program: Program, state: bytes, *, known: Mapping[str, Any], now: datetime, services: Mapping[str, Service]
) -> Step:
    """Send the deal's process the message "deal lost"; its lost path starts with what is known of the deal.

    At once, before any timer that is overdue: what is lost needs no follow-up, nor may one stand in its way.
    """
    return catch(program, state, "message", DEAL_LOST, key=None, known=known, now=now, services=services)


def catch(
    program: Program,
    state: bytes,
    kind: str,
    name: str,
    *,
    key: str | None,
    known: Mapping[str, Any],
    now: datetime,
    services: Mapping[str, Service],
    carries: Mapping[str, Any] | None = None,
) -> Step:
    """A message or signal comes in. With ``key`` None a message is for this deal, whatever it is correlated by."""
    run = decode(program, state, Rules(now, services, dict(known)))
    caught = run.catch(kind, name, key, carries or {})
    return settled(run, caught)


def wake(
    program: Program, state: bytes, *, known: Mapping[str, Any], now: datetime, services: Mapping[str, Service]
) -> Step:
    """Let the timers fire that are due."""
    return settled(decode(program, state, Rules(now, services, dict(known))))


def open_task(run: Run, token_id: str) -> Token:
    """The token of a task that a person can do now, or TaskCancelled."""
    # Overdue timers first: an interrupting one that is due has taken the task away already.
    run.settle()
    token: Token | None = run.tasks.get(token_id)
    # run() itself checks nothing.
    if token is None or not token.task_spec.manual or token.state != TaskState.READY:
        raise TaskCancelled
    return token


def settled(run: Run, caught: bool = True) -> Step:
    """As far as it goes without a person."""
    run.settle()
    return told(run, caught)


def told(run: Run, caught: bool = True) -> Step:
    """Where it is now, and what happened on the way. Raises RunFailed where no deal can be left."""
    open_tasks, waiting = run.open(), run.waiting()
    ended = bool(run.completed)
    _hold_true(run, open_tasks, waiting)
    dues = [due for token in waiting if (due := token.task_spec.due(token)) is not None]
    standing = [token for token in (*open_tasks, *waiting) if token.task_spec.holds]
    return Step(
        state=b"" if ended else _stored(run),
        data=run.rules.known,
        open=tuple(OpenTask(token.id, token.task_spec.node.id, _item(token)) for token in open_tasks),
        path=tuple(run.path),
        tokens=tuple(dict.fromkeys(_place(token) for token in standing)),
        due=None if ended else min(dues, default=None),
        fired=tuple(run.fired),
        ended=ended,
        outcome=run.outcome,
        thrown=tuple(run.thrown),
        awaited=() if ended else tuple(awaited_by(waiting)),
        caught=caught,
        sent=tuple(run.sent),
    )


def _stored(run: Run) -> bytes:
    try:
        return encode(run)
    except TypeError as error:
        raise RunFailed(
            element=run.path[-1] if run.path else "", reason=f"what is known cannot be stored: {error}."
        ) from error


def _hold_true(run: Run, open_tasks: list[Token], waiting: list[Token]) -> None:
    """No deal is ever ended with an open task, nor open with nothing to wait for."""
    if run.completed and open_tasks:
        raise RunFailed(element=open_tasks[0].task_spec.node.name, reason="it would end with this task open.")
    if not run.completed and not open_tasks and all(token.task_spec.loses for token in waiting):
        raise RunFailed(element=run.path[-1] if run.path else "", reason="nothing leads on from here.")


def _place(token: Token) -> str:
    """An event behind a gateway is waited for at the gateway."""
    behind = token.parent.task_spec
    return str((behind if behind.chooses else token.task_spec).node.id)


def awaited_by(waiting: list[Token]) -> list[Awaited]:
    return [
        Awaited(event.kind, event.name or "", token.internal_data.get("key", ""), token.task_spec.node.id)
        for token in waiting
        if (event := token.task_spec.event).kind in ("message", "signal") and not token.task_spec.loses
    ]


def _item(token: Token) -> str:
    loop = token.task_spec.node.loop
    own = token.internal_data.get("own", {})
    return str(own.get(loop.item, own.get("loopCounter", ""))) if loop is not None else ""
