"""For each rule: what to change in the good minimal definition for it, and no other rule, to have something to say."""

from __future__ import annotations

from collections.abc import Iterable

from tests.bpmn.checks.changed import F2, MINIMAL, also, between, flow

Changes = Iterable[tuple[str, str]]

TASK = '<userTask id="qualify" name="Qualify the lead">'
FIELD = '<sales:field id="budget" type="money" label="Budget" sets="value"/>'
BUDGET = "budget >= 1000"
YES = f"<conditionExpression>{BUDGET}</conditionExpression>"
CARD = '<sales:stage buyerStep="awareness" timeLimit="P7D">'
WON = "<extensionElements><sales:outcome>won</sales:outcome></extensionElements>"
LESSON = '<sales:lesson about="lost" reason="reason"/>'
LONELY_TASK = '<userTask id="alone" name="Alone"><potentialOwner id="p1"><r>rep</r></potentialOwner></userTask>'


def timer(kind: str, text: str) -> str:
    return f'<timerEventDefinition id="t"><{kind}>{text}</{kind}></timerEventDefinition>'


def catch(definition: str, node_id: str = "step") -> str:
    return f'<intermediateCatchEvent id="{node_id}" name="Wait">{definition}</intermediateCatchEvent>'


def boundary(definition: str, interrupting: str = "false") -> Changes:
    return [
        also(
            f'<boundaryEvent id="edge" name="Edge" attachedToRef="qualify" cancelActivity="{interrupting}">{definition}'
            f"</boundaryEvent>{flow('edge', 'won')}"
        )
    ]


def field(xml: str) -> Changes:
    return [(FIELD, FIELD + xml)]


def asking(node_id: str, field_id: str) -> str:
    """A task of a rep with one field."""
    form = f'<sales:form><sales:field id="{field_id}"/></sales:form>'
    who = f'<potentialOwner id="{node_id}-owner"><r>rep</r></potentialOwner>'
    return f'<task id="{node_id}" name="Ask"><extensionElements>{form}</extensionElements>{who}</task>'


def also_late() -> Changes:
    """A task before the end, which only deals that are won come to."""
    won = 'targetRef="won"><conditionExpression>'
    return [(won, won.replace("won", "alone")), also(asking("alone", "late") + flow("alone", "won"))]


def service(name: str) -> str:
    asked = f'<extensionElements><sales:service name="{name}"/></extensionElements>'
    return f'<serviceTask id="step" name="Ask">{asked}</serviceTask>'


def sending(inside: str, kind: str = "sendTask") -> Changes:
    return [between(f'<{kind} id="step" name="Write"><extensionElements>{inside}</extensionElements></{kind}>')]


def mail(to: str = "a@b.co", subject: str = "Hello", body: str = "Your offer") -> str:
    return f'<sales:mail to="{to}" subject="{subject}"><sales:body>{body}</sales:body></sales:mail>'


def script(text: str) -> Changes:
    return [between(f'<scriptTask id="step" name="Compute"><script>{text}</script></scriptTask>')]


NOON = "2026-03-31T12:00:00Z"
MESSAGE = '<messageEventDefinition id="m9" messageRef="{}"/>'
SUB = '<subProcess id="step" name="Part">{}</subProcess>'
AGAIN = '<scriptTask id="again" name="Again"><script>n = 1</script></scriptTask>'
PART = (
    '<subProcess id="part" name="Part"><startEvent id="s0"/><endEvent id="s1"/>'
    f"{AGAIN}{flow('s0', 'again')}{flow('again', 's1')}</subProcess>"
)
GOOD_INSIDE = '<startEvent id="s0"/><endEvent id="s1"/>' + flow("s0", "s1")

ERRORS: list[tuple[str, str, Changes]] = [
    ("namespace", "minimal", [('xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"', 'xmlns="urn:other"')]),
    ("duplicate_id", "f2", [also('<textAnnotation id="f2"/>')]),
    ("missing_id", "", [(' id="f1"', "")]),
    ("unknown_element", "lane0", [also('<swimlane id="lane0"/>')]),
    ("no_process", "minimal", [(MINIMAL[MINIMAL.index("  <process") : MINIMAL.index("</definitions>")], "")]),
    ("not_executable", "sale", [('isExecutable="true"', 'isExecutable="false"')]),
    (
        "not_executable",
        "second",
        [
            (
                "</definitions>",
                '<process id="second" isExecutable="true"><startEvent id="b1"/><endEvent id="b2"/>'
                + flow("b1", "b2")
                + "</process></definitions>",
            )
        ],
    ),
    ("too_many_nodes", "sale", [between(SUB.format(GOOD_INSIDE))]),
    (
        "sending",
        "step",
        [*sending(mail(), "scriptTask"), ("</scriptTask>", "<script>n = 1</script></scriptTask>")],
    ),
    ("sending", "step", sending('<sales:service name="find_record"/><sales:webhook name="erp"/>', "serviceTask")),
    ("sending", "step", sending(mail() + '<sales:webhook name="erp"/>')),
    ("sending", "step", sending(mail(to=""))),
    ("sending", "step", sending(mail(subject=" "))),
    ("sending", "step", sending(mail(body=""))),
    ("sending", "step", sending(mail(to="Ada &lt;a@b.co&gt;"))),
    ("sending", "step", sending(mail(to="a@b.co, c@d.co"))),
    ("template", "step", sending(mail(body="Dear {contact_name}"))),
    ("template", "step", sending(mail(subject="For {budgets}"))),
    ("template", "step", sending(mail(body="Dear {budget.__class__}"))),
    ("template", "step", sending(mail(body="Dear {budget!r:>10}"))),
    ("template", "step", sending(mail(body="{0}"))),
    ("template", "step", sending(mail(body="{" * 3))),
    ("dangling_reference", "f9", [also('<sequenceFlow id="f9" sourceRef="qualify-2" targetRef="qualify"/>')]),
    ("dangling_reference", "gate-why", [also(flow("gate", "why", "budget == 5"))]),
    (
        "dangling_reference",
        "edge",
        [(old, new.replace("qualify", "gate")) for old, new in boundary(timer("timeDuration", "P1D"))],
    ),
    (
        "dangling_reference",
        "edge",
        [(old, new.replace("qualify", "nothing")) for old, new in boundary(timer("timeDuration", "P1D"))],
    ),
    (
        "dangling_reference",
        "qualify",
        [
            ("<categoryValueRef>qualification", "<categoryValueRef>negotiation"),
            (
                '<startEvent id="start" name="Lead"/>',
                '<startEvent id="start" name="Lead"><categoryValueRef>qualification</categoryValueRef></startEvent>',
            ),
        ],
    ),
    ("dangling_reference", "qualify", [(TASK, TASK.replace(">", ' default="no">'))]),
    ("missing_start", "step", [between(SUB.format('<endEvent id="s1"/>'))]),
    ("several_starts", "start2", [also('<startEvent id="start2"/>' + flow("start2", "qualify"))]),
    ("misplaced_flow", "start", [also(flow("gate", "start", BUDGET.replace(">", "&gt;")))]),
    ("misplaced_flow", "edge", [*boundary(timer("timeDuration", "P1D")), also(flow("gate", "edge", "budget == 5"))]),
    ("misplaced_flow", "won", [also(flow("won", "give_up"))]),
    ("unreachable", "alone", [also(LONELY_TASK + flow("alone", "won"))]),
    (
        "unreachable",
        "alone",
        [
            also(LONELY_TASK + '<exclusiveGateway id="g" default="g-won"/>' + flow("alone", "g") + flow("g", "won")),
            also(flow("g", "alone", "budget == 5")),
        ],
    ),
    (
        "dead_end",
        "step",
        [
            (
                '<sequenceFlow id="no" sourceRef="gate" targetRef="give_up"/>',
                '<sequenceFlow id="no" sourceRef="gate" targetRef="step"/>'
                '<manualTask id="step" name="Wait"><potentialOwner id="p1"><r>rep</r></potentialOwner></manualTask>',
            ),
            (
                MINIMAL[MINIMAL.index('    <endEvent id="give_up"') : MINIMAL.index('    <subProcess id="lost_path"')],
                "",
            ),
        ],
    ),
    ("dead_end", "step", [between(SUB.format('<startEvent id="s0"/>'))]),
    (
        "automatic_loop",
        "step",
        [
            between('<exclusiveGateway id="step"/>'),
            (
                'sourceRef="step" targetRef="gate"/>',
                'sourceRef="step" targetRef="again"/>' + AGAIN + flow("again", "ask"),
            ),
            also(
                '<exclusiveGateway id="ask" default="ask-gate"/>' + flow("ask", "gate") + flow("ask", "step", "n == 0")
            ),
        ],
    ),
    (
        "automatic_loop",
        "step",
        [
            between('<exclusiveGateway id="step"/>'),
            ('sourceRef="step" targetRef="gate"/>', 'sourceRef="step" targetRef="part"/>' + PART + flow("part", "ask")),
            also(
                '<exclusiveGateway id="ask" default="ask-gate"/>' + flow("ask", "gate") + flow("ask", "step", "n == 0")
            ),
        ],
    ),
    (
        "gateway_condition",
        "gate",
        [
            (' default="no"', ""),
            (
                'targetRef="give_up"/>',
                'targetRef="give_up"><conditionExpression>budget == 0</conditionExpression></sequenceFlow>',
            ),
        ],
    ),
    ("gateway_condition", "yes", [(YES, "")]),
    (
        "gateway_condition",
        "no",
        [
            (
                'targetRef="give_up"/>',
                'targetRef="give_up"><conditionExpression>budget == 0</conditionExpression></sequenceFlow>',
            )
        ],
    ),
    (
        "gateway_condition",
        "f3",
        [
            between('<exclusiveGateway id="step"/>'),
            (
                'id="f3" sourceRef="step" targetRef="gate"/>',
                'id="f3" sourceRef="step" targetRef="gate"><conditionExpression>budget == 0</conditionExpression>'
                "</sequenceFlow>",
            ),
        ],
    ),
    (
        "condition_elsewhere",
        "f2",
        [
            (
                'targetRef="gate"/>',
                'targetRef="gate"><conditionExpression>budget == 0</conditionExpression></sequenceFlow>',
            )
        ],
    ),
    ("condition_elsewhere", "qualify", [also(flow("qualify", "won"))]),
    ("odd_id", "new", [('"sale"', '"new"')]),
    ("odd_id", "a/b", [('"sale"', '"a/b"')]),
    ("odd_id", "../a", [("</process>", '</process><process id="other"><task id="../a" name="A" /></process>')]),
    ("odd_id", "x" * 101, [('"sale"', f'"{"x" * 101}"')]),
    ("timer", "edge", boundary(timer("timeCycle", "R/PT1M"))),
    ("expression", "yes", [(YES, YES.replace("budget", "().__class__"))]),
    ("expression", "yes", [(YES, YES.replace("budget", "budgte"))]),
    ("expression", "step", script("n = __import__('os')")),
    ("expression", "step", script("n = m")),
    ("expression", "step", script("")),
    ("expression", "step", script("record_found = true")),
    ("timer", "step", [between(catch(timer("timeDuration", "7 days")))]),
    ("timer", "step", [between(catch('<timerEventDefinition id="t"/>'))]),
    ("timer", "step", [between(catch(timer("timeDate", "2026-03-31")))]),
    ("timer", "step", [between(catch(timer("timeCycle", "R3/P7D")))]),
    ("timer", "edge", boundary(timer("timeCycle", "0 0 9 * * MON"))),
    ("timer", "edge", boundary(timer("timeCycle", "R3/P7D"), "true")),
    ("time_limit", "qualify", [('<sales:due after="P2D"/>', '<sales:due after="2 days"/>')]),
    ("time_limit", "qualification", [('timeLimit="P7D"', 'timeLimit="P0D"')]),
    ("service_unknown", "step", [between('<serviceTask id="step" name="Ask"/>')]),
    (
        "service_unknown",
        "step",
        [between(service("mail"))],
    ),
    ("form_field", "qualify", field('<sales:field id="the budget" type="money"/>')),
    ("form_field", "qualify", field('<sales:field id="class" type="money"/>')),
    ("form_field", "qualify", field('<sales:field id="_x" type="money"/>')),
    ("form_field", "qualify", field('<sales:field id="ﬁeld" type="money"/>')),
    ("form_field", "qualify", field('<sales:field id="typename" type="text"/>')),
    ("form_field", "qualify", field('<sales:field id="len" type="text"/>')),
    ("form_field", "qualify", field('<sales:field id="budget" type="text"/>')),
    ("form_field", "qualify", field('<sales:field id="x" type="slider"/>')),
    ("form_field", "qualify", field('<sales:field id="x" type="choice"/>')),
    (
        "form_field",
        "qualify",
        field('<sales:field id="x" type="choices"><sales:option value="a"/><sales:option value="a"/></sales:field>'),
    ),
    ("form_field", "qualify", field('<sales:field id="x" type="number" min="3" max="2"/>')),
    ("form_field", "qualify", field('<sales:field id="x" type="person" role="friend"/>')),
    ("form_field", "qualify", field('<sales:field id="x" type="text" sets="mood"/>')),
    ("form_field", "qualify", field('<sales:field id="x" type="text" sets="value"/>')),
    ("form_field", "qualify", field('<sales:field id="x" type="yes_no" sets="title"/>')),
    (
        "form_field",
        "step",
        [
            between(
                '<scriptTask id="step" name="Compute"><extensionElements><sales:form><sales:field id="x"/></sales:form>'
                "</extensionElements><script>n = 1</script></scriptTask>"
            )
        ],
    ),
    ("lesson_fields", "why", [(LESSON, LESSON.replace('reason="reason"', 'reason="reason" text="words"'))]),
    ("lesson_fields", "why", [(LESSON, LESSON.replace('reason="reason"', ""))]),
    ("lesson_fields", "why", [(LESSON, LESSON.replace('about="lost"', 'about="life"'))]),
    ("outcome_unknown", "won", [(">won<", ">success<")]),
    ("no_label", "qualify", [(TASK, TASK.replace("Qualify the lead", " "))]),
    ("unknown_role", "why", [(">rep<", ">lawyer<")]),
    (
        "unknown_role",
        "reps",
        [
            (
                '<lane id="reps" name="Rep">',
                '<lane id="reps" name="Rep"><extensionElements><sales:role>boss</sales:role></extensionElements>',
            )
        ],
    ),
    ("stage_card", "qualification", [("awareness", "sleep")]),
    (
        "stage_card",
        "qualification",
        [('<sales:check id="need">', '<sales:check id="need">Twice</sales:check><sales:check id="need">')],
    ),
    ("stage_card", "qualification", [("The need is named", "")]),
]

WARNINGS: list[tuple[str, str, Changes]] = [
    (
        "unanswered",
        "ask-won",
        [
            ('sourceRef="start" targetRef="qualify"', 'sourceRef="start" targetRef="ask"'),
            also('<exclusiveGateway id="ask" default="ask-qualify"/>' + flow("ask", "qualify")),
            also(flow("ask", "won", "budget == 5")),
        ],
    ),
    ("unanswered", "step", [*script("n = late"), *also_late()]),
    ("unanswered", "step", [*sending(mail(body="{late}")), *also_late()]),
    (
        "unanswered",
        "yes",
        [
            also(asking("alone", "late")),
            *boundary('<timerEventDefinition id="t"><timeDuration>P1D</timeDuration></timerEventDefinition>', "true"),
            ('targetRef="won"></sequenceFlow>', 'targetRef="alone"></sequenceFlow>' + flow("alone", "won")),
            (BUDGET, "late == 'x'"),
        ],
    ),
    (
        "mixed_gateway",
        "gate",
        [
            (F2, flow("qualify", "ask") + '<exclusiveGateway id="ask" default="ask-gate"/>' + flow("ask", "gate")),
            also(flow("ask", "alone", "budget == 5") + LONELY_TASK + flow("alone", "gate")),
        ],
    ),
    ("task_without_lane", "sale", [(MINIMAL[MINIMAL.index("    <laneSet") : MINIMAL.index("    <startEvent")], "")]),
    ("task_without_lane", "qualify", [("<flowNodeRef>qualify</flowNodeRef>", "")]),
    ("outcome_unknown", "won2", [also(flow("gate", "won2", "budget == 5") + '<endEvent id="won2" name="Also won"/>')]),
    (
        "no_stage",
        "empty",
        [
            (
                "</category>",
                '<categoryValue id="empty" value="Empty"><extensionElements>'
                "<sales:stage><sales:entry>e</sales:entry>"
                '<sales:details>d</sales:details><sales:check id="c">c</sales:check></sales:stage></extensionElements>'
                "</categoryValue></category>",
            )
        ],
    ),
    (
        "no_stage",
        "sale",
        [
            (MINIMAL[MINIMAL.index("  <category ") : MINIMAL.index("  <process")], ""),
            ("<categoryValueRef>qualification</categoryValueRef>", ""),
        ],
    ),
    ("stage_incomplete", "qualification", [("<sales:entry>A lead is known</sales:entry>", "")]),
    ("stage_incomplete", "qualification", [("<sales:details>The rep talks with it</sales:details>", "")]),
    ("stage_incomplete", "qualification", [('<sales:check id="need">The need is named</sales:check>', "")]),
    ("stage_incomplete", "qualification", [('value="Qualification"', 'value=""')]),
]
