"""Someone who has never heard of BPMN makes a process in four steps, by plain forms that keep nothing until the end."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bpmn import checks
from bpmn.reading import read
from tests.builders import Company
from tests.conftest import Visitor

PAGE = "/processes/begin"
START = {"name": "Machine sales", "goal": "Sell 40 machines by December.", "start": "Buyer met", "language": "en"}
STAGES = {**START, "stages": "Meeting\n  Needs \n\nOffer\nContract\n"}
EACH = {
    **STAGES,
    "qualifies": "1",
    "follows_up": "2",
    **{f"{part}.{n}": f"{part} {n}." for n in range(4) for part in ("entry", "details", "checklist")},
    "checklist.2": "Offer sent\nRead by who decides",
    "task.3": "Get the contract signed",
    "role.3": "account_manager",
}


@pytest.fixture
def dee(app: Flask, staff: Company) -> Visitor:
    visitor = Visitor(app).sign_in(staff.dee)
    visitor.get(PAGE)
    return visitor


def step(dee: Visitor, said: dict[str, str], step: str, to: str) -> TestResponse:
    return dee.post(PAGE, {**said, "step": step, "to": to})


def test_four_steps_lead_to_a_draft_that_nothing_can_be_said_against(dee: Visitor, staff: Company) -> None:
    assert "Step 1 of 4" in dee.get(PAGE).text
    assert "Step 2 of 4" in step(dee, START, "start", "stages").text
    each = step(dee, STAGES, "stages", "each").text
    assert "Step 3 of 4" in each
    assert all(f"{n}. {name}" in each for n, name in enumerate(("Meeting", "Needs", "Offer", "Contract"), 1))
    flow = step(dee, EACH, "each", "flow").text
    assert "Step 4 of 4" in flow
    assert "Get the contract signed" in flow
    assert staff.engine.drafting.drafts(by=staff.dee) == []
    opened = step(dee, EACH, "flow", "open")
    assert opened.status_code == 302
    [draft] = staff.engine.drafting.drafts(by=staff.dee)
    assert opened.location.endswith(draft.id)
    assert (draft.name, draft.process) == ("Machine sales", "machine_sales")
    definitions = read(staff.engine.drafting.source(draft.id, by=staff.dee)).definitions
    assert checks.run(definitions) == ()
    assert [item.text for item in definitions.stages[2].checklist] == ["Offer sent", "Read by who decides"]
    version = staff.engine.drafting.publish(draft.id, revision=1, newest=0, note="", by=staff.dee, now=draft.begun_at)
    assert version.number == 1


def test_what_was_said_is_there_again_on_the_way_back(dee: Visitor) -> None:
    back = step(dee, EACH, "flow", "each").text
    assert 'value="entry 2."' in back
    assert "Read by who decides" in back
    assert "Sell 40 machines by December." in step(dee, EACH, "stages", "start").text


def test_what_is_missing_is_told_where_it_is_missing(dee: Visitor) -> None:
    refused = step(dee, {"name": "Machine sales"}, "start", "stages")
    assert refused.status_code == 422
    assert "Say what it is for" in refused.text
    assert 'value="Machine sales"' in refused.text
    for stages in ("One", "\n".join(f"Stage {n}" for n in range(20))):
        assert step(dee, {**START, "stages": stages}, "stages", "each").status_code == 422


@pytest.mark.parametrize("bad", ["\x01<script>alert(1)</script>\ufffe", "x" * 50_000, "'; DROP TABLE--", "\u202e"])
def test_hostile_answers_are_words_like_others(dee: Visitor, staff: Company, bad: str) -> None:
    said = {name: bad if name not in ("qualifies", "follows_up", "role.3", "language") else "99" for name in EACH}
    said["stages"] = f"{bad}\n{bad}"
    flow = step(dee, said, "each", "flow")
    assert "<script>alert" not in flow.text
    opened = step(dee, said, "flow", "open")
    # What has no letters is nothing said, and what is longer than can be is one stage.
    asked_again = bad in ("\u202e", "x" * 50_000)
    assert (flow.status_code, opened.status_code) == ((422, 422) if asked_again else (200, 302))
    assert len(staff.engine.drafting.drafts(by=staff.dee)) == (0 if asked_again else 1)


def test_it_begins_in_the_language_of_its_readers(dee: Visitor, staff: Company) -> None:
    step(dee, {**EACH, "language": "fr"}, "flow", "open")
    [draft] = staff.engine.drafting.drafts(by=staff.dee)
    definitions = read(staff.engine.drafting.source(draft.id, by=staff.dee)).definitions
    assert definitions.language == "fr"
    assert "Qualifier le prospect" in {node.name for node in definitions.nodes.values()}
