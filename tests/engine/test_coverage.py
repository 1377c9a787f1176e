"""bpmn/COVERAGE.md says the truth: each of its rows, with a small process."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import bpmn
from bpmn import checks
from bpmn.reading import read
from engine import spiff
from tests.builders import NOW
from tests.engine.test_spiff import process

ROW = re.compile(r"\| ([^|]+) \| ([^|]+) \| (runs|refused by (\w+)) \|")
TABLE = [
    (found[1], found[2], found[4] or "")
    for line in (Path(bpmn.__file__).parent / "COVERAGE.md").read_text("utf-8").splitlines()
    if (found := ROW.fullmatch(line))
]
ROOTS = (
    '<message id="m" name="m"/><signal id="sig" name="sig"/><error id="err" name="err" errorCode="E"/>'
    '<escalation id="esc" name="esc" escalationCode="C"/>'
)
T = '<userTask id="{}" name="{}"><extensionElements><sales:form>{}</sales:form></extensionElements>{}</userTask>'
DEFINITIONS = {
    "message": '<messageEventDefinition messageRef="m"/>',
    "signal": '<signalEventDefinition signalRef="sig"/>',
    "timer": "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>",
    "date": "<timerEventDefinition><timeDate>2026-05-01T00:00:00Z</timeDate></timerEventDefinition>",
    "cycle": "<timerEventDefinition><timeCycle>R2/P1D</timeCycle></timerEventDefinition>",
    "conditional": "<conditionalEventDefinition><condition>yes</condition></conditionalEventDefinition>",
    "error": '<errorEventDefinition errorRef="err"/>',
    "escalation": '<escalationEventDefinition escalationRef="esc"/>',
    "compensate": "<compensateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "terminate": "<terminateEventDefinition/>",
    "multiple": '<messageEventDefinition messageRef="m"/><signalEventDefinition signalRef="sig"/>',
    "none": "",
}
S, E = '<startEvent id="s"/>', '<endEvent id="e"/>'


def task(name: str, inside: str = "", kind: str = "userTask") -> str:
    form = f'<sales:field id="{name}" type="yes_no" label="?"/>'
    return T.format(name, name, form, inside).replace("userTask", kind)


def in_a_row(*nodes: tuple[str, str], more: str = "", flows: str = "") -> tuple[str, str]:
    names = ["s", *(name for name, _ in nodes), "e"]
    row = " ".join(f"{one}>{other}" for one, other in pairwise(names))
    return S + E + "".join(xml for _, xml in nodes) + more, f"{row} {flows}"


def one(kind: str, inside: str = "", attributes: str = "") -> tuple[str, str]:
    return in_a_row(("x", f'<{kind} id="x" name="X" {attributes}>{inside}</{kind}>'), ("yes", task("yes")))


def scope(name: str, inside: str, flows: str, kind: str = "subProcess", attributes: str = "") -> str:
    """A sub-process with its flows drawn."""
    drawn = process("", flows).decode().partition('isExecutable="true">')[2].partition("</process>")[0]
    flows_of_its_own = drawn.replace('id="f', f'id="{name}f')
    return f'<{kind} id="{name}" name="{name}" {attributes}>{inside}{flows_of_its_own}</{kind}>'


def boundary(kind: str, interrupting: bool) -> tuple[str, str]:
    """On a sub-process that asks first and may then throw."""
    edge = (
        f'<boundaryEvent id="x" name="X" attachedToRef="sub" cancelActivity="{str(interrupting).lower()}">'
        f"{DEFINITIONS[kind]}</boundaryEvent>"
    )
    sub = scope("sub", f'<startEvent id="s0"/>{task("yes")}{throws(kind)}', "s0>yes yes>e0")
    return in_a_row(("sub", sub), more=edge + task("late"), flows="x>late late>e")


def throws(kind: str) -> str:
    thrown = DEFINITIONS[kind] if kind in ("error", "escalation") else ""
    return f'<endEvent id="e0" name="E">{thrown}</endEvent>'


def handled(kind: str, interrupting: bool) -> tuple[str, str]:
    start = f'<startEvent id="x" name="X" isInterrupting="{str(interrupting).lower()}">{DEFINITIONS[kind]}</startEvent>'
    handler = scope(
        "h", f'{start}{task("late")}<endEvent id="he"/>', "x>late late>he", attributes='triggeredByEvent="true"'
    )
    sub = scope("sub", f'<startEvent id="s0"/>{task("yes")}{throws(kind)}{handler}', "s0>yes yes>e0")
    return in_a_row(("sub", sub))


def repeated(characteristics: str) -> tuple[str, str]:
    people = '<scriptTask id="list"><script>people = ["Ann", "Bo", "Cy"]</script></scriptTask>'
    return in_a_row(("list", people), ("x", task("x", characteristics)))


def many(inside: str, attributes: str = "") -> str:
    return f"<multiInstanceLoopCharacteristics {attributes}>{inside}</multiInstanceLoopCharacteristics>"


def catch(kind: str, name: str = "x", attributes: str = "") -> str:
    return (
        f'<intermediateCatchEvent id="{name}" name="{name}" {attributes}>{DEFINITIONS[kind]}</intermediateCatchEvent>'
    )


def split(kind: str) -> tuple[str, str]:
    chosen = kind != "parallelGateway"
    default = 'default="no"' if chosen else ""
    gates = f'<{kind} id="x" name="X?" {default}/><{kind} id="j"/>'
    condition, named = (":t", "=no") if chosen else ("", "")
    return S + E + gates + task("t") + task("a") + task("b"), f"s>t t>x x>a{condition} x>b{named} a>j b>j j>e"


def behind(*events: str, attributes: str = "") -> tuple[str, str]:
    gate = f'<eventBasedGateway id="x" name="X" {attributes}/>' + "".join(events)
    return S + E + gate, "s>x x>a x>b a>e b>e"


def started(*kinds: str) -> tuple[str, str]:
    names = ["x", "x1", "x2"][: len(kinds)]
    starts = "".join(
        f'<startEvent id="{name}" name="X">{DEFINITIONS[kind]}</startEvent>'
        for name, kind in zip(names, kinds, strict=True)
    )
    return E + starts + task("yes"), "yes>e " + " ".join(f"{name}>yes" for name in names)


def thrown(kind: str) -> tuple[str, str]:
    return one("intermediateThrowEvent", DEFINITIONS[kind])


def ended(kind: str) -> tuple[str, str]:
    return S + task("yes") + f'<endEvent id="x" name="X">{DEFINITIONS[kind]}</endEvent>', "s>yes yes>x"


CALLED = (
    '</process><process id="other" name="Other"><startEvent id="o1"/><endEvent id="o2"/>{}'
    '<sequenceFlow id="of1" sourceRef="o1" targetRef="o3"/><sequenceFlow id="of2" sourceRef="o3" targetRef="o2"/>'
)
LINK = '<linkEventDefinition name="on"/>'
KNOT = (
    S
    + E
    + '<inclusiveGateway id="x" name="X"/><inclusiveGateway id="y" name="Y"/>'
    + task("a")
    + task("b")
    + '<inclusiveGateway id="r" name="R" default="pb"/><exclusiveGateway id="q" name="Q" default="qe"/>',
    "s>x x>r r>a:b r>b=pb a>y b>y y>q q>x:a q>e=qe",
)
DATA = '<dataObject id="do"/><dataObjectReference id="paper" name="Paper" dataObjectRef="do"/>'
READ = '<dataInputAssociation id="di"><sourceRef>paper</sourceRef><targetRef>in</targetRef>{}</dataInputAssociation>'
SHOWN: dict[tuple[str, str], tuple[str, str]] = {
    **{(kind, "flow"): one(kind) for kind in ("task", "userTask", "manualTask", "transaction", "adHocSubProcess")},
    ("scriptTask", "flow"): one("scriptTask", "<script>n = 1</script>"),
    ("businessRuleTask", "flow"): one(
        "businessRuleTask", "<extensionElements><sales:rule>n = 1</sales:rule></extensionElements>"
    ),
    ("serviceTask", "flow"): one(
        "serviceTask", '<extensionElements><sales:service name="find_record"/></extensionElements>'
    ),
    ("sendTask", "flow"): one("sendTask", attributes='messageRef="m"'),
    ("receiveTask", "flow"): one("receiveTask", attributes='messageRef="m"'),
    ("receiveTask", "that starts a process"): one("receiveTask", attributes='messageRef="m" instantiate="true"'),
    ("subProcess", "flow"): in_a_row(
        ("x", scope("x", f'<startEvent id="s0"/>{task("yes")}<endEvent id="e0"/>', "s0>yes yes>e0"))
    ),
    ("callActivity", "of a process in the same file"): in_a_row(
        ("x", '<callActivity id="x" name="X" calledElement="other"/>'),
    ),
    ("callActivity", "of a process elsewhere"): one("callActivity", attributes='calledElement="nowhere"'),
    ("callActivity", "of itself"): one("callActivity", attributes='calledElement="p"'),
    ("compensation activity", "any"): one("task", attributes='isForCompensation="true"'),
    ("multi-instance", "parallel, for each item"): repeated(
        many('<loopDataInputRef>people</loopDataInputRef><inputDataItem name="who"/>')
    ),
    ("multi-instance", "sequential, a number of times"): repeated(
        many("<loopCardinality>3</loopCardinality>", 'isSequential="true"')
    ),
    ("multi-instance", "ended by its completion condition"): repeated(
        many(
            "<loopCardinality>3</loopCardinality><completionCondition>numberOfCompletedInstances == 1"
            "</completionCondition>"
        )
    ),
    ("standard loop", "asked after each time"): repeated('<standardLoopCharacteristics loopMaximum="2"/>'),
    ("standard loop", "asked before"): repeated(
        '<standardLoopCharacteristics testBefore="true"><loopCondition>not x</loopCondition>'
        "</standardLoopCharacteristics>"
    ),
    **{(kind, "split and join"): split(kind) for kind in ("exclusiveGateway", "parallelGateway", "inclusiveGateway")},
    ("parallelGateway", "that joins what only a choice leads to"): (
        S + E + '<exclusiveGateway id="x" name="X?" default="no"/><parallelGateway id="j"/>' + task("t") + task("a"),
        "s>t t>x x>a:t x>j=no a>j j>e",
    ),
    ("inclusiveGateway", "two that wait for each other"): KNOT,
    ("eventBasedGateway", "two timers"): behind(catch("timer", "a"), catch("date", "b")),
    ("eventBasedGateway", "message or timer"): behind(catch("timer", "a"), catch("message", "b")),
    ("eventBasedGateway", "parallel"): behind(
        catch("timer", "a"), catch("message", "b"), attributes='eventGatewayType="Parallel"'
    ),
    ("eventBasedGateway", "that starts a process"): behind(
        catch("timer", "a"), catch("message", "b"), attributes='instantiate="true"'
    ),
    ("complexGateway", "any"): one("complexGateway"),
    **{(kind, "start"): started(kind) for kind in ("none", "message", "signal", "timer", "conditional")},
    ("several", "start"): started("none", "message", "signal"),
    ("message", "start of a sub-process"): in_a_row(
        (
            "sub",
            scope(
                "sub",
                f'<startEvent id="x">{DEFINITIONS["message"]}</startEvent>{task("yes")}<endEvent id="e0"/>',
                "x>yes yes>e0",
            ),
        )
    ),
    **{
        (kind, f"start of an event sub-process, {name}"): handled(kind, interrupting)
        for kind in ("message", "signal", "timer", "cycle", "conditional", "error", "escalation", "compensate")
        for name, interrupting in (("interrupting", True), ("non-interrupting", False))
    },
    **{
        (kind, f"boundary, {name}"): boundary(kind, interrupting)
        for kind in (
            "message",
            "signal",
            "timer",
            "cycle",
            "conditional",
            "error",
            "escalation",
            "cancel",
            "compensate",
        )
        for name, interrupting in (("interrupting", True), ("non-interrupting", False))
    },
    **{
        (kind, "intermediate, caught"): in_a_row(("yes", task("yes")), ("x", catch(kind)))
        for kind in (
            *("message", "signal", "timer", "date", "cycle", "conditional"),
            *("none", "error", "escalation", "multiple"),
        )
    },
    ("parallel multiple", "intermediate, caught"): in_a_row(
        ("x", catch("multiple", attributes='parallelMultiple="true"'))
    ),
    ("link", "intermediate, caught and thrown"): (
        f'{S}{E}{task("yes")}<intermediateThrowEvent id="x" name="On">{LINK}</intermediateThrowEvent>'
        f'<intermediateCatchEvent id="c" name="On">{LINK}</intermediateCatchEvent>',
        "s>yes yes>x c>e",
    ),
    **{
        (kind, "intermediate, thrown"): thrown(kind)
        for kind in ("none", "message", "signal", "escalation", "compensate")
    },
    **{
        (kind, "end"): ended(kind)
        for kind in ("none", "message", "signal", "escalation", "terminate", "cancel", "compensate")
    },
    ("error", "end, caught"): boundary("error", True),
    ("error", "end, caught by nobody"): ended("error"),
    ("terminate", "end of a sub-process"): in_a_row(
        (
            "sub",
            scope(
                "sub",
                f'<startEvent id="s0"/><parallelGateway id="g"/>{task("yes")}{task("other")}<endEvent id="e0"/>'
                f'<endEvent id="x" name="X">{DEFINITIONS["terminate"]}</endEvent>',
                "s0>g g>yes g>other other>e0 yes>x",
            ),
        )
    ),
    ("data object", "read and written by a task"): in_a_row(("x", task("x", READ.format(""))), more=DATA),
    ("data object", "computed on its way"): in_a_row(
        ("x", task("x", READ.format("<transformation>upper</transformation>"))), more=DATA
    ),
    ("lane", "in a process"): in_a_row(
        ("x", task("x")), more='<laneSet id="ls"><lane id="l" name="Rep"><flowNodeRef>x</flowNodeRef></lane></laneSet>'
    ),
}


def source(element: str, where: str) -> bytes:
    nodes, flows = SHOWN[element, where]
    xml = process(nodes, flows).replace(b"<process ", f"{ROOTS}<process ".encode(), 1)
    if (element, where) == ("callActivity", "of a process in the same file"):
        xml = xml.replace(b"</process>", CALLED.format(task("o3")).encode() + b"</process>", 1)
    return xml


@pytest.mark.parametrize(("element", "where", "rule"), TABLE)
def test_a_row_of_the_table(element: str, where: str, rule: str) -> None:
    definitions = read(source(element, where)).definitions
    found = {finding.rule for finding in checks.errors(checks.run(definitions))}
    if rule:
        assert rule in found
        return
    assert found == set()
    assert "x" in drive(spiff.build(definitions, "p"))


def test_the_table_and_its_processes_are_the_same_rows() -> None:
    rows = {(element, where) for element, where, _ in TABLE}
    assert len(rows) == len(TABLE) > 80
    assert rows <= SHOWN.keys()


def drive(program: spiff.Program) -> set[str]:
    """All that a deal passes until it ends, when people answer, time passes and messages come; stored in between."""
    services: Any = {"find_record": lambda known: {"record_found": True}}
    begun = program.beginning
    kinds = (("message", "m"), ("signal", "sig"))
    at = begun or next(filter(None, (program.started_by(kind, name) for kind, name in kinds)))
    now = NOW
    step = spiff.start(program, now=now, services=services, at=at)
    passed, told = set(step.path), list[spiff.Awaited]()
    for _ in range(40):
        if step.ended:
            return passed
        rest: dict[str, Any] = {"known": step.data, "now": now, "services": services}
        waits = next((one for one in step.awaited if one not in told), None)
        if waits is not None:
            told.append(waits)
            step = spiff.catch(program, step.state, waits.kind, waits.name, key=waits.key, **rest)
        elif step.due:
            rest["now"] = now = step.due + timedelta(seconds=1)
            step = spiff.wake(program, step.state, **rest)
        else:
            first = step.open[0]
            step = spiff.complete(program, step.state, first.token, {first.element_id: True}, **rest)
        passed |= set(step.path)
    raise AssertionError("the deal did not come to an end")
