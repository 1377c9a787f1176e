"""Connections and transactions: SQLite in a file of the user's by default, PostgreSQL by URL."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Literal

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
        #: SQLite's connections that nobody uses at the moment: SQLAlchemy takes as long to give one as a step takes to
        #: read. A server's can die, so SQLAlchemy looks at it before it is used.
        self._free: deque[Connection] = deque()
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

    def read(self) -> AbstractContextManager[Connection]:
        """One state of the data from the first look to the last, though others write meanwhile.

        PostgreSQL by default shows each statement the newest: a deal's task from before, its state from after.
        """
        return _Transaction(self, "read")

    def ask(self) -> AbstractContextManager[Connection]:
        """For statements that each see one state by themselves, whatever is between them: quicker than ``read``."""
        return _Transaction(self, "ask")

    def write(self) -> AbstractContextManager[Connection]:
        """On SQLite the write lock is taken at once: a transaction that reads first would find it taken later.

        So nothing slow belongs in here; a process takes its step before.
        """
        return _Transaction(self, "write")

    def take(self) -> Connection:
        try:
            return self._free.pop()
        except IndexError:
            return self._engine.connect()

    def give_back(self, connection: Connection) -> None:
        """After a transaction that has ended well."""
        if self.is_sqlite:
            self._free.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        while self._free:
            self._free.pop().close()
        self._engine.dispose()


class _Transaction:
    """A connection with a transaction on it. It ends with the block, or is undone with it.

    A class of its own, since a step has two of them: generators would take a tenth of its time.
    """

    __slots__ = ("_connection", "_database", "_does")

    def __init__(self, database: Database, does: Literal["ask", "read", "write"]) -> None:
        self._database, self._does = database, does

    def __enter__(self) -> Connection:
        try:
            self._connection = connection = self._database.take()
        except DBAPIError as error:
            raise self._told(error) from error
        try:
            # At once: what a Statement runs does not begin a transaction by itself.
            if not self._database.is_sqlite:
                if self._does != "write":
                    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                connection.begin()
            elif self._does != "ask":
                (_WRITING if self._does == "write" else _READING).run(connection)
        except BaseException as error:
            self._give_up(error)
            raise
        return connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        connection = self._connection
        if error is not None:
            self._give_up(error)
            return
        try:
            # By SQLAlchemy, if it has come to know of the transaction, else by the driver.
            known = connection.in_transaction()
            ends: Any = connection if known else connection.connection
            if self._does == "write":
                ends.commit()
            elif known or self._does == "read":
                ends.rollback()
        except BaseException as failed:
            self._give_up(failed)
            raise
        self._database.give_back(connection)

    def _give_up(self, error: BaseException) -> None:
        """Whatever it is in the middle of is undone; what only the database can say is told in a sentence."""
        self._connection.close()
        told = self._told(error)
        if told is not error:
            raise told from error

    def _told(self, error: BaseException) -> BaseException:
        if self._does == "write" and isinstance(error, IntegrityError):
            return Collided()
        if isinstance(error, OperationalError | InterfaceError):
            # For SQLite a statement that makes no sense is operational as well.
            name = getattr(error.orig, "sqlite_errorname", "SQLITE_BUSY")
            if name.startswith(_AWAY):
                return DatabaseAway(reason=_first_line(error))
        return error


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
