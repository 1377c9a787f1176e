"""Comments on the cards of a map and from a task: seen by all, answered, settled; counted on the map."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import NOW, Company
from tests.conftest import Visitor

CARD = "/processes/small_sale/versions/1/elements/sign"
SAY = "/processes/small_sale/comments"


@pytest.fixture
def dee(app: Flask, staff: Company) -> Visitor:
    return Visitor(app).sign_in(staff.dee)


def sent(text: str, **more: str) -> dict[str, str]:
    return {"element": "sign", "number": "1", "text": text, **more}


def test_a_comment_is_on_the_card_and_counted_on_the_map(ada: Visitor, dee: Visitor) -> None:
    ada.get(CARD)
    assert ada.post(SAY, sent("They never sign on paper.")).location == CARD
    page = dee.get(CARD).text
    assert "They never sign on paper." in page
    assert "1 comment" in page
    process = dee.get("/processes/small_sale").text
    assert "Comments that are not settled" in process
    assert 'class="badge comment"' in process


def test_it_is_answered_and_settled(ada: Visitor, dee: Visitor, staff: Company) -> None:
    ada.get(CARD)
    ada.post(SAY, sent("They never sign on paper."))
    [first] = staff.engine.commenting.comments("small_sale")
    dee.get(CARD)
    dee.post(SAY, sent("Then online.", thread=first.id))
    assert "Then online." in ada.get(CARD).text
    assert dee.post(f"{SAY}/{first.id}/settle").location == CARD
    assert "settled by Dee" in ada.get(CARD).text
    assert "Comments that are not settled" not in ada.get("/processes/small_sale").text


def test_a_rep_remarks_on_a_step_from_its_task(ada: Visitor, staff: Company) -> None:
    deal = staff.engine.running.open_deal(process="small_sale", title="Crates", account="Hanse", by=staff.ada, now=NOW)
    task = staff.engine.desk.deal(staff.ada, deal.id).tasks[0].task
    page = ada.get(f"/tasks/{task.id}").text
    assert "A remark on this step of the map" in page
    back = f"/tasks/{task.id}"
    answer = ada.post(SAY, {"element": task.element_id, "number": "1", "text": "Ask for the budget.", "next": back})
    assert answer.location == back
    [said] = staff.engine.commenting.comments("small_sale", task.element_id)
    assert said.by == staff.ada.id


def test_what_is_written_is_text(ada: Visitor) -> None:
    ada.get(CARD)
    ada.post(SAY, sent("<img src=x onerror=alert(1)>\n<script>alert(2)</script>"))
    for address in (CARD, "/processes/small_sale"):
        page = ada.get(address).text
        assert "<img src=x" not in page
        assert "<script>alert" not in page
    ada.get(CARD)
    assert ada.post(SAY, sent("x", next="//elsewhere.example")).location == "/"
