"""Deals that leave the map, told as a sales team would tell them."""

from __future__ import annotations

import pytest

from engine import history
from engine.errors import CannotUndo
from tests.builders import Company
from tests.stories.test_deals_on_the_commercial_process import Story


@pytest.fixture
def story(staff: Company) -> Story:
    return Story(staff)


def task_named(story: Story, element: str) -> str:
    rows = story.staff.engine.desk.deal(story.staff.ben, story.deal.id).tasks
    return next(row.task.id for row in rows if element in (row.task.element_id, row.task.title))


def test_a_buyer_of_old_is_not_qualified_again(story: Story, staff: Company) -> None:
    """They have bought twice before: the rep goes straight to the proposal, and the map shows what was left out."""
    story.identified()
    story.deal = staff.engine.detours.go_to_stage(
        story.deal.id, "Stage_proposal", reason="They bought twice before.", by=staff.ada, now=story.today
    )
    assert story.open_tasks() == ["Task_prepare_proposal"]
    story.proposed()
    story.does(staff.ada, "Task_record_answer", answer="positive")
    view = staff.engine.desk.deal(staff.ben, story.deal.id)
    assert {"Task_qualify", "Gateway_qualified"} <= view.marks.skipped
    [detour] = [event for event in view.history if event.kind in history.DETOURS]
    assert (detour.by_name, detour.data["reason"]) == ("Ada", "They bought twice before.")
    assert "need_confirmed" in detour.data["unchecked"], "the leader reads what nobody confirmed"


def test_the_buyer_changes_and_the_deal_starts_again_at_the_qualification(story: Story, staff: Company) -> None:
    """In the follow-up the buyer's director leaves. The reminders stop, and the four criteria are settled once more."""
    story.identified()
    story.qualified()
    story.proposed()
    assert story.pass_days(7) == 1
    story.deal = staff.engine.detours.go_to_stage(
        story.deal.id, "Stage_qualification", reason="A new director decides.", by=staff.ada, now=story.today
    )
    assert story.open_tasks() == ["Task_qualify"]
    assert story.pass_days(30) == 0, "nobody is reminded of a proposal that is void"
    story.qualified()
    story.proposed()
    assert story.pass_days(7) == 1, "the new follow-up begins to count anew"


def test_a_step_taken_by_mistake_is_taken_back(story: Story, staff: Company) -> None:
    story.identified()
    story.qualified()
    before = staff.engine.desk.deal(staff.ada, story.deal.id)
    wrong = staff.engine.detours.skip_task(
        task_named(story, "Task_prepare_proposal"), reason="Sent already.", by=staff.ada, now=story.today
    )
    assert story.open_tasks() == ["Task_send_proposal"]
    staff.engine.detours.undo(wrong.id, wrong.revision, by=staff.ben, now=story.today)
    after = staff.engine.desk.deal(staff.ada, story.deal.id)
    assert (after.tasks[0].task, after.data, after.marks) == (before.tasks[0].task, before.data, before.marks)
    story.proposed()
    with pytest.raises(CannotUndo):
        staff.engine.detours.undo(wrong.id, wrong.revision, by=staff.ada, now=story.today)


def test_a_second_meeting_that_the_buyer_asks_for_stands_beside_the_map(story: Story, staff: Company) -> None:
    story.identified()
    staff.engine.detours.add_task(
        story.deal.id, title="Visit the depot with their engineer", reason="The buyer asked for it.",
        person_id=staff.ben.id, by=staff.ada, now=story.today,
    )  # fmt: skip
    mine = staff.engine.desk.inbox(staff.ben, now=story.today).rows
    assert [row.task.title for row in mine] == ["Visit the depot with their engineer"]
    story.qualified()
    visit = task_named(story, "Visit the depot with their engineer")
    staff.engine.detours.complete_added_task(visit, note="Two docks are too low.", by=staff.ben, now=story.today)
    assert story.open_tasks() == ["Task_prepare_proposal"], "the process went on meanwhile"
    story.deal = staff.engine.running.lose_deal(story.deal.id, by=staff.ada, now=story.today)
    report = staff.engine.desk.deal(staff.ada, story.deal.id).data["contact_history"]
    assert "Visit the depot with their engineer (Ben): Two docks are too low." in report
