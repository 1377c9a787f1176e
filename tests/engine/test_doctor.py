"""A database broken in each way that is known is told of, and mended where that can be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from engine import doctor, open_engine
from engine.deals import Deal
from engine.demo import load_demo
from engine.doctor import Finding
from engine.errors import DatabaseMissing, DatabaseUnknown
from engine.storage import migrating
from engine.storage.database import Connection, Database
from tests.builders import NOW, WEAK, Company, commercial, definition
from tests.engine.test_messages import deliver, drawn_up
from tests.engine.test_released import released
from tests.engine.test_running import complete, kinds, open_deal, tasks, to_the_answer

__all__ = ["released"]


@contextmanager
def breaking(database: Database) -> Iterator[Connection]:
    """A transaction in which nothing holds rows together."""
    with database.opened() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        yield connection
        connection.commit()
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        else:
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
            connection.commit()


def micros(moment: datetime) -> int:
    """As it stands in the database."""
    return round(moment.timestamp() * 1_000_000)


def found(company: Company) -> list[tuple[str, int]]:
    return [(one.rule, one.deal) for one in doctor.examine(company.engine.database, now=NOW)]


def test_nothing_is_wrong_where_people_have_worked(west: Company) -> None:
    me = west.ana
    to_the_answer(west)
    lost = open_deal(west)
    west.engine.running.lose_deal(lost.id, by=west.ada, now=NOW)
    complete(west, to_the_answer(west), "answer", west.ada, answer="yes")
    west.engine.running.open_deal(process="commercial", title="A", account="B", by=me, now=NOW)
    assert found(west) == []
    west.engine.running.fire_due(now=NOW + timedelta(days=8))
    assert found(west) == []


def test_nothing_is_wrong_with_the_demo(tmp_path: Path) -> None:
    made = open_engine(f"sqlite:///{tmp_path / 'demo.db'}", hasher=WEAK)
    me = made.people.local_person(now=NOW)
    made.publishing.publish(commercial(), by=None, now=NOW)
    load_demo(made, by=me, now=NOW)
    assert doctor.examine(made.database, now=NOW) == ()
    made.close()


def test_nothing_is_wrong_with_what_an_older_release_left(released: Company) -> None:
    assert found(released) == []


@dataclass(frozen=True)
class Break:
    rule: str
    #: SQL on a deal at the answer (:deal) with its task (:task).
    harm: str
    mended: bool
    #: 0 when it is not about one deal.
    deal: int = 1
    #: More that is found with it.
    also: tuple[tuple[str, int], ...] = ()


BREAKS = {
    "a state of garbage": Break("state_unreadable", "UPDATE instances SET state = :garbage", False),
    "a state of another process": Break("state_unreadable", "UPDATE instances SET state = :strange", False),
    "a state that waits for nothing": Break("state_unreadable", "UPDATE instances SET state = :idle", False),
    "an empty state": Break("state_unreadable", "UPDATE instances SET state = :nothing", False),
    "a task is not listed": Break("tasks_differ", "DELETE FROM tasks", True),
    "a task too many": Break(
        "tasks_differ",
        "INSERT INTO tasks (deal_id, token, element_id, role, stage_id, team_id, opened_at, title, note) "
        "SELECT deal_id, '9x', element_id, role, stage_id, team_id, opened_at, '', '' FROM tasks",
        True,
    ),
    "a task of another element": Break("tasks_differ", "UPDATE tasks SET element_id = 'sign'", True),
    "never woken": Break("due_differs", "UPDATE instances SET due_at = NULL", True),
    "woken too late": Break("due_differs", "UPDATE instances SET due_at = :late", True),
    "woken too early": Break("due_differs", "UPDATE instances SET due_at = :early", True),
    "no process": Break("no_process", "DELETE FROM instances", False),
    "tasks of no deal": Break("dangling_row", "UPDATE tasks SET deal_id = 999", True, 0, (("tasks_differ", 1),)),
    "ticks of no deal": Break("dangling_row", "UPDATE ticks SET deal_id = 999", True, 0),
    "claimed by nobody": Break("dangling_row", "UPDATE tasks SET claimed_by = :other", True, 0),
    "history of no deal": Break(
        "dangling_row",
        "INSERT INTO history (deal_id, at, events) VALUES (999, :early, '[[\"DealOpened\", null]]')",
        False,
        0,
    ),
    "no version": Break("dangling_row", "UPDATE deals SET version_id = :other", False, 0, (("state_unreadable", 1),)),
    "a changed file": Break(
        "version_unusable",
        "UPDATE sources SET xml = :garbage WHERE version_id = (SELECT version_id FROM deals)",
        False,
        0,
        (("state_unreadable", 1),),
    ),
    "no file": Break(
        "version_unusable",
        "DELETE FROM sources WHERE version_id = (SELECT version_id FROM deals)",
        False,
        0,
        (("state_unreadable", 1),),
    ),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_what_is_broken_is_told_and_mended_where_it_can_be(kind: str, west: Company) -> None:
    deal = to_the_answer(west)
    harm, database = BREAKS[kind], west.engine.database
    values = {
        "garbage": b"\x00\x01 garbage",
        "strange": b'{"format": 2, "count": 1, "tokens": [["1", null, "of_another", 32, {}]]}',
        "idle": b'{"format": 2, "count": 1, "tokens": [["1", null, "small_sale", 32, {}]]}',
        "nothing": b"",
        "early": micros(NOW - timedelta(days=1)),
        "late": micros(NOW + timedelta(days=1_400)),
        "other": uuid4().bytes if database.is_sqlite else uuid4(),
    }
    with breaking(database) as connection:
        asked = {name: value for name, value in values.items() if f":{name}" in harm.harm}
        assert connection.execute(text(harm.harm), asked).rowcount > 0
    told = found(west)
    assert (harm.rule, harm.deal) in told
    assert set(told) == {(harm.rule, harm.deal), *harm.also}
    mended, left = doctor.mend(database, now=NOW)
    if not harm.mended:
        assert mended == []
        assert [(one.rule, one.deal) for one in left] == told
        assert all("backup" in one.todo or "Install" in one.todo for one in left if one.rule == harm.rule)
        return
    assert left == ()
    assert {(one.rule, one.deal) for one in mended} == set(told)
    assert found(west) == []
    # And the deal goes on, its timer with it.
    assert west.engine.running.fire_due(now=NOW + timedelta(days=8)) == 1
    assert set(tasks(west, deal)) == {"answer", "touch"}
    complete(west, deal, "answer", west.ada, answer="yes")
    assert set(tasks(west, deal)) == {"sign"}


def test_a_task_that_is_listed_again_is_as_it_was(west: Company) -> None:
    deal = open_deal(west)
    was = tasks(west, deal)
    with west.engine.database.write() as connection:
        connection.execute(text("DELETE FROM tasks"))
    later = NOW + timedelta(days=3)
    mended, left = doctor.mend(west.engine.database, now=later)
    assert (len(mended), left) == (1, ())
    assert tasks(west, deal) == was
    # Someone who had the deal open before does not write over it.
    assert west.engine.desk.deal(west.ada, deal.id).deal.revision == deal.revision + 1


def ended(west: Company) -> Deal:
    deal = to_the_answer(west)
    complete(west, deal, "answer", west.ada, answer="yes")
    return complete(west, deal, "sign", west.ana)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE instances SET due_at = :early",
        "UPDATE instances SET state = :state",
        "INSERT INTO tasks (deal_id, token, element_id, role, stage_id, team_id, opened_at, title, note) "
        "SELECT id, '9x', 'answer', '', 's2', team_id, opened_at, '', '' FROM deals",
    ],
)
def test_an_ended_deal_has_nothing_to_do(west: Company, harm: str) -> None:
    deal = ended(west)
    known = {"state": b"{}", "early": micros(NOW - timedelta(days=1))}
    values = {name: value for name, value in known.items() if f":{name}" in harm}
    with west.engine.database.write() as connection:
        connection.execute(text(harm), values)
    assert found(west) == [("ended_with_work", deal.id)]
    assert doctor.mend(west.engine.database, now=NOW)[1] == ()
    assert tasks(west, deal) == {}


def test_an_ended_deal_that_no_page_shows_is_shown_again(west: Company) -> None:
    deal = ended(west)
    with west.engine.database.write() as connection:
        connection.execute(text("DELETE FROM instances"))
    assert found(west) == [("no_process", deal.id)]
    assert doctor.mend(west.engine.database, now=NOW)[1] == ()
    assert west.engine.desk.deal(west.ada, deal.id).deal.outcome == "won"


def test_a_timer_that_was_put_off_is_not_wrong(west: Company) -> None:
    to_the_answer(west)
    with west.engine.database.write() as connection:
        connection.execute(text("UPDATE instances SET due_at = NULL, failures = 12"))
    assert found(west) == []


def test_a_deal_that_moved_meanwhile_is_left_alone(west: Company) -> None:
    deal = to_the_answer(west)
    with west.engine.database.write() as connection:
        connection.execute(text("UPDATE instances SET due_at = NULL"))
    [wrong] = doctor.examine(west.engine.database, now=NOW)
    complete(west, deal, "answer", west.ada, answer="yes")
    assert wrong.mend is not None
    assert wrong.mend(west.engine.database) is False
    assert found(west) == []


def test_history_that_could_be_changed(west: Company) -> None:
    open_deal(west)
    with west.engine.database.write() as connection:
        if west.engine.database.is_sqlite:
            connection.execute(text("DROP TRIGGER history_no_update"))
        else:
            connection.execute(text("ALTER TABLE history DISABLE TRIGGER history_is_kept"))
    assert found(west) == [("history_changeable", 0)]
    assert doctor.mend(west.engine.database, now=NOW)[1] == ()
    with west.engine.database.write() as connection, pytest.raises(Exception, match="only added to"):
        connection.execute(text("UPDATE history SET events = '[]'"))


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer Parcours (schema 9999)"),
        ("DELETE FROM alembic_version", "no tables of Parcours"),
        ("DROP INDEX ix_tasks_team_id_due_at", "ix_tasks_team_id_due_at"),
        ("ALTER TABLE tasks ADD COLUMN odd INTEGER", "odd"),
        ("DROP TABLE ticks", "ticks"),
    ],
)
def test_tables_that_are_not_as_expected(west: Company, harm: str, says: str) -> None:
    with west.engine.database.write() as connection:
        connection.execute(text(harm))
    wrong = doctor.examine(west.engine.database, now=NOW)
    assert {one.rule for one in wrong} == {"schema_unexpected"}
    assert says in " ".join(one.message for one in wrong)
    assert all(one.mend is None for one in wrong)


def test_an_older_schema_is_brought_up_to_date(west: Company) -> None:
    older = migrating.revisions()[0]
    if older == migrating.newest():
        pytest.skip("there is one schema only")
    with west.engine.database.opened() as connection, migrating.changing(connection):
        migrating.downgrade(connection, older)
    [wrong] = doctor.examine(west.engine.database, now=NOW)
    assert f"older Parcours (schema {older})" in wrong.message
    assert doctor.mend(west.engine.database, now=NOW) == ([wrong], ())


def test_an_index_that_has_lost_a_row_is_made_anew(staff: Company, tmp_path: Path) -> None:
    staff.engine.close()
    with closing(sqlite3.connect(tmp_path / "parcours.db", isolation_level=None)) as connection:
        # Hidden while a row is written, then there again as it was.
        connection.execute("PRAGMA writable_schema=ON")
        index = connection.execute("SELECT * FROM sqlite_master WHERE name = 'ix_people_team_id'").fetchone()
        connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_people_team_id'")
    with closing(sqlite3.connect(tmp_path / "parcours.db", isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO people (id, name, roles, language, active, epoch) VALUES ('p', 'P', 'rep', '', 1, 0)"
        )
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", index)
    wrong = doctor.examine(staff.engine.database, now=NOW)
    assert {one.rule for one in wrong} == {"file_damaged"}
    assert "ix_people_team_id" in wrong[0].message
    assert doctor.mend(staff.engine.database, now=NOW)[1] == ()


def test_a_damaged_file_is_told(staff: Company, tmp_path: Path) -> None:
    for number in range(30):
        open_deal(staff, title=f"Deal {number}")
    with staff.engine.database.opened() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'lessons'").scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    staff.engine.close()
    with (tmp_path / "parcours.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    wrong = doctor.examine(staff.engine.database, now=NOW)
    assert {one.rule for one in wrong} == {"file_damaged"}
    assert all(one.mend is None and "backup" in one.todo for one in wrong)


def test_what_is_no_database_at_all(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'none.db'}")) as database, pytest.raises(DatabaseMissing):
        doctor.examine(database, now=NOW)
    assert not list(tmp_path.iterdir())
    (tmp_path / "x.db").write_text("Dear team, here are our deals. " * 100)
    with closing(Database(f"sqlite:///{tmp_path / 'x.db'}")) as database, pytest.raises(DatabaseUnknown):
        doctor.examine(database, now=NOW)


def test_every_rule_is_listed() -> None:
    folder = Path(doctor.__file__).parent
    rules = {path.stem for path in folder.glob("*.py")} - {"__init__", "case", "finding"}
    listed: set[Callable[..., Iterator[Finding]]] = {*doctor.GROUND, *doctor.WHOLE, *doctor.DEALS}
    named = {rule.__module__.rpartition(".")[2] for rule in listed} | {"version_unusable"}
    assert named == rules


def test_kinds_of_history_are_not_added_by_mending(west: Company) -> None:
    deal = open_deal(west)
    before = kinds(west, deal)
    with west.engine.database.write() as connection:
        connection.execute(text("DELETE FROM tasks"))
    doctor.mend(west.engine.database, now=NOW)
    assert kinds(west, deal) == before


def test_a_message_reaches_again_a_deal_that_was_not_listed_as_waiting(west: Company) -> None:
    west.engine.publishing.publish(definition("contracting"), by=None, now=NOW)
    deal = drawn_up(west, "C-1")
    assert found(west) == []
    with west.engine.database.write() as connection:
        connection.execute(text("DELETE FROM awaited"))
    # It comes meanwhile, finds nobody, and is kept.
    brings = {"signed_on": "2026-03-02", "final_value": 500}
    assert west.engine.messages.send("contract signed", "C-1", brings, by=west.ada, now=NOW) is None
    assert found(west) == [("awaited_differs", deal.id)]
    assert doctor.mend(west.engine.database, now=NOW)[1] == ()
    deliver(west)
    assert west.engine.desk.deal(west.ada, deal.id).deal.outcome == "won"
