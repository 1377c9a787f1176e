"""Twenty-five opportunities of a real export run through the commercial process, over HTTP, each to its outcome."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from engine.people import Person
from tests.builders import NOW, PASSWORD, Company
from tests.conftest import Visitor

ROWS = Path(__file__).parents[3] / "shared" / "data" / "sales" / "crm_small" / "sales_pipeline.csv"
needs_rows = pytest.mark.skipif(not ROWS.is_file(), reason="the sales data (../shared/data/sales) is not here")


@dataclass(frozen=True)
class Opportunity:
    agent: str
    product: str
    account: str
    won: bool
    value: int


def opportunities(count: int) -> list[Opportunity]:
    """The first decided rows, as they stand in the file."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        decided = [row for row in csv.DictReader(file) if row["deal_stage"] in {"Won", "Lost"}]
    return [
        Opportunity(
            row["sales_agent"], row["product"], row["account"], row["deal_stage"] == "Won", int(row["close_value"])
        )
        for row in decided[:count]
    ]


@pytest.fixture
def agents(staff: Company) -> dict[str, Person]:
    """Each agent of the rows as a rep of the West team."""
    people = {}
    for number, name in enumerate(sorted({one.agent for one in opportunities(25)})):
        people[name] = staff.engine.people.add_person(
            name=name, email=f"agent{number}@example.com", roles=["rep"], team_id=staff.ada.team_id,
            password=PASSWORD, by=None, now=NOW,
        )  # fmt: skip
    return people


@needs_rows
def test_twenty_five_opportunities_end_as_their_rows_say(app: Flask, staff: Company, agents: dict[str, Person]) -> None:
    rows = opportunities(25)
    assert {row.won for row in rows} == {True, False}
    desks = {name: Visitor(app).sign_in(person) for name, person in agents.items()}
    manager, leader = Visitor(app).sign_in(staff.ana), Visitor(app).sign_in(staff.ben)
    for row in rows:
        sell(row, desks[row.agent], agents[row.agent], manager, leader, staff)
    page = leader.get("/deals?status=all").text
    assert figure(page, "won") == (sum(row.won for row in rows), sum(row.value for row in rows if row.won))
    assert figure(page, "lost") == (sum(not row.won for row in rows), sum(row.value for row in rows if not row.won))
    assert figure(page, "open") == (0, 0)
    accounts = {row.account for row in rows}
    assert {deal.account.name for deal in staff.engine.desk.deals(staff.ben, status="all").deals} == accounts


def sell(row: Opportunity, rep: Visitor, seller: Person, manager: Visitor, leader: Visitor, staff: Company) -> None:
    """One deal, from the rep's first page to its end."""
    rep.get("/deals/new?process=commercial")
    opened = rep.post(
        "/deals/new",
        {
            "process": "commercial",
            "f.title": f"{row.product} for {row.account}",
            "f.account": row.account,
            "f.value": str(row.value),
            "f.owner_id": seller.id,
        },
    )
    deal = deal_behind(rep, opened.headers["Location"])
    work(rep, deal, "company", company=row.account, contact_name="The buyer", source="cold_call")
    work(
        rep, deal, "what_was_said", what_was_said="As the row tells.",
        really_needs="yes", sees_value="yes", has_budget="yes", decides="yes",
    )  # fmt: skip
    work(
        rep,
        deal,
        "problem_to_solve",
        problem_to_solve="What they told us.",
        offer_value=str(row.value),
        expected_close="2026-06-30",
    )
    work(rep, deal, "sent_to", sent_to="The buyer", sent_on="2026-03-02")
    if not row.won:
        rep.get(f"/deals/{deal}/lose")
        rep.post(f"/deals/{deal}/lose")
        work(rep, deal, "loss_reason", loss_reason="competitor", lesson_text=f"{row.account} chose another.")
        work(leader, deal, "lesson_shared", lesson_shared=f"Shared: {row.account} chose another.")
        return
    work(rep, deal, "answer", answer="positive")
    work(rep, deal, "account_manager", account_manager=staff.ana.id, handover_notes="Ready to talk terms.")
    work(manager, deal, "outcome", outcome="agreed", agreed_value=str(row.value))
    work(manager, deal, "discount_percent", discount_percent="0")
    work(manager, deal, "signed_on", signed_on="2026-03-02", final_value=str(row.value))
    work(manager, deal, "win_reason", win_reason="trust", won_lesson="Answer within the day.")


def deal_behind(visitor: Visitor, address: str) -> str:
    page = visitor.get(urlsplit(address).path).text
    found = re.search(r'href="/deals/([0-9]+)', page)
    assert found, page
    return found.group(1)


def work(visitor: Visitor, deal: str, asks: str, **answers: str) -> None:
    """Do the open task of the deal whose form asks for this field, with everything on the checklist ticked."""
    page = visitor.get(f"/deals/{deal}").text
    for task in dict.fromkeys(re.findall(r'href="/tasks/([0-9]+-[0-9a-z]+)"', page)):
        form = visitor.get(f"/tasks/{task}").text
        if f'name="f.{asks}"' in form:
            ticks = re.findall(r'name="tick" id="[^"]+" value="([^"]+)"', form)
            data = {**{f"f.{name}": value for name, value in answers.items()}, "tick": ticks}
            done = visitor.post(f"/tasks/{task}/complete", data)
            assert done.status_code == 302, re.findall(r'class="problem"[^>]*>([^<]+)', done.text)
            return
    raise AssertionError(f"no open task of the deal asks for {asks}")


def figure(page: str, which: str) -> tuple[int, int]:
    """How many, and how much, as the deals page shows it."""
    found = re.search(rf'data-figure="{which}"><span>[^<]+</span><b>(\d+)</b><span class="num">([^<]*)</span>', page)
    assert found, page
    return int(found.group(1)), int(re.sub(r"\D", "", unescape(found.group(2))) or 0)
