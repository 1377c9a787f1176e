"""Messages and signals: from deal to deal, from process to process, and from outside. Each reaches whom it should."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bpmn.errors import AnswersRejected
from engine import history
from engine.deals import Deal
from engine.errors import DealUnknown, NobodyWaits, NotAllowed, OpensByItself
from engine.parcels import Parcel
from engine.spiff import trial
from tests.builders import NOW, Company, definition
from tests.engine.test_races import MANY, at_once

LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _published(west: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "run", lambda *given, **more: None)
    for name in ("prospecting", "contracting", "after_sales", "price_list"):
        west.engine.publishing.publish(definition(name), by=west.dee, now=NOW)


def open_deal(west: Company, process: str, title: str = "Fleet") -> Deal:
    return west.engine.running.open_deal(process=process, title=title, account="Hanse", by=west.ada, now=NOW)


def complete(west: Company, deal: Deal, element: str, **answers: Any) -> None:
    [task] = [row.task for row in west.engine.desk.deal(west.ada, deal.id).tasks if row.task.element_id == element]
    west.engine.running.complete_task(task.id, answers, by=west.ada, now=NOW)


def nothing_else(parcel: Parcel) -> None:
    raise AssertionError(f"nothing here sends a {parcel.kind}")


def deliver(west: Company) -> int:
    """Until nothing is on its way; how many parcels there were."""
    return sum(1 for _ in iter(lambda: west.engine.outbox.deliver_next(nothing_else, worker="w", now=LATER), False))


def deals_of(west: Company, process: str) -> list[Deal]:
    return [deal for deal in west.engine.desk.deals(west.ada).deals if deal.process == process]


def open_elements(west: Company, deal: Deal) -> list[str]:
    return sorted(row.task.element_id for row in west.engine.desk.deal(west.ada, deal.id).tasks)


def kinds(west: Company, deal: Deal) -> list[str]:
    return [event.kind for event in west.engine.desk.deal(west.ada, deal.id).history]


def drawn_up(west: Company, number: str) -> Deal:
    deal = open_deal(west, "contracting")
    complete(west, deal, "draw_up", contract_no=number)
    return deal


def test_prospecting_starts_a_deal_with_what_is_known(west: Company) -> None:
    lead = open_deal(west, "prospecting")
    complete(west, lead, "call", interested="yes", budget="48000")
    assert deals_of(west, "contracting") == []
    assert deliver(west) == 1
    [deal] = deals_of(west, "contracting")
    assert (deal.title, deal.account.name, deal.people) == ("Fleet", "Hanse", {"rep": west.ada.id})
    assert (deal.account, deal.team_id) == (west.engine.desk.deal(west.ada, lead.id).deal.account, lead.team_id)
    assert open_elements(west, deal) == ["draw_up"]
    view = west.engine.desk.deal(west.ada, deal.id)
    assert view.data["amount"] == 48000
    assert view.deal.value == Decimal(48000)
    assert view.history[0].kind == history.DEAL_OPENED
    assert view.history[0].data["answers"]["started_by"] == lead.id
    assert kinds(west, lead)[-1] == history.DELIVERED


def test_a_signed_contract_reaches_exactly_its_deal(west: Company) -> None:
    first, second = drawn_up(west, "C-1"), drawn_up(west, "C-2")
    moved = west.engine.messages.send(
        "contract signed", "C-2", {"signed_on": "2026-03-02", "final_value": 500}, by=west.ada, now=NOW
    )
    assert moved is not None
    assert (moved.id, moved.outcome, moved.value) == (second.id, "won", Decimal(500))
    assert west.engine.desk.deal(west.ada, first.id).deal.outcome == ""
    caught = [
        event for event in west.engine.desk.deal(west.ada, second.id).history if event.kind == history.EVENT_CAUGHT
    ]
    assert [(event.element_id, event.by) for event in caught] == [("is_signed", west.ada.id)]


def test_a_won_deal_starts_after_sales(west: Company) -> None:
    deal = drawn_up(west, "C-1")
    west.engine.messages.tell(deal.id, "contract signed", {"signed_on": "2026-03-02"}, by=west.ada, now=NOW)
    assert deliver(west) == 1
    [care] = deals_of(west, "after_sales")
    assert open_elements(west, care) == ["welcome"]


def test_a_process_that_begins_by_a_message_is_not_opened_by_hand(west: Company) -> None:
    with pytest.raises(OpensByItself):
        open_deal(west, "after_sales")


def test_a_message_that_comes_too_early_is_kept_for_the_deal(west: Company) -> None:
    deal = open_deal(west, "contracting")
    told = west.engine.messages.send("contract signed", "C-9", {"signed_on": "2026-03-01"}, by=west.ada, now=NOW)
    assert told is None
    complete(west, deal, "draw_up", contract_no="C-9")
    assert deliver(west) == 2, "the message that was kept, and what the won deal throws"
    assert west.engine.desk.deal(west.ada, deal.id).deal.outcome == "won"


def test_what_a_message_brings_is_checked_and_nothing_happens_when_it_is_wrong(west: Company) -> None:
    deal = drawn_up(west, "C-1")
    with pytest.raises(AnswersRejected) as rejected:
        west.engine.messages.tell(deal.id, "contract signed", {"signed_on": "soon"}, by=west.ada, now=NOW)
    assert set(rejected.value.problems) == {"signed_on"}
    assert west.engine.desk.deal(west.ada, deal.id).deal.is_open
    assert [one.name for one in west.engine.messages.awaited(deal.id, by=west.ada)] == ["contract signed"]


def test_a_kept_message_that_cannot_be_taken_is_given_up_and_seen(west: Company) -> None:
    west.engine.messages.send("contract signed", "C-9", {"signed_on": "soon"}, by=west.ada, now=NOW)
    deal = drawn_up(west, "C-9")
    assert deliver(west) == 1
    [letter] = west.engine.outbox.letters(by=west.max)
    assert (letter.kind, letter.deal_id, letter.next_try) == ("message", deal.id, None)
    assert "signed_on" in str(letter.reason)
    west.engine.messages.tell(deal.id, "contract signed", {"signed_on": "2026-03-02"}, by=west.ada, now=NOW)


def test_an_event_that_a_deal_does_not_wait_for_is_told_so(west: Company) -> None:
    deal = open_deal(west, "contracting")
    with pytest.raises(NobodyWaits):
        west.engine.messages.tell(deal.id, "contract signed", {"signed_on": "2026-03-02"}, by=west.ada, now=NOW)


def test_nobody_tells_another_teams_deal(west: Company) -> None:
    deal = drawn_up(west, "C-1")
    carries = {"signed_on": "2026-03-02"}
    with pytest.raises(DealUnknown):
        west.engine.messages.tell(deal.id, "contract signed", carries, by=west.cleo, now=NOW)
    with pytest.raises(DealUnknown):
        west.engine.messages.send("contract signed", "C-1", carries, by=west.cleo, now=NOW)
    with pytest.raises((NotAllowed, DealUnknown)):
        west.engine.messages.tell(deal.id, "contract signed", carries, by=west.dee, now=NOW)


def test_a_signal_reaches_all_who_wait_and_nobody_who_comes_later(west: Company) -> None:
    waiting = [open_deal(west, "contracting", f"Deal {number}") for number in range(3)]
    gone = drawn_up(west, "C-1")
    prices = open_deal(west, "price_list")
    complete(west, prices, "decide")
    assert deliver(west) == 4, "the signal, and one parcel for each deal that waits"
    late = open_deal(west, "contracting")
    assert deliver(west) == 0
    assert [open_elements(west, deal) for deal in waiting] == [["check_price", "draw_up"]] * 3
    assert open_elements(west, gone) == []
    assert open_elements(west, late) == ["draw_up"]


def test_one_of_many_tells_a_deal_what_has_happened(west: Company) -> None:
    deal = drawn_up(west, "C-1")
    came = at_once(
        lambda number: west.engine.messages.tell(
            deal.id, "contract signed", {"signed_on": "2026-03-02"}, by=west.ada, now=NOW
        )
    )
    assert came["done"] == 1
    assert sum(came.values()) == MANY
    assert kinds(west, deal).count(history.EVENT_CAUGHT) == 1


def test_many_workers_start_one_deal_for_one_message(west: Company) -> None:
    lead = open_deal(west, "prospecting")
    complete(west, lead, "call", interested="yes", budget="48000")
    at_once(lambda number: west.engine.outbox.deliver_next(nothing_else, worker=f"w{number}", now=LATER))
    assert len(deals_of(west, "contracting")) == 1


def test_a_parcel_that_two_workers_hold_moves_the_deal_once(west: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is frozen with a message in its hands, another takes it over, and the first one wakes up."""
    lead = open_deal(west, "prospecting")
    complete(west, lead, "call", interested="yes", budget="1")
    held: list[Parcel] = []
    outbox = west.engine.outbox

    def freeze(parcel: Parcel, now: Any) -> None:
        held.append(parcel)
        raise TimeoutError

    monkeypatch.setattr(outbox, "_hand_over", freeze)
    outbox.deliver_next(nothing_else, worker="frozen", now=LATER)
    monkeypatch.setattr(outbox, "_hand_over", west.engine.messages.deliver)
    assert outbox.deliver_next(nothing_else, worker="other", now=LATER + timedelta(hours=1))
    west.engine.messages.deliver(held[0], LATER + timedelta(hours=1))
    assert len(deals_of(west, "contracting")) == 1
