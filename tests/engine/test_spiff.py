"""Steps: what is stored between them changes nothing, and what cannot go on is told, never passed over."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import pytest

from bpmn.model import Definitions, FlowNode
from bpmn.reading import read
from engine import spiff
from engine.errors import RunFailed
from engine.spiff import Program, steps
from tests.builders import NOW, commercial, definition

SERVICES: Any = defaultdict(lambda: lambda data: {"record_found": True})


def some_answers(node: FlowNode, chance: random.Random) -> dict[str, Any]:
    """Answers of the right types, at random, so that every way out of a gateway is taken in some walk."""
    made: dict[str, Any] = {}
    for field in node.form:
        match field.type:
            case "yes_no":
                made[field.id] = chance.random() < 0.7
            case "choice":
                made[field.id] = chance.choice(field.options).value
            case "number" | "money":
                made[field.id] = chance.randrange(30)
            case _:
                made[field.id] = f"{field.id} {chance.randrange(1000)}"
    return made


class Stored:
    """Each step starts from the bytes of the one before."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def start(self) -> spiff.Step:
        return spiff.start(self.program, now=NOW, services=SERVICES)

    def complete(self, step: spiff.Step, place: int, answers: dict[str, Any], now: datetime, known: Any) -> spiff.Step:
        task = in_order(step)[place]
        return spiff.complete(self.program, step.state, task.id, answers, known=known, now=now, services=SERVICES)

    def lose(self, step: spiff.Step, now: datetime, known: Any) -> spiff.Step:
        return spiff.lose(self.program, step.state, known=known, now=now, services=SERVICES)

    def wake(self, step: spiff.Step, now: datetime, known: Any) -> spiff.Step:
        return spiff.wake(self.program, step.state, known=known, now=now, services=SERVICES)


class InMemory(Stored):
    """The same process object throughout: decoding gives back the one that was encoded."""

    def __init__(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(program)
        self.run: Any = None

        def encode(run: Any) -> bytes:
            self.run = run
            return b"kept"

        monkeypatch.setattr(steps, "encode", encode)
        monkeypatch.setattr(steps, "decode", lambda program, state: self.run)


def in_order(step: spiff.Step) -> list[spiff.OpenTask]:
    return sorted(step.open, key=lambda task: task.element_id)


def walk(driver: Stored, definitions: Definitions, seed: int) -> list[Any]:
    """A deal at random until it ends, or for 60 steps: what happened, without ids."""
    chance = random.Random(seed)
    now, known = NOW, dict[str, Any]()
    step = driver.start()
    told: list[Any] = []
    for _ in range(60):
        told.append((step.path, [task.element_id for task in in_order(step)], step.tokens, step.due, step.outcome))
        told.append((dict(step.data), step.fired, step.ended))
        known = {**known, **step.data}
        if step.ended:
            break
        now += timedelta(hours=chance.randrange(1, 100))
        move = chance.random()
        if move < 0.03 and not any(definitions.process_of(task.element_id) == "" for task in step.open):
            in_lost = (
                {node.id for node in definitions.by_scope[definitions.lost_process.id]}
                if definitions.lost_process
                else set()
            )
            if not in_lost & {task.element_id for task in step.open}:
                step = driver.lose(step, now, known)
                continue
        if move < 0.3:
            step = driver.wake(step, now, known)
            continue
        place = chance.randrange(len(step.open))
        node = definitions.nodes[in_order(step)[place].element_id]
        step = driver.complete(step, place, some_answers(node, chance), now, known)
    return told


@pytest.mark.parametrize("source", ["commercial", "engine_small_sale"])
def test_storing_a_deal_between_steps_changes_nothing(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    definitions = read(commercial() if source == "commercial" else definition(source)).definitions
    program = spiff.build(definitions, next(process.id for process in definitions.processes))
    ends = set()
    for seed in range(60):
        stored = walk(Stored(program), definitions, seed)
        with monkeypatch.context() as patched:
            kept = walk(InMemory(program, patched), definitions, seed)
        assert stored == kept, f"seed {seed}"
        ends.add((stored[-2][4], stored[-1][2]))
    assert any(ended for _, ended in ends), "no walk reached an end: the walks are too short to prove anything"


def test_deals_of_one_version_share_its_program_and_leave_it_as_it_was() -> None:
    definitions = read(definition("engine_small_sale")).definitions
    program = spiff.build(definitions, "small_sale")
    before = {name: len(task.outputs) for name, task in program.spec.task_specs.items()}
    for seed in range(10):
        walk(Stored(program), definitions, seed)
    assert {name: len(task.outputs) for name, task in program.spec.task_specs.items()} == before


def test_a_value_that_a_condition_lacks_is_told_with_its_gateway() -> None:
    definitions = read(definition("engine_small_sale")).definitions
    program = spiff.build(definitions, "small_sale")
    step = spiff.start(program, now=NOW, services=SERVICES)
    with pytest.raises(RunFailed, match="Qualified"):
        spiff.complete(program, step.state, step.open[0].id, {}, known={}, now=NOW, services=SERVICES)


def test_data_under_a_name_that_the_library_keeps_for_itself_is_only_data() -> None:
    """A key ``typename`` once made a deal impossible to load."""
    definitions = read(definition("engine_small_sale")).definitions
    program = spiff.build(definitions, "small_sale")
    step = spiff.start(program, now=NOW, services=SERVICES)
    answers = {"budget": True, "notes": {"typename": "UserTask", "x": [{"typename": 1}]}}
    step = spiff.complete(program, step.state, step.open[0].id, answers, known={}, now=NOW, services=SERVICES)
    step = spiff.complete(program, step.state, step.open[0].id, {"answer": "yes"}, known={}, now=NOW, services=SERVICES)
    assert step.data["notes"] == answers["notes"]


def test_an_id_that_the_lowering_keeps_for_itself_is_refused() -> None:
    source = (
        definition("engine_small_sale")
        .replace(b'"give_up"', b'"parcours.deal"')
        .replace(b">give_up<", b">parcours.deal<")
    )
    with pytest.raises(ValueError, match="kept for Parcours"):
        spiff.build(read(source).definitions, "small_sale")


def test_what_a_repeating_timer_opened_outlives_its_activity() -> None:
    """BPMN: a token that left by a non-interrupting event is on its own. SpiffWorkflow cancels it with the timer."""
    plain_end = definition("engine_small_sale").replace(
        b'<endEvent id="fe"><terminateEventDefinition id="t2"/></endEvent>', b'<endEvent id="fe"/>'
    )
    program = spiff.build(read(plain_end).definitions, "small_sale")
    driver = Stored(program)
    step = driver.complete(driver.start(), 0, {"budget": True}, NOW, {})
    step = driver.wake(step, NOW + timedelta(days=14), {})
    assert [task.element_id for task in in_order(step)] == ["answer", "touch", "touch"]
    step = driver.complete(step, 0, {"answer": "yes"}, NOW, {})
    assert [task.element_id for task in step.open] == ["touch", "touch"]
    step = driver.wake(step, NOW + timedelta(days=70), {})
    assert len(step.open) == 2, "the timer itself ended with its activity"
    step = driver.complete(driver.complete(step, 0, {}, NOW, {}), 0, {}, NOW, {})
    assert [task.element_id for task in step.open] == ["sign"]
