"""Deals leave the map: who may, what follows, what is told, and that undoing brings back exactly what was."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bpmn.errors import AnswersRejected
from engine import doctor, history
from engine.deals import Deal, Task
from engine.errors import (
    AlreadyThere,
    CannotUndo,
    Conflict,
    DealClosed,
    DealUnknown,
    NotAllowed,
    OffTheMap,
    StageUnknown,
    TaskCancelled,
    TaskGone,
    TaskSkipped,
    TaskTaken,
    TaskUnknown,
)
from engine.history import Event
from engine.spiff import trial
from tests.builders import NOW, Company, definition
from tests.engine.test_races import at_once
from tests.engine.test_running import DAY, complete, kinds, open_deal, tasks, to_the_answer
from tests.engine.test_spiff import some_answers

STORED = {"deals": "id", "tasks": "deal_id", "ticks": "deal_id", "deal_people": "deal_id", "awaited": "deal_id"}


def rows(west: Company, deal: Deal) -> dict[str, Any]:
    """Everything that is stored of a deal, but for its history and for how often it was written."""
    stored = {table: f"SELECT * FROM {table} WHERE {key} = :deal" for table, key in STORED.items()}
    stored["instances"] = "SELECT state, data, stage_id, stage_since, due_at FROM instances WHERE deal_id = :deal"
    with west.engine.database.read() as connection:
        return {
            table: sorted(str(row) for row in connection.execute(text(asked), {"deal": deal.id}))
            for table, asked in stored.items()
        }


def kept(west: Company) -> int:
    with west.engine.database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM detours")).scalar_one())


def last(west: Company, deal: Deal, kind: str) -> Event:
    events = west.engine.desk.deal(west.ada, deal.id).history
    return next(event for event in reversed(events) if event.kind == kind)


def skip(west: Company, deal: Deal, element: str, **given: Any) -> Deal:
    said: dict[str, Any] = {"reason": "The buyer is in a hurry.", "by": west.ada, "now": NOW, **given}
    return west.engine.detours.skip_task(tasks(west, deal)[element].id, **said)


def go(west: Company, deal: Deal, stage: str, **given: Any) -> Deal:
    said: dict[str, Any] = {"reason": "They called us.", "by": west.ada, "now": NOW, **given}
    return west.engine.detours.go_to_stage(deal.id, stage, **said)


def add(west: Company, deal: Deal, **given: Any) -> Task:
    said: dict[str, Any] = {
        "title": "Visit the site",
        "reason": "They asked for it.",
        "by": west.ada,
        "now": NOW,
        **given,
    }
    return west.engine.detours.add_task(deal.id, **said)


def undo(west: Company, deal: Deal, **given: Any) -> Deal:
    view = west.engine.desk.deal(west.ada, deal.id)
    return west.engine.detours.undo(deal.id, view.deal.revision, **{"by": west.ada, "now": NOW, **given})


# Skipping a task


def test_a_skipped_task_is_left_unanswered_and_the_flow_decides_on_that(west: Company) -> None:
    deal = open_deal(west)
    deal = skip(west, deal, "qualify")
    assert (deal.outcome, set(tasks(west, deal))) == ("lost", {"why"}), "without a budget, the default flow gives it up"
    told = last(west, deal, history.TASK_SKIPPED)
    assert (told.element_id, told.by, told.data["reason"]) == ("qualify", west.ada.id, "The buyer is in a hurry.")
    marks = west.engine.desk.deal(west.ada, deal.id).marks
    assert "qualify" in marks.skipped
    assert {"gate", "give_up"} <= marks.passed


def test_an_answer_of_an_earlier_round_does_not_decide_for_a_skipped_task(west: Company) -> None:
    deal = complete(west, to_the_answer(west), "answer", west.ada, answer="yes")
    deal = go(west, deal, "s1")
    deal = skip(west, deal, "qualify")
    assert "budget" not in west.engine.desk.deal(west.ada, deal.id).data
    assert deal.outcome == "lost"


def test_the_checklist_does_not_stop_a_detour_and_the_history_says_what_it_asked_for(west: Company) -> None:
    deal = complete(west, to_the_answer(west), "answer", west.ada, answer="yes")
    west.engine.running.tick(deal.id, "c2", False, by=west.ada, now=NOW)
    deal = skip(west, deal, "sign", by=west.ana)
    assert deal.outcome == "won"
    told = last(west, deal, history.TASK_SKIPPED).data
    assert (told["from"], told["to"], told["unchecked"]) == ("s2", "s2", ["c2"])


def test_only_who_may_do_a_task_may_skip_it(west: Company) -> None:
    deal = complete(west, to_the_answer(west), "answer", west.ada, answer="yes")
    with pytest.raises(NotAllowed):
        skip(west, deal, "sign")
    with pytest.raises(TaskUnknown):
        skip(west, deal, "sign", by=west.cleo)
    west.engine.running.claim(tasks(west, deal)["sign"].id, by=west.ana, now=NOW)
    assert skip(west, deal, "sign", by=west.ben).outcome == "won", "the leader may, whoever has claimed it"


def test_a_task_that_a_colleague_has_claimed_is_not_skipped(west: Company) -> None:
    deal = open_deal(west)
    rob = west.engine.people.add_person(
        name="Rob", email="rob@example.com", roles=["rep"], team_id=west.ada.team_id, by=None, now=NOW
    )
    with pytest.raises(TaskTaken, match="Ada"):
        skip(west, deal, "qualify", by=rob)


def test_who_comes_too_late_reads_that_it_was_skipped_and_why(west: Company) -> None:
    deal = open_deal(west)
    task = tasks(west, deal)["qualify"]
    skip(west, deal, "qualify", by=west.ben)
    with pytest.raises(TaskSkipped, match="Ben skipped this task meanwhile: The buyer is in a hurry"):
        west.engine.running.complete_task(task.id, {"budget": "yes"}, by=west.ada, now=NOW)


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001])
def test_a_detour_needs_a_reason(west: Company, reason: str) -> None:
    deal = open_deal(west)
    acts: list[Callable[..., object]] = [
        lambda: skip(west, deal, "qualify", reason=reason),
        lambda: go(west, deal, "s2", reason=reason),
        lambda: add(west, deal, reason=reason),
    ]
    before = rows(west, deal)
    for act in acts:
        with pytest.raises(AnswersRejected) as refused:
            act()
        assert set(refused.value.problems) == {"reason"}
    assert (rows(west, deal), kept(west)) == (before, 0)


# Going to another stage


def test_going_forward_ends_what_is_going_on_and_begins_the_stage(west: Company) -> None:
    deal = open_deal(west)
    later = NOW + DAY
    deal = go(west, deal, "s2", now=later)
    assert (deal.stage_id, deal.stage_since, set(tasks(west, deal))) == ("s2", later, {"answer"})
    told = last(west, deal, history.STAGE_CHOSEN)
    assert (told.data["from"], told.data["to"], told.data["unchecked"]) == ("s1", "s2", ["c1"])
    assert kinds(west, deal)[-4:] == [
        history.STAGE_CHOSEN, history.TASK_CANCELLED, history.STAGE_ENTERED, history.TASK_OPENED,
    ]  # fmt: skip
    assert {"qualify", "gate"} <= west.engine.desk.deal(west.ada, deal.id).marks.skipped
    assert west.engine.running.fire_due(now=later + 7 * DAY) == 1, "its timers have begun"
    assert set(tasks(west, deal)) == {"answer", "touch"}


def test_going_back_begins_the_stage_anew_and_its_timers_too(west: Company) -> None:
    deal = to_the_answer(west)
    west.engine.running.fire_due(now=NOW + 7 * DAY)
    deal = go(west, deal, "s1", now=NOW + 8 * DAY)
    assert set(tasks(west, deal)) == {"qualify"}
    assert west.engine.running.fire_due(now=NOW + 30 * DAY) == 0, "what was left fires no more"
    deal = complete(west, deal, "qualify", west.ada, budget="yes")
    assert deal.stage_id == "s2"


def test_a_deal_that_was_taken_elsewhere_can_still_be_lost(west: Company) -> None:
    deal = go(west, open_deal(west), "s2")
    assert west.engine.running.lose_deal(deal.id, by=west.ada, now=NOW).outcome == "lost"
    with pytest.raises(DealClosed):
        go(west, deal, "s1")


def test_only_the_team_takes_its_deals_elsewhere(west: Company) -> None:
    deal = open_deal(west)
    for person, refusal in ((west.cleo, DealUnknown), (west.dee, DealUnknown), (west.max, NotAllowed)):
        with pytest.raises(refusal):
            go(west, deal, "s2", by=person)
        with pytest.raises(refusal):
            add(west, deal, by=person)
        with pytest.raises(refusal):
            undo(west, deal, by=person)
    with pytest.raises(StageUnknown):
        go(west, deal, "s9")
    with pytest.raises(AlreadyThere, match="Qualify"):
        go(west, deal, "s1")


# Tasks that are not on the map


def test_an_added_task_is_done_with_a_note_and_moves_nothing(west: Company) -> None:
    deal = open_deal(west)
    task = add(west, deal, due=NOW + DAY, note="Bring the plans.", person_id=west.ada.id)
    assert [row.task.title for row in west.engine.desk.inbox(west.ada, now=NOW).rows] == ["Visit the site", ""]
    assert west.engine.desk.task(west.ada, task.id).row.task == task
    complete(west, deal, "qualify", west.ada, budget="yes")
    assert set(tasks(west, deal)) == {"answer", ""}, "the process goes on beside it"
    before = rows(west, deal)
    deal = west.engine.detours.complete_added_task(task.id, note="Nothing in the way.", by=west.ada, now=NOW)
    after = rows(west, deal)
    assert (after["deals"], after["instances"]) == (before["deals"], before["instances"])
    assert set(tasks(west, deal)) == {"answer"}
    told = last(west, deal, history.ADDED_TASK_DONE)
    assert (told.data, told.task_id) == ({"title": "Visit the site", "note": "Nothing in the way."}, task.id)
    with pytest.raises(TaskGone) as gone:
        west.engine.detours.complete_added_task(task.id, note="Again", by=west.ben, now=NOW)
    assert gone.value.answers == (("Visit the site", "Nothing in the way."),)


def test_an_added_task_is_for_a_role_or_a_person_or_anyone(west: Company) -> None:
    deal = open_deal(west)
    assert add(west, deal, role="rep").claimed_by == west.ada.id, "who has the role in this deal"
    free = add(west, deal, role="account_manager")
    assert (free.claimed_by, free.role) == (None, "account_manager")
    with pytest.raises(NotAllowed):
        west.engine.running.claim(free.id, by=west.ada, now=NOW)
    assert west.engine.running.claim(free.id, by=west.ana, now=NOW).claimed_by == west.ana.id
    assert add(west, deal, person_id=west.ben.id).claimed_by == west.ben.id
    assert add(west, deal).claimed_by is None
    for wrong in ({"person_id": west.cleo.id}, {"person_id": "nobody"}, {"role": "designer"}):
        with pytest.raises(AnswersRejected) as refused:
            add(west, deal, **wrong)
        assert set(refused.value.problems) == {"who"}


def test_an_added_task_has_no_form_and_cannot_be_skipped(west: Company) -> None:
    deal = open_deal(west)
    task = add(west, deal)
    with pytest.raises(OffTheMap):
        west.engine.running.complete_task(task.id, {}, by=west.ada, now=NOW)
    with pytest.raises(OffTheMap):
        west.engine.detours.skip_task(task.id, reason="No", by=west.ada, now=NOW)
    with pytest.raises(AnswersRejected):
        west.engine.detours.complete_added_task(task.id, note=" ", by=west.ada, now=NOW)


def test_an_added_task_ends_with_the_deal_and_that_is_told(west: Company) -> None:
    deal = to_the_answer(west)
    task = add(west, deal, person_id=west.ben.id)
    deal = west.engine.running.lose_deal(deal.id, by=west.ada, now=NOW)
    assert set(tasks(west, deal)) == {"why"}
    told = next(
        one
        for one in west.engine.desk.deal(west.ada, deal.id).history
        if one.kind == history.TASK_CANCELLED and one.task_id == task.id
    )
    assert told.data == {"title": "Visit the site"}
    with pytest.raises(TaskCancelled):
        west.engine.detours.complete_added_task(task.id, note="Done", by=west.ben, now=NOW)
    with pytest.raises(DealClosed):
        add(west, deal)
    complete(west, deal, "why", west.ada, reason="quiet", lesson="Call.")
    [lesson] = west.engine.lessons.lessons(west.ada)[0]
    assert lesson.element_id == "answer", "where it stood on the map, not at the added task"


def test_the_report_on_a_lost_deal_tells_of_added_tasks(west: Company) -> None:
    deal = open_deal(west)
    task = add(west, deal)
    west.engine.detours.complete_added_task(task.id, note="They were out.", by=west.ada, now=NOW)
    west.engine.running.lose_deal(deal.id, by=west.ada, now=NOW)
    report = west.engine.desk.deal(west.ada, deal.id).data["contact_history"]
    assert report == "2026-03-02 Visit the site (Ada): They were out."


# Undoing


@pytest.mark.parametrize("kind", ["skip", "skip to the end", "go", "add"])
def test_undoing_brings_back_exactly_what_was(west: Company, kind: str) -> None:
    deal = to_the_answer(west)
    west.engine.running.fire_due(now=NOW + 7 * DAY)
    west.engine.running.claim(tasks(west, deal)["touch"].id, by=west.ben, now=NOW)
    if kind == "skip to the end":
        complete(west, deal, "answer", west.ada, answer="yes")
    before, marks = rows(west, deal), west.engine.desk.deal(west.ada, deal.id).marks
    match kind:
        case "skip":
            skip(west, deal, "touch", by=west.ben)
        case "skip to the end":
            assert skip(west, deal, "sign", by=west.ana).outcome == "won"
        case "go":
            go(west, deal, "s1", now=NOW + 9 * DAY)
        case "add":
            add(west, deal)
    assert rows(west, deal) != before
    deal = undo(west, deal)
    assert rows(west, deal) == before
    view = west.engine.desk.deal(west.ada, deal.id)
    assert (view.marks, view.undo, kept(west)) == (marks, None, 0)
    told = last(west, deal, history.DETOUR_UNDONE)
    assert told.data["kind"] in history.DETOURS
    assert west.engine.running.fire_due(now=NOW + 14 * DAY) == (kind != "skip to the end"), (
        "its timers go on as they were"
    )


def test_what_was_ticked_since_is_undone_too_and_told(west: Company) -> None:
    deal = open_deal(west)
    before = rows(west, deal)
    deal = go(west, deal, "s2")
    west.engine.running.tick(deal.id, "c2", True, by=west.ada, now=NOW)
    view = west.engine.desk.deal(west.ada, deal.id)
    assert view.undo is not None
    assert (view.undo.stage_id, set(view.undo.cleared)) == ("s1", {"c2"})
    assert [task.element_id for task in view.undo.back] == ["qualify"]
    assert [task.element_id for task in view.undo.off] == ["answer"]
    deal = undo(west, deal)
    assert rows(west, deal) == before
    assert kinds(west, deal)[-2:] == [history.DETOUR_UNDONE, history.CHECK_CLEARED]


def test_after_the_next_step_there_is_nothing_to_undo(west: Company) -> None:
    steps: list[Callable[[Deal], object]] = [
        lambda deal: complete(west, deal, "answer", west.ada, answer="yes"),
        lambda deal: west.engine.running.fire_due(now=NOW + 7 * DAY),
        lambda deal: west.engine.running.lose_deal(deal.id, by=west.ada, now=NOW),
        lambda deal: west.engine.running.change_deal(
            deal.id, title="New", account="A", contact="", value=None, expected_close="", by=west.ada, now=NOW
        ),
    ]
    for step in steps:
        deal = go(west, open_deal(west), "s2")
        step(deal)
        assert west.engine.desk.deal(west.ada, deal.id).undo is None
        before = rows(west, deal)
        with pytest.raises(CannotUndo):
            undo(west, deal)
        with pytest.raises(CannotUndo):
            west.engine.detours.undo(deal.id, deal.revision, by=west.ada, now=NOW)
        assert rows(west, deal) == before
    assert kept(west) == 0, "what cannot be used is not kept"


def test_nobody_undoes_a_detour_that_they_have_not_seen(west: Company) -> None:
    seen = go(west, open_deal(west), "s2")
    add(west, seen)
    with pytest.raises(CannotUndo):
        west.engine.detours.undo(seen.id, seen.revision, by=west.ada, now=NOW)
    deal = undo(west, seen)
    assert set(tasks(west, deal)) == {"answer"}, "the newest only"
    with pytest.raises(CannotUndo):
        undo(west, deal)


def test_a_task_that_an_undo_has_called_off_says_so(west: Company) -> None:
    deal = go(west, open_deal(west), "s2")
    task = tasks(west, deal)["answer"]
    deal = undo(west, deal)
    with pytest.raises(TaskCancelled):
        west.engine.running.complete_task(task.id, {"answer": "yes"}, by=west.ada, now=NOW)
    deal = skip(west, deal, "qualify")
    again = undo(west, deal)
    assert complete(west, again, "qualify", west.ada, budget="yes").stage_id == "s2"


def opened_on(west: Company, monkeypatch: pytest.MonkeyPatch, process: str) -> Deal:
    monkeypatch.setattr(trial, "run", lambda *given, **more: None)
    west.engine.publishing.publish(definition(process), by=west.dee, now=NOW)
    return west.engine.running.open_deal(process=process, title="A", account="B", by=west.ada, now=NOW)


def test_what_a_deal_waits_for_from_others_is_brought_back(west: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = opened_on(west, monkeypatch, "contracting")
    before = rows(west, deal)
    skip(west, deal, "draw_up")
    assert [one.name for one in west.engine.messages.awaited(deal.id, by=west.ada)] == ["contract signed"]
    undo(west, deal)
    assert rows(west, deal) == before
    assert west.engine.messages.awaited(deal.id, by=west.ada) == []


def test_a_detour_that_has_told_others_something_cannot_be_undone(
    west: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = opened_on(west, monkeypatch, "price_list")
    skip(west, deal, "decide")
    assert west.engine.desk.deal(west.ada, deal.id).undo is None
    with pytest.raises(CannotUndo):
        undo(west, deal)


def test_the_doctor_finds_nothing_wrong_with_detours(west: Company) -> None:
    deal = go(west, open_deal(west), "s2")
    add(west, deal)
    assert list(doctor.examine(west.engine.database, now=NOW)) == []
    undo(west, deal)
    add(west, deal)
    skip(west, deal, "answer")
    assert list(doctor.examine(west.engine.database, now=NOW)) == []


def test_an_added_task_goes_along_to_another_version(west: Company) -> None:
    deal = open_deal(west)
    task = add(west, deal)
    newer = definition("engine_small_sale").replace(b"Record the answer", b"Write the answer down")
    west.engine.publishing.publish(newer, by=west.dee, now=NOW)
    move = west.engine.moving.start("small_sale", 2, [deal.id], by=west.dee, now=NOW)
    west.engine.moving.go_on(now=NOW)
    assert tasks(west, deal)[""] == task
    assert [one.result for one in west.engine.moving.outcomes(move, by=west.dee)] == ["moved"]
    assert west.engine.desk.deal(west.ada, deal.id).undo is None, "that was a step"


# Many at once


def test_one_of_many_skips_a_task(west: Company) -> None:
    deal = open_deal(west)
    task = tasks(west, deal)["qualify"]
    came = at_once(lambda _: west.engine.detours.skip_task(task.id, reason="Why not", by=west.ada, now=NOW))
    assert came["done"] == 1
    assert kinds(west, deal).count(history.TASK_SKIPPED) == 1


def test_one_of_two_detours_at_once_wins_and_one_of_many_undoes_it(west: Company) -> None:
    deal = open_deal(west)
    task = tasks(west, deal)["qualify"]
    before = rows(west, deal)

    def detour(number: int) -> object:
        if number % 2:
            return west.engine.detours.skip_task(task.id, reason="Why not", by=west.ada, now=NOW)
        return go(west, deal, "s2")

    came = at_once(detour)
    assert came["done"] == 1
    view = west.engine.desk.deal(west.ada, deal.id)
    assert sum(event.kind in history.DETOURS for event in view.history) == 1
    came = at_once(lambda _: west.engine.detours.undo(deal.id, view.deal.revision, by=west.ben, now=NOW))
    assert came["done"] == 1
    assert kinds(west, deal).count(history.DETOUR_UNDONE) == 1
    assert rows(west, deal) == before


# At random


@pytest.mark.parametrize("process", ["small_sale", "commercial"])
def test_wherever_a_deal_is_undoing_a_detour_leaves_it_as_it_was(west: Company, process: str) -> None:
    """Deals at random, by completions, timers and detours, most of which are undone at once."""
    undone = 0
    for seed in range(16):
        chance, now = random.Random(seed), NOW
        deal = west.engine.running.open_deal(process=process, title="A", account=f"B{seed}", by=west.ada, now=now)
        for _ in range(25):
            view = west.engine.desk.deal(west.ada, deal.id)
            if view.deal.ended_at:
                break
            now += timedelta(hours=chance.randrange(1, 90))
            before = rows(west, deal)
            is_detour = chance.random() < 0.5
            try:
                (detour_at_random if is_detour else step_at_random)(west, deal, chance, now)
            except (Conflict, AnswersRejected, OffTheMap):
                assert rows(west, deal) == before, "what is refused changes nothing"
                continue
            if is_detour and chance.random() < 0.7:
                if chance.random() < 0.3:
                    tick_at_random(west, deal, chance, now)
                west.engine.detours.undo(
                    deal.id, west.engine.desk.deal(west.ada, deal.id).deal.revision, by=west.ben, now=now
                )
                assert rows(west, deal) == before, (seed, view.deal.stage_id)
                undone += 1
    assert undone > 25, "or this proves little"


def detour_at_random(west: Company, deal: Deal, chance: random.Random, now: Any) -> None:
    view = west.engine.desk.deal(west.ada, deal.id)
    match chance.randrange(3):
        case 0:
            task = chance.choice(view.tasks).task
            west.engine.detours.skip_task(task.id, reason="At random", by=west.ben, now=now)
        case 1:
            stage = chance.choice(view.published.definitions.stages).id
            west.engine.detours.go_to_stage(deal.id, stage, reason="At random", by=west.ben, now=now)
        case _:
            west.engine.detours.add_task(deal.id, title="T", reason="At random", role="rep", by=west.ben, now=now)


def step_at_random(west: Company, deal: Deal, chance: random.Random, now: Any) -> None:
    view = west.engine.desk.deal(west.ada, deal.id)
    if chance.random() < 0.3:
        west.engine.running.fire_due(now=now)
        return
    task = chance.choice(view.tasks).task
    if task.is_off_map:
        west.engine.detours.complete_added_task(task.id, note="Done", by=west.ben, now=now)
        return
    node = view.published.definitions.nodes[task.element_id]
    answers = some_answers(node, chance) | {
        field.id: {
            "date": "2026-05-01",
            "person": west.ana.id,
            "email": "a@example.com",
            "link": "https://example.com",
        }[field.type]
        for field in node.form
        if field.type in {"date", "person", "email", "link"}
    }
    ticks = [item.id for stage in view.published.definitions.stages for item in stage.checklist]
    west.engine.running.complete_task(task.id, answers, ticks=ticks, by=west.ben, now=now)


def tick_at_random(west: Company, deal: Deal, chance: random.Random, now: Any) -> None:
    view = west.engine.desk.deal(west.ada, deal.id)
    item = chance.choice([item for stage in view.published.definitions.stages for item in stage.checklist])
    done = item.id not in {one.check_id for one in view.ticked}
    if view.deal.is_open:
        west.engine.running.tick(deal.id, item.id, done, by=west.ada, now=now)
