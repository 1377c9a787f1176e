"""Statements that every step of a deal runs: put into the database's words once, then run by its driver.

SQLAlchemy prepares a statement each time that it runs, for three times as long as SQLite takes to run it.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Delete,
    Dialect,
    Insert,
    Select,
    Table,
    TextClause,
    Update,
    bindparam,
    insert,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

Clause = Select[Any] | Insert | Update | Delete | TextClause


class Statement:
    """A Core statement; the values that it needs are its named parameters.

    It runs in the connection's transaction. Values, rows and errors are those that SQLAlchemy would give.
    """

    def __init__(self, clause: Clause, **otherwise: Clause) -> None:
        """``otherwise``: dialect to the clause for it, where that is another."""
        self._clause = clause
        self._otherwise = otherwise
        self._wordings: dict[str, _Wording] = {}

    def all(self, connection: Connection, **given: Any) -> list[Any]:
        """The rows, with the columns by name."""
        wording = self._wording(connection)
        return [wording.row(values) for values in wording.execute(connection, wording.values(given)).fetchall()]

    def one(self, connection: Connection, **given: Any) -> Any:
        """The row that there is, or None."""
        rows = self.all(connection, **given)
        return rows[0] if rows else None

    def run(self, connection: Connection, **given: Any) -> int:
        """How many rows it changed."""
        wording = self._wording(connection)
        changed: int = wording.execute(connection, wording.values(given)).rowcount
        return changed

    def run_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once for each of these parameters; nothing, if there are none."""
        if len(rows) == 1:
            self.run(connection, **rows[0])
        elif rows:
            wording = self._wording(connection)
            wording.execute(connection, [wording.values(row) for row in rows], many=True)

    def _wording(self, connection: Connection) -> _Wording:
        dialect = connection.dialect
        wording = self._wordings.get(dialect.name)
        if wording is None:
            clause = self._otherwise.get(dialect.name, self._clause)
            wording = self._wordings[dialect.name] = _Wording(clause, dialect)
        return wording


class _Wording:
    """A statement in the words of one database."""

    def __init__(self, clause: Clause, dialect: Dialect) -> None:
        compiled: Any = clause.compile(dialect=dialect)
        self._dialect = dialect
        self._text = str(compiled)
        self._positional: bool = compiled.positional
        binds: Mapping[str, BindParameter[Any]] = compiled.binds
        #: The values that the clause gives by itself, and what turns each parameter into one of the driver's.
        self._fixed = {name: bind.value for name, bind in binds.items() if not bind.required}
        self._parameters = [
            (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in (compiled.positiontup or binds)
        ]
        columns = clause.selected_columns if isinstance(clause, Select) else ()
        self._row: Any = namedtuple("_row", [column.key for column in columns])  # type: ignore[misc]
        self._readers: list[Callable[[Any], Any] | None] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        ]

    def values(self, given: Mapping[str, Any]) -> Any:
        given = {**self._fixed, **given}
        values = [
            (name, given[name] if to_driver is None else to_driver(given[name])) for name, to_driver in self._parameters
        ]
        return [value for _, value in values] if self._positional else dict(values)

    def row(self, values: Sequence[Any]) -> Any:
        return self._row._make(
            [value if read is None else read(value) for read, value in zip(self._readers, values, strict=True)]
        )

    def execute(self, connection: Connection, values: Any, many: bool = False) -> Any:
        cursor = connection.connection.cursor()
        driver: Any = self._dialect.loaded_dbapi
        try:
            (cursor.executemany if many else cursor.execute)(self._text, values)
        except driver.Error as error:
            raise DBAPIError.instance(self._text, values, error, driver.Error, dialect=self._dialect) from error
        return cursor


def inserting(table: Table) -> Statement:
    """One row of a table, each column a parameter but the one that counts by itself."""
    return Statement(insert(table).values(_row_of(table)).inline())


def inserting_new(table: Table) -> Statement:
    """The same, unless somebody else has inserted it meanwhile: what is there already stays as it is."""
    return Statement(
        sqlite.insert(table).values(_row_of(table)).on_conflict_do_nothing().inline(),
        postgresql=postgresql.insert(table).values(_row_of(table)).on_conflict_do_nothing().inline(),
    )


def _row_of(table: Table) -> dict[str, Any]:
    return {column.name: bindparam(column.name) for column in table.columns if column is not table.autoincrement_column}
