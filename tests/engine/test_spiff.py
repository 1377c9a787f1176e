"""Steps: what is stored between them changes nothing, and what cannot go on is told, never passed over."""

from __future__ import annotations

import inspect
import random
import re
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task

from bpmn.entrances import way_into
from bpmn.model import Definitions, FlowNode
from bpmn.reading import read
from engine import spiff
from engine.errors import RunFailed
from engine.spiff import Program, detouring, steps
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
        return spiff.complete(self.program, step.state, task.token, answers, known=known, now=now, services=SERVICES)

    def lose(self, step: spiff.Step, now: datetime, known: Any) -> spiff.Step:
        return spiff.lose(self.program, step.state, known=known, now=now, services=SERVICES)

    def wake(self, step: spiff.Step, now: datetime, known: Any) -> spiff.Step:
        return spiff.wake(self.program, step.state, known=known, now=now, services=SERVICES)

    def skip(self, step: spiff.Step, place: int, now: datetime, known: Any) -> spiff.Step:
        task = in_order(step)[place]
        return spiff.skip(self.program, step.state, task.token, known=known, now=now, services=SERVICES)

    def go_to(self, step: spiff.Step, stage: str, now: datetime, known: Any) -> spiff.Step:
        way = way_into(self.program.definitions, self.program.process, stage)
        return spiff.go_to(self.program, step.state, way, known=known, now=now, services=SERVICES)


class InMemory(Stored):
    """The same process object throughout: decoding gives back the one that was encoded."""

    def __init__(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(program)
        self.run: Any = None

        def encode(run: Any) -> bytes:
            self.run = run
            return b"kept"

        def decode(program: Program, state: bytes, rules: Any) -> Any:
            self.run.begin_step(rules)
            return self.run

        monkeypatch.setattr(steps, "encode", encode)
        monkeypatch.setattr(steps, "decode", decode)
        monkeypatch.setattr(detouring, "decode", decode)


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
        if move < 0.03 and not in_the_lost_path(definitions, step):
            step = driver.lose(step, now, known)
            continue
        if move < 0.3:
            step = driver.wake(step, now, known)
            continue
        place = chance.randrange(len(step.open))
        if move < 0.35:
            step = driver.skip(step, place, now, known)
            continue
        if move < 0.4 and not in_the_lost_path(definitions, step):
            step = driver.go_to(step, chance.choice(definitions.stages).id, now, known)
            continue
        node = definitions.nodes[in_order(step)[place].element_id]
        step = driver.complete(step, place, some_answers(node, chance), now, known)
    return told


def in_the_lost_path(definitions: Definitions, step: spiff.Step) -> bool:
    lost = definitions.lost_process
    held = {node.id for node in definitions.by_scope[lost.id]} if lost else set()
    return bool(held & {task.element_id for task in step.open})


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


def test_an_unanswered_question_is_an_empty_answer() -> None:
    definitions = read(definition("engine_small_sale")).definitions
    step = spiff.start(spiff.build(definitions, "small_sale"), now=NOW, services=SERVICES)
    assert step.data == {field.id: None for node in definitions.nodes.values() for field in node.form} | {
        "record_found": True
    }


def test_rounds_that_nobody_saw_are_made_up_for_by_one() -> None:
    driver = Stored(spiff.build(read(definition("engine_small_sale")).definitions, "small_sale"))
    step = driver.complete(driver.start(), 0, {"budget": True}, NOW, {})
    step = driver.wake(step, NOW + timedelta(days=24), step.data)
    assert [task.element_id for task in in_order(step)] == ["answer", "touch"]
    assert step.due == NOW + timedelta(days=28), "the next one is where it would have been"


def test_data_under_a_name_that_the_library_keeps_for_itself_is_only_data() -> None:
    """A key ``typename`` once made a deal impossible to load."""
    definitions = read(definition("engine_small_sale")).definitions
    program = spiff.build(definitions, "small_sale")
    step = spiff.start(program, now=NOW, services=SERVICES)
    answers = {"budget": True, "notes": {"typename": "UserTask", "x": [{"typename": 1}]}}
    step = spiff.complete(program, step.state, step.open[0].token, answers, known=step.data, now=NOW, services=SERVICES)
    more = {"answer": "yes"}
    step = spiff.complete(program, step.state, step.open[0].token, more, known=step.data, now=NOW, services=SERVICES)
    assert step.data["notes"] == answers["notes"]


@pytest.mark.parametrize("taken", ["End", "Start", "Root", "small_sale.EndJoin", "follow.EndJoin", "parcours.deal"])
def test_an_id_that_the_library_uses_itself_is_only_an_id(taken: str) -> None:
    source = definition("engine_small_sale").decode()
    for element in ("sign", "won"):
        other = source.replace(f'="{element}"', f'="{taken}"').replace(f">{element}</flow", f">{taken}</flow")
        program = spiff.build(read(other.encode()).definitions, "small_sale")
        driver = Stored(program)
        step = driver.complete(driver.start(), 0, {"budget": True}, NOW, {})
        step = driver.complete(step, 0, {"answer": "yes"}, NOW, step.data)
        assert [task.element_id for task in step.open] == [taken if element == "sign" else "sign"]
        step = driver.complete(step, 0, {}, NOW, step.data)
        assert (step.ended, step.outcome, step.path[-1]) == (True, "won", taken if element == "won" else "won")


def test_the_newest_answer_counts_whichever_branch_ends_last() -> None:
    """SpiffWorkflow gives each branch a copy of the data, and the last copy wins, old values included."""
    source = process(
        """<startEvent id="s"/><userTask id="t"><extensionElements><sales:form><sales:field id="ok" type="yes_no"
        label="Ok?"/></sales:form></extensionElements></userTask><parallelGateway id="split"/><userTask id="a"/>
        <userTask id="b"/><parallelGateway id="join"/><exclusiveGateway id="x" default="no"/><userTask id="y"/>
        <endEvent id="e"/><endEvent id="e2"/>""",
        "s>t t>split split>a split>b a>join b>join join>x x>y:ok x>e=no y>e2",
    )
    program = spiff.build(read(source).definitions, "p")
    for order in (("a", "b"), ("b", "a")):
        driver = Stored(program)
        step = driver.complete(driver.start(), 0, {"ok": False}, NOW, {"ok": None})
        for element in order:
            place = [task.element_id for task in in_order(step)].index(element)
            step = driver.complete(step, place, {"ok": True} if element == "a" else {}, NOW, step.data)
        assert [task.element_id for task in step.open] == ["y"], order


def test_a_deal_that_nothing_can_move_any_more_is_told_not_stored() -> None:
    """An exclusive split into a parallel join waits for a token that never comes."""
    source = process(
        """<startEvent id="s"/><userTask id="t"/><exclusiveGateway id="x" default="no"/><scriptTask id="one"/>
        <scriptTask id="two"/><parallelGateway id="j"/><userTask id="u"/><endEvent id="e"/>""",
        "s>t t>x x>one:t_done x>two=no one>j two>j j>u u>e",
    )
    program = spiff.build(read(source).definitions, "p")
    driver = Stored(program)
    with pytest.raises(RunFailed, match="nothing leads on"):
        driver.complete(driver.start(), 0, {}, NOW, {"t_done": True})


def test_a_timer_that_cannot_go_on_does_not_stand_in_the_way_of_a_loss() -> None:
    plain = definition("engine_small_sale").decode()
    task = re.search(r'<userTask id="touch".*?</userTask>', plain)
    assert task is not None
    failing = plain.replace(task.group(), '<scriptTask id="touch"><script>x = 1 / 0</script></scriptTask>')
    program = spiff.build(read(failing.encode()).definitions, "small_sale")
    driver = Stored(program)
    step = driver.complete(driver.start(), 0, {"budget": True}, NOW, {})
    with pytest.raises(RunFailed):
        driver.wake(step, NOW + timedelta(days=8), step.data)
    assert driver.lose(step, NOW + timedelta(days=8), step.data).outcome == "lost"


def process(nodes: str, flows: str) -> bytes:
    """A small process: flows as ``a>b``, with a condition ``a>b:ok`` or as the default ``a>b=name``."""
    lines = []
    for number, text in enumerate(flows.split()):
        ends, _, condition = text.partition(":")
        ends, _, name = ends.partition("=")
        source, target = ends.split(">")
        inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        flow = name or f"f{number}"
        lines.append(f'<sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>')
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:sales="urn:parcours:sales:1.0">'
        f'<process id="p" isExecutable="true">{nodes}{"".join(lines)}</process></definitions>'
    ).encode()


def test_what_a_repeating_timer_opened_outlives_its_activity() -> None:
    """BPMN: a token that left by a non-interrupting event is on its own. SpiffWorkflow cancels it with the timer."""
    plain_end = definition("engine_small_sale").replace(
        b'<endEvent id="fe"><terminateEventDefinition id="t2"/></endEvent>', b'<endEvent id="fe"/>'
    )
    program = spiff.build(read(plain_end).definitions, "small_sale")
    driver = Stored(program)
    step = driver.complete(driver.start(), 0, {"budget": True}, NOW, {})
    step = driver.wake(step, NOW + timedelta(days=7), step.data)
    step = driver.wake(step, NOW + timedelta(days=14), step.data)
    assert [task.element_id for task in in_order(step)] == ["answer", "touch", "touch"]
    step = driver.complete(step, 0, {"answer": "yes"}, NOW, step.data)
    assert [task.element_id for task in step.open] == ["touch", "touch"]
    step = driver.wake(step, NOW + timedelta(days=70), step.data)
    assert len(step.open) == 2, "the timer itself ended with its activity"
    step = driver.complete(driver.complete(step, 0, {}, NOW, step.data), 0, {}, NOW, step.data)
    assert [task.element_id for task in step.open] == ["sign"]


def test_the_library_still_moves_tokens_by_what_is_replaced_here() -> None:
    """`Run` and `Token` replace these; a release that goes another way must be looked at before it is taken."""
    ran, completed = inspect.getsource(Task.run), inspect.getsource(Task.complete)
    assert "retval = self.task_spec._run(self)" in ran
    assert "self._set_state(TaskState.STARTED)" in ran
    assert "self._set_state(TaskState.COMPLETED)" in completed
    assert "self.task_spec._on_complete(self)" in completed
    assert "result = self._run_hook(my_task)" in inspect.getsource(TaskSpec._run)
    assert "self._on_complete_hook(my_task)" in inspect.getsource(TaskSpec._on_complete)
    assert {"self._state = value", "self.last_state_change = time.time()"} <= {
        line.strip() for line in inspect.getsource(Task._set_state).splitlines()
    }
