"""A process that somebody made in four steps, without knowing BPMN, carries deals to either end."""

from __future__ import annotations

from datetime import timedelta

from bpmn.drawing import editable
from bpmn.starting import begun
from tests.bpmn.test_starting import PLAN
from tests.builders import NOW, Company


def test_a_deal_runs_on_it_until_it_is_won_or_lost(staff: Company) -> None:
    engine = staff.engine
    engine.publishing.publish(editable(begun(PLAN)), by=staff.dee, now=NOW)
    said = {"yes_no": "yes", "choice": "positive", "long_text": "So they said.", "text": "Hanse", "money": "1000"}
    outcomes = {}
    for wanted, answers in (("won", {}), ("lost", {"answer": "refused"}), ("unqualified", {"budget": "no"})):
        deal = engine.running.open_deal(process="machine_sales", title=wanted, account="Hanse", by=staff.ada, now=NOW)
        for day in range(20):
            view = engine.desk.deal(staff.ben, deal.id)
            if view.deal.ended_at or not view.tasks:
                break
            task = view.tasks[0].task
            form = view.published.definitions.nodes[task.element_id].form
            given_ = {
                field.id: answers.get(
                    field.id,
                    field.options[0].value if field.options else said.get(field.type, ""),
                )
                for field in form
            }
            ticks = [item.id for stage in view.published.definitions.stages for item in stage.checklist]
            engine.running.complete_task(task.id, given_, ticks=ticks, by=staff.ben, now=NOW + timedelta(days=day))
        outcomes[wanted] = engine.desk.deal(staff.ben, deal.id).deal.outcome
    assert outcomes == {"won": "won", "lost": "lost", "unqualified": "lost"}
    assert {lesson.about for lesson in engine.lessons.lessons(staff.ben)[0]} == {"won", "lost"}
