"""The schema: which revision a database is at, and the way to another. Nothing is kept of a way that fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from engine.errors import DatabaseUnknown, SchemaNewer
from engine.storage.schema import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
#: Where no tables are yet.
BASE = "base"
#: Held on PostgreSQL while the schema changes: two starts at once would create the same tables.
_LOCK = 0x70617263
#: Where Alembic keeps the revision.
_REVISION = "alembic_version"
#: Those of our triggers.
_FUNCTIONS = (
    "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace "
    "AND proname IN ('history_is_kept', 'detour_is_past')"
)


def revision(connection: Connection) -> str | None:
    """The revision that a database is at; None when it has no schema of ours."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def revisions() -> tuple[str, ...]:
    """All that this release knows, oldest first."""
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return tuple(reversed([script.revision for script in scripts]))


def newest() -> str:
    return revisions()[-1]


def upgrade(connection: Connection, to: str = "head") -> None:
    """Raises SchemaNewer for a database of a newer release."""
    known(revision(connection))
    command.upgrade(_config(connection), to)


def downgrade(connection: Connection, to: str = BASE) -> None:
    """Back to an older schema; what only the newer one can hold is lost, and with BASE everything."""
    known(revision(connection))
    if revision(connection) is not None:
        command.downgrade(_config(connection), to)


def clear(connection: Connection) -> None:
    """Nothing is left of our tables, of whichever release; unlike on the way back, nothing in them is looked at."""
    if revision(connection) is None:
        return
    found = MetaData()
    found.reflect(connection)
    for table in reversed(found.sorted_tables):
        if table.name in {*metadata.tables, _REVISION}:
            table.drop(connection)
    if connection.dialect.name == "postgresql":
        for (function,) in connection.exec_driver_sql(_FUNCTIONS).fetchall():
            connection.exec_driver_sql(f'DROP FUNCTION "{function}"()')


def known(at: str | None) -> None:
    if at is not None and at not in revisions():
        raise SchemaNewer(revision=at)


@contextmanager
def changing(connection: Connection, *, keys_hold: bool = True) -> Iterator[None]:
    """One transaction in which the schema changes: all of it or nothing, one at a time.

    ``keys_hold`` refuses a change after which more rows than before point to others that are not there.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        yield
        connection.commit()
        return
    # SQLite changes a table by making it anew, which keys that point to it would forbid: they are looked at afterwards.
    # The switch works outside of transactions only, which SQLAlchemy is not to begin for it.
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        broken = _broken_keys(connection)
        yield
        if keys_hold and _broken_keys(connection) > broken:
            raise DatabaseUnknown(reason="changing its schema would have lost rows that others point to")
        connection.commit()
    finally:
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def _broken_keys(connection: Connection) -> int:
    return len(connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall())


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
