"""More cases, of what moves a deal: events, messages, repetition, calls. For each rule, what makes it speak."""

from __future__ import annotations

from tests.bpmn.checks.cases import (
    GOOD_INSIDE,
    MESSAGE,
    SUB,
    TASK,
    WON,
    Changes,
    asking,
    boundary,
    catch,
    timer,
)
from tests.bpmn.checks.changed import F2, MINIMAL, also, between, flow

KEY = '<extensionElements><sales:correlate with="budget"/></extensionElements>'
LOST = '<message id="lost" name="deal lost"/>'
ROOTS = '<message id="m" name="m"/><signal id="s" name="s"/><error id="e" name="e" errorCode="E"/>'


def roots(xml: str = ROOTS) -> tuple[str, str]:
    return LOST, LOST + xml


def throw(definition: str, node_id: str = "step", kind: str = "intermediateThrowEvent") -> str:
    return f'<{kind} id="{node_id}" name="Tell">{definition}</{kind}>'


def behind(*targets: str) -> Changes:
    """An event gateway before the gateway, with these behind it, named a, b..."""
    ids = "abc"[: len(targets)]
    return [
        roots(),
        (F2, flow("qualify", "first") + '<eventBasedGateway id="first" name="First"/>'),
        also("".join(targets) + '<exclusiveGateway id="merge"/>' + flow("merge", "gate")),
        also("".join(flow("first", target) + flow(target, "merge") for target in ids)),
    ]


def handler(start: str, attributes: str = "", around: str = "") -> str:
    """An event sub-process."""
    inside = f'{start}{asking("h", "heard")}<endEvent id="he"/>{flow("hs", "h")}{flow("h", "he")}'
    return f'<subProcess id="handler" name="Handler" triggeredByEvent="true" {attributes}>{inside}{around}</subProcess>'


def started_by(definition: str, attributes: str = "") -> str:
    return f'<startEvent id="hs" name="Heard" {attributes}>{definition}</startEvent>'


def repeated(characteristics: str) -> Changes:
    return [between(asking("step", "x").replace("</task>", characteristics + "</task>"))]


def multiple(inside: str) -> str:
    return f'<multiInstanceLoopCharacteristics id="mi">{inside}</multiInstanceLoopCharacteristics>'


TWICE = '<standardLoopCharacteristics id="l" loopMaximum="2"/>'
SIGNAL = '<signalEventDefinition id="sd" signalRef="s"/>'
DAY = timer("timeDuration", "P1D")
CALL = '<callActivity id="step" name="Call" calledElement="{}"/>'
ASKED = asking("o4", "z") + flow("o1", "o4") + flow("o4", "o3") + flow("o3", "o2")
#: Two inclusive gateways on one loop.
KNOT: Changes = [
    (F2, flow("qualify", "one") + '<inclusiveGateway id="one" name="One"/><inclusiveGateway id="two" name="Two"/>'),
    also('<inclusiveGateway id="part" name="Part" default="b"/>' + asking("a", "x") + asking("c", "y")),
    also('<exclusiveGateway id="after" name="Again?" default="on"/>' + flow("one", "part") + flow("two", "after")),
    also(flow("part", "a", "budget == 1") + '<sequenceFlow id="b" sourceRef="part" targetRef="c"/>'),
    also(flow("a", "two") + flow("c", "two") + flow("after", "one", "budget == 2")),
    also('<sequenceFlow id="on" sourceRef="after" targetRef="gate"/>'),
]

#: A choice that meets in a parallel gateway.
EITHER: Changes = [
    (F2, flow("qualify", "part") + '<exclusiveGateway id="part" name="Part?" default="d"/>'),
    also('<parallelGateway id="join" name="Join"/>' + asking("a", "x") + asking("b", "y") + flow("join", "gate")),
    also(flow("part", "a", "budget == 1") + '<sequenceFlow id="d" sourceRef="part" targetRef="b"/>'),
    also(flow("a", "join") + flow("b", "join")),
]

EVENT_ERRORS: list[tuple[str, str, Changes]] = [
    *(
        ("unsupported_element", "step", [between(f'<{kind} id="step" name="Step"/>')])
        for kind in ("complexGateway", "choreographyTask")
    ),
    ("unsupported_element", "step", [between(f'<transaction id="step" name="Step">{GOOD_INSIDE}</transaction>')]),
    (
        "unsupported_element",
        "step",
        [between(f'<adHocSubProcess id="step" name="Step">{GOOD_INSIDE}</adHocSubProcess>')],
    ),
    ("unsupported_element", "qualify", [(TASK, TASK.replace(">", ' isForCompensation="true">'))]),
    (
        "unsupported_element",
        "step",
        [roots(), between(f'<receiveTask id="step" name="Get" messageRef="m" instantiate="true">{KEY}</receiveTask>')],
    ),
    ("unsupported_event", "step", [between(catch('<errorEventDefinition id="x"/>'))]),
    ("unsupported_event", "step", [between(catch('<cancelEventDefinition id="x"/>'))]),
    ("unsupported_event", "step", [between(catch(""))]),
    ("unsupported_event", "step", [between(catch(DAY + MESSAGE.format("lost")))]),
    ("unsupported_event", "step", [between(throw('<compensateEventDefinition id="x"/>'))]),
    ("unsupported_event", "step", [between(throw(DAY))]),
    ("unsupported_event", "edge", boundary('<compensateEventDefinition id="x"/>', "true")),
    ("unsupported_event", "won", [(WON, WON + '<cancelEventDefinition id="x"/>')]),
    (
        "unsupported_event",
        "start",
        [('name="Lead"/>', f'name="Lead">{timer("timeDate", "2026-01-01T09:00Z")}</startEvent>')],
    ),
    (
        "event_sub_process",
        "lost_path",
        [('<startEvent id="is_lost"', '<startEvent isInterrupting="false" id="is_lost"')],
    ),
    (
        "event_sub_process",
        "handler",
        [
            roots(),
            also(
                handler(
                    started_by(SIGNAL),
                    around=f'<startEvent id="h2">{KEY}{MESSAGE.format("m")}</startEvent>{flow("h2", "h")}',
                )
            ),
        ],
    ),
    (
        "event_sub_process",
        "handler",
        [
            roots(),
            between(SUB.format(GOOD_INSIDE + handler(started_by(MESSAGE.format("lost"))))),
        ],
    ),
    (
        "event_sub_process",
        "handler",
        [roots(), also(handler(started_by(SIGNAL)) + flow("handler", "won"))],
    ),
    (
        "event_sub_process",
        "handler",
        [
            roots(),
            also(handler(started_by(SIGNAL)).replace(">", '><standardLoopCharacteristics id="l" loopMaximum="2"/>', 1)),
        ],
    ),
    ("event_gateway", "first", behind(catch(DAY, "a"))),
    (
        "event_gateway",
        "first",
        [
            *behind(catch(DAY, "a"), catch(SIGNAL, "b")),
            ('<eventBasedGateway id="first"', '<eventBasedGateway eventGatewayType="Parallel" id="first"'),
        ],
    ),
    ("event_gateway", "b", behind(catch(DAY, "a"), asking("b", "n"))),
    ("event_gateway", "b", [*behind(catch(DAY, "a"), catch(SIGNAL, "b")), (flow("a", "merge"), flow("a", "b"))]),
    (
        "event_gateway",
        "b",
        [
            *behind(catch(DAY, "a"), f'<receiveTask id="b" name="Get" messageRef="m">{KEY}</receiveTask>'),
            also(f'<boundaryEvent id="edge" name="Edge" attachedToRef="b">{DAY}</boundaryEvent>{flow("edge", "won")}'),
        ],
    ),
    ("called_process", "step", [between(CALL.format("elsewhere"))]),
    (
        "called_process",
        "other",
        [
            between(CALL.format("other")),
            (
                "</definitions>",
                '<process id="other" name="Other"><startEvent id="o1"/><endEvent id="o2"/><callActivity id="o3" '
                f'name="Again" calledElement="other"/>{ASKED}</process></definitions>',
            ),
        ],
    ),
    ("repetition", "step", repeated(multiple(""))),
    (
        "repetition",
        "step",
        repeated(multiple("<loopCardinality>2</loopCardinality><loopDataInputRef>budget</loopDataInputRef>")),
    ),
    (
        "repetition",
        "step",
        repeated(multiple("<loopCardinality>2</loopCardinality><loopDataOutputRef>said</loopDataOutputRef>")),
    ),
    (
        "repetition",
        "step",
        repeated(multiple('<loopDataInputRef>budget</loopDataInputRef><inputDataItem id="i" name="no/name"/>')),
    ),
    ("repetition", "step", repeated('<standardLoopCharacteristics id="sl"/>')),
    (
        "repetition",
        "gate",
        [
            (
                'name="Qualified?" default="no"/>',
                f'name="Qualified?" default="no">{TWICE}</exclusiveGateway>',
            )
        ],
    ),
    (
        "repetition",
        "step",
        [
            between(
                '<scriptTask id="step" name="Compute"><standardLoopCharacteristics id="l"><loopCondition>budget &gt; 1'
                "</loopCondition></standardLoopCharacteristics><script>n = 1</script></scriptTask>"
            )
        ],
    ),
    ("message", "step", [between('<sendTask id="step" name="Send"/>')]),
    ("message", "step", [between('<receiveTask id="step" name="Get"/>')]),
    ("message", "step", [between(catch('<signalEventDefinition id="sd"/>'))]),
    (
        "message",
        "give_up",
        [(MINIMAL[MINIMAL.index('    <subProcess id="lost_path"') : MINIMAL.index("  </process>")], "")],
    ),
    (
        "message",
        "is_over",
        [('<endEvent id="is_over" name="Lost">', '<endEvent id="is_over" name="Lost">' + MESSAGE.format("lost"))],
    ),
    ("link", "in", [also(catch('<linkEventDefinition id="l" name="elsewhere"/>', "in") + flow("in", "won"))]),
    (
        "link",
        "out",
        [
            also(asking("a", "x") + throw('<linkEventDefinition id="l" name="gone"/>', "out")),
            also(flow("gate", "a", "budget == 5") + flow("a", "out")),
        ],
    ),
    (
        "link",
        "in2",
        [
            (F2, flow("qualify", "out") + throw('<linkEventDefinition id="l" name="on"/>', "out")),
            also(catch('<linkEventDefinition id="l1" name="on"/>', "in") + flow("in", "gate")),
            also(catch('<linkEventDefinition id="l2" name="on"/>', "in2") + flow("in2", "won")),
        ],
    ),
    ("uncaught_error", "won", [roots(), (WON, WON + '<errorEventDefinition id="x" errorRef="e"/>')]),
    ("uncaught_error", "edge", [roots(), *boundary('<errorEventDefinition id="x" errorRef="e"/>', "true")]),
    ("uncaught_error", "edge", [*boundary('<escalationEventDefinition id="x"/>')]),
    (
        "uncaught_error",
        "ends",
        [
            roots(ROOTS + '<error id="e2" name="e2" errorCode="E2"/>'),
            between(
                SUB.format(
                    '<startEvent id="s0"/>'
                    + throw('<errorEventDefinition id="x" errorRef="e"/>', "ends", "endEvent")
                    + throw('<errorEventDefinition id="x2" errorRef="e2"/>', "other", "endEvent")
                    + asking("in", "y")
                    + f'<boundaryEvent id="late" name="Late" attachedToRef="in">{DAY}</boundaryEvent>'
                    + flow("s0", "in")
                    + flow("in", "ends")
                    + flow("late", "other")
                )
            ),
            also(
                '<boundaryEvent id="edge" name="Edge" attachedToRef="step">'
                f'<errorEventDefinition id="x3" errorRef="e2"/></boundaryEvent>{flow("edge", "won")}'
            ),
        ],
    ),
    ("dangling_reference", "won", [(WON, WON + '<escalationEventDefinition id="x"/>')]),
    ("inclusive_knot", "two", KNOT),
    ("never_joined", "join", EITHER),
    (
        "never_joined",
        "join",
        [
            *behind(catch(DAY, "a"), catch(SIGNAL, "b")),
            ('<exclusiveGateway id="merge"/>' + flow("merge", "gate"), '<parallelGateway id="join" name="Join"/>'),
            (flow("a", "merge"), flow("a", "join") + flow("join", "gate")),
            (flow("b", "merge"), flow("b", "join")),
        ],
    ),
    (
        "several_starts",
        "start3",
        [
            roots(),
            also(
                "".join(
                    f'<startEvent id="start{n}" name="S">{MESSAGE.format("m")}</startEvent>'
                    + flow(f"start{n}", "qualify")
                    for n in (2, 3)
                )
            ),
        ],
    ),
    (
        "expression",
        "step",
        [
            between(
                catch("<conditionalEventDefinition><condition>budgt &gt; 1</condition></conditionalEventDefinition>")
            )
        ],
    ),
    ("expression", "step", [between(catch("<conditionalEventDefinition id='c'/>"))]),
    ("expression", "step", [between('<businessRuleTask id="step" name="Rule"/>')]),
    ("expression", "step", repeated(multiple("<loopCardinality>number_of_people</loopCardinality>"))),
    (
        "data_association",
        "qualify",
        [
            (
                TASK,
                TASK + '<dataInputAssociation id="d"><sourceRef>paper</sourceRef><targetRef>x</targetRef>'
                "<transformation>upper</transformation></dataInputAssociation>",
            ),
            also('<dataObjectReference id="paper"/>'),
        ],
    ),
]

EVENT_WARNINGS: list[tuple[str, str, Changes]] = [
    ("uncorrelated", "step", [roots(), between('<receiveTask id="step" name="Get" messageRef="m"/>')]),
    ("uncorrelated", "step", [roots(), between(catch(MESSAGE.format("m")))]),
    ("uncorrelated", "edge", [roots(), *boundary(MESSAGE.format("m"))]),
]
