"""``parcours backup``, ``restore`` and ``doctor``, as someone types them."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders import PASSWORD
from tests.web.test_cli import Ended, Run, data, refused, run
from tests.web.test_server import started
from web.commands.terminal import progress

__all__ = ["data", "run"]

MAX = ("user", "add", "--name", "Max", "--email", "max@b.co", "--role", "admin")


def test_saved_and_put_back(run: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("demo")
    file = tmp_path / "monday.backup"
    ended = run("backup", file)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Saved: {file}, ")
    monkeypatch.setenv("PARCOURS_DATA", str(tmp_path / "other"))
    ended = run("restore", file)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Restored: ")
    refused(run("demo"), "There are deals already")
    refused(run("restore", file), "--replace")
    assert run("restore", "--replace", file).code == 0


def test_a_backup_of_a_running_server(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with started("serve", data=tmp_path / "data") as serving:
        serving.until("Open ")
        assert run("backup", tmp_path / "b.backup").code == 0
        assert serving.stop(signal.SIGTERM) == (0, "")
    monkeypatch.setenv("PARCOURS_DATA", str(tmp_path / "other"))
    assert run("restore", tmp_path / "b.backup").code == 0


def test_what_cannot_be_saved_or_put_back_is_one_line(run: Run, data: Path, tmp_path: Path) -> None:
    refused(run("backup", tmp_path / "b.backup"), "There is no database yet")
    assert not data.exists()
    run(*MAX, stdin=PASSWORD)
    refused(run("backup", tmp_path / "none" / "b.backup"), "There is no folder")
    refused(run("backup", data / "parcours.db"), "is no backup. Choose another name")
    refused(run("backup", tmp_path), "is no backup. Choose another name")
    refused(run("backup", tmp_path / "nul\0"), "cannot be written")
    file = tmp_path / "b.backup"
    assert run("backup", file).code == 0
    assert run("backup", file).code == 0, "tomorrow's takes the place of today's"
    refused(run("restore", tmp_path / "none.backup"), "does not exist")
    refused(run("restore", tmp_path), "cannot be read")
    refused(run("restore", __file__), "is no backup of Parcours")
    refused(run("restore", file), "There is data in this database already")
    file.write_bytes(file.read_bytes()[:-100])
    refused(run("restore", "--replace", file), "damaged or not complete")
    assert "max@b.co" in run("user", "list").out


def test_a_refused_file_makes_no_database(run: Run, data: Path) -> None:
    refused(run("restore", __file__), "is no backup")
    assert not data.exists()


def test_the_doctor_finds_nothing_wrong(run: Run, data: Path) -> None:
    refused(run("doctor"), "There is no database yet")
    assert not data.exists()
    run("demo")
    assert run("doctor") == Ended(0, "Wrong: 0. Mended: 0.\n", "")
    assert run("doctor", "--repair").code == 0
    assert json.loads(run("doctor", "--format", "json").out) == {"mended": [], "findings": []}


def test_the_doctor_tells_and_mends(run: Run, data: Path) -> None:
    run("demo")
    with closing(sqlite3.connect(data / "parcours.db")) as connection, connection:
        [number] = connection.execute("SELECT id FROM deals WHERE ended_at IS NULL").fetchone()
        connection.execute("DELETE FROM tasks WHERE deal_id = ?", [number])
    ended = run("doctor")
    assert ended.code == 1
    assert ended.out.startswith(f"deal {number}: wrong tasks_differ: ")
    assert "--repair" in ended.out
    [wrong] = json.loads(run("doctor", "--format", "json").out)["findings"]
    assert (wrong["rule"], wrong["deal"], wrong["repairable"]) == ("tasks_differ", number, True)
    ended = run("doctor", "--repair")
    assert ended.code == 0
    assert ended.out.endswith("Wrong: 0. Mended: 1.\n")
    with closing(sqlite3.connect(data / "parcours.db")) as connection, connection:
        connection.execute("UPDATE instances SET state = X'00' WHERE deal_id = ?", [number])
    ended = run("doctor", "--repair")
    assert ended.code == 1
    assert f"deal {number}: wrong state_unreadable: " in ended.out
    assert "restore the newest backup" in ended.out


@pytest.mark.parametrize("on_terminal", [False, True])
def test_long_work_shows_how_far_it_is(
    on_terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: on_terminal)
    now = 0.0
    with progress("Saving: %(done)s of %(total)s rows", clock=lambda: now) as told:
        for done in range(40):
            now += 0.5
            told(1000 * (done + 1), 40_000)
    said = capsys.readouterr().err
    if on_terminal:
        assert said.startswith("\rSaving: 4,000 of 40,000 rows\rSaving: 5,000 of 40,000 rows")
        assert said.endswith(" \r")
    else:
        assert said == "Saving: 4,000 of 40,000 rows\nSaving: 24,000 of 40,000 rows\n"


def test_short_work_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Saving: %(done)s of %(total)s rows", clock=lambda: 0.0) as told:
        told(1, 2)
    assert capsys.readouterr().err == ""
