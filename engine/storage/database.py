"""Connections and transactions: SQLite in a file of the user's by default, PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)

from engine.errors import Collided, DatabaseAway, DatabaseUnknown
from engine.storage import migrating
from engine.storage.statement import Statement

__all__ = ["Connection", "Database"]

_READING, _WRITING = Statement(text("BEGIN")), Statement(text("BEGIN IMMEDIATE"))
#: Milliseconds after which PostgreSQL ends a transaction that does nothing.
IDLE_LIMIT = 60_000
#: What SQLite says when its file cannot be had.
_AWAY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_FULL", "SQLITE_READONLY")


class Database:
    """``read()`` sees one state of the data; ``write()`` is one transaction, all of it or nothing."""

    def __init__(self, url: str) -> None:
        try:
            self._engine = sqlalchemy.create_engine(
                # What people wrote is not to be seen in the error of a statement.
                url,
                pool_pre_ping=not url.startswith("sqlite"),
                hide_parameters=True,
            )
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            raise DatabaseUnknown(reason=str(error).splitlines()[0]) from None
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
        else:
            event.listen(self._engine, "connect", _prepare_postgresql)

    def is_there(self) -> bool:
        """Whether opening it would not make a new file."""
        file = self._engine.url.database
        return not self.is_sqlite or bool(file and Path(file).exists())

    def migrate(self) -> None:
        """Bring the tables to the newest schema. Raises SchemaNewer, or DatabaseUnknown with the reason."""
        with self.opened() as connection:
            if migrating.revision(connection) == migrating.newest():
                return
            connection.rollback()
            with migrating.changing(connection):
                migrating.upgrade(connection)

    @contextmanager
    def opened(self) -> Iterator[Connection]:
        """A connection that no transaction has begun on yet; what the database itself refuses is told in a sentence."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise DatabaseUnknown(reason=_first_line(error)) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One state of the data from the first look to the last, though others write meanwhile.

        PostgreSQL by default shows each statement the newest: a deal's task from before, its state from after.
        """
        with _answering(), self._engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._begin(connection, _READING)
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """On SQLite the write lock is taken at once: a transaction that reads first would find it taken later.

        So nothing slow belongs in here; a process takes its step before.
        """
        with _answering(), self._engine.connect() as connection:
            self._begin(connection, _WRITING)
            try:
                yield connection
                connection.commit()
            except IntegrityError as error:
                raise Collided from error

    def _begin(self, connection: Connection, on_sqlite: Statement) -> None:
        # At once: what a Statement runs does not begin a transaction by itself.
        connection.begin()
        if self.is_sqlite:
            on_sqlite.run(connection)

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        # For SQLite a statement that makes no sense is operational as well.
        name = getattr(error.orig, "sqlite_errorname", "SQLITE_BUSY")
        if name.startswith(_AWAY):
            raise DatabaseAway(reason=_first_line(error)) from error
        raise


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).splitlines() or [type(error.orig).__name__])[0].rstrip(".")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    # A process that freezes inside a transaction would keep the rows that it locked.
    connection.execute(f"SET idle_in_transaction_session_timeout = {IDLE_LIMIT}")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions are off, so that BEGIN IMMEDIATE is ours to say.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
