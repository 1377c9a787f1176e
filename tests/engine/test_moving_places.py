"""Tokens on another version: they keep their places, or it is said why not; nobody is left waiting for ever."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from bpmn.reading import read
from engine import spiff
from engine.errors import CannotMove
from engine.spiff import Program, Step
from tests.builders import NOW
from tests.engine.edited import TIMER, edited, sound_process
from tests.engine.test_spiff import process, some_answers

SERVICES: Any = defaultdict(lambda: lambda data: {})
#: A deal that has not ended after so many steps goes in circles.
PATIENCE = 600


def next_step(program: Program, step: Step, chance: random.Random, now: datetime) -> tuple[Step, datetime]:
    """A person does a task, or time passes until the next timer is due."""
    if step.due is not None and (not step.open or chance.random() < 0.3):
        now = max(now, step.due)
        return spiff.wake(program, step.state, known=step.data, now=now, services=SERVICES), now
    task = chance.choice(sorted(step.open, key=lambda one: (one.element_id, one.token)))
    answers = some_answers(program.definitions.nodes[task.element_id], chance)
    done = spiff.complete(program, step.state, task.token, answers, known=step.data, now=now, services=SERVICES)
    return done, now


def at_random_places(program: Program, seed: int) -> tuple[Step, datetime]:
    """Somewhere on the way, now and then on the lost path."""
    chance = random.Random(seed)
    step, now = spiff.start(program, now=NOW, services=SERVICES), NOW
    for _ in range(chance.randrange(12)):
        after, later = next_step(program, step, chance, now)
        if after.ended:
            break
        step, now = after, later
    if chance.random() < 0.05:
        step = spiff.lose(program, step.state, known=step.data, now=now, services=SERVICES)
    return step, now


def to_an_end(program: Program, step: Step, chance: random.Random, now: datetime, told: object) -> Step:
    for _ in range(PATIENCE):
        if step.ended:
            return step
        assert step.open or step.due is not None, ("stuck", told)
        step, now = next_step(program, step, chance, now)
    raise AssertionError(("it never ends", told))


def kinds_of_places(program: Program, step: Step) -> set[str]:
    tokens = orjson.loads(step.state)["tokens"]
    kinds = {type(program.spec.task_specs[name]).__name__ for _, _, name, *_ in tokens}
    return kinds | ({"lost path"} if any(name == "why" for _, _, name, *_ in tokens) else set())


@pytest.mark.parametrize("batch", range(4))
def test_whoever_moves_keeps_their_place_and_comes_to_an_end(batch: int) -> None:
    count, stayed, places = 0, Counter[str](), set[str]()
    for seed in range(batch * 24, (batch + 1) * 24):
        source, chance = sound_process(seed), random.Random(seed)
        definitions = read(source).definitions
        old = spiff.build(definitions, "made_up")
        for edit in filter(None, (edited(source, chance) for _ in range(3))):
            new = spiff.build(edit.definitions, "made_up")
            for number in range(6):
                told = f"seed {seed}, {edit.told}, walk {number}"
                step, now = at_random_places(old, seed * 100 + number)
                try:
                    there = spiff.move(old, new, step.state, known=step.data, now=now, renamed=edit.renamed)
                except CannotMove as error:
                    stayed[error.reasons[0].template] += 1
                    to_an_end(old, step, chance, now, told)
                    continue
                count += 1
                places |= kinds_of_places(new, there)
                assert (there.path, there.fired, there.outcome) == ((), (), ""), told
                names = [edit.renamed.get(task.element_id, task.element_id) for task in step.open]
                assert [(task.token, task.element_id) for task in there.open] == [
                    (task.token, name) for task, name in zip(step.open, names, strict=True)
                ], told
                to_an_end(new, there, chance, now, told)
    assert count > 200
    assert sum(stayed.values()) > 10
    assert len(places) >= 8, places


FORM = (
    '<extensionElements><sales:form><sales:field id="{0}" type="yes_no" label="{0}?"/></sales:form></extensionElements>'
)


def task(name: str, more: str = "") -> str:
    return f'<userTask id="{name}" name="{name.title()}">{FORM.format(name)}{more}</userTask>'


def edge(name: str, host: str, days: int, interrupting: bool = False) -> str:
    timer = TIMER.format(days)
    interrupts = str(interrupting).lower()
    return f'<boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{interrupts}">{timer}</boundaryEvent>'


def built(nodes: str, flows: str) -> Program:
    ends = '<startEvent id="s"/><endEvent id="e"/><endEvent id="e2"/>'
    return spiff.build(read(process(ends + nodes, flows)).definitions, "p")


def started(program: Program, *done: str, answers: Mapping[str, Any] | None = None) -> Step:
    step = spiff.start(program, now=NOW, services=SERVICES)
    for element in done:
        open_task = next(one for one in step.open if one.element_id == element)
        given = {element: True, **(answers or {})}
        step = spiff.complete(program, step.state, open_task.token, given, known=step.data, now=NOW, services=SERVICES)
    return step


def moved(old: Program, new: Program, step: Step, days: int = 0, **renamed: str) -> Step:
    now = NOW + timedelta(days=days)
    return spiff.move(old, new, step.state, known=step.data, now=now, renamed=renamed)


def refused(old: Program, new: Program, step: Step, days: int = 0, **renamed: str) -> list[str]:
    with pytest.raises(CannotMove) as caught:
        moved(old, new, step, days, **renamed)
    return [str(reason) for reason in caught.value.reasons]


ONE = task("a") + task("b")
PLAIN = built(ONE, "s>a a>b b>e")


def test_a_timer_that_runs_keeps_its_time_and_a_new_one_begins_now() -> None:
    old = built(ONE + edge("x", "a", 5), "s>a a>b b>e x>e2")
    longer = built(ONE + edge("x", "a", 20) + edge("y", "a", 9), "s>a a>b b>e x>e2 y>e2")
    step = moved(old, longer, started(old), days=2)
    assert step.due == NOW + timedelta(days=5), "it has run since the step began"
    step = spiff.wake(longer, step.state, known=step.data, now=NOW + timedelta(days=5), services=SERVICES)
    assert (step.fired, step.due) == (("x",), NOW + timedelta(days=2 + 9))
    gone = moved(longer, PLAIN, step, days=6)
    assert (gone.due, [one.token for one in gone.open]) == (None, [one.token for one in step.open])


def test_a_timer_that_has_come_does_not_come_again() -> None:
    old = built(ONE + edge("x", "a", 5), "s>a a>b b>e x>e2")
    step = started(old)
    step = spiff.wake(old, step.state, known=step.data, now=NOW + timedelta(days=6), services=SERVICES)
    assert step.due is None
    assert moved(old, built(ONE + edge("x", "a", 1) + task("c"), "s>a a>b b>e x>c c>e2"), step, days=6).due is None


def test_a_timer_that_is_due_comes_before_the_deal_is_moved() -> None:
    old = built(ONE + edge("x", "a", 5), "s>a a>b b>e x>e2")
    assert refused(old, old, started(old), days=6) == ["It would not keep its place: 'x' would go on at once."]


def test_a_repeating_timer_keeps_its_rounds_and_takes_the_new_time_between_them() -> None:
    def every(text: str) -> Program:
        timer = f"<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition>"
        event = f'<boundaryEvent id="x" attachedToRef="a" cancelActivity="false">{timer}</boundaryEvent>'
        return built(ONE + event, "s>a a>b b>e x>e2")

    old, new = every("R3/P5D"), every("R9/P2D")
    step = started(old)
    step = spiff.wake(old, step.state, known=step.data, now=NOW + timedelta(days=5), services=SERVICES)
    step = moved(old, new, step, days=5)
    came = []
    while step.due is not None:
        came.append((step.due - NOW).days)
        step = spiff.wake(new, step.state, known=step.data, now=step.due, services=SERVICES)
    assert came == [10, 12]


def test_a_step_that_is_gone_or_another_kind_or_elsewhere_is_told_by_its_name() -> None:
    step = started(PLAIN)
    sub = '<subProcess id="sub"><startEvent id="s0"/>{}<endEvent id="e0"/>{}</subProcess>'
    flows = '<sequenceFlow id="i1" sourceRef="s0" targetRef="a"/><sequenceFlow id="i2" sourceRef="a" targetRef="e0"/>'
    received = '<receiveTask id="a" name="A" messageRef="m"/>' + task("b")
    for new, says in (
        (built(task("b"), "s>b b>e"), "It is at 'A', which that version does not have."),
        (built(received, "s>a a>b b>e"), "'A' is another kind of element in that version."),
        (built(sub.format(task("a"), flows), "s>sub sub>e"), "'A' is in another part of the process in that version."),
    ):
        assert refused(PLAIN, new, step) == [says]


def test_a_step_under_another_id_is_the_same_if_the_designer_says_so() -> None:
    new = built(task("first") + task("b") + edge("x", "first", 3), "s>first first>b b>e x>e2")
    step = started(PLAIN)
    assert refused(PLAIN, new, step) == ["It is at 'A', which that version does not have."]
    there = moved(PLAIN, new, step, a="first")
    assert [(one.token, one.element_id) for one in there.open] == [(step.open[0].token, "first")]
    assert there.due == NOW + timedelta(days=3)


BRANCHES = ONE + '<parallelGateway id="split"/><parallelGateway id="join" name="All done"/>' + task("z")
TWO_WAYS = "s>split split>a split>b a>join b>join join>z z>e"


def test_a_branch_less_or_more_between_a_split_and_its_join() -> None:
    two = built(BRANCHES, TWO_WAYS)
    three = built(BRANCHES + task("c"), f"{TWO_WAYS} split>c c>join")
    for done in ((), ("a",)):
        would_wait = "It has passed where the branches part, and would wait at 'All done' for one for ever."
        assert refused(two, three, started(two, *done)) == [would_wait]
    assert moved(two, three, started(two, "a", "b")).tokens == ("z",)
    assert refused(three, two, started(three)) == ["It is at 'C', which that version does not have."]
    gone = "A branch that it came to 'All done' by is gone in that version."
    assert gone in refused(three, two, started(three, "c"))


def test_a_join_that_a_branch_comes_to_by_another_flow_still_counts_it() -> None:
    old = built(BRANCHES, TWO_WAYS)
    flows = "s>split split>a split>b a>c=f3 b>join=f4 c>join=f9 join>z z>e"
    new = built(BRANCHES + task("c"), flows)
    step = moved(old, new, started(old, "a"))
    step = spiff.complete(new, step.state, step.open[0].token, {"b": True}, known=step.data, now=NOW, services=SERVICES)
    assert [one.element_id for one in step.open] == ["z"]


def test_an_event_gateway_waits_for_what_is_there_now() -> None:
    def waits(**events: int) -> Program:
        gate = '<eventBasedGateway id="g"/>' + "".join(
            f'<intermediateCatchEvent id="{name}">{TIMER.format(days)}</intermediateCatchEvent>'
            for name, days in events.items()
        )
        return built(gate + task("z"), "s>g z>e " + " ".join(f"g>{name} {name}>z" for name in events))

    old = waits(x=5, y=7)
    assert moved(old, waits(y=1, z2=9), started(old), days=2).due == NOW + timedelta(days=7)
    assert moved(old, waits(z1=3, z2=9), started(old), days=2).due == NOW + timedelta(days=5)


def test_an_event_sub_process_that_is_new_begins_to_wait_but_not_on_the_lost_path() -> None:
    def handled(*handlers: str) -> Program:
        return built(ONE + "".join(handlers), "s>a a>b b>e")

    def handler(name: str, event: str) -> str:
        flow = f'<sequenceFlow id="{name}1" sourceRef="{name}s" targetRef="{name}t"/>'
        flow += f'<sequenceFlow id="{name}2" sourceRef="{name}t" targetRef="{name}e"/>'
        start = f'<startEvent id="{name}s">{event}</startEvent><userTask id="{name}t"/><endEvent id="{name}e"/>'
        return f'<subProcess id="{name}" triggeredByEvent="true">{start}{flow}</subProcess>'

    late = handler("late", TIMER.format(4))
    early = handler("early", TIMER.format(1))
    old, new = handled(early), handled(early, late)
    assert moved(PLAIN, new, started(PLAIN)).due == NOW + timedelta(days=1)
    step = started(old)
    step = spiff.wake(old, step.state, known=step.data, now=NOW + timedelta(days=1), services=SERVICES)
    assert [one.element_id for one in step.open] == ["earlyt"]
    assert moved(old, new, step, days=1).due is None


def test_instances_that_are_going_on_keep_what_they_know() -> None:
    def many(more: str, inside: str) -> Program:
        loop = f"<multiInstanceLoopCharacteristics {more}>{inside}</multiInstanceLoopCharacteristics>"
        return built(task("a", loop) + task("b"), "s>a a>b b>e")

    three = "<loopCardinality>3</loopCardinality>"
    old = many("", three)
    step = started(old, "a")
    new = many("", "<loopCardinality>9</loopCardinality>")
    step = moved(old, new, step)
    for _ in range(2):
        done = step.open[0].token
        step = spiff.complete(new, step.state, done, {}, known=step.data, now=NOW, services=SERVICES)
    assert [one.element_id for one in step.open] == ["b"]
    assert refused(old, many('isSequential="true"', three), started(old)) == [
        "'A' is repeated in another way in that version."
    ]
    assert refused(old, PLAIN, started(old)) == ["'A' is repeated in another way in that version."]


def test_new_questions_are_unanswered_and_those_that_decide_must_still_be_asked() -> None:
    def asks(name: str, required: str, where: str) -> Program:
        field = f'<sales:field id="ok" type="yes_no" label="Really?" required="{required}"/>'
        tasks = ONE.replace(f'label="{where}?"/>', f'label="{where}?"/>{field}')
        gate = '<exclusiveGateway id="g" default="no"/>'
        return built(tasks + gate, f"s>a a>b b>g g>e:{name} g>e2=no")

    later = asks("ok", "true", "b")
    assert moved(PLAIN, later, started(PLAIN, "a")).data["ok"] is None
    passed = asks("ok", "true", "a")
    assert refused(PLAIN, passed, started(PLAIN, "a")) == [
        "It has passed 'A', whose answer to 'Really?' decides what comes there."
    ]
    assert moved(PLAIN, passed, started(PLAIN)).tokens == ("a",)
    assert moved(PLAIN, asks("ok", "false", "a"), started(PLAIN, "a")).tokens == ("b",)
    assert moved(passed, later, started(passed, "a", answers={"ok": True})).data["ok"] is True
