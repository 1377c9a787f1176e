"""Statements that every step of a deal runs: put into the database's words once, then run by its driver.

SQLAlchemy prepares a statement each time that it runs, for three times as long as SQLite takes to run it.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

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
from sqlalchemy.types import TypeEngine

from engine.storage.columns import Turned

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

    def first_column(self, connection: Connection, **given: Any) -> list[Any]:
        """What the first column of the rows holds, as the driver gives it."""
        wording = self._wording(connection)
        return [values[0] for values in wording.execute(connection, wording.values(given))]

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
        self._errors: Any = cast(Any, dialect.loaded_dbapi).Error
        self._text = str(compiled)
        self._positional: bool = compiled.positional
        binds: Mapping[str, BindParameter[Any]] = compiled.binds
        #: The values that the clause gives by itself, and what turns each parameter into one of the driver's.
        self._fixed = {name: bind.value for name, bind in binds.items() if not bind.required}
        self._parameters = [(name, _turn(binds[name].type, dialect)) for name in (compiled.positiontup or binds)]
        columns = clause.selected_columns if isinstance(clause, Select) else ()
        self._row: Any = namedtuple("_row", [column.key for column in columns])  # type: ignore[misc]
        #: Column to what reads it, where that is not the driver's value itself.
        self._readers: list[tuple[int, Callable[[Any], Any]]] = [
            (place, read) for place, column in enumerate(columns) if (read := _read(column.type, dialect)) is not None
        ]

    def values(self, given: Mapping[str, Any]) -> Any:
        if self._fixed:
            given = {**self._fixed, **given}
        # What is None is NULL, whatever its type.
        if self._positional:
            return [v if (v := given[name]) is None or turn is None else turn(v) for name, turn in self._parameters]
        return {n: v if (v := given[n]) is None or turn is None else turn(v) for n, turn in self._parameters}

    def row(self, values: Sequence[Any]) -> Any:
        read_out = list(values)
        for place, read in self._readers:
            if (value := read_out[place]) is not None:
                read_out[place] = read(value)
        return self._row._make(read_out)

    def execute(self, connection: Connection, values: Any, many: bool = False) -> Any:
        driver_connection: Any = connection.connection.dbapi_connection
        try:
            if not many:
                return driver_connection.execute(self._text, values)
            cursor = driver_connection.cursor()
            cursor.executemany(self._text, values)
            return cursor
        except self._errors as error:
            raise DBAPIError.instance(self._text, values, error, self._errors, dialect=self._dialect) from error


def _turn(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    own = kind.dialect_impl(dialect)
    return own.turns(dialect)[0] if isinstance(own, Turned) else own.bind_processor(dialect)


def _read(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    own = kind.dialect_impl(dialect)
    return own.turns(dialect)[1] if isinstance(own, Turned) else own.result_processor(dialect, None)


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
