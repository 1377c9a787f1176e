"""What deals send: queued with their step, delivered at least once under one id, tried again, given up, and seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from alembic import command
from alembic.config import Config as Alembic

from engine import history, retries, spiff
from engine.deals import Deal
from engine.errors import (
    DealChanged,
    LetterUnknown,
    NotAllowed,
    NotDelivered,
    RunFailed,
    Undeliverable,
)
from engine.parcels import Parcel
from engine.spiff import trial
from engine.storage import deals as deal_rows
from engine.storage import outbox as rows
from engine.storage.migrating import MIGRATIONS
from tests.builders import NOW, Company, definition

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _published_untried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test publishes the same file; its trial in a process of its own is tested elsewhere."""
    monkeypatch.setattr(trial, "run", lambda *given, **more: None)


def open_deal(west: Company, **facts: Any) -> Deal:
    west.engine.publishing.publish(definition("sends"), by=west.dee, now=NOW)
    given: dict[str, Any] = {"title": "Fleet", "account": "Hanse", "contact": "M. Brandt", "value": Decimal(1200)}
    return west.engine.running.open_deal(process="sends", by=west.ada, now=NOW, **{**given, **facts})


def ask(west: Company, deal: Deal, **answers: str) -> None:
    [row] = west.engine.desk.deal(west.ada, deal.id).tasks
    given = {"email": "brandt@hanse.example", "size": "l", **answers}
    west.engine.running.complete_task(row.task.id, given, by=west.ada, now=NOW)


class Post:
    """Takes what is sent, or fails as it is told to."""

    def __init__(self, west: Company, *failures: Exception | None) -> None:
        self.west = west
        self.failures = list(failures)
        self.got: list[Parcel] = []

    def __call__(self, parcel: Parcel) -> None:
        self.got.append(parcel)
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure

    def take(self, now: datetime = NOW, worker: str = "one") -> int:
        """Everything that is due."""
        count = 0
        while self.west.engine.outbox.deliver_next(self, worker=worker, now=now):
            count += 1
        return count


def kinds(west: Company, deal: Deal) -> list[str]:
    return [event.kind for event in west.engine.desk.deal(west.ada, deal.id).history]


def late(template: str = "Busy.") -> NotDelivered:
    return NotDelivered(template)


# Queued


def test_a_send_task_queues_what_it_says(west: Company) -> None:
    deal = open_deal(west)
    ask(west, deal)
    post = Post(west)
    assert post.take() == 2
    mail, call = sorted(post.got, key=lambda parcel: parcel.kind)
    assert (mail.kind, mail.element_id, mail.stage_id, mail.attempts) == ("mail", "thank", "s1", 1)
    assert mail.payload == {
        "to": "brandt@hanse.example",
        "subject": "Your offer, Hanse",
        "body": "Dear M. Brandt,\n\na large & heavy one for 1200. Yours, Ada (ada@example.com)",
        "html": "<p>Dear M. Brandt, a large &amp; heavy one.</p>",
    }
    assert (call.to, call.payload["body"]["type"]) == ("erp", "sends.tell")
    told = call.payload["body"]["data"]
    assert (told["deal"]["number"], told["deal"]["value"], told["step"]) == (deal.id, "1200.00", "Tell the ERP")
    assert told["answers"] == {"email": "brandt@hanse.example", "size": "l"}


def test_a_deal_that_sends_at_once_knows_its_number(west: Company) -> None:
    source = definition("sends").replace(b'sourceRef="start" targetRef="ask"', b'sourceRef="start" targetRef="tell"')
    source = source.replace(b'sourceRef="tell" targetRef="answer"', b'sourceRef="tell" targetRef="ask"')
    source = source.replace(b'sourceRef="thank" targetRef="tell"', b'sourceRef="thank" targetRef="answer"')
    west.engine.publishing.publish(source, by=west.dee, now=NOW)
    deal = west.engine.running.open_deal(process="sends", title="A", account="B", by=west.ada, now=NOW)
    post = Post(west)
    assert post.take() == 1
    assert post.got[0].payload["body"]["data"]["deal"]["number"] == deal.id > 0


def test_a_step_that_is_not_saved_sends_nothing(west: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = open_deal(west)
    [row] = west.engine.desk.deal(west.ada, deal.id).tasks
    running = west.engine.running
    stepping = running._stepping
    step = stepping.take

    def slow(*given: Any, **more: Any) -> Any:
        monkeypatch.setattr(stepping, "take", step)
        running.change_deal(
            deal.id, title="Fleets", account="Hanse", contact="", value=None, expected_close="", by=west.ben, now=NOW
        )
        return step(*given, **more)

    monkeypatch.setattr(stepping, "take", slow)
    with pytest.raises(DealChanged):
        running.complete_task(row.task.id, {"email": "a@b.co"}, by=west.ada, now=NOW)
    assert Post(west).take() == 0


def test_a_subject_is_one_line_of_a_bounded_length(west: Company) -> None:
    deal = open_deal(west, account="x" * 200)
    ask(west, deal)
    with west.engine.database.write() as connection:
        parcel = rows.claim(connection, NOW, NOW + MINUTE, "one")
    assert parcel is not None
    assert len(parcel.payload["subject"]) == 200


# Delivered, and not


def test_what_was_delivered_is_in_the_history_and_gone_from_the_outbox(west: Company) -> None:
    deal = open_deal(west)
    ask(west, deal)
    post = Post(west)
    assert (post.take(), post.take()) == (2, 0)
    told = [
        (event.data["kind"], event.data["to"], event.element_id, event.by)
        for event in west.engine.desk.deal(west.ada, deal.id).history
        if event.kind == history.DELIVERED
    ]
    assert sorted(told) == [("mail", "brandt@hanse.example", "thank", None), ("webhook", "erp", "tell", None)]


def test_what_failed_is_tried_again_later_under_the_same_id(west: Company) -> None:
    deal = open_deal(west)
    ask(west, deal)
    post = Post(west, late(), RuntimeError("a bug"))
    assert (post.take(), post.take(NOW + 30 * timedelta(seconds=1)), post.take(NOW + 2 * MINUTE)) == (2, 0, 2)
    assert {parcel.id for parcel in post.got[:2]} == {parcel.id for parcel in post.got[2:]}
    assert [parcel.attempts for parcel in post.got] == [1, 1, 2, 2]
    assert kinds(west, deal).count(history.DELIVERED) == 2
    assert west.engine.outbox.counts(by=west.max) == (0, 0)


def test_what_cannot_be_sent_is_given_up_at_once_and_seen(west: Company) -> None:
    deal = open_deal(west)
    ask(west, deal)
    post = Post(west, Undeliverable("%(who)s is unknown there.", who="Brandt"), RuntimeError("no hook"))
    post.take()
    assert west.engine.outbox.counts(by=west.max) == (1, 1)
    dead, waiting = west.engine.outbox.letters(by=west.max)
    assert (dead.kind, dead.to, dead.deal_id, dead.next_try) == (
        post.got[0].kind, post.got[0].to, deal.id, None
    )  # fmt: skip
    assert (dead.reason.template, dead.reason) == ("%(who)s is unknown there.", "Brandt is unknown there.")
    assert "RuntimeError: no hook" in waiting.reason
    assert waiting.next_try is not None
    assert NOW + 45 * timedelta(seconds=1) <= waiting.next_try <= NOW + 75 * timedelta(seconds=1)
    assert kinds(west, deal).count(history.UNDELIVERED) == 1


def test_trying_again_ends(west: Company) -> None:
    deal = open_deal(west)
    ask(west, deal)
    post = Post(west, *(late() for _ in range(100)))
    now, times = NOW, 0
    while post.take(now):
        times += 1
        now += retries.LONGEST * 2
    assert times == retries.MOST_ATTEMPTS
    assert west.engine.outbox.counts(by=None) == (2, 0)


def test_waits_grow_to_a_limit_and_spread() -> None:
    waits = [retries.next_try(n, NOW, lambda: 0.5) for n in range(1, retries.MOST_ATTEMPTS)]
    minutes = [(wait - NOW) / MINUTE for wait in waits if wait]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert retries.next_try(1, NOW, lambda: 0) == NOW + 0.75 * MINUTE
    assert len({retries.next_try(5, NOW) for _ in range(20)}) > 1
    assert retries.next_try(retries.MOST_ATTEMPTS, NOW) is None


def test_a_dead_worker_s_claim_falls_to_another(west: Company) -> None:
    deal = open_deal(west)
    ask(west, deal)
    with west.engine.database.write() as connection:
        held = rows.claim(connection, NOW, NOW + retries.LEASE, "dead")
    assert held is not None
    post = Post(west)
    assert post.take() == 1, "what is in the dead one's hands is not taken yet"
    assert post.take(NOW + retries.LEASE) == 1
    assert (post.got[1].id, post.got[1].attempts) == (held.id, 2)


def test_a_worker_that_comes_back_late_undoes_nothing(west: Company) -> None:
    deal = open_deal(west)
    ask(west, deal)
    outbox = west.engine.outbox
    later = NOW + retries.LEASE

    def frozen(parcel: Parcel) -> None:
        # While this one was frozen, another took its parcel over and was told to come back later.
        again = Post(west, late(), late())
        assert again.take(later, "two") == 2
        raise Undeliverable("Refused.")

    assert outbox.deliver_next(frozen, worker="one", now=NOW)
    assert outbox.counts(by=None) == (0, 2), "the claim is another's: its word counts"
    assert history.UNDELIVERED not in kinds(west, deal)

    def slow(parcel: Parcel) -> None:
        assert Post(west).take(later + DAY, "two") == 2

    assert outbox.deliver_next(slow, worker="one", now=later + 10 * MINUTE)
    assert kinds(west, deal).count(history.DELIVERED) == 2, "delivered twice, said once"


def test_one_that_takes_its_worker_down_each_time_is_given_up(west: Company) -> None:
    deal = open_deal(west)
    ask(west, deal)
    now = NOW
    for _ in range(retries.MOST_ATTEMPTS * 2):
        with west.engine.database.write() as connection:
            assert rows.claim(connection, now, now + retries.LEASE, "dies")
        now += retries.LEASE
    post = Post(west)
    assert (post.take(now), post.got) == (2, [])
    assert west.engine.outbox.counts(by=None) == (2, 0)


# Administrators


def test_an_administrator_tries_again_and_drops(west: Company) -> None:
    deal = open_deal(west)
    ask(west, deal)
    Post(west, Undeliverable("No."), Undeliverable("No.")).take()
    first, second = west.engine.outbox.letters(by=west.max)
    west.engine.outbox.retry(first.id, by=west.max, now=NOW)
    west.engine.outbox.drop(second.id, by=west.max, now=NOW)
    post = Post(west)
    assert (post.take(), post.got[0].id, post.got[0].attempts) == (1, first.id, 1)
    event = next(
        one for one in west.engine.desk.deal(west.ada, deal.id).history if one.kind == history.DELIVERY_DROPPED
    )
    assert (event.by, event.data["id"]) == (west.max.id, second.id)
    for gone in (first.id, second.id, "none"):
        with pytest.raises(LetterUnknown):
            west.engine.outbox.retry(gone, by=west.max, now=NOW)
        with pytest.raises(LetterUnknown):
            west.engine.outbox.drop(gone, by=west.max, now=NOW)


def test_all_that_was_given_up_is_tried_again_at_once(west: Company) -> None:
    for _ in range(3):
        ask(west, open_deal(west))
    Post(west, *(Undeliverable("No.") for _ in range(5)), late()).take()
    assert west.engine.outbox.retry_all(by=west.max, now=NOW) == 5
    assert Post(west).take() == 5


def test_nobody_else_sees_or_touches_the_outbox(west: Company) -> None:
    for person in (west.ada, west.ben, west.dee, replace(west.max, active=False)):
        for act in (
            lambda who: west.engine.outbox.letters(by=who),
            lambda who: west.engine.outbox.counts(by=who),
            lambda who: west.engine.outbox.retry("x", by=who, now=NOW),
            lambda who: west.engine.outbox.retry_all(by=who, now=NOW),
            lambda who: west.engine.outbox.drop("x", by=who, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                act(person)


# Timers that cannot fire


@pytest.fixture
def cannot_fire(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Timers fail as long as the deal is in here."""
    wake = spiff.wake
    broken: dict[str, Exception] = {}

    def failing(program: Any, state: bytes, **given: Any) -> Any:
        if error := broken.get("error"):
            raise error
        return wake(program, state, **given)

    monkeypatch.setattr(spiff, "wake", failing)
    return broken


@pytest.mark.parametrize("error", [RunFailed(element="late", reason="no answer."), KeyError("a bug")], ids=repr)
def test_a_timer_that_cannot_fire_is_tried_again_given_up_seen_and_retried(
    west: Company, cannot_fire: Any, error: Exception
) -> None:
    deal = open_deal(west)
    ask(west, deal)
    cannot_fire["error"] = error
    running, now = west.engine.running, NOW + DAY
    assert running.fire_due(now=now) == 0
    [letter] = west.engine.outbox.letters(by=west.max)
    assert (letter.kind, letter.deal_id, letter.attempts) == ("timer", deal.id, 1)
    assert letter.next_try is not None
    assert now < letter.next_try < now + 2 * MINUTE
    for _ in range(retries.MOST_ATTEMPTS):
        now += retries.LONGEST * 2
        running.fire_due(now=now)
    assert west.engine.outbox.counts(by=west.max) == (1, 0)
    cannot_fire.clear()
    assert running.fire_due(now=now + DAY) == 0, "nobody tries it any more"
    [letter] = west.engine.outbox.letters(by=west.max)
    with pytest.raises(LetterUnknown):
        west.engine.outbox.drop(letter.id, by=west.max, now=now)
    west.engine.outbox.retry(letter.id, by=west.max, now=now)
    assert running.fire_due(now=now) == 1
    assert kinds(west, deal).count(history.TIMER_FIRED) == 1
    assert west.engine.outbox.letters(by=west.max) == []


def test_a_timer_that_cannot_fire_keeps_no_other_waiting(
    west: Company, monkeypatch: pytest.MonkeyPatch, cannot_fire: Any
) -> None:
    first, second = open_deal(west), open_deal(west)
    ask(west, first)
    ask(west, second)
    running = west.engine.running
    stepping = running._stepping
    read = stepping.read

    def reads(connection: Any, deal_id: int, by: Any) -> Any:
        if deal_id == first.id and by is None:
            raise KeyError("not even read")
        return read(connection, deal_id, by)

    monkeypatch.setattr(stepping, "read", reads)
    assert running.fire_due(now=NOW + DAY) == 1
    assert history.TIMER_FIRED in kinds(west, second)


def test_a_deal_that_moves_on_by_itself_is_no_longer_stuck(west: Company, cannot_fire: Any) -> None:
    deal = open_deal(west)
    ask(west, deal)
    cannot_fire["error"] = RunFailed(element="late", reason="no answer.")
    west.engine.running.fire_due(now=NOW + DAY)
    cannot_fire.clear()
    [row] = west.engine.desk.deal(west.ada, deal.id).tasks
    west.engine.running.complete_task(row.task.id, {}, ticks=["c1"], by=west.ada, now=NOW + DAY)
    assert west.engine.outbox.letters(by=west.max) == []


def test_a_claim_on_timers_ends_with_its_time_and_with_the_deal_s_next_step(west: Company) -> None:
    deal = open_deal(west)
    ask(west, deal)
    now = NOW + DAY
    with west.engine.database.write() as connection:
        assert deal_rows.claim_due(connection, now, now + retries.LEASE, 50) == [deal.id]
        assert deal_rows.claim_due(connection, now, now + retries.LEASE, 50) == []
    assert west.engine.running.fire_due(now=now) == 0, "a dead worker holds it"
    assert west.engine.running.fire_due(now=now + retries.LEASE) == 1
    assert kinds(west, deal).count(history.TIMER_FIRED) == 1


def test_changing_a_deal_lets_go_of_its_timers(west: Company) -> None:
    deal = open_deal(west)
    ask(west, deal)
    now = NOW + DAY
    with west.engine.database.write() as connection:
        deal_rows.claim_due(connection, now, now + retries.LEASE, 50)
    west.engine.running.change_deal(
        deal.id, title="Other", account="Hanse", contact="", value=None, expected_close="", by=west.ada, now=now
    )
    assert west.engine.running.fire_due(now=now) == 1


# The tables


def test_the_schema_goes_back_and_forth(west: Company) -> None:
    deal = open_deal(west)
    config = Alembic()
    config.set_main_option("script_location", str(MIGRATIONS))
    with west.engine.database.write() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        command.upgrade(config, "head")
    assert west.engine.desk.deal(west.ada, deal.id).deal == deal
    ask(west, deal)
    assert Post(west).take() == 2
