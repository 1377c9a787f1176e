"""The database: what it promises, and that its migrations build what the code expects."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.errors import DatabaseAway, DatabaseUnknown
from engine.storage.database import Database
from engine.storage.schema import metadata
from tests.builders import NOW, Company


def test_the_migrations_build_the_tables_that_the_code_expects(west: Company) -> None:
    west.engine.database.migrate()
    with west.engine.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_sqlite_keeps_what_was_committed(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    with database.read() as connection:
        asked = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert asked == ["wal", 2, 1], "synchronous=FULL is 2"
    database.close()


@pytest.mark.parametrize("deed", ["DELETE FROM history", "UPDATE history SET events = '[]'"])
def test_history_is_only_added_to(west: Company, deed: str) -> None:
    west.engine.running.open_deal(process="small_sale", title="A", account="B", by=west.ada, now=NOW)
    with west.engine.database.write() as connection, pytest.raises(DBAPIError, match="only added to"):
        connection.execute(text(deed))


def test_a_failure_inside_a_transaction_leaves_nothing(west: Company) -> None:
    def fail_half_way() -> None:
        with west.engine.database.write() as connection:
            connection.execute(
                text("INSERT INTO teams (id, name) VALUES ('8bb7aa5c-6b0a-4f3e-9f0e-0d5f3c6f1a11', 'Half')")
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert "Half" not in {team.name for team in west.engine.people.teams()}


def test_a_read_sees_one_state_whatever_is_written_meanwhile(west: Company) -> None:
    with west.engine.database.read() as connection:
        before = connection.execute(text("SELECT count(*) FROM teams")).scalar_one()
        west.engine.people.add_team("North", by=None, now=NOW)
        assert connection.execute(text("SELECT count(*) FROM teams")).scalar_one() == before
    assert "North" in {team.name for team in west.engine.people.teams()}


def test_a_database_that_went_away_is_told_as_such(tmp_path: Path) -> None:
    away = Database(f"sqlite:///{tmp_path / 'gone' / 'parcours.db'}")
    with pytest.raises(DatabaseAway, match=r"unable to open database file\. Try again"), away.read():
        pass
    away.close()


def test_a_statement_that_makes_no_sense_is_no_database_that_went_away(west: Company) -> None:
    with pytest.raises(DBAPIError), west.engine.database.read() as connection:
        connection.execute(text("SELECT * FROM nowhere"))


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////no/such/folder/parcours.db", "mongodb://x/y"])
def test_a_database_that_cannot_be_opened_says_why(url: str) -> None:
    with pytest.raises(DatabaseUnknown):
        Database(url).migrate()
