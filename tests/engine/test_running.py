"""Deals run: who may do what, what is written, and what is refused with nothing written."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bpmn.errors import AnswersRejected
from engine import history
from engine.deals import Deal, Task
from engine.errors import (
    DealChanged,
    DealClosed,
    DealUnknown,
    FactsRejected,
    GateNotMet,
    NotAllowed,
    TaskCancelled,
    TaskGone,
    TaskTaken,
    TaskUnknown,
)
from engine.people import Person
from tests.builders import NOW, Company, definition

DAY = timedelta(days=1)


def open_deal(west: Company, **facts: Any) -> Deal:
    given: dict[str, Any] = {"title": "Fleet planning", "account": "Hanse Logistik", **facts}
    return west.engine.running.open_deal(process="small_sale", by=west.ada, now=NOW, **given)


def tasks(west: Company, deal: Deal) -> dict[str, Task]:
    return {row.task.element_id: row.task for row in west.engine.desk.deal(west.ada, deal.id).tasks}


def kinds(west: Company, deal: Deal) -> list[str]:
    return [event.kind for event in west.engine.desk.deal(west.ada, deal.id).history]


def complete(west: Company, deal: Deal, element: str, by: Person, **answers: Any) -> Deal:
    ticks = [
        item.id
        for stage in west.engine.desk.deal(west.ada, deal.id).published.definitions.stages
        for item in stage.checklist
    ]
    task = tasks(west, deal)[element]
    return west.engine.running.complete_task(task.id, answers, ticks=ticks, by=by, now=NOW)


def to_the_answer(west: Company) -> Deal:
    deal = open_deal(west)
    return complete(west, deal, "qualify", west.ada, budget="yes", offer="1200")


def test_an_opened_deal_waits_for_its_rep_in_its_first_stage(west: Company) -> None:
    deal = open_deal(west, value=Decimal("500"))
    task = tasks(west, deal)["qualify"]
    assert (deal.stage_id, deal.value, deal.people) == ("s1", Decimal("500.00"), {"rep": west.ada.id})
    assert (task.role, task.claimed_by, task.due_at) == ("rep", west.ada.id, NOW + 2 * DAY)
    assert kinds(west, deal) == [history.DEAL_OPENED, history.STAGE_ENTERED, history.TASK_OPENED]


def test_answers_move_the_deal_and_become_its_facts(west: Company) -> None:
    deal = to_the_answer(west)
    assert deal.stage_id == "s2"
    view = west.engine.desk.deal(west.ada, deal.id)
    assert view.deal.value == Decimal("1200.00")
    assert view.data["budget"] is True
    assert {"qualify", "gate", "f_yes"} <= view.marks.passed
    assert view.marks.current == {"answer"}


def test_a_deal_is_won_at_the_end_that_says_so(west: Company) -> None:
    deal = to_the_answer(west)
    deal = complete(west, deal, "answer", west.ada, answer="yes")
    deal = complete(west, deal, "sign", west.ana)
    assert (deal.outcome, deal.decided_at, deal.ended_at) == ("won", NOW, NOW)
    assert kinds(west, deal)[-2:] == [history.DEAL_WON, history.DEAL_ENDED]
    assert west.engine.desk.deals(west.ada, status="won").figures["won"] == (1, Decimal("1200.00"))


def test_a_loss_stops_everything_and_its_lesson_is_kept_then_shared(west: Company) -> None:
    deal = to_the_answer(west)
    deal = west.engine.running.lose_deal(deal.id, by=west.ada, now=NOW)
    assert deal.outcome == "lost"
    assert set(tasks(west, deal)) == {"why"}
    complete(west, deal, "why", west.ada, reason="quiet", lesson="Ask for a second contact early.")
    assert west.engine.lessons.lessons(west.cleo)[1] == 0, "an unshared lesson is its team's"
    deal = complete(west, deal, "share", west.ben, shared="")
    assert deal.ended_at == NOW
    [lesson] = west.engine.lessons.lessons(west.cleo, search="SECOND contact")[0]
    assert (lesson.reason, lesson.stage_id, lesson.element_id) == ("quiet", "s2", "answer")
    assert lesson.text == "Ask for a second contact early."


def test_a_gateway_that_gives_the_deal_up_is_where_its_lesson_belongs(west: Company) -> None:
    deal = open_deal(west)
    deal = complete(west, deal, "qualify", west.ada, budget="no")
    assert (deal.outcome, set(tasks(west, deal))) == ("lost", {"why"})
    complete(west, deal, "why", west.ada, reason="price", lesson="Ask for the budget on the phone.")
    [lesson] = west.engine.lessons.lessons(west.ada)[0]
    assert lesson.element_id == "gate"


def test_the_contact_history_is_reported_when_a_deal_is_lost(west: Company) -> None:
    deal = to_the_answer(west)
    west.engine.running.lose_deal(deal.id, by=west.ada, now=NOW)
    report = west.engine.desk.deal(west.ada, deal.id).data["contact_history"]
    assert report == "2026-03-02 Qualify (Ada): Budget?: yes; Offer: 1200"


def test_a_stage_is_left_only_with_its_checklist_done(west: Company) -> None:
    deal = open_deal(west)
    task = tasks(west, deal)["qualify"]
    with pytest.raises(GateNotMet) as refused:
        west.engine.running.complete_task(task.id, {"budget": "yes"}, ticks=[], by=west.ada, now=NOW)
    assert refused.value.missing == (("c1", "Need is named"),)
    assert set(tasks(west, deal)) == {"qualify"}
    assert history.TASK_COMPLETED not in kinds(west, deal)
    west.engine.running.tick(deal.id, "c1", True, by=west.ada, now=NOW)
    assert west.engine.running.complete_task(task.id, {"budget": "yes"}, by=west.ada, now=NOW).stage_id == "s2"


def test_rejected_answers_name_their_fields_and_save_nothing(west: Company) -> None:
    deal = open_deal(west)
    task = tasks(west, deal)["qualify"]
    with pytest.raises(AnswersRejected) as refused:
        west.engine.running.complete_task(task.id, {"offer": "a lot"}, ticks=["c1"], by=west.ada, now=NOW)
    assert set(refused.value.problems) == {"budget", "offer"}
    assert west.engine.desk.deal(west.ada, deal.id).ticked == []


def test_a_task_that_someone_else_completed_tells_what_they_did(west: Company) -> None:
    deal = open_deal(west)
    task = tasks(west, deal)["qualify"]
    complete(west, deal, "qualify", west.ben, budget="yes")
    with pytest.raises(TaskGone) as gone:
        west.engine.running.complete_task(task.id, {"budget": "no"}, by=west.ada, now=NOW)
    assert (gone.value.who, gone.value.at, gone.value.answers) == ("Ben", NOW, (("Budget?", "yes"),))


def test_a_task_of_a_lost_deal_is_called_off(west: Company) -> None:
    deal = to_the_answer(west)
    task = tasks(west, deal)["answer"]
    west.engine.running.lose_deal(deal.id, by=west.ben, now=NOW)
    with pytest.raises(TaskCancelled):
        west.engine.running.complete_task(task.id, {"answer": "yes"}, by=west.ada, now=NOW)
    with pytest.raises(DealClosed):
        west.engine.running.lose_deal(deal.id, by=west.ada, now=NOW)


def test_whoever_writes_second_is_told_and_loses_nothing_of_the_first(
    west: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = open_deal(west)
    task = tasks(west, deal)["qualify"]
    running = west.engine.running
    stepping = running._stepping
    step = stepping.take

    def slow(*given: Any, **more: Any) -> Any:
        # While Ada's answers are worked out, Ben corrects the deal: the race that the revision is there for.
        monkeypatch.setattr(stepping, "take", step)
        running.change_deal(
            deal.id, title="Fleet", account="Hanse", contact="", value=None, expected_close="", by=west.ben, now=NOW
        )
        return step(*given, **more)

    monkeypatch.setattr(stepping, "take", slow)
    with pytest.raises(DealChanged):
        running.complete_task(task.id, {"budget": "yes"}, ticks=["c1"], by=west.ada, now=NOW)
    view = west.engine.desk.deal(west.ada, deal.id)
    assert (view.deal.title, [row.task.element_id for row in view.tasks], view.ticked) == ("Fleet", ["qualify"], [])


def test_the_lane_says_who_may(west: Company) -> None:
    deal = to_the_answer(west)
    complete(west, deal, "answer", west.ada, answer="yes")
    task = tasks(west, deal)["sign"]
    with pytest.raises(NotAllowed):
        west.engine.running.complete_task(task.id, {}, by=west.ada, now=NOW)
    with pytest.raises(TaskUnknown):
        west.engine.running.complete_task(task.id, {}, by=west.cleo, now=NOW)
    with pytest.raises(TaskUnknown):
        west.engine.running.claim(task.id, by=west.dee, now=NOW)
    assert west.engine.running.claim(task.id, by=west.ana, now=NOW).claimed_by == west.ana.id


def test_a_claimed_task_is_left_alone_until_released(west: Company) -> None:
    deal = open_deal(west)
    task = tasks(west, deal)["qualify"]
    rival = west.engine.people.add_person(
        name="Rob", email="rob@example.com", roles=["rep"], team_id=west.ada.team_id, by=None, now=NOW
    )
    with pytest.raises(TaskTaken, match="Ada has claimed"):
        west.engine.running.claim(task.id, by=rival, now=NOW)
    with pytest.raises(TaskTaken):
        west.engine.running.complete_task(task.id, {"budget": "yes"}, by=rival, now=NOW)
    west.engine.running.release(task.id, by=west.ada, now=NOW)
    assert west.engine.running.claim(task.id, by=rival, now=NOW).claimed_by == rival.id
    assert west.engine.running.release(task.id, by=west.ben, now=NOW).claimed_by is None


def test_timers_fire_when_they_are_due_and_not_before(west: Company) -> None:
    deal = to_the_answer(west)
    assert west.engine.running.fire_due(now=NOW + 6 * DAY) == 0
    assert west.engine.running.fire_due(now=NOW + 7 * DAY) == 1
    assert west.engine.running.fire_due(now=NOW + 7 * DAY) == 0
    assert sorted(tasks(west, deal)) == ["answer", "touch"]
    event = west.engine.desk.deal(west.ada, deal.id).history[-2]
    assert (event.kind, event.element_id, event.by) == (history.TIMER_FIRED, "weekly", None)


def test_a_follow_up_left_open_ends_with_the_answer(west: Company) -> None:
    deal = to_the_answer(west)
    west.engine.running.fire_due(now=NOW + 7 * DAY)
    complete(west, deal, "answer", west.ada, answer="yes")
    assert set(tasks(west, deal)) == {"sign"}
    assert history.TASK_CANCELLED in kinds(west, deal)


def test_two_spellings_of_an_account_are_one(west: Company) -> None:
    first = open_deal(west, account="Ateliers Véron S.A.S.")
    second = open_deal(west, account="ATELIERS VERON")
    assert first.account == second.account
    assert west.engine.desk.deal(west.ada, second.id).data["record_found"] is True


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"account": ""}, "account"),
        ({"title": "x" * 201}, "title"),
        ({"value": Decimal("-1")}, "value"),
        ({"value": Decimal("NaN")}, "value"),
        ({"expected_close": "next year"}, "expected_close"),
        ({"owner_id": "nobody"}, "owner_id"),
    ],
)
def test_a_deal_is_not_opened_on_bad_facts(west: Company, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(FactsRejected) as refused:
        open_deal(west, **facts)
    assert set(refused.value.problems) == {field}
    assert west.engine.desk.is_empty()


def test_another_teams_deal_is_not_known_to_exist(west: Company) -> None:
    deal = open_deal(west)
    for act in (
        lambda: west.engine.desk.deal(west.cleo, deal.id),
        lambda: west.engine.running.lose_deal(deal.id, by=west.cleo, now=NOW),
        lambda: west.engine.running.tick(deal.id, "c1", True, by=west.eve, now=NOW),
        lambda: west.engine.desk.deal(west.dee, deal.id),
    ):
        with pytest.raises(DealUnknown):
            act()
    assert west.engine.desk.deals(west.cleo, status="all").total == 0
    assert west.engine.desk.deal(west.max, deal.id).deal.id == deal.id


def test_an_answer_that_cannot_be_a_fact_of_the_deal_is_refused_at_its_field(west: Company) -> None:
    deal = open_deal(west)
    task = tasks(west, deal)["qualify"]
    west.engine.publishing.published(deal.version_id)
    form = west.engine.publishing.published(deal.version_id).definitions.nodes["qualify"].form
    assert form[1].sets == "value"
    with pytest.raises(AnswersRejected) as refused:
        west.engine.running.complete_task(task.id, {"budget": "yes", "offer": "-5"}, ticks=["c1"], by=west.ada, now=NOW)
    assert set(refused.value.problems) == {"offer"}


def test_an_end_that_says_nothing_of_the_outcome_closes_the_deal(west: Company) -> None:
    source = definition("engine_small_sale").replace(b"<sales:outcome>won</sales:outcome>", b"")
    west.engine.publishing.publish(source, by=west.dee, now=NOW)
    deal = to_the_answer(west)
    complete(west, deal, "answer", west.ada, answer="yes")
    deal = complete(west, deal, "sign", west.ana)
    assert (deal.outcome, deal.ended_at, deal.is_open) == ("no_decision", NOW, False)
    with pytest.raises(DealClosed):
        west.engine.running.lose_deal(deal.id, by=west.ada, now=NOW)
