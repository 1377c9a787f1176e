"""A database of every released schema opens, and work goes on in it (tests/released/README.md)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from engine import history
from engine.storage import backup, migrating
from engine.storage.database import Database
from tests.builders import NOW, Company, company
from tests.conftest import Visitor
from tests.databases import Copies, SQLiteCopies
from tests.engine.test_migrations import shape
from web.app import create_app
from web.config import Config

FOLDER = Path(__file__).parents[1] / "released"
RELEASED = sorted(path.stem for path in FOLDER.glob("*.backup"))
CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


def headings() -> list[str]:
    """Of the releases; what is not released yet has none."""
    return re.findall(r"^## (\d.*)$", CHANGELOG.read_text("utf-8"), re.MULTILINE)


def test_every_release_names_its_schema_and_has_a_database_of_it() -> None:
    for heading in headings():
        named = re.search(r"schema (\w+)$", heading)
        assert named, f"CHANGELOG.md: end '{heading}' with its schema, such as: schema {migrating.newest()}"
        assert named[1] in RELEASED, f"run python -m tests.released with the code of release {heading}"
    assert RELEASED
    assert sorted(path.stem for path in FOLDER.glob("*.sql")) == RELEASED
    assert set(RELEASED) <= set(migrating.revisions())


def dumped(revision: str, folder: Path) -> str:
    file = folder / "released.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((FOLDER / f"{revision}.sql").read_text("utf-8"))
    return f"sqlite:///{file}"


@pytest.mark.parametrize("revision", RELEASED)
def test_a_released_migration_is_not_changed(revision: str, tmp_path: Path) -> None:
    with closing(Database(dumped(revision, tmp_path))) as old, old.read() as connection:
        was = shape(connection)
    with closing(Database(f"sqlite:///{tmp_path / 'new.db'}")) as new, new.opened() as connection:
        with migrating.changing(connection):
            migrating.upgrade(connection, revision)
        assert shape(connection) == was


@pytest.fixture(params=RELEASED)
def released(request: pytest.FixtureRequest, copies: Copies, tmp_path: Path) -> Iterator[Company]:
    """SQLite as the release left it; PostgreSQL at that schema with the same rows."""
    if isinstance(copies, SQLiteCopies):
        url = dumped(request.param, tmp_path)
    else:
        url = copies.empty(tmp_path)
        with closing(Database(url)) as database:
            file = FOLDER / f"{request.param}.backup"
            backup.restore(database, file, replace=False, progress=lambda done, total: None)
    built = company(url)
    yield built
    built.engine.close()


def test_work_goes_on_where_an_older_release_left_it(released: Company, tmp_path: Path) -> None:
    engine, later = released.engine, NOW + timedelta(days=8)
    app = create_app(engine, Config(data=tmp_path, secret_key="of a test", clock=lambda: later, language="en"))
    ada = Visitor(app).sign_in(released.ada)
    inbox = ada.get("/inbox")
    assert inbox.status_code == 200
    assert all(title in inbox.text for title in ("Just opened", "Halfway", "Losing"))
    deals = {deal.title: deal for deal in engine.desk.deals(released.ada, status="all").deals}
    assert {title: deal.outcome for title, deal in deals.items()} == {
        "Just opened": "",
        "Halfway": "",
        "Losing": "lost",
        "Lost": "lost",
        "Won": "won",
        "Resting": "",
    }
    # The timer that was running then fires now, and the open task is done on its page.
    assert engine.running.fire_due(now=later) == 2
    halfway = {row.task.element_id: row.task for row in engine.desk.deal(released.ada, deals["Halfway"].id).tasks}
    assert set(halfway) == {"answer", "touch"}
    ada.get(f"/tasks/{halfway['answer'].id}")
    assert ada.post(f"/tasks/{halfway['answer'].id}/complete", {"f.answer": "yes", "tick": "c2"}).status_code == 302
    view = engine.desk.deal(released.ada, deals["Halfway"].id)
    assert {row.task.element_id for row in view.tasks} == {"sign"}
    kinds = [event.kind for event in view.history]
    assert kinds.count(history.TASK_COMPLETED) == 2, "one by the older release, one by this"
    assert "what our price is compared with" in ada.get("/lessons?q=compared").text
    for title in deals:
        assert ada.get(f"/deals/{deals[title].id}").status_code == 200
    new = engine.running.open_deal(process="small_sale", title="New", account="Won & Söhne", by=released.ada, now=later)
    assert new.id == len(deals) + 1
    assert new.account == deals["Won"].account


def test_a_deal_rests_wherever_it_did(released: Company) -> None:
    running, ada, later = released.engine.running, released.ada, NOW + timedelta(days=8)
    deal = next(one for one in released.engine.desk.deals(ada).deals if one.title == "Resting")

    def open_now() -> list[str]:
        return sorted(row.task.element_id for row in released.engine.desk.deal(ada, deal.id).tasks)

    assert open_now() == ["go", "reminded", "write"]
    running.fire_due(now=later)
    assert open_now() == ["go", "reminded", "reminded", "write"], "a week has passed, and it reminded the second time"
    running.fire_due(now=later + timedelta(days=8))
    assert open_now() == ["go", "reminded", "reminded", "write"], "there was no third"
    for element in ("write", "go"):
        task = next(row.task for row in released.engine.desk.deal(ada, deal.id).tasks if row.task.element_id == element)
        after = running.complete_task(task.id, {}, by=ada, now=later)
    assert after.outcome == "won", "the call was made, and the week was over"
    for row in released.engine.desk.deal(ada, deal.id).tasks:
        after = running.complete_task(row.task.id, {}, by=ada, now=later)
    assert after.ended_at == later


def test_history_of_an_older_release_is_kept(released: Company) -> None:
    with released.engine.database.write() as connection, pytest.raises(DBAPIError, match="only added to"):
        connection.exec_driver_sql("DELETE FROM history")
