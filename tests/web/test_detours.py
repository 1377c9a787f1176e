"""Off the map in the pages: a reason is asked for, the deal says what was done, and it can be undone."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from engine.deals import Deal
from tests.builders import Company
from tests.conftest import Clock, Visitor
from tests.web.test_tasks import open_deal, problems


def undo(visitor: Visitor, deal: Deal) -> str:
    """Press the button of the deal's page."""
    page = visitor.get(f"/deals/{deal.id}").text
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found, "there is nothing to undo"
    return visitor.post(f"/deals/{deal.id}/detours/undo", {"revision": found.group(1)}, follow=True).text


def test_a_task_is_skipped_with_a_reason_and_can_be_undone(ada: Visitor, staff: Company) -> None:
    deal, task = open_deal(staff)
    assert f'href="/tasks/{task.id}/skip"' in ada.get(f"/tasks/{task.id}").text
    assert "Skip “Qualify”?" in ada.get(f"/tasks/{task.id}/skip").text
    refused = ada.post(f"/tasks/{task.id}/skip", {"f.reason": " "})
    assert (refused.status_code, problems(refused.text)) == (422, ["reason"])
    page = ada.post(f"/tasks/{task.id}/skip", {"f.reason": "They <know> us."}, follow=True).text
    for told in (
        "“Qualify” was skipped.",
        "Detour: “Qualify” was skipped",
        "They &lt;know&gt; us.",
        "Open again: “Qualify”",
    ):
        assert told in page
    assert re.search(r'Qualify <span class="chip">not taken</span>', page)
    page = undo(ada, deal)
    assert "Undone. The deal is as it was before." in page
    assert "Undone: “Qualify” is open again" in page
    assert "Detour: “Qualify” was skipped" in page, "it is told, not hidden"
    assert f'href="/tasks/{task.id}"' in page
    assert 'name="revision"' not in page


def test_a_deal_is_taken_to_another_stage(ada: Visitor, staff: Company) -> None:
    deal, _ = open_deal(staff)
    assert f'href="/deals/{deal.id}/detours"' in ada.get(f"/deals/{deal.id}").text
    page = ada.get(f"/deals/{deal.id}/detours").text
    assert "Propose, from “Follow up” on" in page
    assert "Called off: Qualify" in re.sub(r"\s+", " ", page)
    refused = ada.post(f"/deals/{deal.id}/detours/stage", {"f.stage": "s1", "f.why": "Because"})
    assert (refused.status_code, problems(refused.text)) == (422, ["stage"]), "it is there already"
    assert "Because</textarea>" in refused.text
    page = ada.post(f"/deals/{deal.id}/detours/stage", {"f.stage": "s2", "f.why": "They know us."}, follow=True).text
    for told in (
        "The deal is now in “Propose”.", "Detour: from “Qualify” to “Propose”", "They know us.",
        "Left unchecked: Need is named", "Back in “Qualify”",
        "Open again: “Qualify”", "Called off: “Record the answer”",
    ):  # fmt: skip
        assert told in page, told
    assert "Undone: the deal is back in “Qualify”" in undo(ada, deal)


def test_a_task_is_added_done_and_told(app: Flask, ada: Visitor, staff: Company, clock: Clock) -> None:
    deal, _ = open_deal(staff)
    ada.get(f"/deals/{deal.id}/detours")
    refused = ada.post(
        f"/deals/{deal.id}/detours/task", {"f.title": "x" * 201, "f.due": "soon", "f.who": "person:nobody"}
    )
    assert (refused.status_code, problems(refused.text)) == (422, ["title", "who", "due", "reason"])
    asked = {
        "f.title": "Visit the site", "f.who": f"person:{staff.ben.id}", "f.due": "2026-03-04",
        "f.note": "Bring the plans.", "f.reason": "They asked for it.",
    }  # fmt: skip
    page = ada.post(f"/deals/{deal.id}/detours/task", asked, follow=True).text
    assert "Detour: the task “Visit the site” was added" in page
    assert "Called off: “Visit the site”" in page, "that is what undoing would do"
    ben = Visitor(app).sign_in(staff.ben)
    inbox = ben.get("/inbox").text
    assert re.search(r'Visit the site</a>\s*<span class="chip">due 4 Mar</span>', inbox)
    [task] = re.findall(r'class="what" href="/tasks/([^"]+)">Visit the site', inbox)
    page = ben.get(f"/tasks/{task}").text
    for told in ("Bring the plans.", "Added by Ada, 2 Mar: They asked for it."):
        assert told in re.sub(r"\s+", " ", page)
    assert "Lost…" not in page
    assert "/skip" not in page
    assert ben.get(f"/tasks/{task}/skip").status_code == 422
    assert problems(ben.post(f"/tasks/{task}/complete", {"f.note": ""}).text) == ["note"]
    page = ben.post(f"/tasks/{task}/complete", {"f.note": "Room for six."}, follow=True).text
    assert "“Visit the site” is done." in page
    page = ada.get(f"/deals/{deal.id}").text
    assert "“Visit the site” was done" in page
    assert "Room for six." in page
    assert "Room for six." in ada.get(f"/tasks/{task}").text, "who comes later reads what was done"


def test_a_role_or_anyone_may_be_asked(ada: Visitor, staff: Company) -> None:
    deal, _ = open_deal(staff)
    ada.get(f"/deals/{deal.id}/detours")
    for who in ("role:account_manager", "role:"):
        sent = {"f.title": f"For {who}", "f.who": who, "f.reason": "Needed"}
        assert ada.post(f"/deals/{deal.id}/detours/task", sent).status_code == 302
    added = [row.task for row in staff.engine.desk.deal(staff.ada, deal.id).tasks if row.task.is_off_map]
    assert sorted((task.role, task.claimed_by) for task in added) == [("", None), ("account_manager", None)]


def test_a_detour_that_someone_has_gone_on_from_is_not_undone(app: Flask, ada: Visitor, staff: Company) -> None:
    deal, task = open_deal(staff)
    ada.get(f"/tasks/{task.id}/skip")
    ada.post(f"/tasks/{task.id}/skip", {"f.reason": "They know us."})
    ben = Visitor(app).sign_in(staff.ben)
    seen = ben.get(f"/deals/{deal.id}").text
    undo(ada, deal)
    found = re.search(r'name="revision" value="(\d+)"', seen)
    assert found
    late = ben.post(f"/deals/{deal.id}/detours/undo", {"revision": found.group(1)})
    assert late.status_code == 409
    assert "can no longer be undone" in late.text


@pytest.mark.parametrize("revision", ["", "-1", "²", "99999999999999999999", "x"])
def test_an_undo_of_nonsense_undoes_nothing(ada: Visitor, staff: Company, revision: str) -> None:
    deal, task = open_deal(staff)
    ada.get(f"/tasks/{task.id}/skip")
    ada.post(f"/tasks/{task.id}/skip", {"f.reason": "They know us."})
    assert ada.post(f"/deals/{deal.id}/detours/undo", {"revision": revision}).status_code == 409


def test_a_deal_that_has_its_outcome_takes_no_detour(ada: Visitor, staff: Company) -> None:
    deal, _ = open_deal(staff)
    ada.get(f"/deals/{deal.id}/lose")
    ada.post(f"/deals/{deal.id}/lose")
    assert f'href="/deals/{deal.id}/detours"' not in ada.get(f"/deals/{deal.id}").text
    for address in ("stage", "task"):
        assert ada.post(f"/deals/{deal.id}/detours/{address}").status_code == 409
    assert ada.get(f"/deals/{deal.id}/detours").status_code == 409


def test_a_reader_of_french_is_offered_the_french_stages(ada: Visitor, staff: Company) -> None:
    deal, _ = open_deal(staff, "commercial")
    ada.post("/language", {"language": "fr"})
    french = staff.engine.publishing.latest("commercial").read_in("fr")
    page = ada.get(f"/deals/{deal.id}/detours").text
    assert french.stages[2].name in page
    assert french.nodes["Task_prepare_proposal"].name in page
