"""Pages for machines, over real HTTP where a process is what it is about; and what is logged, and what never is."""

from __future__ import annotations

import json
import logging
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener, urlopen

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from engine.errors import TaskCancelled
from engine.watching import Deed, watched
from tests.builders import NOW, Company
from tests.conftest import Clock, Visitor
from tests.web.test_server import PATIENCE, Started, started
from web import logs
from web.app import create_app
from web.config import Config
from web.server import Worker

TOKEN = "0123456789abcdef"

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(page: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def value(page: str, name: str, **labels: str) -> float:
    return samples(page).get((name, frozenset(labels.items())), 0.0)


@contextmanager
def serving(data: Path, **environ: str) -> Iterator[tuple[Started, str, OpenerDirector]]:
    """A server of its own, its address, and a browser that is signed in there."""
    with started("serve", data=data, **environ) as process:
        link = process.until("Open ").removeprefix("Open ")
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        browser.open(link).close()
        yield process, link.partition("/start/")[0], browser


def asked(address: str, **headers: str) -> tuple[int, str]:
    try:
        with urlopen(Request(address, headers={name.replace("_", "-"): one for name, one in headers.items()})) as page:
            return page.status, page.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


def test_a_server_lives_and_is_ready_when_its_worker_has_looked(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, address, _browser):
        assert asked(f"{address}/health") == (200, '{"alive":true}\n')
        until = time.monotonic() + PATIENCE
        while asked(f"{address}/ready")[0] != 200 and time.monotonic() < until:
            time.sleep(0.05)
        status, told = asked(f"{address}/ready")
        assert (status, json.loads(told)) == (200, {"ready": True, "database": "ok", "worker": "ok"})
        assert process.stop(signal.SIGTERM) == (0, "")


def test_figures_are_for_this_machine_or_for_who_has_the_token(tmp_path: Path) -> None:
    with serving(tmp_path / "open") as (_process, address, _browser):
        status, page = asked(f"{address}/metrics")
        assert status == 200
        assert value(page, "parcours_database_up") == 1
        assert value(page, "parcours_requests_total", route="start.link", method="GET", status="302") == 1
        for header in ("X_Forwarded_For", "Forwarded", "Via", "X_Real_IP"):
            assert asked(f"{address}/metrics", **{header: "192.0.2.1"})[0] == 403
    with serving(tmp_path / "token", PARCOURS_METRICS=TOKEN) as (_process, address, _browser):
        assert asked(f"{address}/metrics")[0] == 403
        assert asked(f"{address}/metrics", Authorization="Bearer 0123456789abcdeg")[0] == 403
        assert asked(f"{address}/metrics", Authorization="Bearer é")[0] == 403
        assert asked(f"{address}/metrics", Authorization=f"Bearer {TOKEN}")[0] == 200


def test_figures_are_not_for_others_where_others_can_come(staff: Company, tmp_path: Path) -> None:
    config = Config(data=tmp_path, secret_key="of a test", host="0.0.0.0")
    visitor = Visitor(create_app(staff.engine, config))
    assert visitor.get("/metrics").status_code == 403
    assert "PARCOURS_METRICS" in visitor.get("/metrics").text
    assert visitor.get("/health").status_code == 200


def test_not_ready_says_why(app: Flask, staff: Company, clock: Clock, tmp_path: Path) -> None:
    visitor = Visitor(app)

    def told() -> tuple[int, Any]:
        page = visitor.get("/ready")
        return page.status_code, page.json

    worker = app.extensions["parcours.worker"] = Worker(staff.engine, Config(tmp_path, clock=clock))
    assert told() == (503, {"ready": False, "database": "ok", "worker": "silent"})
    worker.looked_at = clock.now
    assert told()[0] == 200
    clock.now += timedelta(minutes=4)
    assert told() == (503, {"ready": False, "database": "ok", "worker": "silent"})
    worker.looked_at = clock.now
    with staff.engine.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert told() == (503, {"ready": False, "database": "other", "worker": "ok"})
    staff.engine.close()
    for file in tmp_path.glob("parcours.db*"):
        file.unlink()
    (tmp_path / "parcours.db").mkdir()
    assert told() == (503, {"ready": False, "database": "away", "worker": "ok"})
    assert visitor.get("/health").status_code == 200
    page = visitor.get("/metrics")
    assert page.status_code == 200
    assert value(page.text, "parcours_database_up") == 0
    assert "parcours_open_deals" not in page.text


def open_deal(staff: Company) -> tuple[int, str]:
    deal = staff.engine.running.open_deal(process="small_sale", title="Fleet", account="Hanse", by=staff.ada, now=NOW)
    return deal.id, staff.engine.desk.deal(staff.ada, deal.id).tasks[0].task.id


def test_what_happens_is_counted(ada: Visitor, staff: Company, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    deal, task = open_deal(staff)
    address = f"/tasks/{task}/complete"
    ada.get(f"/tasks/{task}")
    assert ada.post(address, {"f.budget": "yes"}).status_code == 422, "the checklist is not done"
    assert ada.post(address, {"f.budget": "yes", "tick": "c1"}).status_code == 302
    with monkeypatch.context() as patched:

        def too_late(*_given: Any, **_named: Any) -> None:
            raise TaskCancelled

        patched.setattr(type(staff.engine.running), "complete_task", too_late)
        [answer] = [row.task.id for row in staff.engine.desk.deal(staff.ada, deal).tasks]
        assert ada.post(f"/tasks/{answer}/complete", {"f.answer": "yes"}).status_code == 409
    page = ada.get("/metrics").text
    for end in ("done", "conflict", "refused"):
        assert value(page, "parcours_deeds_total", deed="complete_task", end=end) == 1
    assert value(page, "parcours_step_seconds_count", deed="complete_task") == 3
    assert value(page, "parcours_requests_total", route="tasks.complete", method="POST", status="302") == 1
    assert value(page, "parcours_request_seconds_count", route="tasks.complete") == 3
    assert value(page, "parcours_open_deals") == value(page, "parcours_open_tasks") == 1
    assert value(page, "parcours_oldest_due_seconds", work="timer") == 0
    clock.pass_days(8)
    page = ada.get("/metrics").text
    assert value(page, "parcours_oldest_due_seconds", work="timer") == 24 * 60 * 60


def test_no_label_grows_with_what_is_asked_for(ada: Visitor, app: Flask, staff: Company) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()} | {"none"}
    for number in range(30):
        ada.get(f"/nothing/{number}")
        ada.get(f"/deals/{number}")
        ada.client.open("/inbox", method=f"BREW{number}")
        ada.get(f"/inbox?q={number}")
    found = samples(ada.get("/metrics").text)
    seen: dict[str, set[str]] = {}
    for _name, labels in found:
        for label, one in labels:
            seen.setdefault(label, set()).add(one)
    assert seen["route"] <= known
    assert seen["method"] <= {"GET", "POST", "other"}
    assert seen["status"] <= {"200", "302", "404", "405"}
    assert set(seen) <= {"route", "method", "status", "deed", "end", "work", "fate", "le"}
    assert len(found) < 400


def test_a_worker_s_look_is_told_when_something_moved(staff: Company) -> None:
    told: list[Deed] = []
    engine = watched(staff.engine, told.append)
    deal, task = open_deal(staff)
    engine.running.complete_task(task, {"budget": "yes"}, ticks=["c1"], by=staff.ada, now=NOW)
    engine.running.fire_due(now=NOW)
    engine.running.fire_due(now=NOW + timedelta(days=8))
    completed, idle, fired = told
    assert (completed.name, completed.end, completed.deal_id, completed.task_id, completed.person_id) == (
        "complete_task",
        "done",
        deal,
        task,
        staff.ada.id,
    )
    assert (idle.moved, idle.is_idle, fired.moved, fired.is_idle) == (0, True, 1, False)


# What is logged


def test_the_log_as_json_tells_of_requests_and_deeds_and_of_nothing_private(tmp_path: Path) -> None:
    with serving(tmp_path, PARCOURS_LOG="json") as (process, address, browser):
        with browser.open(f"{address}/deals/new") as page:
            shown = page.read().decode()
        token = re.findall(r'name="csrf_token" value="([^"]+)"', shown)[0]
        [me] = re.findall(r'<option value="([0-9a-f-]{36})" selected', shown)
        secrets = {"title": "A secret project", "account": "Silent Partners", "contact": "Ms. Whisper"}
        form = {"csrf_token": token, "process": "commercial", "f.owner_id": me}
        form |= {f"f.{name}": secret for name, secret in secrets.items()}
        sent = Request(f"{address}/deals/new", urlencode(form).encode(), {"X-Request-ID": "from-the-proxy.7"})
        with browser.open(sent) as page:
            assert page.status == 200
        with browser.open(f"{address}/inbox?q=Whisper") as page:
            given = page.headers["X-Request-ID"]
        code, said = process.stop(signal.SIGTERM)
    assert code == 0
    lines = [json.loads(line) for line in said.splitlines()]
    assert all({"at", "level", "logger", "message"} <= line.keys() for line in lines)
    for private in (*secrets.values(), "Whisper", "/start/"):
        assert private not in said
    [opened] = [line for line in lines if line["message"] == "open_deal"]
    assert (opened["request"], opened["end"]) == ("from-the-proxy.7", "done")
    assert (opened["deal"], len(opened["person"])) == (1, 36)
    requests = {(line["request"], line["route"]): line for line in lines if line["message"] == "request"}
    assert requests["from-the-proxy.7", "deals.new"]["person"] == opened["person"]
    assert requests[given, "inbox.show"]["status"] == 200


def test_a_request_id_that_is_odd_is_not_taken_over(ada: Visitor) -> None:
    for odd in ("", "x" * 65, "a b", '{"a":1}', "é"):
        answered = ada.client.get("/health", headers={"X-Request-ID": odd})
        assert re.fullmatch("[0-9a-f]{32}", answered.headers["X-Request-ID"])


@pytest.mark.parametrize("kind", ["text", "json"])
def test_what_an_error_quotes_is_not_logged(
    kind: str, ada: Visitor, staff: Company, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _deal, task = open_deal(staff)
    ada.get(f"/tasks/{task}")

    def fails(*_given: Any, **_named: Any) -> None:
        try:
            raise KeyError("her answer")
        except KeyError as error:
            raise ValueError("invalid literal: 'her answer'") from error

    monkeypatch.setattr(type(staff.engine.running), "complete_task", fails)
    assert ada.post(f"/tasks/{task}/complete", {"f.budget": "yes"}).status_code == 500
    [record] = [one for one in caplog.records if one.exc_info]
    written = (logs.JsonLines() if kind == "json" else logs.Lines()).format(record)
    assert "her answer" not in written
    assert "ValueError" in written
    assert "KeyError" in written
    assert "test_health.py" in written
    assert "tasks.complete" in written


def test_what_the_system_says_is_logged() -> None:
    try:
        raise OSError(28, "No space left on device")
    except OSError as error:
        record = logging.LogRecord("parcours", logging.ERROR, __file__, 1, "failed", (), (OSError, error, None))
    assert "No space left on device" in logs.JsonLines().format(record)
    assert "No space left on device" in logs.Lines().format(record)


def test_a_statement_s_values_are_not_in_its_error(staff: Company) -> None:
    with pytest.raises(OperationalError) as raised, staff.engine.database.read() as connection:
        connection.execute(text("SELECT no_such_column FROM teams WHERE name = :name"), {"name": "Silent Partners"})
    told = str(raised.value)
    assert "no_such_column" in told
    assert "Silent Partners" not in told
