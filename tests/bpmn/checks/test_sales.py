"""What sales people know of good processes: each rule says what it should of the shipped one, spoiled in one place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bpmn import checks
from bpmn.checks import Finding
from bpmn.reading import read
from tests.builders import commercial

Spoil = Callable[[str], str]


def replaced(old: str, new: str, language: str = "") -> Spoil:
    def spoil(source: str) -> str:
        assert old in source, old
        return source.replace(old, new)

    return spoil


def cut(pattern: str, new: str = "") -> Spoil:
    def spoil(source: str) -> str:
        changed, count = re.subn(pattern, new, source, flags=re.DOTALL)
        assert count
        return changed

    return spoil


def also(inside: str) -> Spoil:
    return replaced('    <bpmn:startEvent id="Start_lead"', inside + '    <bpmn:startEvent id="Start_lead"')


def tasks(count: int, stage: str = "") -> str:
    held = f"<bpmn:categoryValueRef>{stage}</bpmn:categoryValueRef>" if stage else ""
    return "".join(f'<bpmn:userTask id="x{n}" name="Call client {n}">{held}</bpmn:userTask>' for n in range(count))


def named(element: str, name: str) -> Spoil:
    return cut(rf'id="{element}" name="[^"]*"', f'id="{element}" name="{name}"')


#: The no of the qualification ends, and throws nothing.
ENDS = cut(r'(<bpmn:endEvent id="End_not_qualified".*?)<bpmn:messageEventDefinition[^>]*/>', r"\1")
FOLLOWS = cut(r'(<bpmn:boundaryEvent id="Timer_follow_up"[^>]*)cancelActivity="false"', r"\1")
FIRST = '<bpmn:categoryValue id="Stage_identification"'
DEMO = '<bpmn:categoryValue id="Stage_demo" value="Demo" />' + FIRST
#: Rule, element, and how the shipped process is spoiled.
CASES: list[tuple[str, str, Spoil]] = [
    ("no_goal", "commercial", cut(r"<sales:goal>.*?</sales:goal>")),
    ("no_lost_path", "commercial", replaced('name="deal lost"', 'name="deal given up"')),
    ("lost_without_lesson", "SubProcess_lost", cut(r'<sales:lesson about="lost"[^>]*>')),
    ("no_without_way_on", "End_not_qualified", ENDS),
    ("few_follow_ups", "Timer_follow_up", replaced("R7/P7D", "R3/P7D")),
    ("few_follow_ups", "commercial", FOLLOWS),
    ("buyer_gets_nothing", "commercial", cut(r"<sales:touch />")),
    ("demo_too_early", "Stage_demo", replaced(FIRST, DEMO)),
    ("vague_name", "Task_identify", named("Task_identify", "Identification of the lead")),
    ("vague_name", "Task_identify", named("Task_identify", "The lead")),
    ("vague_name", "Task_identify", named("Task_identify", "Handle the lead")),
    ("crowded_map", "commercial", also(tasks(40))),
    ("crowded_map", "commercial", also("".join(f'<bpmn:parallelGateway id="g{n}" name="G" />' for n in range(12)))),
    ("crowded_map", "Stage_proposal", also(tasks(9, "Stage_proposal"))),
]  # fmt: skip
FRENCH: list[tuple[str, str, Spoil]] = [
    ("vague_name", "Task_identify", named("Task_identify", "Gérer la piste")),
    ("vague_name", "Task_identify", named("Task_identify", "La piste")),
    ("vague_name", "Task_identify", named("Task_identify", "Identification")),
    ("demo_too_early", "Stage_demo", replaced(FIRST, DEMO.replace("Demo", "Démonstration"))),
    ("no_without_way_on", "End_not_qualified", ENDS),
]  # fmt: skip


def found(spoil: Spoil, language: str = "") -> list[Finding]:
    source = spoil(commercial(language).decode())
    return list(checks.run(read(source.encode()).definitions, checks.SALES))


@pytest.mark.parametrize(("rule", "element", "spoil"), CASES)
def test_each_rule_says_what_it_should_and_why(rule: str, element: str, spoil: Spoil) -> None:
    [finding] = found(spoil)
    assert (finding.rule, finding.element, finding.severity) == (rule, element, "warning")
    assert finding.why
    assert finding.message.endswith(".")


@pytest.mark.parametrize(("rule", "element", "spoil"), FRENCH)
def test_they_read_french_as_well(rule: str, element: str, spoil: Spoil) -> None:
    assert [(one.rule, one.element) for one in found(spoil, "fr")] == [(rule, element)]


def test_every_rule_is_in_the_list_and_shown_by_a_case() -> None:
    folder = Path(checks.__file__).parent / "sales"
    rules = {path.stem for path in folder.glob("*.py") if "\ndef check(" in path.read_text("utf-8")}
    assert {rule.__module__.rpartition(".")[2] for rule in checks.SALES} == rules == {rule for rule, _, _ in CASES}


@pytest.mark.parametrize(("rule", "element", "spoil"), CASES)
def test_each_is_silenced_on_its_element_with_a_reason(rule: str, element: str, spoil: Spoil) -> None:
    def silenced(reason: str) -> Spoil:
        silence = f'<sales:silence rule="{rule}" reason="{reason}" />'

        def spoil_and_silence(source: str) -> str:
            source = spoil(source)
            head = re.search(rf'<bpmn:\w+ id="{element}"[^>]*?(/?)>', source)
            assert head
            start = head.group().removesuffix("/>").removesuffix(">").rstrip()
            name = head.group()[1:].split()[0]
            end = f"</{name}>" if head[1] else ""
            inside = f"<bpmn:extensionElements>{silence}</bpmn:extensionElements>"
            return source.replace(head.group(), f"{start}>{inside}{end}", 1)

        return spoil_and_silence

    assert found(silenced("We sell otherwise.")) == []
    assert len(found(silenced(" "))) == 1


def test_an_error_cannot_be_silenced() -> None:
    source = commercial().decode().replace('name="Identify the lead"', 'name=""')
    silence = '<bpmn:extensionElements><sales:silence rule="no_label" reason="No." />'
    head, _, rest = source.partition('<bpmn:userTask id="Task_identify"')
    spoiled = head + '<bpmn:userTask id="Task_identify"' + rest.replace("<bpmn:extensionElements>", silence, 1)
    assert [one.rule for one in checks.run(read(spoiled.encode()).definitions)] == ["no_label"]


@pytest.mark.parametrize(
    "name",
    [
        "Write the process description",
        "Agree the next step",
        "Compare with other offers",
        "Comparer aux autres offres",
        "Convenir de la prochaine étape",
        "Mention the price",
        "Position the offer",
        "Balance the account",
        "Negotiate",
        "Négocier",
    ],
)
def test_a_name_that_says_what_to_do_is_left_alone(name: str) -> None:
    assert found(named("Task_identify", name)) == []
