"""Backups hold every row of one moment, and come back whole or not at all; from and to each database."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import MetaData, select

from engine import history
from engine.errors import BackupDamaged, BackupNewer, DatabaseMissing, EngineError, NotABackup, NotEmpty, RestoreFailed
from engine.storage import backup
from engine.storage.database import Database
from tests.builders import NOW, Company, company
from tests.databases import Copies
from tests.engine.test_running import complete, open_deal, tasks, to_the_answer


def silent(_done: int, _total: int) -> None:
    pass


def save(company: Company, file: Path) -> Path:
    backup.save(company.engine.database, file, now=NOW, progress=silent)
    return file


def put_back(file: Path, url: str, *, replace: bool = False) -> None:
    with closing(Database(url)) as database:
        backup.restore(database, file, replace=replace, progress=silent)


def rows(database: Database) -> dict[str, list[Any]]:
    found = MetaData()
    with database.read() as connection:
        found.reflect(connection)
        return {
            table.name: [
                # An id is the same sixteen bytes in either database.
                tuple(value.bytes if isinstance(value, UUID) else value for value in row)
                for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in found.sorted_tables
        }


def some_deals(company: Company) -> None:
    open_deal(company, title="Begun", account="Ateliers Véron «ünïcode» 工場", contact="'; DROP TABLE deals; --")
    to_the_answer(company)
    lost = open_deal(company, title="Lost")
    company.engine.running.lose_deal(lost.id, by=company.ada, now=NOW)
    complete(company, lost, "why", company.ada, reason="price", lesson='Ask first.\n\tThen offer \\ "listen".')
    comments = company.engine.commenting
    first = comments.say("commercial", 1, "Task_qualify", "Ask for the budget first.", by=company.ada, now=NOW)
    for number in range(5):
        comments.say("commercial", 1, "Task_qualify", f"Answer {number}", by=company.dee, now=NOW, thread=first.id)


def sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'other.db'}"


@pytest.mark.parametrize("way", ["to its own kind", "to SQLite", "from SQLite"])
def test_every_row_comes_back_and_deals_go_on(
    way: str, request: pytest.FixtureRequest, copies: Copies, tmp_path: Path
) -> None:
    source: Company = request.getfixturevalue("staff" if way == "from SQLite" else "west")
    url = sqlite(tmp_path) if way == "to SQLite" else copies.empty(tmp_path)
    some_deals(source)
    file = save(source, tmp_path / "b.backup")
    put_back(file, url)
    restored = company(url)
    assert rows(restored.engine.database) == rows(source.engine.database)
    halfway = next(deal for deal in restored.engine.desk.deals(restored.ada).deals if deal.stage_id == "s2")
    assert set(tasks(restored, halfway)) == {"answer"}
    assert complete(restored, halfway, "answer", restored.ada, answer="yes").revision == halfway.revision + 1
    # New rows are numbered on from those that came with their numbers.
    new = open_deal(restored, title="New")
    assert new.id == 4
    assert restored.engine.people.sign_in("ada@example.com", "a long password", now=NOW) == restored.ada
    restored.engine.close()


def test_a_backup_while_others_write_is_one_moment(west: Company, copies: Copies, tmp_path: Path) -> None:
    done = Event()

    def write(number: int) -> int:
        opened = 0
        while not done.is_set():
            deal = open_deal(west, title=f"Deal {number}.{opened}", account=f"Account {number}")
            complete(west, deal, "qualify", west.ada, budget="yes", offer="1200")
            opened += 1
        return opened

    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(write, number) for number in range(3)]
        try:
            files = [save(west, tmp_path / f"{number}.backup") for number in range(4)]
        finally:
            done.set()
        opened = sum(future.result() for future in writing)
    files.append(save(west, tmp_path / "last.backup"))
    seen = []
    for number, file in enumerate(files):
        folder = tmp_path / f"restored_{number}"
        folder.mkdir()
        url = copies.empty(folder)
        put_back(file, url)
        restored = company(url)
        deals = restored.engine.desk.deals(restored.ada, limit=100_000).deals
        seen.append(len(deals))
        for deal in deals:
            view = restored.engine.desk.deal(restored.ada, deal.id)
            kinds = [event.kind for event in view.history]
            closed = kinds.count(history.TASK_COMPLETED) + kinds.count(history.TASK_CANCELLED)
            assert len(view.tasks) == kinds.count(history.TASK_OPENED) - closed == 1
        if deals:
            [task] = tasks(restored, deals[0]).values()
            answers = {"budget": "yes"} if task.element_id == "qualify" else {"answer": "yes"}
            complete(restored, deals[0], task.element_id, restored.ada, **answers)
        restored.engine.close()
    assert seen == sorted(seen)
    assert seen[-1] == opened


def test_damaged_and_truncated_files_are_refused(staff: Company, tmp_path: Path) -> None:
    some_deals(staff)
    file = save(staff, tmp_path / "b.backup")
    whole = file.read_bytes()
    told = gzip.decompress(whole)
    chance = random.Random(4)
    for cut in [0, 1, 5, 12, 30, *chance.sample(range(31, len(whole)), 40)]:
        file.write_bytes(whole[:cut])
        with pytest.raises((BackupDamaged, NotABackup)):
            backup.check(file)
    for place in chance.sample(range(len(whole)), 150):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        try:
            backup.check(file)
        except (BackupDamaged, NotABackup):
            continue
        assert gzip.decompress(file.read_bytes()) == told, "what changed was not what it says"
    for more in (b"x", whole, gzip.compress(b"[]\n")):
        file.write_bytes(whole + more)
        with pytest.raises(BackupDamaged):
            backup.check(file)


def told_otherwise(file: Path, change: Callable[[list[Any]], None]) -> None:
    """Another backup in its place, whole in itself."""
    lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()[:-1]]
    change(lines)
    text = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    last = json.dumps({"sha256": hashlib.sha256(text).hexdigest()}).encode() + b"\n"
    file.write_bytes(gzip.compress(text + last))


def test_what_a_newer_release_saved_is_refused(staff: Company, tmp_path: Path) -> None:
    file = save(staff, tmp_path / "b.backup")
    for change in ({"schema": "9999"}, {"format": 2}):
        told_otherwise(file, lambda lines, change=change: lines[0].update(change))  # type: ignore[misc]
        with pytest.raises(BackupNewer):
            put_back(file, sqlite(tmp_path))
        save(staff, file)


OTHERS = (b"", b"Dear team", b"\x1f\x8b", gzip.compress(b"{}\n"), gzip.compress(b"[1]"), gzip.compress(b"\xff"))


@pytest.mark.parametrize("content", OTHERS, ids=range(len(OTHERS)))
def test_other_files_are_no_backups(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)
    with pytest.raises((NotABackup, BackupDamaged)):
        backup.check(file)


def test_nothing_is_restored_by_half(west: Company, copies: Copies, tmp_path: Path) -> None:
    some_deals(west)
    file = save(west, tmp_path / "b.backup")
    before = rows(west.engine.database)

    def a_row_twice(lines: list[Any]) -> None:
        table = next(table for table in reversed(lines[0]["tables"]) if lines[0]["tables"][table])
        begins = max(place for place, line in enumerate(lines) if isinstance(line, list) and line[0] == table)
        lines[0]["tables"][table] += 1
        lines.insert(begins + 1, lines[begins + 1])

    told_otherwise(file, a_row_twice)
    with pytest.raises(RestoreFailed):
        backup.restore(west.engine.database, file, replace=True, progress=silent)
    assert rows(west.engine.database) == before
    url = copies.empty(tmp_path)
    with pytest.raises(RestoreFailed):
        put_back(file, url)
    with closing(Database(url)) as database:
        assert set(rows(database)) <= {"alembic_version"}


def test_data_is_replaced_only_when_asked(west: Company, tmp_path: Path) -> None:
    some_deals(west)
    file = save(west, tmp_path / "b.backup")
    saved = rows(west.engine.database)
    open_deal(west, title="Afterwards")
    more = rows(west.engine.database)
    with pytest.raises(NotEmpty, match="--replace"):
        backup.restore(west.engine.database, file, replace=False, progress=silent)
    assert rows(west.engine.database) == more
    backup.restore(west.engine.database, file, replace=True, progress=silent)
    assert rows(west.engine.database) == saved


def test_tables_of_something_else_are_never_replaced(west: Company, copies: Copies, tmp_path: Path) -> None:
    file = save(west, tmp_path / "b.backup")
    with closing(Database(copies.empty(tmp_path))) as database:
        with database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE deals (theirs INTEGER)")
        for replace in (False, True):
            with pytest.raises(EngineError):
                backup.restore(database, file, replace=replace, progress=silent)
        assert rows(database) == {"deals": []}


def test_a_file_is_the_owner_s_alone_and_complete_or_not_there(staff: Company, tmp_path: Path) -> None:
    some_deals(staff)
    file = save(staff, tmp_path / "b.backup")
    assert file.stat().st_mode & 0o777 == 0o600
    was = file.read_bytes()
    others = set(tmp_path.iterdir())

    def stop(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.save(staff.engine.database, file, now=NOW, progress=stop)
    assert file.read_bytes() == was
    assert set(tmp_path.iterdir()) == others


def test_there_may_be_nothing_to_save(tmp_path: Path) -> None:
    with closing(Database(sqlite(tmp_path))) as database, pytest.raises(DatabaseMissing):
        backup.save(database, tmp_path / "b.backup", now=NOW, progress=silent)
    assert list(tmp_path.iterdir()) == []


def test_how_far_it_is_is_told(staff: Company, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    saved = backup.save(
        staff.engine.database, tmp_path / "b", now=NOW, progress=lambda done, total: told.append((done, total))
    )
    assert told[-1] == (saved.rows, saved.rows)
    assert told == sorted(told)
