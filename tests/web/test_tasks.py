"""The task page: what was typed is kept, what is missing is named, and nobody's work is lost in silence."""

from __future__ import annotations

import re

from flask import Flask

from engine.deals import Deal, Task
from engine.people import Person
from tests.builders import NOW, Company, commercial
from tests.conftest import Clock, Visitor


def open_deal(staff: Company, process: str = "small_sale", title: str = "Fleet planning") -> tuple[Deal, Task]:
    deal = staff.engine.running.open_deal(process=process, title=title, account="Hanse", by=staff.ada, now=NOW)
    return deal, staff.engine.desk.deal(staff.ada, deal.id).tasks[0].task


def problems(page: str) -> list[str]:
    return re.findall(r'<span class="problem" id="f\.([a-z_]+)\.problem">', page)


def test_the_page_says_what_to_do_what_to_ask_and_what_the_stage_needs(ada: Visitor, staff: Company) -> None:
    deal, _ = open_deal(staff, "commercial")
    staff.engine.running.complete_task(
        staff.engine.desk.deal(staff.ada, deal.id).tasks[0].task.id,
        {"company": "Hanse", "contact_name": "M. Brandt", "source": "referral"},
        ticks=["company_and_contact_named", "source_known", "one_record"],
        by=staff.ada,
        now=NOW,
    )
    task = staff.engine.desk.deal(staff.ada, deal.id).tasks[0].task
    page = ada.get(f"/tasks/{task.id}").text
    words = staff.engine.publishing.latest("commercial").definitions
    node, stage = words.nodes[task.element_id], words.stage(deal.stage_id) and words.stage(task.stage_id)
    assert stage is not None
    for text in (node.questions[0], node.form[0].label, stage.checklist[0].text, stage.proof, stage.tools[0]):
        assert text.replace("'", "&#39;") in page
    assert 'class="now"' in page
    assert "<svg" in page


def test_answers_that_need_another_look_are_kept_and_named(ada: Visitor, staff: Company) -> None:
    _, task = open_deal(staff)
    ada.get(f"/tasks/{task.id}")
    refused = ada.post(f"/tasks/{task.id}/complete", {"f.offer": "a lot of <money>", "tick": "c1"})
    assert refused.status_code == 422
    assert sorted(problems(refused.text)) == ["budget", "offer"]
    assert 'value="a lot of &lt;money&gt;"' in refused.text
    assert re.search(r'id="tick.c1" value="c1" checked', refused.text)
    assert 'href="#f.budget.field"' in refused.text


def test_a_text_that_is_too_long_is_refused(ada: Visitor, staff: Company) -> None:
    _, task = open_deal(staff, "commercial")
    ada.get(f"/tasks/{task.id}")
    refused = ada.post(f"/tasks/{task.id}/complete", {"f.company": "x" * 5000})
    assert refused.status_code == 422
    assert "company" in problems(refused.text)


def test_a_stage_that_is_not_finished_names_what_is_missing(ada: Visitor, staff: Company) -> None:
    deal, task = open_deal(staff)
    ada.get(f"/tasks/{task.id}")
    refused = ada.post(f"/tasks/{task.id}/complete", {"f.budget": "yes", "f.offer": "1200"})
    assert refused.status_code == 422
    assert 'class="missing">Need is named' in refused.text
    assert 'value="1200"' in refused.text
    assert staff.engine.desk.deal(staff.ada, deal.id).deal.revision == deal.revision


def test_done_leads_to_the_next_task_of_the_deal(ada: Visitor, staff: Company) -> None:
    _, task = open_deal(staff)
    ada.get(f"/tasks/{task.id}")
    page = ada.post(f"/tasks/{task.id}/complete", {"f.budget": "yes", "tick": "c1"}, follow=True).text
    assert "“Qualify” is done. Next: “Record the answer”." in page
    assert "<h1>Record the answer</h1>" in page


def test_a_task_that_someone_else_completed_tells_what_they_did(app: Flask, staff: Company, clock: Clock) -> None:
    _, task = open_deal(staff)
    ada, ben = Visitor(app).sign_in(staff.ada), Visitor(app).sign_in(staff.ben)
    ada.get(f"/tasks/{task.id}")
    ben.get(f"/tasks/{task.id}")
    ben.post(f"/tasks/{task.id}/complete", {"f.budget": "yes", "f.offer": "99", "tick": "c1"})
    late = ada.post(f"/tasks/{task.id}/complete", {"f.budget": "no", "f.offer": "12345.67", "tick": "c1"})
    assert late.status_code == 409
    assert "12345.67" in late.text, "what she had written is there to copy"
    for told in ("Ben completed this task meanwhile", "2 Mar 2026", "Budget?", "yes", "99"):
        assert told in late.text


def test_another_person_s_claim_is_told(app: Flask, staff: Company) -> None:
    _, task = open_deal(staff)
    rob = colleague(staff)
    visitor = Visitor(app).sign_in(rob)
    visitor.get(f"/tasks/{task.id}")
    assert visitor.post(f"/tasks/{task.id}/claim").status_code == 409
    staff.engine.running.release(task.id, by=staff.ada, now=NOW)
    assert visitor.post(f"/tasks/{task.id}/claim").status_code == 302
    assert staff.engine.desk.task(rob, task.id).row.claimed_name == "Rob"


def colleague(staff: Company) -> Person:
    return staff.engine.people.add_person(
        name="Rob", email="rob@example.com", roles=["rep"], team_id=staff.ada.team_id, password="a long password",
        by=None, now=NOW,
    )  # fmt: skip


def test_a_task_that_was_called_off_or_never_was(ada: Visitor, staff: Company) -> None:
    deal, task = open_deal(staff)
    staff.engine.running.lose_deal(deal.id, by=staff.ben, now=NOW)
    assert ada.get(f"/tasks/{task.id}").status_code == 409
    assert ada.get("/tasks/00000000-0000-0000-0000-000000000000").status_code == 404
    assert ada.get("/tasks/'; DROP TABLE tasks").status_code == 404


def test_labels_are_shown_not_run(ada: Visitor, staff: Company) -> None:
    deal, task = open_deal(staff, title='<script>alert("1")</script>')
    for address in (f"/tasks/{task.id}", f"/deals/{deal.id}", "/inbox", "/deals"):
        page = ada.get(address).text
        assert "&lt;script&gt;alert" in page
        assert '<script>alert("1")' not in page


def test_a_reader_of_french_reads_the_french_twin(ada: Visitor, staff: Company) -> None:
    _, task = open_deal(staff, "commercial")
    ada.post("/language", {"language": "fr"})
    page = ada.get(f"/tasks/{task.id}").text
    french = staff.engine.publishing.latest("commercial").read_in("fr")
    assert '<html lang="fr">' in page
    assert french.nodes[task.element_id].name in page
    assert french.nodes[task.element_id].form[0].label in page


def test_the_client_profile_of_a_step_is_at_hand(app: Flask, staff: Company) -> None:
    profile = (
        '<sales:profile id="plant" name="Plant manager"><sales:pains>Stops on the line</sales:pains>'
        "<sales:decides>The head of operations</sales:decides></sales:profile>"
    )
    source = commercial().decode().replace("<sales:goal>", f"{profile}<sales:goal>", 1)
    head, mark, rest = source.partition('<bpmn:userTask id="Task_identify"')
    source = head + mark + rest.replace("<sales:form>", '<sales:uses profile="plant" /><sales:form>', 1)
    staff.engine.publishing.publish(source.encode(), by=staff.dee, now=NOW)
    deal = staff.engine.running.open_deal(process="commercial", title="Robots", account="Hanse", by=staff.ada, now=NOW)
    task = staff.engine.desk.deal(staff.ada, deal.id).tasks[0].task
    page = Visitor(app).sign_in(staff.ada).get(f"/tasks/{task.id}").text
    for text in ("Plant manager", "Stops on the line", "The head of operations"):
        assert text in page
