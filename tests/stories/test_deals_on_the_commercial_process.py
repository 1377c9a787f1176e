"""Deals on the shipped process, told as a sales team would tell them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.deals import Deal
from engine.errors import NotAllowed
from engine.people import Person
from tests.builders import NOW, Company

DAY = timedelta(days=1)


class Story:
    """A deal of the West team, and the day that it is."""

    def __init__(self, staff: Company) -> None:
        self.staff = staff
        self.today: datetime = NOW
        self.deal: Deal = staff.engine.running.open_deal(
            process="commercial", title="Hanse: fleet planning", account="Hanse Logistik", by=staff.ada, now=NOW
        )

    def open_tasks(self) -> list[str]:
        return sorted(row.task.element_id for row in self.staff.engine.desk.deal(self.staff.ada, self.deal.id).tasks)

    def does(self, person: Person, element: str, **answers: Any) -> None:
        view = self.staff.engine.desk.deal(person, self.deal.id)
        task = next(row.task for row in view.tasks if row.task.element_id == element)
        stage = view.published.definitions.stage(view.deal.stage_id)
        self.deal = self.staff.engine.running.complete_task(
            task.id, answers, ticks=[item.id for item in stage.checklist] if stage else (), by=person, now=self.today
        )

    def pass_days(self, days: int) -> int:
        """Time passes and a worker looks after the timers; how many deals moved by themselves."""
        self.today += days * DAY
        return self.staff.engine.running.fire_due(now=self.today)

    def identified(self) -> None:
        self.does(self.staff.ada, "Task_identify", company="Hanse Logistik", contact_name="M. Brandt", source="event")

    def qualified(self, *, budget: str = "yes") -> None:
        self.does(
            self.staff.ada, "Task_qualify", what_was_said="Two trucks a week are lost.", really_needs="yes",
            sees_value="yes", has_budget=budget, decides="yes", estimated_value="50000",
        )  # fmt: skip

    def proposed(self, value: str = "48000") -> None:
        self.does(
            self.staff.ada, "Task_prepare_proposal", problem_to_solve="Lost trucks", offer_value=value,
            expected_close=(self.today + 60 * DAY).date().isoformat(),
        )  # fmt: skip
        self.does(self.staff.ada, "Task_send_proposal", sent_to="M. Brandt", sent_on=self.today.date().isoformat())


@pytest.fixture
def story(staff: Company) -> Story:
    return Story(staff)


def test_a_lead_without_a_budget_is_given_up_and_the_next_one_is_asked_sooner(story: Story, staff: Company) -> None:
    story.identified()
    story.qualified(budget="no")
    assert story.deal.outcome == "lost"
    story.does(staff.ada, "Task_say_why", loss_reason="no_budget", lesson_text="Ask for the budget on the phone.")
    story.does(staff.ben, "Task_share_lesson", lesson_shared="Ask for the budget in the first call.")
    assert story.deal.ended_at is not None
    following = Story(staff)
    following.identified()
    [row] = staff.engine.desk.deal(staff.ada, following.deal.id).tasks
    [lesson] = staff.engine.desk.task(staff.ada, row.task.id).lessons
    assert (lesson.text, lesson.element_id) == ("Ask for the budget in the first call.", "Gateway_qualified")


def test_a_buyer_who_goes_quiet_is_asked_after_seven_times_and_no_more(story: Story, staff: Company) -> None:
    story.identified()
    story.qualified()
    story.proposed()
    for touch in range(1, 8):
        assert story.pass_days(7) == 1, f"touch {touch}"
        assert story.open_tasks() == ["Task_get_in_touch", "Task_record_answer"]
        story.does(staff.ada, "Task_get_in_touch", channel="call", touch_notes="No answer.")
    assert story.pass_days(70) == 0
    assert story.open_tasks() == ["Task_record_answer"]


def test_not_now_keeps_the_deal_in_follow_up_and_a_no_ends_it(story: Story, staff: Company) -> None:
    story.identified()
    story.qualified()
    story.proposed()
    story.does(staff.ada, "Task_record_answer", answer="not_now")
    assert story.open_tasks() == ["Task_record_answer"]
    assert story.pass_days(7) == 1
    story.does(staff.ada, "Task_record_answer", answer="no")
    assert (story.deal.outcome, story.open_tasks()) == ("lost", ["Task_say_why"])


def test_a_large_discount_goes_to_the_leader_and_the_deal_is_won(story: Story, staff: Company) -> None:
    story.identified()
    story.qualified()
    story.proposed()
    story.does(staff.ada, "Task_record_answer", answer="new_proposal")
    story.proposed("45000")
    story.does(staff.ada, "Task_record_answer", answer="positive")
    story.does(staff.ada, "Task_hand_over", account_manager=staff.ana.id, handover_notes="Likes short mails.")
    with pytest.raises(NotAllowed):
        story.does(staff.ada, "Task_negotiate", outcome="agreed")
    story.does(staff.ana, "Task_negotiate", outcome="agreed", agreed_value="40000")
    story.does(staff.ana, "Task_draw_up", discount_percent="20")
    assert story.open_tasks() == ["Task_approve"]
    story.does(staff.ben, "Task_approve", approved="no", approval_remarks="Ten at most.")
    story.does(staff.ana, "Task_draw_up", discount_percent="10")
    story.does(staff.ana, "Task_get_signed", signed_on="2026-03-20", final_value="43200")
    story.does(staff.ana, "Task_write_lesson", win_reason="trust", won_lesson="Answer within the day.")
    assert (story.deal.outcome, story.deal.value) == ("won", Decimal(43200))
    assert staff.engine.lessons.lessons(staff.cleo)[0][0].about == "won"


@pytest.mark.parametrize("steps", range(5))
def test_a_deal_can_be_lost_at_any_stage(story: Story, staff: Company, steps: int) -> None:
    ways: list[Any] = [
        story.identified,
        story.qualified,
        story.proposed,
        lambda: story.does(staff.ada, "Task_record_answer", answer="positive"),
        lambda: story.does(staff.ada, "Task_hand_over", account_manager=staff.ana.id, handover_notes="x"),
    ]
    for way in ways[:steps]:
        way()
    before = story.deal.stage_id
    story.deal = staff.engine.running.lose_deal(story.deal.id, by=staff.ada, now=story.today)
    assert story.open_tasks() == ["Task_say_why"]
    assert (story.deal.outcome, story.deal.stage_id) == ("lost", before), "it stays where it was lost"
