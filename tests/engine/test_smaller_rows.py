"""Migration 0006 writes every row anew: what people see of their deals is the same after it, and after the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from engine import history
from engine.history import Event
from engine.spiff import trial
from engine.storage import migrating
from engine.storage.history import packed
from tests.builders import NOW, Company, definition
from tests.engine.test_detours import add, go, skip
from tests.engine.test_running import DAY, complete, open_deal, tasks, to_the_answer


def busy(west: Company) -> dict[str, int]:
    """Deals in every state that a row can be in."""
    fresh, answering, lost = open_deal(west), to_the_answer(west), to_the_answer(west)
    west.engine.running.lose_deal(lost.id, by=west.ada, now=NOW)
    complete(west, lost, "why", west.ada, reason="price", lesson="Ask what it is compared with.")
    won = complete(west, to_the_answer(west), "answer", west.ada, answer="yes")
    complete(west, won, "sign", west.ana)
    turned = to_the_answer(west)
    gone = go(west, turned, "s1")
    west.engine.detours.undo(turned.id, gone.revision, by=west.ada, now=NOW)
    skip(west, turned, "answer")
    added = open_deal(west)
    add(west, added)
    return {
        "fresh": fresh.id,
        "answering": answering.id,
        "lost": lost.id,
        "won": won.id,
        "turned": turned.id,
        "added": added.id,
    }


def seen(west: Company, deal_id: int) -> Any:
    """All that its page is made of, but for the numbers of rows and the names of tokens."""
    view = west.engine.desk.deal(west.ada, deal_id)
    rows = [replace(row.task, token="") for row in view.tasks]
    events = [told(event) for event in history.in_force(view.history)]
    undo = view.undo and (view.undo.stage_id, len(view.undo.back), len(view.undo.off), view.undo.cleared)
    known = {name: value for name, value in view.data.items() if value is not None}
    return view.deal, sorted(rows, key=str), events, known, view.ticked, view.marks, view.lessons, undo


def told(event: Event) -> Event:
    data = {name: value for name, value in event.data.items() if name != "event"}
    return replace(event, id=0, token="a task's" if event.token else "", data=data)


def moved(west: Company, *revisions: str) -> None:
    with west.engine.database.opened() as connection, migrating.changing(connection):
        for revision in revisions:
            (migrating.downgrade if revision < "0006" else migrating.upgrade)(connection, revision)


def test_all_that_people_see_is_the_same_after_the_way_back_and_forward(west: Company) -> None:
    deals = busy(west)
    before = {name: seen(west, deal) for name, deal in deals.items()}
    moved(west, "0005", "0006")
    assert {name: seen(west, deal) for name, deal in deals.items()} == before


def test_deals_go_on_after_the_way_back_and_forward(west: Company) -> None:
    deals = busy(west)
    moved(west, "0005", "0006")
    desk, running = west.engine.desk, west.engine.running
    view = desk.deal(west.ada, deals["turned"])
    assert view.undo is not None
    back = west.engine.detours.undo(view.deal.id, view.undo.revision, by=west.ada, now=NOW)
    assert set(tasks(west, back)) == {"answer"}
    for name in ("answering", "turned"):
        deal = desk.deal(west.ada, deals[name]).deal
        assert set(tasks(west, complete(west, deal, "answer", west.ada, answer="yes"))) == {"sign"}
    assert running.fire_due(now=NOW + 8 * DAY) == 0, "no timer is left of those who were answered"
    lost = desk.deal(west.ada, deals["lost"]).deal
    assert complete(west, lost, "share", west.ben, shared="Ask first.").ended_at == NOW
    assert open_deal(west).id == max(deals.values()) + 1
    [kept] = west.engine.lessons.lessons(west.ada)[0]
    assert kept.text == "Ask first."


def test_a_signal_on_its_way_finds_its_deal_after_the_way_back(west: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "run", lambda *given, **more: None)
    west.engine.publishing.publish(definition("price_list"), by=None, now=NOW)
    deal = west.engine.running.open_deal(process="price_list", title="A", account="B", by=west.ada, now=NOW)
    with west.engine.database.write() as connection:
        connection.execute(
            text(
                "INSERT INTO outbox (id, deal_id, element_id, stage_id, kind, payload, queued_at, due_at, attempts) "
                "SELECT account_id, id, 'e', '', 'signal', :payload, 0, 0, 0 FROM deals"
            ),
            {"payload": f'{{"name":"s","deal":{deal.id}}}'},
        )
    asked = "SELECT payload FROM outbox"
    moved(west, "0005")
    with west.engine.database.opened() as connection:
        assert f'"deal":"{deal.id}"' in connection.execute(text(asked)).scalar_one()
    moved(west, "0006")
    with west.engine.database.read() as connection:
        assert f'"deal":{deal.id}}}' in connection.execute(text(asked)).scalar_one()


def test_an_event_is_kept_with_as_little_as_it_needs() -> None:
    one = Event(7, history.TASK_OPENED, NOW, None, "call", "3bdfk", "s1", {"claimed_by": "x"})
    others = [Event(7, history.DEAL_ENDED, NOW, None, "", "", stage) for stage in ("s1", "", "s2")]
    assert packed([one, *others]) == [
        ["TaskOpened", "s1", "call", "3bdfk", {"claimed_by": "x"}],
        ["DealEnded", None],
        ["DealEnded", ""],
        ["DealEnded", "s2"],
    ]
