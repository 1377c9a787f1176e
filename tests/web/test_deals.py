"""Deals: opened, listed, followed, lost."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.builders import NOW, Company
from tests.conftest import Clock, Visitor
from tests.web.test_tasks import open_deal, problems


def test_opening_a_deal_leads_to_its_first_task(ada: Visitor, staff: Company) -> None:
    ada.get("/deals/new")
    page = ada.post(
        "/deals/new",
        {
            "process": "commercial",
            "f.title": "Fleet",
            "f.account": "Hanse",
            "f.value": "48,000.50",
            "f.owner_id": staff.ada.id,
        },
        follow=True,
    ).text
    assert "<h1>Identify the lead</h1>" in page
    [deal] = staff.engine.desk.deals(staff.ada).deals
    assert str(deal.value) == "48000.5"


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ({}, ["title", "account", "owner_id"]),
        ({"f.title": "x" * 201, "f.account": "A"}, ["title", "owner_id"]),
        ({"f.title": "A", "f.account": "B", "f.value": "lots"}, ["value", "owner_id"]),
        ({"f.title": "A", "f.account": "B", "f.expected_close": "soon"}, ["expected_close", "owner_id"]),
    ],
)
def test_a_deal_is_not_opened_on_bad_facts(
    ada: Visitor, staff: Company, sent: dict[str, str], named: list[str]
) -> None:
    ada.get("/deals/new")
    refused = ada.post("/deals/new", {"process": "commercial", **sent})
    assert (refused.status_code, sorted(problems(refused.text))) == (422, sorted(named))
    assert staff.engine.desk.is_empty()


def test_the_page_of_a_deal_tells_where_it_is_and_what_happened(ada: Visitor, staff: Company, clock: Clock) -> None:
    deal, task = open_deal(staff)
    ada.get(f"/tasks/{task.id}")
    ada.post(f"/tasks/{task.id}/complete", {"f.budget": "yes", "f.offer": "1200", "tick": "c1"})
    clock.pass_days(9)
    page = ada.get(f"/deals/{deal.id}").text
    assert "€1,200" in page
    assert re.search(r'<li class="now" aria-current="step">Propose · 9 days', page)
    assert "“Qualify” was done" in page
    assert "<dt>Budget?</dt><dd>yes</dd>" in page
    assert re.search(r"What we know.*?Budget\?</dt><dd class=\"prose\">yes</dd>.*?Offer</dt>.*?€1,200", page, re.DOTALL)
    assert "Checked: Need is named" not in page
    assert "Checked: Need is named" in ada.get(f"/deals/{deal.id}?history=all").text
    assert re.search(r"Record the answer\s*<span class=\"chip path\">here now</span>", page)
    assert re.search(r'<g[^>]* id="answer"[^>]*class="node userTask[^"]* current"', page) or 'id="answer"' in page


def test_a_loss_is_confirmed_and_then_asks_why(ada: Visitor, staff: Company) -> None:
    deal, _ = open_deal(staff)
    before = ada.get(f"/deals/{deal.id}/lose")
    assert "Is this deal lost?" in before.text
    assert staff.engine.desk.deal(staff.ada, deal.id).deal.is_open
    page = ada.post(f"/deals/{deal.id}/lose", follow=True).text
    assert "<h1>Say why</h1>" in page
    assert staff.engine.desk.deal(staff.ada, deal.id).deal.outcome == "lost"
    ada.get(f"/deals/{deal.id}")
    assert ada.post(f"/deals/{deal.id}/lose").status_code == 409


def test_the_checklist_can_be_ticked_on_the_deal(ada: Visitor, staff: Company) -> None:
    deal, _ = open_deal(staff)
    ada.get(f"/deals/{deal.id}")
    ada.post(f"/deals/{deal.id}/ticks", {"check": "c1", "done": "yes"})
    assert [one.check_id for one in staff.engine.desk.deal(staff.ada, deal.id).ticked] == ["c1"]
    ada.post(f"/deals/{deal.id}/ticks", {"check": "c1", "done": "no"})
    assert staff.engine.desk.deal(staff.ada, deal.id).ticked == []
    assert ada.post(f"/deals/{deal.id}/ticks", {"check": "nonsense", "done": "yes"}).status_code == 404


def test_facts_are_changed_and_remembered(ada: Visitor, staff: Company) -> None:
    deal, _ = open_deal(staff)
    ada.get(f"/deals/{deal.id}/change")
    ada.post(f"/deals/{deal.id}/change", {"f.title": "Fleet 2", "f.account": "Hanse", "f.value": "5"})
    page = ada.get(f"/deals/{deal.id}?history=all").text
    assert "<h1>Fleet 2</h1>" in page
    assert "What the deal is about: Fleet 2, before Fleet planning" in page


@pytest.mark.parametrize(("suffix", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_the_map_with_the_deal_on_it_is_exported(ada: Visitor, staff: Company, suffix: str, begins: bytes) -> None:
    deal, _ = open_deal(staff, "commercial")
    picture = ada.get(f"/deals/{deal.id}/map.{suffix}")
    assert picture.status_code == 200
    assert begins in picture.data[:200]
    again = ada.client.get(f"/deals/{deal.id}/map.{suffix}", headers={"If-None-Match": picture.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("address", ["/deals/none", "/deals/none/lose", "/deals/none/map.svg", "/deals?status=odd"])
def test_a_deal_that_does_not_exist(ada: Visitor, address: str) -> None:
    response = ada.get(address)
    assert response.status_code == 404
    assert "Error 404" in response.text


def test_the_list_finds_deals_whatever_the_accents(ada: Visitor, staff: Company) -> None:
    open_deal(staff, title="Société Véron")
    assert "Société Véron" in ada.get("/deals?q=societe+VERON").text
    assert "No deal is named like this" in ada.get("/deals?q=100%25").text


def test_lessons_show_up_where_they_were_learned(app: Flask, ada: Visitor, staff: Company) -> None:
    lost, _ = open_deal(staff, title="A lost one")
    staff.engine.running.lose_deal(lost.id, by=staff.ada, now=NOW)
    for by, answers in ((staff.ada, {"reason": "quiet", "lesson": "Call, do not mail."}), (staff.ben, {"shared": ""})):
        [row] = staff.engine.desk.deal(by, lost.id).tasks
        staff.engine.running.complete_task(row.task.id, answers, by=by, now=NOW)
    deal, task = open_deal(staff, title="The next one")
    for address in (f"/deals/{deal.id}", f"/tasks/{task.id}", "/lessons", "/lessons?q=CALL&about=lost"):
        assert "Call, do not mail." in ada.get(address).text, address
    assert "No lesson says this" in ada.get("/lessons?q=unheard").text
    cleo = Visitor(app).sign_in(staff.cleo)
    page = cleo.get("/lessons").text
    assert "Call, do not mail." in page, "a shared lesson is everyone's"
    assert "A lost one" not in page, "the deal behind it is its team's"
