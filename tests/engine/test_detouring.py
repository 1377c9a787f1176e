"""Steps off the map: what ends, what begins anew, and what goes on waiting."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest

from bpmn.entrances import way_into
from bpmn.reading import read
from engine import spiff
from engine.errors import TaskCancelled
from tests.builders import NOW
from tests.engine.test_coverage import ROOTS, scope
from tests.engine.test_spiff import process

SERVICES: Any = defaultdict(lambda: lambda data: {})
DAY = timedelta(days=1)
STAGES = '<category id="c"><categoryValue id="one" value="One"/><categoryValue id="two" value="Two"/></category>'


def program(nodes: str, flows: str) -> spiff.Program:
    source = process(nodes, flows).replace(b"<process ", f"{ROOTS}{STAGES}<process ".encode())
    return spiff.build(read(source).definitions, "p")


def task(name: str, stage: str = "") -> str:
    mine = f"<categoryValueRef>{stage}</categoryValueRef>" if stage else ""
    return f'<userTask id="{name}" name="{name}">{mine}</userTask>'


def timer(name: str, host: str, days: int, interrupting: bool = True) -> str:
    return (
        f'<boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">'
        f"<timerEventDefinition><timeDuration>P{days}D</timeDuration></timerEventDefinition></boundaryEvent>"
    )


def start(made: spiff.Program) -> spiff.Step:
    return spiff.start(made, now=NOW, services=SERVICES)


def complete(made: spiff.Program, step: spiff.Step, element: str, **answers: Any) -> spiff.Step:
    one = next(one for one in step.open if one.element_id == element)
    return spiff.complete(made, step.state, one.token, answers, known=step.data, now=NOW, services=SERVICES)


def skip(made: spiff.Program, step: spiff.Step, element: str) -> spiff.Step:
    one = next(one for one in step.open if one.element_id == element)
    return spiff.skip(made, step.state, one.token, known=step.data, now=NOW, services=SERVICES)


def go_to(made: spiff.Program, step: spiff.Step, stage: str, now: Any = NOW) -> spiff.Step:
    way = way_into(made.definitions, made.process, stage)
    return spiff.go_to(made, step.state, way, known=step.data, now=now, services=SERVICES)


def opened(step: spiff.Step) -> list[str]:
    return sorted(one.element_id for one in step.open)


START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
SUB = f'<startEvent id="s0"/>{task("b", "one")}{task("c", "two")}{timer("slow", "c", 2)}{task("d")}<endEvent id="e0"/>'
INSIDE = START + END + task("a", "one") + timer("late", "sub", 10) + task("too_late")
INSIDE += scope("sub", SUB, "s0>b b>c c>e0 slow>d d>e0")
INSIDE_FLOWS = "s>a a>sub sub>e late>too_late too_late>e"


def test_a_stage_inside_a_sub_process_begins_inside_it() -> None:
    made = program(INSIDE, INSIDE_FLOWS)
    step = go_to(made, start(made), "two")
    assert opened(step) == ["c"]
    assert step.path == (), "nothing on the way was passed"
    step = complete(made, step, "c")
    assert (step.ended, step.path[-2:]) == (True, ("f2", "e")), "and it goes on behind the sub-process"


def test_timers_around_and_on_it_begin_anew() -> None:
    made = program(INSIDE, INSIDE_FLOWS)
    step = complete(made, complete(made, start(made), "a"), "b")
    assert step.due == NOW + 2 * DAY
    step = go_to(made, step, "one", NOW + DAY)
    assert (opened(step), step.due) == (["a"], None)
    step = go_to(made, step, "two", NOW + 5 * DAY)
    assert step.due == NOW + 7 * DAY
    step = spiff.wake(made, step.state, known=step.data, now=NOW + 7 * DAY, services=SERVICES)
    assert (opened(step), step.due) == (["d"], NOW + 15 * DAY), "the sub-process is as it would have been"
    step = spiff.wake(made, step.state, known=step.data, now=NOW + 15 * DAY, services=SERVICES)
    assert opened(step) == ["too_late"]


def test_every_branch_ends() -> None:
    nodes = (
        START + END + task("z", "two") + task("a", "one") + task("b", "one")
        + '<parallelGateway id="fork"/><parallelGateway id="join"/>'
    )  # fmt: skip
    made = program(nodes, "s>fork fork>a fork>b a>join b>join join>z z>e")
    step = complete(made, start(made), "a")
    step = go_to(made, step, "two")
    assert opened(step) == ["z"]
    step = go_to(made, step, "one")
    assert opened(step) == ["a"], "one token, at the first element of the stage"


def test_what_was_overdue_where_the_deal_leaves_fires_no_more() -> None:
    made = program(START + END + task("a", "one") + timer("late", "a", 1) + task("b", "two"), "s>a a>b b>e late>e")
    step = go_to(made, start(made), "two", NOW + 3 * DAY)
    assert (opened(step), step.fired, step.due) == (["b"], (), None)


EVENT = (
    '<subProcess id="{0}" triggeredByEvent="true"><startEvent id="{0}s" isInterrupting="{1}">'
    '<{2}EventDefinition {2}Ref="{3}"/></startEvent>' + task("{0}t") + '<endEvent id="{0}e"/>'
    '<sequenceFlow id="{0}1" sourceRef="{0}s" targetRef="{0}t"/>'
    '<sequenceFlow id="{0}2" sourceRef="{0}t" targetRef="{0}e"/>'
    "</subProcess>"
)


@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_event_sub_processes_of_the_process_go_on_waiting(interrupting: str) -> None:
    handlers = EVENT.format("h", interrupting, "message", "m") + EVENT.format("g", "true", "signal", "sig")
    made = program(START + END + task("a", "one") + task("b", "two") + handlers, "s>a a>b b>e")

    def happens(step: spiff.Step, kind: str, name: str) -> spiff.Step:
        return spiff.catch(made, step.state, kind, name, key=None, known=step.data, now=NOW, services=SERVICES)

    step = go_to(made, start(made), "two")
    assert opened(happens(step, "signal", "sig")) == ["gt"]
    step = happens(step, "message", "m")
    assert "ht" in opened(step)
    step = go_to(made, step, "one")
    assert opened(step) == ["a"], "what an event had begun ends like the rest"
    for kind, name, begun in (("message", "m", "ht"), ("signal", "sig", "gt")):
        assert begun in opened(happens(step, kind, name)), "and may begin again"
    assert sum(one.kind == "message" for one in step.awaited) == 1


def test_a_skipped_task_was_not_passed() -> None:
    made = program(START + END + task("a") + task("b"), "s>a a>b b>e")
    step = skip(made, start(made), "a")
    assert (opened(step), step.path) == (["b"], ("f1",))
    with pytest.raises(TaskCancelled):
        spiff.skip(made, step.state, "gone", known=step.data, now=NOW, services=SERVICES)


def test_one_of_several_is_skipped_and_the_others_wait() -> None:
    several = (
        '<userTask id="ask" name="Ask"><extensionElements><sales:form><sales:field id="said" type="text" label="?"/>'
        "</sales:form></extensionElements><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics></userTask>"
    )
    made = program(START + END + several, "s>ask ask>e")
    step = skip(made, start(made), "ask")
    assert (opened(step), step.path) == (["ask"], ())
    step = complete(made, step, "ask", said="yes")
    assert step.ended
    assert step.data["said"] is None, "an answer inside an instance is the instance's"
