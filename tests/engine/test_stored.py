"""A deal that is stored after every single step goes the same way as one that never leaves the memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import bpmn
from bpmn import checks
from bpmn.forms import Form
from bpmn.model import DEAL_LOST
from bpmn.reading import read
from engine import spiff
from engine.errors import RunFailed
from engine.spiff import steps
from tests.bpmn.test_reading import REAL, needs_real_files
from tests.builders import NOW
from tests.engine.made_up import Maker
from tests.engine.mender import mended
from tests.engine.test_made_up_processes import SERVICES

SHIPPED = sorted((Path(bpmn.__file__).parent / "examples").rglob("*.bpmn"))
Move = Callable[[spiff.Step, bytes], spiff.Step]


class Both:
    """One deal twice: as bytes between its steps, and as the living run that those bytes were made of."""

    def __init__(self, program: spiff.Program) -> None:
        self.program, self.now = program, NOW
        self.run: Any = None
        at = program.beginning or program.beginnings[0]
        start: Move = lambda *_: spiff.start(program, now=NOW, services=SERVICES, at=at)  # noqa: E731
        self.stored, self.kept = start(None, b""), self.in_memory(start, None)  # type: ignore[arg-type]
        self.known = dict(self.stored.data)
        self.same()

    def in_memory(self, move: Move, before: spiff.Step | None) -> spiff.Step:
        def encode(run: Any) -> bytes:
            self.run = run
            return b"kept"

        def decode(program: Any, state: bytes, rules: Any) -> Any:
            self.run.begin_step(rules)
            return self.run

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(steps, "encode", encode)
            patched.setattr(steps, "decode", decode)
            return move(before, b"kept")  # type: ignore[arg-type]

    def move(self, move: Move) -> bool:
        """False where the process itself cannot go on, for both in the same words."""
        try:
            stored = move(self.stored, self.stored.state)
        except RunFailed as failed:
            with pytest.raises(RunFailed, match=re.escape(str(failed))):
                self.in_memory(move, self.kept)
            return False
        self.stored, self.kept = stored, self.in_memory(move, self.kept)
        self.known |= stored.data
        self.same()
        return True

    def complete(self, place: int, answers: dict[str, Any]) -> bool:
        return self.move(
            lambda step, state: spiff.complete(self.program, state, step.open[place].token, answers, **self.rest)
        )

    def wake(self, days: int) -> bool:
        self.now += timedelta(days=days)
        return self.move(lambda step, state: spiff.wake(self.program, state, **self.rest))

    def catch(self, kind: str, name: str) -> bool:
        return self.move(lambda step, state: spiff.catch(self.program, state, kind, name, key=None, **self.rest))

    @property
    def rest(self) -> dict[str, Any]:
        return {"known": dict(self.known), "now": self.now, "services": SERVICES}

    def same(self) -> None:
        assert told(self.stored) == told(self.kept)
        step = self.stored
        assert not (step.ended and (step.open or step.awaited or step.due))
        assert step.ended or step.open or step.tokens, "open with nothing to wait for"


def told(step: spiff.Step) -> list[Any]:
    """All that came of a step but the ids of its tasks."""
    opened = [(task.element_id, task.item) for task in step.open]
    what = [step.data, step.path, step.tokens, step.due, step.fired, step.ended, step.outcome]
    return [opened, *what, step.thrown, step.awaited, step.caught, step.sent]


class Deals(RuleBasedStateMachine):
    """Deals on made-up processes: what people, time and others do to them, in any order."""

    both: Both | None = None

    @precondition(lambda self: not self.goes_on())
    @rule(seed=st.integers(0, 100_000), depth=st.integers(2, 4))
    def begin(self, seed: int, depth: int) -> None:
        definitions = read(Maker(seed, depth).source()).definitions
        if not checks.errors(checks.run(definitions)):
            self.both = Both(spiff.build(definitions, "made_up"))

    def goes_on(self) -> bool:
        return self.both is not None and not self.both.stored.ended

    @precondition(lambda self: self.goes_on() and self.both.stored.open)
    @rule(place=st.integers(0, 9), yes=st.booleans())
    def complete(self, place: int, yes: bool) -> None:
        assert self.both is not None
        open_tasks = self.both.stored.open
        place %= len(open_tasks)
        self.on(self.both.complete(place, {open_tasks[place].element_id: yes}))

    @precondition(goes_on)
    @rule(days=st.integers(1, 9))
    def wake(self, days: int) -> None:
        assert self.both is not None
        self.on(self.both.wake(days))

    @precondition(lambda self: self.goes_on() and self.both.stored.awaited)
    @rule(place=st.integers(0, 9))
    def catch(self, place: int) -> None:
        assert self.both is not None
        awaited = self.both.stored.awaited
        one = awaited[place % len(awaited)]
        self.on(self.both.catch(one.kind, one.name))

    @precondition(lambda self: self.goes_on() and self.both.program.losing)
    @rule()
    def lose(self) -> None:
        assert self.both is not None
        self.on(self.both.catch("message", DEAL_LOST))

    def on(self, went: bool) -> None:
        if not went:
            self.both = None

    @invariant()
    def nothing_is_lost(self) -> None:
        if self.both is not None:
            self.both.same()


def test_storing_a_deal_after_every_step_changes_nothing() -> None:
    quick = settings(
        max_examples=80,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Deals, settings=quick)


def answers(form: Form, number: int) -> dict[str, Any]:
    """Answers of the right kinds, other ones each time."""
    made: dict[str, Any] = {}
    for field in form:
        match field.type:
            case "yes_no":
                made[field.id] = number % 3 != 0
            case "choice":
                made[field.id] = field.options[number % len(field.options)].value
            case "number" | "money":
                made[field.id] = number
            case _:
                made[field.id] = f"{field.id} {number}"
    return made


def drive(program: spiff.Program, steps_of_it: int = 60) -> Both:
    """People answer, messages come and time passes, until the deal has ended."""
    both = Both(program)
    for number in range(steps_of_it):
        step = both.stored
        if step.ended:
            break
        if step.open and number % 4:
            place = number % len(step.open)
            node = program.definitions.nodes[step.open[place].element_id]
            went = both.complete(place, answers(node.form, number))
        elif step.awaited and number % 4 < 3:
            one = step.awaited[number % len(step.awaited)]
            went = both.catch(one.kind, one.name)
        else:
            went = both.wake(3)
        if not went:
            break
    return both


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_storing_changes_nothing_on_a_shipped_process(path: Path) -> None:
    definitions = read(path.read_bytes()).definitions
    program = spiff.build(definitions, next(process.id for process in definitions.processes if process.executable))
    both = drive(program)
    if program.losing and not both.stored.ended:
        assert both.catch("message", DEAL_LOST)
        assert both.stored.outcome == "lost"


@needs_real_files
def test_storing_changes_nothing_on_the_real_files_that_can_be_made_to_run() -> None:
    ran: Counter[str] = Counter()
    for path in REAL:
        for definitions, process in mended(path.read_bytes()):
            both = drive(spiff.build(definitions, process))
            ran["ended" if both.stored.ended else "open"] += 1
    assert ran["ended"] > 50, ran
