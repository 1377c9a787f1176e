"""Each rule says what it should of its cases, and nothing else says anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from bpmn import checks
from bpmn.checks import Finding, too_many_nodes
from tests.bpmn.checks.cases import (
    BUDGET,
    GOOD_INSIDE,
    NOON,
    SUB,
    TASK,
    WON,
    YES,
    Changes,
    asking,
    boundary,
    catch,
    field,
    mail,
    script,
    sending,
    service,
    timer,
)
from tests.bpmn.checks.cases import ERRORS as OTHER_ERRORS
from tests.bpmn.checks.cases import WARNINGS as OTHER_WARNINGS
from tests.bpmn.checks.changed import F2, also, between, changed, findings, flow
from tests.bpmn.checks.event_cases import EITHER, EVENT_ERRORS, EVENT_WARNINGS

ERRORS = [*OTHER_ERRORS, *EVENT_ERRORS]
WARNINGS = [*OTHER_WARNINGS, *EVENT_WARNINGS]
INSIDE = flow("s0", "a") + flow("a", "s1")


def said(found: Iterable[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.rule, finding.severity, finding.element) for finding in found]


def test_minimal_definition_is_good() -> None:
    assert findings() == ()


@pytest.mark.parametrize(("rule", "element", "changes"), ERRORS)
def test_error(rule: str, element: str, changes: Changes, monkeypatch: pytest.MonkeyPatch) -> None:
    if rule == "too_many_nodes":
        monkeypatch.setattr(too_many_nodes, "MOST", 8)
    assert said(findings(*changes)) == [(rule, "error", element)]


@pytest.mark.parametrize(("rule", "element", "changes"), WARNINGS)
def test_warning(rule: str, element: str, changes: Changes) -> None:
    assert said(findings(*changes)) == [(rule, "warning", element)]


def test_deep_nesting_is_refused() -> None:
    inside = "<task id='deep' name='Deep'/>"
    for level in range(too_many_nodes.DEEPEST + 1):
        inside = f'<subProcess id="s{level}" name="S">{inside}</subProcess>'
    assert ("too_many_nodes", "error", "s0") in said(findings(also(inside)))


@pytest.mark.parametrize(
    "changes",
    [
        [
            between(SUB.format('<startEvent id="s0"/><endEvent id="s1"/>' + asking("a", "seen") + INSIDE)),
            (BUDGET, "seen == 'x' and budget > 1"),
        ],
        [
            (F2, flow("qualify", "fork") + '<parallelGateway id="fork"/><parallelGateway id="join"/>'),
            also(flow("fork", "a") + flow("fork", "b") + flow("a", "join") + flow("b", "join") + flow("join", "gate")),
            also(asking("a", "one") + asking("b", "two")),
            (BUDGET, "one == two"),
        ],
        [between(service("find_record")), (BUDGET, "record_found and budget > 1")],
        [between(catch(timer("timeDuration", "P1D")))],
        [between(catch(timer("timeDate", NOON)))],
        [between('<intermediateThrowEvent id="step" name="Milestone"/>')],
        [between(SUB.format(GOOD_INSIDE))],
        boundary(timer("timeCycle", "R7/P7D")),
        boundary(timer("timeDuration", "P7D"), "true"),
        [(WON, WON + '<terminateEventDefinition id="t"/>')],
        script("discount = budget * 0.1\n   # a comment\n\n   bonus = discount + 1"),
        [
            *sending(mail("{contact}", "For {deal.account}: {budget}", "{{ {rep.name} }}")),
            *field('<sales:field id="contact" type="email"/>'),
        ],
        sending('<sales:webhook name="erp"/>'),
        [also('<dataObjectReference id="paper"/><association id="a" sourceRef="paper" targetRef="qualify"/>')],
        [also('<textAnnotation id="n"/><association associationDirection="One" sourceRef="n" targetRef="why"/>')],
        [also('<acme:thing xmlns:acme="urn:acme"/>')],
        field('<sales:field id="état" type="choice"><sales:option value="a"/></sales:field>'),
        field('<sales:field id="manager" type="person" role="account_manager"/>'),
        field('<sales:field id="close" type="date" sets="expected_close"/>'),
        # Both are taken: one by a fork, one beside the other; or the choice is made by one that can take both.
        [(old, new.replace('exclusiveGateway id="part" name="Part?" default="d"', 'parallelGateway id="part" name="P"')
          .replace(flow("part", "a", "budget == 1"), flow("part", "a"))) for old, new in EITHER],
        [(old, new.replace('exclusiveGateway id="part"', 'inclusiveGateway id="part"')) for old, new in EITHER],
    ],
)  # fmt: skip
def test_nothing_is_said_about_what_is_run(changes: Changes) -> None:
    assert findings(*changes) == ()


def test_a_picture_gets_one_error() -> None:
    picture = findings(('isExecutable="true"', ""), (BUDGET, "${yes}"), (' default="no"', ""))
    assert said(picture) == [("not_executable", "error", "sale")]


def test_messages_name_the_element_and_say_what_to_do() -> None:
    for _, _, changes in [*ERRORS, *WARNINGS]:
        for finding in findings(*changes):
            assert finding.message.endswith((".", "?")), finding
            assert finding.message == finding.message.template % finding.message.values
            names = [value for value in finding.message.values.values() if isinstance(value, str)]
            assert finding.name in names or finding.rule in {"namespace", "no_process"} or names, finding


def test_findings_come_in_the_order_of_the_file() -> None:
    lines = [
        finding.line
        for finding in findings(
            (YES, ""), (WON, "<timerEventDefinition/>"), (TASK, TASK.replace("Qualify the lead", ""))
        )
    ]
    assert len(lines) > 2
    assert lines == sorted(lines)


def test_errors_keep_warnings_apart() -> None:
    found = findings((YES, ""), ("<flowNodeRef>qualify</flowNodeRef>", ""))
    assert {finding.severity for finding in found} == {"error", "warning"}
    assert [finding.rule for finding in checks.errors(found)] == ["gateway_condition"]


def test_every_rule_is_in_the_list_and_shown_by_a_case() -> None:
    folder = Path(checks.__file__).parent
    rules = {path.stem for path in folder.glob("*.py") if "\ndef check(" in path.read_text("utf-8")}
    listed = [rule.__module__.rpartition(".")[2] for rule in checks.STANDARD]
    assert sorted(listed) == sorted(rules)
    assert {rule for rule, _, _ in [*ERRORS, *WARNINGS]} == rules
    assert all(rule.__doc__ for rule in checks.ALL)
    assert all(re.fullmatch("[a-z_]+", rule) for rule in rules)


def test_without_its_rule_a_case_is_silent() -> None:
    for rule, _, changes in [*ERRORS, *WARNINGS]:
        definitions = changed(*changes)
        if rule in {finding.rule for finding in checks.run(definitions, checks.STANDARD)}:
            kept = [other for other in checks.STANDARD if other.__module__ != f"bpmn.checks.{rule}"]
            assert checks.run(definitions, kept) == ()


def test_a_flow_to_what_is_not_there_is_told_as_that_and_nothing_else() -> None:
    """The steps before it would end somewhere, if their flow did."""
    broken = changed(('targetRef="won"', 'targetRef="wonn"'), ('targetRef="give_up"', 'targetRef="giveup"'))
    told = {finding.rule for finding in checks.run(broken) if finding.severity == "error"}
    assert "dangling_reference" in told
    assert told <= {"dangling_reference", "unreachable"}
