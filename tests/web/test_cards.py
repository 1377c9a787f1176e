"""The card of an element or stage: what its process says of it, and what happened there in a deal."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import NOW, Company
from tests.conftest import Visitor

ELEMENTS = "/processes/commercial/versions/1/elements"


def test_the_card_of_a_task_says_what_to_ask_and_what_is_written_down(ada: Visitor, staff: Company) -> None:
    node = staff.engine.publishing.latest("commercial").definitions.nodes["Task_qualify"]
    page = ada.get(f"{ELEMENTS}/Task_qualify").text
    for text in (node.name, node.documentation, *node.questions, *(field.label for field in node.form)):
        assert text.replace("'", "&#39;") in page
    assert f'href="{ELEMENTS}/Gateway_qualified"' in page


def test_the_card_of_a_stage_says_all_that_its_definition_says(ada: Visitor, staff: Company) -> None:
    stage = staff.engine.publishing.latest("commercial").definitions.stages[1]
    page = ada.get(f"{ELEMENTS}/{stage.id}").text
    for text in (stage.name, stage.entry, stage.details, stage.proof, *(item.text for item in stage.checklist)):
        assert text.replace("'", "&#39;") in page
    assert "14 days" in page


def test_every_element_has_a_card_in_both_languages(ada: Visitor, staff: Company) -> None:
    published = staff.engine.publishing.latest("commercial")
    for language in ("fr", "en"):
        ada.get("/inbox")
        ada.post("/language", {"language": language, "next": "/inbox"})
        words = published.read_in(language)
        for id_ in (*words.nodes, *(stage.id for stage in words.stages)):
            card = ada.get(f"{ELEMENTS}/{id_}")
            assert card.status_code == 200, id_
            name = words.nodes[id_].name if id_ in words.nodes else words.stage(id_).name  # type: ignore[union-attr]
            assert name.replace("'", "&#39;") in card.text


def test_a_card_beside_a_map_is_the_card_alone(ada: Visitor) -> None:
    card = ada.client.get(f"{ELEMENTS}/Task_qualify", headers={"HX-Request": "true"}).text
    assert "<html" not in card
    assert "<nav" not in card
    assert "Qualify the lead" in card


def test_a_card_of_a_deal_says_what_happened_there(app: Flask, staff: Company) -> None:
    running, desk = staff.engine.running, staff.engine.desk
    deal = running.open_deal(process="small_sale", title="Robots", account="Hanse", by=staff.ada, now=NOW)
    task = desk.deal(staff.ada, deal.id).tasks[0].task
    here = f"/processes/small_sale/versions/1/elements/{task.element_id}"
    ada = Visitor(app).sign_in(staff.ada)
    open_ = ada.get(f"{here}?deal={deal.id}").text
    assert "here now" in open_
    assert f'href="/tasks/{task.id}"' in open_
    running.complete_task(task.id, {"budget": "yes", "offer": "1200"}, ticks=["c1"], by=staff.ada, now=NOW)
    done = ada.get(f"{here}?deal={deal.id}").text
    assert "In this deal" in done
    assert "was done" in done
    assert "Budget?" in done
    assert "here now" not in done
    assert "In this deal" not in ada.get(here).text


def test_a_deal_of_others_or_of_another_version_tells_nothing(app: Flask, staff: Company) -> None:
    deal = staff.engine.running.open_deal(
        process="small_sale", title="A secret of the West", account="Hanse", by=staff.ada, now=NOW
    )
    cleo, ada = Visitor(app).sign_in(staff.cleo), Visitor(app).sign_in(staff.ada)
    assert cleo.get(f"/processes/small_sale/versions/1/elements/qualify?deal={deal.id}").status_code == 404
    other = ada.get(f"{ELEMENTS}/Task_qualify?deal={deal.id}")
    assert other.status_code == 200
    assert "A secret" not in other.text


@pytest.mark.parametrize("deal", ["x", "-1", "99999999999", "²", "1;"])
def test_a_deal_that_is_no_number_is_none(ada: Visitor, deal: str) -> None:
    assert ada.get(f"{ELEMENTS}/Task_qualify?deal={deal}").status_code == 200


@pytest.mark.parametrize("element", ["nothing", "%2e%2e", "a/b", "%3Cb%3E", "Process_commercial"])
def test_what_is_not_on_the_map_has_no_card(ada: Visitor, element: str) -> None:
    assert ada.get(f"{ELEMENTS}/{element}").status_code == 404


def test_a_lesson_is_on_the_card_of_the_place_where_the_deal_was_lost(app: Flask, staff: Company) -> None:
    running, desk = staff.engine.running, staff.engine.desk
    deal = running.open_deal(process="small_sale", title="Robots", account="Hanse", by=staff.ada, now=NOW)
    at = desk.deal(staff.ada, deal.id).tasks[0].task.element_id
    running.lose_deal(deal.id, by=staff.ada, now=NOW)
    why = desk.deal(staff.ada, deal.id).tasks[0].task
    running.complete_task(why.id, {"reason": "price", "lesson": "Ask who signs."}, by=staff.ada, now=NOW)
    share = desk.deal(staff.ben, deal.id).tasks[0].task
    running.complete_task(share.id, {"shared": "Ask who signs, first thing."}, by=staff.ben, now=NOW)
    # Someone of another team, who may not see the deal.
    cleo = Visitor(app).sign_in(staff.cleo)
    base = "/processes/small_sale/versions/1/elements"
    assert "Ask who signs, first thing." in cleo.get(f"{base}/{at}").text
    assert "Ask who signs, first thing." in cleo.get(f"{base}/s1").text
    assert "Ask who signs" not in cleo.get(f"{base}/sign").text
