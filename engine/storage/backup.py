"""A backup: every row as one moment saw them, in one file that SQLite and PostgreSQL both take back.

Lines of JSON, compressed: a header with the schema's revision and how many rows each table has; for each table its name
and columns, then its rows; last, the SHA-256 of all lines before. Tables come before those that point to them.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Integer, MetaData, Table, Uuid, func, select
from sqlalchemy.exc import DBAPIError

from engine.errors import BackupDamaged, BackupNewer, DatabaseMissing, NotABackup, NotEmpty, RestoreFailed
from engine.storage import migrating
from engine.storage.database import Database

#: Rises when files written before can no longer be read as they stand.
FORMAT = 1
KIND = "parcours backup"
#: Rows that are read or written together.
BATCH = 1000
#: No row is longer: the largest holds a BPMN file, and those have a ceiling of their own.
MAX_LINE = 64 * 1024 * 1024
#: Where Alembic keeps the revision; the header has it.
_REVISION = "alembic_version"

#: Told how many rows are done, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Header:
    schema: str
    made_at: str
    #: Table to how many rows, in the order of the file.
    tables: Mapping[str, int]

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


def save(database: Database, target: Path, *, now: datetime, progress: Progress) -> Header:
    """Write a backup while others go on working; readable by its owner alone, since it holds people and passwords.

    What was at ``target`` stays until the new file is complete. Raises DatabaseMissing where there is nothing to save.
    """
    if not database.is_there():
        raise DatabaseMissing
    with database.read() as connection:
        revision = migrating.revision(connection)
        if revision is None:
            raise DatabaseMissing
        tables = _tables(connection)
        counts = {str(table.name): _count(connection, table) for table in tables}
        told = Header(revision, now.isoformat(timespec="seconds"), counts)
        with _safely(target) as file:
            _write(file, told, _rows(connection, tables, told.rows, progress))
    return told


def check(source: Path) -> Header:
    """The header of a backup that is whole. Raises NotABackup, BackupDamaged, or BackupNewer."""
    told = header(source)
    for _ in _lines(source):
        pass
    return told


def restore(database: Database, source: Path, *, replace: bool, progress: Progress) -> Header:
    """Put the rows of a backup into an empty database, or into another's place; all of them or none.

    A backup of an older schema is brought to the newest. Raises what ``check`` does, NotEmpty, or RestoreFailed.
    """
    told = check(source)
    with database.opened() as connection, migrating.changing(connection, keys_hold=False):
        migrating.known(migrating.revision(connection))
        if not replace and not _is_empty(connection):
            raise NotEmpty
        try:
            migrating.clear(connection)
            migrating.upgrade(connection, told.schema)
            _load(connection, source, told, progress)
            migrating.upgrade(connection)
        except DBAPIError as error:
            raise RestoreFailed(reason=str(error.orig).splitlines()[0]) from error
    return told


def is_backup(file: Path) -> bool:
    try:
        header(file)
    except BackupNewer:
        return True
    except (NotABackup, BackupDamaged):
        return False
    return True


# Writing


def _tables(connection: Connection) -> list[Table]:
    """As they are in the database, which may be of an older schema than the code; those pointed to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != _REVISION]


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _rows(connection: Connection, tables: Iterable[Table], total: int, progress: Progress) -> Iterator[Any]:
    done = 0
    for table in tables:
        yield [str(table.name), [str(column.name) for column in table.columns]]
        found = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*table.primary_key))
        for rows in found.partitions():
            yield from ([_plain(value) for value in row] for row in rows)
            done += len(rows)
            progress(done, total)


def _write(file: IO[bytes], told: Header, rows: Iterable[Any]) -> None:
    digest = hashlib.sha256()
    about = {"kind": KIND, "format": FORMAT, "schema": told.schema, "made_at": told.made_at}
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0, filename="") as packed:
        for row in chain([{**about, "tables": dict(told.tables)}], rows):
            line = orjson.dumps(row, default=_bytes) + b"\n"
            digest.update(line)
            packed.write(line)
        packed.write(orjson.dumps({"sha256": digest.hexdigest()}) + b"\n")


def _plain(value: Any) -> Any:
    """An id is sixteen bytes, whatever the database makes of it."""
    return value.bytes if isinstance(value, UUID) else value


def _bytes(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"no column holds a {type(value).__name__}")


@contextmanager
def _safely(target: Path) -> Iterator[IO[bytes]]:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    partial = Path(name)
    try:
        with open(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


# Reading


def header(source: Path) -> Header:
    """Raises NotABackup, BackupDamaged or BackupNewer."""
    try:
        with gzip.open(source, "rb") as packed:
            told = orjson.loads(packed.readline(MAX_LINE))
    except (gzip.BadGzipFile, orjson.JSONDecodeError):
        raise NotABackup(path=source) from None
    except (EOFError, zlib.error):
        raise BackupDamaged(path=source) from None
    if not isinstance(told, dict) or told.get("kind") != KIND:
        raise NotABackup(path=source)
    if told["format"] != FORMAT or told["schema"] not in migrating.revisions():
        raise BackupNewer(path=source)
    return Header(told["schema"], told["made_at"], told["tables"])


def _lines(source: Path) -> Iterator[Any]:
    """Every line but the last as a value; the last is held against them when they have been read."""
    digest = hashlib.sha256()
    try:
        with gzip.open(source, "rb") as packed:
            line = packed.readline(MAX_LINE)
            while following := packed.readline(MAX_LINE):
                digest.update(line)
                yield orjson.loads(line)
                line = following
            if orjson.loads(line) != {"sha256": digest.hexdigest()}:
                raise BackupDamaged(path=source)
    except (gzip.BadGzipFile, EOFError, zlib.error, orjson.JSONDecodeError):
        raise BackupDamaged(path=source) from None


def _is_empty(connection: Connection) -> bool:
    return all(connection.execute(select(table).limit(1)).first() is None for table in _tables(connection))


def _load(connection: Connection, source: Path, told: Header, progress: Progress) -> None:
    tables = {table.name: table for table in _tables(connection)}
    done = 0
    for name, columns, rows in _batches(source, told):
        turns = [_id if isinstance(tables[name].c[column].type, Uuid) else _value for column in columns]
        held = [[turn(value) for turn, value in zip(turns, row, strict=True)] for row in rows]
        connection.execute(tables[name].insert(), [dict(zip(columns, row, strict=True)) for row in held])
        done += len(rows)
        progress(done, told.rows)
    if connection.dialect.name == "postgresql":
        for table in tables.values():
            _count_on(connection, table)


def _batches(source: Path, told: Header) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    """Table, columns, and rows of it, a batch at a time."""
    lines = _lines(source)
    next(lines)
    for count in told.tables.values():
        name, columns = next(lines)
        while count and (rows := list(islice(lines, min(count, BATCH)))):
            yield name, columns, rows
            count -= len(rows)
    # To the end, where the sum is.
    for _ in lines:
        pass


def _value(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


def _id(value: Any) -> UUID | None:
    return None if value is None else UUID(bytes=_value(value))


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that came with their numbers."""
    for column in table.primary_key:
        if isinstance(column.type, Integer):
            place = func.pg_get_serial_sequence(table.name, column.name)
            if connection.execute(select(place)).scalar_one() is not None:
                highest = select(func.max(column)).scalar_subquery()
                connection.execute(select(func.setval(place, func.coalesce(highest, 1), highest.is_not(None))))
