"""What could not be sent, as an administrator sees it: why, where, and what to do."""

from __future__ import annotations

import pytest
from flask import Flask

from engine import history
from engine.deals import Deal
from engine.errors import NotDelivered, Undeliverable
from engine.parcels import Parcel
from engine.spiff import trial
from tests.builders import NOW, Company, definition
from tests.conftest import Visitor


@pytest.fixture
def sending(staff: Company, monkeypatch: pytest.MonkeyPatch) -> Deal:
    """A deal with a mail that was given up, and a call that is tried again."""
    monkeypatch.setattr(trial, "run", lambda *given, **more: None)
    staff.engine.publishing.publish(definition("sends"), by=None, now=NOW)
    deal = staff.engine.running.open_deal(process="sends", title="<Fleet>", account="Hanse", by=staff.ada, now=NOW)
    [row] = staff.engine.desk.deal(staff.ada, deal.id).tasks
    staff.engine.running.complete_task(row.task.id, {"email": "brandt@hanse.example"}, by=staff.ada, now=NOW)

    def fail(parcel: Parcel) -> None:
        if parcel.kind == "mail":
            raise Undeliverable("The mail server refused it: %(answer)s", answer="550 <b>unknown</b>")
        raise NotDelivered("'%(name)s' answered %(status)d: %(said)s", name="erp", status=500, said="")

    while staff.engine.outbox.deliver_next(fail, worker="one", now=NOW):
        pass
    return deal


@pytest.fixture
def max_(app: Flask, staff: Company) -> Visitor:
    return Visitor(app).sign_in(staff.max)


def test_nothing_is_stuck(max_: Visitor) -> None:
    page = max_.get("/outbox").text
    assert "Everything was sent, and every timer fired" in page
    assert "Try all again" not in page


def test_what_failed_says_why_and_where(max_: Visitor, sending: Deal) -> None:
    page = max_.get("/outbox").text
    assert "1 message or timer was given up" in page
    assert "1 more failed and is tried again by itself" in page
    assert "Mail to brandt@hanse.example" in page
    assert "The mail server refused it: 550 &lt;b&gt;unknown&lt;/b&gt;" in page
    assert "answered 500" in page
    assert f'href="/deals/{sending.id}"' in page
    assert "<Fleet>" not in page
    assert page.index("given up</span>") < page.index("next try")


def test_it_is_tried_again_or_dropped(max_: Visitor, staff: Company, sending: Deal) -> None:
    mail, call = staff.engine.outbox.letters(by=None)
    max_.get("/outbox")
    assert "tried again in a moment" in max_.post(f"/outbox/{mail.id}/retry", follow=True).text
    max_.get("/outbox")
    assert "It was dropped" in max_.post(f"/outbox/{call.id}/drop", follow=True).text
    sent: list[Parcel] = []
    assert staff.engine.outbox.deliver_next(sent.append, worker="one", now=NOW)
    assert [parcel.id for parcel in sent] == [mail.id]
    page = max_.get(f"/deals/{sending.id}?history=all").text
    for told in ("A mail to brandt@hanse.example was given up", "A mail went to brandt@hanse.example"):
        assert told in page
    assert "The call of “erp” was dropped" in page
    assert max_.post(f"/outbox/{mail.id}/retry").status_code == 404


def test_all_that_was_given_up_is_tried_again(max_: Visitor, staff: Company, sending: Deal) -> None:
    max_.get("/outbox")
    assert "1 is tried again" in max_.post("/outbox/retry", follow=True).text
    assert staff.engine.outbox.counts(by=None) == (0, 2)


def test_every_kind_of_event_has_a_sentence(max_: Visitor, sending: Deal, staff: Company) -> None:
    kinds = {event.kind for event in staff.engine.desk.deal(staff.max, sending.id).history}
    assert history.UNDELIVERED in kinds
    page = max_.get(f"/deals/{sending.id}?history=all").text
    assert not [kind for kind in kinds if f">{kind}<" in page]


def test_others_have_no_way_there(ada: Visitor) -> None:
    assert 'href="/outbox"' not in ada.get("/inbox").text
