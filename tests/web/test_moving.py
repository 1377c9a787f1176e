"""Moving deals to another version, on the pages."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from engine.deals import Deal
from tests.builders import NOW, Company, definition
from tests.conftest import Visitor

SALE = definition("engine_small_sale").decode()


@pytest.fixture
def dee(app: Flask, staff: Company) -> Visitor:
    return Visitor(app).sign_in(staff.dee)


def opened(staff: Company, title: str = "A secret of the West") -> Deal:
    return staff.engine.running.open_deal(process="small_sale", title=title, account="Hanse", by=staff.ada, now=NOW)


def publish(staff: Company, source: str) -> None:
    staff.engine.publishing.publish(source.encode(), by=staff.dee, now=NOW)


def version_of(staff: Company, deal: Deal) -> int:
    return staff.engine.desk.deal(staff.ada, deal.id).published.version.number


def drawn_again() -> str:
    return SALE.replace('"qualify"', '"drawn_again"').replace(">qualify<", ">drawn_again<")


def test_deals_are_seen_moved_and_brought_back(app: Flask, dee: Visitor, staff: Company) -> None:
    deal = opened(staff)
    assert "Move deals" not in dee.get("/processes/small_sale").text, "there is one version"
    publish(staff, SALE.replace('name="Sign"', 'name="Sign here"'))
    assert "Move deals" in dee.get("/processes/small_sale").text
    page = dee.get("/processes/small_sale/move")
    assert "1 of 1 deal can move to version 2" in page.text
    assert f"Deal {deal.id}" in page.text
    assert "secret of the West" not in page.text, "a designer does not see deals"
    page = dee.post("/processes/small_sale/move", {"to": "2", "deal": deal.id}, follow=True)
    assert "1 of 1 deal was moved to version 2" in page.text
    assert "Refresh" not in page.headers
    assert version_of(staff, deal) == 2
    address = re.search(r'action="(/processes/small_sale/moves/[^"]+/back)"', page.text)
    assert address is not None
    told = Visitor(app).sign_in(staff.ada).get(f"/deals/{deal.id}").text
    assert "Moved from version 1 of the process to version 2" in told
    page = dee.post(address.group(1), follow=True)
    assert f"Deal {deal.id} is back where it was." in page.text
    assert version_of(staff, deal) == 1
    assert dee.post(address.group(1)).status_code == 409


def test_a_step_that_was_drawn_again_is_asked_for(dee: Visitor, staff: Company) -> None:
    deal = opened(staff)
    publish(staff, drawn_again())
    page = dee.get("/processes/small_sale/move")
    assert "It is at &#39;Qualify&#39;, which that version does not have." in page.text
    assert 'name="deal"' not in page.text
    assert '<select class="in" id="renamed.qualify"' in page.text
    page = dee.get("/processes/small_sale/move?to=2&renamed.qualify=drawn_again")
    assert "1 of 1 deal can move" in page.text
    sent = {"to": "2", "deal": deal.id, "renamed.qualify": "drawn_again"}
    assert "1 of 1 deal was moved" in dee.post("/processes/small_sale/move", sent, follow=True).text


def test_which_deals_is_chosen_by_team_and_stage(dee: Visitor, staff: Company) -> None:
    deal = opened(staff)
    publish(staff, SALE.replace('name="Sign"', 'name="Sign here"'))
    teams = {team.name: team.id for team in staff.engine.people.teams()}
    for question, is_in in (
        (f"team={teams['West']}", True),
        (f"team={teams['East']}", False),
        ("stage=s1", True),
        ("stage=s2", False),
    ):
        assert (f'name="deal" value="{deal.id}"' in dee.get(f"/processes/small_sale/move?{question}").text) == is_in
    page = dee.post("/processes/small_sale/move", {"to": "2"}, follow=True)
    assert "Choose at least one deal." in page.text


def test_what_takes_longer_shows_how_far_it_is_and_can_be_stopped(dee: Visitor, staff: Company) -> None:
    deals = [opened(staff, f"Deal {number}") for number in range(25)]
    publish(staff, SALE.replace('name="Sign"', 'name="Sign here"'))
    sent = {"to": "2", "deal": [deal.id for deal in deals]}
    page = dee.post("/processes/small_sale/move", sent, follow=True)
    assert "5 deals are still to be moved to version 2" in page.text
    assert page.headers["Refresh"] == "2"
    address = re.search(r'action="(/processes/small_sale/moves/[^"]+/stop)"', page.text)
    assert address is not None
    page = dee.post(address.group(1), follow=True)
    assert "20 of 25 deals were moved to version 2" in page.text
    assert "stays: stopped" in page.text
    assert [version_of(staff, deal) for deal in deals] == [2] * 20 + [1] * 5


def test_an_administrator_sees_the_titles(app: Flask, staff: Company) -> None:
    deal = opened(staff)
    publish(staff, SALE.replace('name="Sign"', 'name="Sign here"'))
    boss = Visitor(app).sign_in(staff.max)
    assert "A secret of the West" in boss.get("/processes/small_sale/move").text
    move = staff.engine.moving.start("small_sale", 2, [deal.id], by=staff.max, now=NOW)
    assert boss.get(f"/processes/commercial/moves/{move}").status_code == 404


def test_history_keeps_the_words_of_the_version_that_it_happened_on(ada: Visitor, staff: Company) -> None:
    deal = opened(staff)
    publish(staff, drawn_again().replace('name="Qualify"', 'name="Look at the budget"'))
    renamed = {"qualify": "drawn_again"}
    staff.engine.moving.start("small_sale", 2, [deal.id], renamed=renamed, by=staff.dee, now=NOW)
    staff.engine.moving.go_on(now=NOW)
    (row,) = staff.engine.desk.deal(staff.ada, deal.id).tasks
    staff.engine.running.complete_task(row.task.id, {"budget": True}, by=staff.ada, now=NOW, ticks={"c1"})
    page = ada.get(f"/deals/{deal.id}?history=all").text
    assert "“Qualify” is up to Ada" in page
    assert "“Look at the budget” was done" in page
