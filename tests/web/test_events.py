"""What has happened outside is told to the deal that waits for it, on its page."""

from __future__ import annotations

import pytest

from engine.spiff import trial
from tests.builders import NOW, Company, definition
from tests.conftest import Visitor


@pytest.fixture
def deal_id(staff: Company, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(trial, "run", lambda *given, **more: None)
    staff.engine.publishing.publish(definition("contracting"), by=staff.dee, now=NOW)
    deal = staff.engine.running.open_deal(process="contracting", title="Fleet", account="Hanse", by=staff.ada, now=NOW)
    [row] = staff.engine.desk.deal(staff.ada, deal.id).tasks
    staff.engine.running.complete_task(row.task.id, {"contract_no": "C-7"}, by=staff.ada, now=NOW)
    return deal.id


def test_a_deal_says_what_it_waits_for_and_goes_on_when_it_is_told(ada: Visitor, deal_id: int) -> None:
    page = ada.get(f"/deals/{deal_id}").text
    assert "Contract signed" in page
    assert "known by “C-7”" in page
    assert "Waiting for something outside" in page
    form = ada.get(f"/deals/{deal_id}/events/is_signed").text
    assert "The deal waits for this, under “C-7”." in form
    wrong = ada.post(f"/deals/{deal_id}/events/is_signed", {"f.signed_on": "", "f.final_value": "1200"})
    assert wrong.status_code == 422
    assert 'value="1200"' in wrong.text
    sent = {"f.signed_on": "2026-03-02", "f.final_value": "1200"}
    done = ada.post(f"/deals/{deal_id}/events/is_signed", sent, follow=True).text
    assert "The deal goes on." in done
    assert "The deal was won" in done
    assert "“Contract signed” came" in done


def test_telling_it_twice_is_refused_with_what_was_written(ada: Visitor, deal_id: int) -> None:
    ada.get(f"/deals/{deal_id}/events/is_signed")
    sent = {"f.signed_on": "2026-03-02"}
    assert ada.post(f"/deals/{deal_id}/events/is_signed", sent).status_code == 302
    assert ada.post(f"/deals/{deal_id}/events/is_signed", sent).status_code == 409
