"""A designer tries a draft: answers its forms, moves the clock, goes back, and keeps the trial as a scenario."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bpmn.reading import read
from engine.drafts import Draft
from tests.builders import NOW, Company, commercial
from tests.conftest import Visitor
from web.forms import PREFIX

IDENTIFIED = {"company": "Hanse", "contact_name": "M. Brandt", "source": "referral"}
QUALIFIED = {
    "what_was_said": "Two trucks a week.",
    **dict.fromkeys(("really_needs", "sees_value", "has_budget", "decides"), "yes"),
}


class Trying:
    def __init__(self, app: Flask, staff: Company) -> None:
        self.draft: Draft = staff.engine.drafting.begin(commercial(), by=staff.dee, now=NOW)
        self.dee, self.staff = Visitor(app).sign_in(staff.dee), staff
        self.address = f"/drafts/{self.draft.id}/trial"
        self.page = self.dee.get(self.address)

    def carried(self, which: int = -1) -> str:
        return html.unescape(re.findall(r'name="deeds" value="([^"]*)"', self.page.text)[which])

    def do(self, do: str, of: str = "", answers: dict[str, str] | None = None) -> TestResponse:
        sent = {PREFIX + field: value for field, value in (answers or {}).items()}
        self.page = self.dee.post(self.address, {"deeds": self.carried(), "do": do, "of": of, **sent})
        return self.page

    def keep(self, name: str) -> TestResponse:
        return self.dee.post(f"{self.address}/scenarios", {"deeds": self.carried(), "name": name})


@pytest.fixture
def trying(app: Flask, staff: Company) -> Trying:
    return Trying(app, staff)


def test_a_deal_is_tried_with_the_real_forms(trying: Trying) -> None:
    assert "Where the lead comes from" in trying.page.text
    page = trying.do("complete", "Task_identify", IDENTIFIED)
    assert page.status_code == 200
    assert "Qualify the lead</h2>" in page.text
    assert "<code>company</code></td><td>Hanse" in page.text
    page = trying.do("complete", "Task_qualify", QUALIFIED)
    assert "Prepare the proposal</h2>" in page.text


def test_answers_are_refused_where_a_reps_would_be_and_stay(trying: Trying) -> None:
    page = trying.do("complete", "Task_identify", {"company": "Hanse"})
    assert page.status_code == 422
    assert 'value="Hanse"' in page.text
    assert "Some answers need another look" in page.text
    assert trying.carried() == "[]"


def test_time_passes_and_a_deal_is_lost_with_one_click(trying: Trying) -> None:
    trying.do("complete", "Task_identify", IDENTIFIED)
    assert "Waited 7 days" in trying.do("wait", "P7D").text
    page = trying.do("lose")
    assert "its lesson is being written" in page.text
    assert "Say why, and what we learn</h2>" in page.text


def test_one_step_back_is_where_one_was(trying: Trying) -> None:
    first = trying.do("complete", "Task_identify", IDENTIFIED)
    trying.do("wait", "P7D")
    trying.page = trying.dee.post(trying.address, {"deeds": trying.carried(0)})
    assert re.findall(r"<h1>.*?</h1>", trying.page.text) == re.findall(r"<h1>.*?</h1>", first.text)


def test_nothing_of_a_trial_is_kept_but_a_scenario(trying: Trying) -> None:
    trying.do("complete", "Task_identify", IDENTIFIED)
    trying.do("lose")
    assert trying.staff.engine.desk.deals(trying.staff.max, status="all").deals == []
    assert trying.keep("Lost at once").status_code == 302
    source = trying.staff.engine.drafting.source(trying.draft.id, by=trying.staff.dee)
    [scenario] = read(source).definitions.processes[0].scenarios
    assert (scenario.name, scenario.outcome, len(scenario.deeds)) == ("Lost at once", "lost", 2)
    trying.page = trying.dee.get(trying.address)
    assert "1 scenario" in trying.page.text
    played = trying.dee.post(trying.address, {"deeds": "[]", "verdicts": "yes"}).text
    assert '<span class="chip won">holds</span> Lost at once' in played


def test_a_draft_with_errors_is_not_tried_and_they_are_listed(trying: Trying) -> None:
    broken = commercial().replace(b' default="Flow_qualified_no"', b"")
    trying.staff.engine.drafting.save(trying.draft.id, broken, revision=1, by=trying.staff.dee, now=NOW)
    page = trying.dee.get(trying.address)
    assert page.status_code == 422
    assert "gateway_condition" in page.text


@pytest.mark.parametrize(
    "deeds",
    [
        "no JSON",
        "{}",
        "[1, null, {}]",
        '[{"do": "complete", "of": "Task_won", "answers": []}]',
        '[{"do": "complete", "of": "Task_identify", "answers": [["company", 5], "x"]}]',
        '[{"do": "wait", "of": "P999999999Y", "answers": []}]',
        '[{"do": "<script>", "of": "", "answers": []}]',
        "[" * 5_000,
    ],
)
def test_what_the_browser_says_happened_may_be_anything(trying: Trying, deeds: str) -> None:
    page = trying.dee.post(trying.address, {"deeds": deeds, "do": "wait", "of": "P1D"})
    assert page.status_code in (200, 422)
    assert "<script>" not in page.text.replace("<script src", "")
    assert "Identify the lead</h2>" in page.text
