"""Schemas change both ways, on each database, and nobody's rows are lost on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from engine.errors import DatabaseUnknown, SchemaNewer
from engine.storage import migrating
from engine.storage.database import Database
from tests.builders import NOW, Company, definition
from tests.databases import Copies

_TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
}
_FUNCTIONS = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname"


def shape(connection: Connection) -> dict[str, Any]:
    """Everything that the migrations made."""
    found = inspect(connection)
    made: dict[str, Any] = {
        table: {
            "columns": [(one["name"], str(one["type"]), one["nullable"]) for one in found.get_columns(table)],
            "key": found.get_pk_constraint(table)["constrained_columns"],
            "points to": sorted(str(sorted(one.items(), key=str)) for one in found.get_foreign_keys(table)),
            "unique": sorted(str(one["column_names"]) for one in found.get_unique_constraints(table)),
            "indexes": sorted(str((one["name"], one["column_names"])) for one in found.get_indexes(table)),
        }
        for table in found.get_table_names()
        if table != "alembic_version"
    }
    kind = connection.dialect.name
    made["triggers"] = [tuple(row) for row in connection.execute(text(_TRIGGERS[kind]))]
    made["functions"] = [tuple(row) for row in connection.execute(text(_FUNCTIONS))] if kind == "postgresql" else []
    return made


NOTHING: dict[str, Any] = {"triggers": [], "functions": []}


def test_up_down_and_up_again_makes_the_same_at_every_step(copies: Copies, tmp_path: Path) -> None:
    with closing(Database(copies.empty(tmp_path))) as database:

        def at(revision: str, way: Any) -> dict[str, Any]:
            with database.opened() as connection:
                with migrating.changing(connection):
                    way(connection, revision)
                return shape(connection)

        up = [at(revision, migrating.upgrade) for revision in migrating.revisions()]
        down = [at(revision, migrating.downgrade) for revision in (*reversed(migrating.revisions()[:-1]), "base")]
        again = [at(revision, migrating.upgrade) for revision in migrating.revisions()]
    assert down == [*reversed(up[:-1]), NOTHING]
    assert again == up
    assert up[-1]["triggers"]


def test_a_database_in_use_goes_down_and_up_and_history_is_kept_again(west: Company) -> None:
    database = west.engine.database
    west.engine.running.open_deal(process="small_sale", title="A", account="B", by=west.ada, now=NOW)
    with database.opened() as connection, migrating.changing(connection):
        migrating.downgrade(connection)
    database.migrate()
    me = west.engine.people.local_person(now=NOW)
    west.engine.publishing.publish(definition("engine_small_sale"), by=None, now=NOW)
    west.engine.running.open_deal(process="small_sale", title="A", account="B", by=me, now=NOW)
    for deed in ("DELETE FROM history", "UPDATE history SET events = '[]'"):
        with database.write() as connection, pytest.raises(DBAPIError, match="only added to"):
            connection.execute(text(deed))


def test_many_starts_at_once_make_one_schema(copies: Copies, tmp_path: Path) -> None:
    url = copies.empty(tmp_path)

    def start(_number: int) -> str | None:
        with closing(Database(url)) as database:
            database.migrate()
            with database.read() as connection:
                return migrating.revision(connection)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(start, range(8))) == {migrating.newest()}


def test_a_database_of_a_newer_release_is_left_alone(west: Company) -> None:
    with west.engine.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaNewer, match="9999"):
        west.engine.database.migrate()


def test_a_table_that_others_point_to_is_made_anew_with_its_rows(staff: Company) -> None:
    """SQLite alone needs that."""
    staff.engine.running.open_deal(process="small_sale", title="A", account="B", by=staff.ada, now=NOW)
    with (
        staff.engine.database.opened() as connection,
        migrating.changing(connection),
        Operations(MigrationContext.configure(connection)).batch_alter_table("deals", recreate="always"),
    ):
        pass
    [deal] = staff.engine.desk.deals(staff.ada).deals
    assert deal.title == "A"
    with staff.engine.database.write() as connection, pytest.raises(DBAPIError, match="FOREIGN KEY"):
        connection.execute(text("DELETE FROM deals"))


def test_a_schema_change_that_would_lose_rows_is_undone(west: Company) -> None:
    west.engine.running.open_deal(process="small_sale", title="A", account="B", by=west.ada, now=NOW)
    # SQLite asks afterwards, PostgreSQL at once.
    with (
        pytest.raises((DatabaseUnknown, DBAPIError)),
        west.engine.database.opened() as connection,
        migrating.changing(connection),
    ):
        connection.execute(text("DELETE FROM accounts"))
    assert [deal.account.name for deal in west.engine.desk.deals(west.ada).deals] == ["B"]
