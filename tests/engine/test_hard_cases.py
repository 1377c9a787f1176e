"""Where elements of BPMN meet: each of these once went wrong, or was published though it could not run."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest

from bpmn import checks
from bpmn.model import Definitions
from bpmn.reading import read
from engine import spiff
from engine.errors import RunFailed
from engine.spiff import trial
from tests.builders import NOW
from tests.engine.test_coverage import DEFINITIONS, ROOTS, E, S, many, scope, task
from tests.engine.test_spiff import process

SERVICES: Any = defaultdict(lambda: lambda data: {})
HANDLER = 'triggeredByEvent="true"'


def source(nodes: str, flows: str, more: str = "") -> bytes:
    xml = process(nodes, flows).replace(b"<process ", f"{ROOTS}<process ".encode(), 1)
    return xml.replace(b"</definitions>", more.encode() + b"</definitions>")


def read_of(nodes: str, flows: str, more: str = "") -> Definitions:
    return read(source(nodes, flows, more)).definitions


def refused(definitions: Definitions) -> set[tuple[str, str]]:
    return {(finding.rule, finding.element) for finding in checks.errors(checks.run(definitions))}


class Deal:
    """One that can be published, with its newest step."""

    def __init__(self, nodes: str, flows: str, more: str = "") -> None:
        definitions = read_of(nodes, flows, more)
        assert refused(definitions) == set()
        self.now = NOW
        self.program = spiff.build(definitions, "p")
        self.step = spiff.start(self.program, now=NOW, services=SERVICES)

    @property
    def rest(self) -> dict[str, Any]:
        return {"known": self.step.data, "now": self.now, "services": SERVICES}

    @property
    def open(self) -> list[str]:
        return sorted(task.element_id for task in self.step.open)

    @property
    def awaited(self) -> list[str]:
        return [one.element_id for one in self.step.awaited]

    def complete(self, element: str, **answers: Any) -> Deal:
        task = next(task for task in self.step.open if task.element_id == element)
        given = answers or {element: True}
        self.step = spiff.complete(self.program, self.step.state, task.token, given, **self.rest)
        return self

    def wake(self, days: int) -> Deal:
        self.now += timedelta(days=days)
        self.step = spiff.wake(self.program, self.step.state, **self.rest)
        return self

    def catch(self, kind: str, name: str, key: str | None = None) -> Deal:
        self.step = spiff.catch(self.program, self.step.state, kind, name, key=key, **self.rest)
        return self


def on(host: str, kind: str, name: str = "b", interrupting: bool = True) -> str:
    cancel = str(interrupting).lower()
    return (
        f'<boundaryEvent id="{name}" name="{name}" attachedToRef="{host}" cancelActivity="{cancel}">'
        f"{DEFINITIONS[kind]}</boundaryEvent>"
    )


def handler(name: str, kind: str, inside: str, row: str, interrupting: bool = True) -> str:
    begins = str(interrupting).lower()
    start = f'<startEvent id="{name}s" name="{name}s" isInterrupting="{begins}">{DEFINITIONS[kind]}</startEvent>'
    return scope(name, start + inside, f"{name}s>{row}", attributes=HANDLER)


def end(name: str, kind: str = "none") -> str:
    return f'<endEvent id="{name}" name="{name}">{DEFINITIONS[kind]}</endEvent>'


def test_each_instance_of_a_receive_task_waits_for_a_message_of_its_own() -> None:
    receive = (
        '<receiveTask id="x" name="X" messageRef="m"><extensionElements><sales:correlate with="who"/>'
        "</extensionElements>"
        + many('<loopDataInputRef>people</loopDataInputRef><inputDataItem name="who"/>')
        + "</receiveTask>"
    )
    people = '<scriptTask id="list" name="L"><script>people = ["Ann", "Bo"]</script></scriptTask>'
    deal = Deal(S + E + people + receive, "s>list list>x x>e")
    assert [(one.element_id, one.key) for one in deal.step.awaited] == [("x", "Ann"), ("x", "Bo")]
    deal.catch("message", "m", "Bo")
    assert [one.key for one in deal.step.awaited] == ["Ann"]
    assert deal.catch("message", "m", "Ann").step.ended


def test_a_send_task_may_interrupt_the_scope_that_it_stands_in() -> None:
    sub = scope(
        "sub",
        '<startEvent id="s0"/>' + task("a") + '<sendTask id="x" name="X" messageRef="m"/>' + end("e0"),
        "s0>a a>x x>e0",
    )
    deal = Deal(S + E + sub + on("sub", "message") + task("late"), "s>sub sub>e b>late late>e")
    assert deal.complete("a").open == ["late"]


def test_an_answer_under_the_name_of_the_loop_counter_is_only_an_answer() -> None:
    """The counter says where in the list a result belongs."""
    collects = (
        '<loopCardinality>2</loopCardinality><loopDataOutputRef>got</loopDataOutputRef><outputDataItem name="{}"/>'
    )
    deal = Deal(S + E + task("loopCounter", many(collects.format("loopCounter"))), "s>loopCounter loopCounter>e")
    deal.complete("loopCounter", loopCounter="one")
    assert deal.complete("loopCounter", loopCounter="two").step.data["got"] == ["one", "two"]


@pytest.mark.parametrize("value", ["\ud800", {1: 2}, NOW], ids=["half a letter", "a key that is no text", "a time"])
def test_an_answer_that_cannot_be_stored_is_told_and_nothing_is_lost(value: Any) -> None:
    deal = Deal(S + E + task("x", many("<loopCardinality>2</loopCardinality>")) + task("y"), "s>x x>y y>e")
    inside = Deal(
        S
        + E
        + scope("sub", '<startEvent id="s0"/>' + task("x") + task("y") + end("e0"), "s0>x x>y y>e0").replace(
            '<startEvent id="s0"/>', '<startEvent id="s0"/>' + many("<loopCardinality>2</loopCardinality>"), 1
        ),
        "s>sub sub>e",
    )
    before = inside.step
    with pytest.raises(RunFailed, match="cannot be stored"):
        inside.complete("x", x=value)
    assert inside.step is before
    assert inside.complete("x").open == ["x", "y"]
    assert deal.open == ["x", "x"]


def test_a_process_that_only_messages_start_is_tried_at_each_of_its_starts() -> None:
    nodes = E + f'<startEvent id="x" name="X">{DEFINITIONS["message"]}</startEvent>' + task("t")
    trial.run(source(nodes, "x>t t>e"), "p")
    broken = nodes + f'<startEvent id="y" name="Y">{DEFINITIONS["signal"]}</startEvent>'
    broken += '<scriptTask id="z" name="Z"><script>n = 1 / 0</script></scriptTask>'
    with pytest.raises(RunFailed, match="divides by zero"):
        trial.run(source(broken, "x>t t>e y>z z>e"), "p")


def test_a_lost_path_in_a_process_that_is_called_is_refused() -> None:
    lost = handler("h", "message", end("he"), "he").replace('messageRef="m"', 'messageRef="dl"')
    called = process(S.replace('"s"', '"o1"') + task("o3") + end("o2") + lost, "").decode()
    inner = called.partition('isExecutable="true">')[2].partition("</process>")[0]
    flows = (
        '<sequenceFlow id="of1" sourceRef="o1" targetRef="o3"/><sequenceFlow id="of2" sourceRef="o3" targetRef="o2"/>'
    )
    more = f'<message id="dl" name="deal lost"/><process id="other" name="Other">{inner}{flows}</process>'
    call = '<callActivity id="x" name="X" calledElement="other"/>'
    assert refused(read_of(S + E + call, "s>x x>e", more)) == {("event_sub_process", "h")}


def test_an_error_of_one_handler_is_not_caught_by_the_one_beside_it_and_cannot_be_published() -> None:
    first = handler("h1", "message", task("q") + end("he", "error"), "q q>he", interrupting=False)
    other = handler("h2", "error", task("r") + end("re"), "r r>re")
    found = refused(read_of(S + E + task("t") + first + other, "s>t t>e"))
    assert found == {("uncaught_error", "he"), ("uncaught_error", "h2s")}


ROUND = "s>t t>g g>sub sub>e b>g"
SCRIPT = '<scriptTask id="sc" name="Sc"><script>n = 1</script></scriptTask>'
GATE = '<exclusiveGateway id="g"/>'


@pytest.mark.parametrize(
    ("nodes", "flows", "more"),
    [
        (
            task("t")
            + GATE
            + on("sub", "error")
            + scope("sub", '<startEvent id="s0"/>' + SCRIPT + end("e0", "error"), "s0>sc sc>e0"),
            ROUND,
            "",
        ),
        (task("t") + GATE + on("t", "date"), "s>g g>t t>e b>g", ""),
        (
            task("t")
            + GATE
            + '<exclusiveGateway id="h" name="H?" default="no"/>'
            + f'<intermediateCatchEvent id="c" name="C">{DEFINITIONS["date"]}</intermediateCatchEvent>',
            "s>t t>g g>c c>h h>e:t h>g=no",
            "",
        ),
        (task("t") + handler("h", "signal", end("he", "signal"), "he", interrupting=False), "s>t t>e", ""),
        (
            task("t")
            + GATE
            + '<exclusiveGateway id="h" name="H?" default="no"/>'
            + '<callActivity id="x" name="X" calledElement="other"/>',
            "s>t t>g g>x x>h h>e:t h>g=no",
            '<process id="other" name="O"><startEvent id="o1"/><endEvent id="o2"/>'
            '<sequenceFlow id="of" sourceRef="o1" targetRef="o2"/></process>',
        ),
    ],
    ids=["by an error", "by a date on a task", "by a date on the way", "by its own signal", "by a call"],
)
def test_a_loop_that_nobody_waits_in_is_refused_however_it_goes_round(nodes: str, flows: str, more: str) -> None:
    assert {rule for rule, _ in refused(read_of(S + E + nodes, flows, more))} == {"automatic_loop"}


def test_an_error_that_leads_back_to_a_sub_process_with_a_task_is_a_loop_that_waits() -> None:
    sub = scope("sub", '<startEvent id="s0"/>' + task("a") + end("e0", "error"), "s0>a a>e0")
    deal = Deal(S + E + task("t") + GATE + sub + on("sub", "error"), ROUND)
    assert deal.complete("t").complete("a").complete("a").open == ["a"]
