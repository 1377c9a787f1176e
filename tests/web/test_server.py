"""``parcours serve`` and ``parcours worker``, started for real."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest

from engine import Engine, open_engine
from engine.errors import DatabaseAway
from tests.builders import NOW, PASSWORD, Company
from web import server
from web.config import Config
from web.server import CannotServe, Worker, listen

#: Longer than any start takes, and shorter than anyone waits.
PATIENCE = 60.0


@contextmanager
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def free_port() -> int:
    with busy_port() as port:
        return port


class Started:
    """A ``parcours`` of its own, and the lines that it has printed."""

    def __init__(self, *args: str, data: Path, **environ: str) -> None:
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("PARCOURS_", "LC_", "LANG"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "web.cli", *args],
            env={**plain, "PARCOURS_DATA": str(data), **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []

    def until(self, wanted: str) -> str:
        """The first line that holds this."""
        assert self.process.stdout is not None
        watch = Thread(target=self._give_up, daemon=True)
        watch.start()
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if wanted in line:
                return self.lines[-1]
        assert self.process.stderr is not None
        raise AssertionError(f"no {wanted!r} in {self.lines}; {self.process.stderr.read()}")

    def _give_up(self) -> None:
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def stop(self, number: int) -> tuple[int, str]:
        self.process.send_signal(number)
        return self.end()

    def end(self) -> tuple[int, str]:
        """The exit code, and what was said on standard error."""
        _out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, err


@contextmanager
def started(*args: str, data: Path, **environ: str) -> Iterator[Started]:
    made = Started(*args, data=data, **environ)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.process.kill()
        made.process.communicate()


def test_serve_prints_a_link_that_opens_and_stops_when_told(tmp_path: Path) -> None:
    port = free_port()
    for number in (signal.SIGTERM, signal.SIGINT):
        with started("serve", "--port", str(port), data=tmp_path) as serving:
            link = serving.until("Open ").removeprefix("Open ")
            assert re.fullmatch(rf"http://127\.0\.0\.1:{port}/start/[\w-]{{20,}}", link)
            with build_opener(HTTPCookieProcessor(CookieJar())).open(link) as page:
                assert page.status == 200
                assert b"<html" in page.read()
            assert serving.stop(number) == (0, "")
    engine = open_engine(f"sqlite:///{tmp_path / 'parcours.db'}")
    assert [version.number for version in engine.publishing.versions("commercial")] == [1]
    engine.close()


def test_a_second_start_on_the_same_data_takes_the_next_port(tmp_path: Path) -> None:
    with started("serve", data=tmp_path) as first:
        first_link = first.until("Open ")
        with started("serve", data=tmp_path) as second:
            second_link = second.until("Open ")
            assert any("is busy; using" in line for line in second.lines)
            ports = [re.findall(r":(\d+)/", link)[0] for link in (first_link, second_link)]
            assert ports[0] != ports[1]
            for port in ports:
                with urlopen(f"http://127.0.0.1:{port}/") as page:
                    assert page.status == 200
            assert second.stop(signal.SIGTERM)[0] == first.stop(signal.SIGTERM)[0] == 0


def test_a_port_that_was_asked_for_and_is_in_use(tmp_path: Path) -> None:
    with busy_port() as port:
        for args, environ in ((["--port", str(port)], {}), ([], {"PARCOURS_PORT": str(port)})):
            with started("serve", *args, data=tmp_path, **environ) as serving:
                code, said = serving.end()
            assert code == 2
            assert said.startswith(f"parcours: Port {port} is in use")
            assert said.count("\n") == 1


def test_an_open_door_is_refused(tmp_path: Path) -> None:
    with started("serve", "--host", "0.0.0.0", data=tmp_path) as serving:
        code, said = serving.end()
    assert code == 2
    assert said.startswith("parcours: 0.0.0.0 can be reached by others")
    assert said.count("\n") == 1


def test_with_passwords_the_address_is_plain_and_others_may_come(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'parcours.db'}")
    now = Config(tmp_path).clock()
    engine.people.add_person(
        name="Max", email="max@b.co", roles=["admin"], team_id=None, by=None, now=now, password=PASSWORD
    )
    engine.close()
    port = free_port()
    with started("serve", "--host", "0.0.0.0", "--port", str(port), data=tmp_path) as serving:
        assert serving.until("Open ") == f"Open http://{socket.gethostname()}:{port}/"
        with urlopen(f"http://127.0.0.1:{port}/") as page:
            assert page.status == 200
        assert serving.stop(signal.SIGTERM)[0] == 0


def test_a_worker_of_its_own_stops_when_told(tmp_path: Path) -> None:
    with started("worker", data=tmp_path) as working:
        working.until("Looking for timers")
        assert working.stop(signal.SIGTERM) == (0, "")


@pytest.mark.parametrize("host", ["no such host", "192.0.2.1", "host.invalid"])
def test_an_address_that_is_not_ours(tmp_path: Path, host: str) -> None:
    with pytest.raises(CannotServe, match="--host"):
        listen(Config(tmp_path, host=host, port=free_port()))


def test_all_ports_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "TRIES", 0)
    with busy_port() as port, pytest.raises(CannotServe, match="all in use"):
        listen(Config(tmp_path, port=port))


def test_the_worker_goes_on_after_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'parcours.db'}")
    again = Event()
    calls: list[datetime] = []

    def fire_due(*, now: datetime, **_rest: Any) -> int:
        calls.append(now)
        if len(calls) == 1:
            raise RuntimeError("the disk is full")
        again.set()
        return 0

    monkeypatch.setattr(engine.running, "fire_due", fire_due)
    assert _looks(engine, tmp_path, again)
    engine.close()
    assert "the disk is full" in caplog.text


def test_the_worker_goes_on_when_the_database_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'parcours.db'}")
    again = Event()
    calls: list[datetime] = []

    def deliver_next(*_given: Any, now: datetime, **_rest: Any) -> bool:
        calls.append(now)
        if len(calls) == 1:
            raise DatabaseAway(reason="it is restarting")
        again.set()
        return False

    monkeypatch.setattr(engine.outbox, "deliver_next", deliver_next)
    assert _looks(engine, tmp_path, again)
    engine.close()
    assert "it is restarting" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_slow_message_keeps_no_timer_waiting(staff: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, looked = Event(), Event()

    def deliver_next(*_given: Any, **_rest: Any) -> bool:
        slow.wait(PATIENCE)
        return False

    def fire_due(*, now: datetime, **_rest: Any) -> int:
        looked.set()
        return 0

    monkeypatch.setattr(staff.engine.outbox, "deliver_next", deliver_next)
    monkeypatch.setattr(staff.engine.running, "fire_due", fire_due)
    worker = Worker(staff.engine, Config(tmp_path), every=0.01)
    worker.start()
    assert looked.wait(PATIENCE)
    slow.set()
    worker.stop()


def _looks(engine: Engine, folder: Path, again: Event) -> bool:
    worker = Worker(engine, Config(folder), every=0.01)
    worker.start()
    seen = again.wait(PATIENCE)
    begun = time.monotonic()
    worker.stop()
    assert not worker.is_alive()
    assert time.monotonic() - begun < 5
    return seen


def test_the_worker_fires_the_timers_of_deals(staff: Company, tmp_path: Path) -> None:
    engine, ada = staff.engine, staff.ada
    deal = engine.running.open_deal(process="small_sale", title="Fleet", account="Hanse", by=ada, now=NOW)
    [row] = engine.desk.deal(ada, deal.id).tasks
    engine.running.complete_task(row.task.id, {"budget": "yes"}, ticks=["c1"], by=ada, now=NOW)
    fired = Event()

    def clock() -> datetime:
        # The second look comes after the first has done its work.
        if any(row.task.element_id == "touch" for row in engine.desk.deal(ada, deal.id).tasks):
            fired.set()
        return NOW + timedelta(days=8)

    worker = Worker(engine, Config(data=tmp_path, clock=clock), every=0.01)
    worker.start()
    assert fired.wait(timeout=20)
    worker.stop()
    assert not worker.is_alive()
