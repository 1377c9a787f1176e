"""Trials on the real engine, and what is kept of them as scenarios."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bpmn.errors import AnswersRejected, BpmnError
from bpmn.model import Definitions
from bpmn.reading import read
from bpmn.scenarios import Deed, Scenario, with_scenario
from engine.errors import ScenarioFails
from engine.trying import BEGINNING, MOST_DEEDS, CannotHappen, Trial, play, verdict, verdicts
from tests.benchmarks.sales import PATH
from tests.bpmn.schema import complaints
from tests.builders import NOW, Company, commercial


def done(element: str, answers: dict[str, str]) -> Deed:
    return Deed("complete", element, tuple(answers.items()))


WON = [
    done(element, answers | ({"account_manager": "account_manager"} if element == "Task_hand_over" else {}))
    for element, answers in PATH
]
DEFINITIONS = read(commercial()).definitions


def tried(*deeds: Deed, definitions: Definitions = DEFINITIONS) -> Trial:
    return play(definitions, "commercial", deeds)


def test_a_deal_is_played_to_its_end() -> None:
    trial = tried(*WON)
    assert (trial.outcome, trial.ended, trial.open) == ("won", True, ())
    assert trial.path[0] == "Start_lead"
    assert trial.path[-1] == "End_won"
    assert trial.data["won_lesson"] == "One page was enough."
    assert [one.deed for one in trial.happened] == [None, *WON]


def test_the_clock_is_moved_and_every_timer_fires_at_its_own_time() -> None:
    trial = tried(*WON[:4], Deed("wait", "P30D"))
    assert trial.happened[-1].fired == ("Timer_follow_up",) * 4
    assert (trial.at - BEGINNING).days == 30
    assert set(trial.open) == {"Task_record_answer", "Task_get_in_touch"}


def test_a_deal_is_lost_wherever_it_is() -> None:
    trial = tried(*WON[:2], Deed("lose"))
    assert (trial.outcome, trial.ended, trial.open) == ("lost", False, ("Task_say_why",))


@pytest.mark.parametrize(
    ("deed", "says"),
    [
        (done("Task_negotiate", {}), "is not open then"),
        (done("nothing", {}), "'nothing' is not open then"),
        (Deed("catch", "Task_negotiate"), "Nothing waits"),
        (Deed("dance"), "nothing that can happen"),
    ],
)
def test_what_cannot_happen_is_told(deed: Deed, says: str) -> None:
    with pytest.raises(CannotHappen, match=says):
        tried(WON[0], deed)


def test_nothing_happens_after_the_end() -> None:
    with pytest.raises(CannotHappen, match="has ended"):
        tried(*WON, Deed("wait", "P1D"))


def test_answers_are_asked_for_as_of_a_rep() -> None:
    with pytest.raises(AnswersRejected) as refused:
        tried(done("Task_identify", {"company": ""}))
    assert set(refused.value.problems) == {"company", "contact_name", "source"}


@pytest.mark.parametrize("text", ["", "7 days", "P99999999999Y", "R7/P7D", "P9000Y"])
def test_waiting_for_something_odd_is_refused(text: str) -> None:
    with pytest.raises((BpmnError, CannotHappen)):
        tried(Deed("wait", text))


def test_no_trial_goes_on_for_ever() -> None:
    with pytest.raises(CannotHappen, match="at most"):
        tried(*[Deed("wait", "PT1H")] * (MOST_DEEDS + 1))
    busy = commercial().replace(b"R7/P7D", b"R/PT1M")
    with pytest.raises(CannotHappen, match="timers fire"):
        tried(*WON[:4], Deed("wait", "P30D"), definitions=read(busy).definitions)


def kept(name: str = "Won in one go") -> tuple[bytes, Scenario]:
    scenario = tried(*WON).kept_as(name)
    return with_scenario(commercial(), "commercial", scenario), scenario


def test_a_scenario_stands_in_the_file_and_holds() -> None:
    source, scenario = kept()
    definitions = read(source).definitions
    assert definitions.processes[0].scenarios == (scenario,)
    assert verdict(definitions, "commercial", scenario) is None
    assert complaints(source) == []
    again = with_scenario(source, "commercial", replace(scenario, outcome="lost"))
    assert [one.outcome for one in read(again).definitions.processes[0].scenarios] == ["lost"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'sourceRef="Gateway_qualified" targetRef="Task_prepare_proposal"',
            'sourceRef="Gateway_qualified" targetRef="Task_send_proposal"',
            "The task 'Prepare the proposal' is not open then. Open are: 'Send the proposal for feedback'.",
        ),
        ('id="company" type="text"', 'id="company" type="email"', "the answer to 'company' is refused"),
        (">won<", ">no_decision<", "its outcome is no_decision instead of won."),
        ('"Task_write_lesson"', '"Task_write_it"', "Open are: 'Write down what we learned'."),
        (
            'sourceRef="Task_write_lesson" targetRef="End_won"/>',
            'sourceRef="Task_write_lesson" targetRef="Mid"/>'
            '<bpmn:intermediateThrowEvent id="Mid" name="Milestone" />'
            '<bpmn:sequenceFlow id="Flow_mid" sourceRef="Mid" targetRef="End_won" />',
            "after 'Write down what we learned' comes 'Milestone' instead of 'Won'.",
        ),
    ],
)
def test_a_scenario_that_no_longer_holds_says_where(old: str, new: str, says: str) -> None:
    source, scenario = kept()
    changed = source.decode().replace(old, new)
    assert changed != source.decode()
    reason = verdict(read(changed.encode()).definitions, "commercial", scenario)
    assert reason is not None
    assert says in reason


def test_nothing_is_published_while_a_scenario_fails(west: Company) -> None:
    source, _ = kept()
    broken = source.decode().replace(">won<", ">no_decision<").encode()
    with pytest.raises(ScenarioFails, match="Won in one go"):
        west.engine.publishing.publish(broken, by=west.dee, now=NOW)
    assert west.engine.publishing.publish(source, by=west.dee, now=NOW).number == 2


def test_scenarios_that_take_too_long_are_ended() -> None:
    scenario = tried(*WON[:4], *[Deed("wait", "PT1H")] * 150).kept_as("Waiting")
    source = with_scenario(commercial(), "commercial", scenario)
    definitions = read(source).definitions
    assert verdicts(definitions, "commercial") == [None]
    [reason] = verdicts(definitions, "commercial", time_limit=0.05)
    assert reason is not None
    assert "take too long" in reason
    assert verdicts(DEFINITIONS, "commercial") == []
