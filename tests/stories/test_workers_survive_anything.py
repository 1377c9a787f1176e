"""Workers die, freeze and lose their database. Every timer takes effect once, and everything is sent at least once,
under one id. Nobody restarts anything but the database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from engine import history
from engine.spiff import trial
from tests import databases
from tests.builders import NOW, Company, company, definition
from tests.databases import PostgresCopies, SQLiteCopies, postgres_server
from tests.web.sending import test_mail, test_webhooks
from tests.web.test_server import free_port

DEALS = 16
#: Longer than any of this takes on a busy machine.
PATIENCE = 60.0


@dataclass
class Peers:
    mails: test_mail.Peer
    calls: test_webhooks.Peer
    smtp: int

    def ids(self) -> tuple[Counter[str], Counter[str]]:
        """How often each message arrived, by id: mails, calls."""
        return (
            Counter(str(message["Message-ID"]) for message in self.mails.messages),
            Counter(call.headers["webhook-id"] for call in list(self.calls.calls)),
        )


@pytest.fixture
def peers() -> Iterator[Peers]:
    mails, port = test_mail.Peer(), free_port()
    controller = Controller(mails, hostname="127.0.0.1", port=port)
    controller.start()
    with contextmanager(test_webhooks._served)(test_webhooks.Peer()) as calls:
        yield Peers(mails, calls, port)
    controller.stop()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SQLiteCopies | PostgresCopies]:
    """A database server of its own, since it is not treated well here."""
    if request.param == "sqlite":
        yield SQLiteCopies(tmp_path_factory.mktemp("frail"))
        return
    with postgres_server() as address:
        yield PostgresCopies(address)


@dataclass
class House:
    company: Company
    url: str
    peers: Peers

    def fired(self) -> Counter[int]:
        """Deal to how often its timer fired."""
        return self._count(history.TIMER_FIRED, "late")

    def has_fired(self, many: int) -> bool:
        return self.fired().total() >= many

    def reminded(self) -> Counter[int]:
        return self._count(history.TASK_OPENED, "remind")

    def _count(self, kind: str, element: str) -> Counter[int]:
        desk, who = self.company.engine.desk, self.company.ada
        return Counter(
            deal.id
            for deal in desk.deals(who, limit=DEALS).deals
            for event in desk.deal(who, deal.id).history
            if (event.kind, event.element_id) == (kind, element)
        )

    def delivered(self) -> int:
        return self._count(history.DELIVERED, "thank").total() + self._count(history.DELIVERED, "tell").total()

    def all_done(self) -> bool:
        nudged = self._count(history.DELIVERED, "nudge").total()
        return self.fired().total() >= DEALS and self.delivered() + nudged >= 3 * DEALS

    def holds(self) -> None:
        """What must be true in the end, whatever happened."""
        assert set(self.fired().values()) == set(self.reminded().values()) == {1}
        assert len(self.fired()) == len(self.reminded()) == DEALS
        assert self.delivered() == 2 * DEALS
        mails, calls = self.peers.ids()
        assert (len(mails), len(calls)) == (DEALS, 2 * DEALS)
        assert self.company.engine.outbox.letters(by=None) == []


@pytest.fixture
def house(
    place: SQLiteCopies | PostgresCopies, peers: Peers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """Deals whose timers are due, with a mail and a call to send for each."""
    url = place.copy(tmp_path)
    built = company(url)
    engine, ada = built.engine, built.ada
    monkeypatch.setattr(trial, "run", lambda *given, **more: None)
    engine.publishing.publish(definition("sends"), by=None, now=NOW)
    for number in range(DEALS):
        deal = engine.running.open_deal(process="sends", title=f"Deal {number}", account="Hanse", by=ada, now=NOW)
        [row] = engine.desk.deal(ada, deal.id).tasks
        engine.running.complete_task(row.task.id, {"email": f"{number}@hanse.example"}, by=ada, now=NOW)
    yield House(built, url, peers)
    engine.close()


class Worker:
    def __init__(self, house: House, fate: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.stories.frail_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        # A day has passed since the deals were opened.
        shift = (NOW + timedelta(days=1, minutes=1) - datetime.now(UTC)).total_seconds()
        ports = {"smtp": house.peers.smtp, "http": house.peers.calls.server_port}
        self._told = json.dumps({"url": house.url, "shift": shift, "fate": fate, **ports})

    def begin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{self._told}\n")
        self.process.stdin.flush()

    def is_at_work(self) -> bool:
        """Waits until it has opened the database."""
        assert self.process.stdout is not None
        return self.process.stdout.readline() == "at work\n"

    def is_dead(self) -> bool:
        return self.process.poll() == -signal.SIGKILL

    def is_frozen(self) -> bool:
        assert self.process.poll() is None
        return Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def resume(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        _out, said = self.process.communicate(timeout=PATIENCE)
        assert "Traceback" not in said, said
        return self.process.returncode


@contextmanager
def workers(house: House, *fates: str) -> Iterator[list[Worker]]:
    with ExitStack() as stack:
        made = [Worker(house, fate) for fate in fates]
        for one in made:
            stack.callback(one.process.communicate)
            stack.callback(one.process.kill)
        yield made


def until(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"this did not happen: {what}"
        time.sleep(0.05)


@pytest.mark.parametrize(
    "fates",
    [
        ("dies timer-claimed", "dies timer-in-transaction", "dies timer-written"),
        ("dies post-claimed", "dies post-sent", "dies post-in-transaction"),
    ],
    ids=["timers", "messages"],
)
def test_workers_die_before_inside_and_after_the_transaction(house: House, fates: tuple[str, ...]) -> None:
    with workers(house, *fates, "") as (*doomed, well):
        for one in doomed:
            one.begin()
        until(lambda: all(one.is_dead() for one in doomed), "each has died where it was to")
        assert not house.all_done()
        well.begin()
        until(house.all_done, "the one that is left does everything")
        assert well.stop() == 0
    house.holds()


def test_workers_freeze_and_come_back_after_their_claims_have_passed_to_others(house: House) -> None:
    with workers(house, "freezes timer-claimed", "freezes post-sent", "", "") as (*frozen, third, fourth):
        for one in frozen:
            one.begin()
        until(lambda: all(one.is_frozen() for one in frozen), "each is frozen where it was to be")
        third.begin()
        fourth.begin()
        until(house.all_done, "the others do everything meanwhile")
        for one in frozen:
            one.resume()
        assert [one.stop() for one in (*frozen, third, fourth)] == [0] * 4
    house.holds()


def test_a_worker_freezes_inside_a_transaction(house: House) -> None:
    if house.url.startswith("sqlite"):
        pytest.skip("a process that holds the lock of a SQLite file holds it until it ends: one machine, one owner")
    with workers(house, "freezes timer-in-transaction", "") as (frozen, well):
        frozen.begin()
        until(frozen.is_frozen, "it is frozen")
        well.begin()
        until(house.all_done, "the server ends its transaction")
        frozen.resume()
        assert [frozen.stop(), well.stop()] == [0, 0]
    house.holds()


def test_the_database_is_restarted_under_four_workers(house: House, place: SQLiteCopies | PostgresCopies) -> None:
    if isinstance(place, SQLiteCopies):
        pytest.skip("a file needs no server")
    with workers(house, "", "", "", "") as four:
        for one in four:
            one.begin()
        assert all(one.is_at_work() for one in four)
        for part in (4, 2):
            until(partial(house.has_fired, DEALS // part), "they have begun")
            databases.restart(place.server)
        until(house.all_done, "they do everything with the server that is back")
        assert [one.stop() for one in four] == [0] * 4
    house.holds()
