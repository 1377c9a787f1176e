"""What the doctor asks of a database, and does to it. Each may find rows that the engine itself would never write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, Table, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from engine.deals import Task
from engine.spiff import Awaited
from engine.storage import messages as message_rows
from engine.storage import tasks as task_rows
from engine.storage.schema import deals, instances, metadata, tasks

#: Deals that are looked at together.
BATCH = 500
#: Rows that are nothing without what they belong to.
_BELONGING = {
    "deals": {"tasks", "ticks", "deal_people", "instances", "outbox", "awaited", "detours"},
    "versions": {"sources"},
    "people": {"deal_people"},
}


# The whole


def damages(connection: Connection) -> list[str]:
    """What SQLite finds wrong with its file; PostgreSQL looks after its own."""
    if connection.dialect.name != "sqlite":
        return []
    told = []
    try:
        for row in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
            told += str(row[0]).splitlines()
    except DBAPIError as error:
        told.append(str(error.orig))
    return [] if told == ["ok"] else told


def index_anew(connection: Connection) -> None:
    connection.exec_driver_sql("REINDEX")


def differences(connection: Connection) -> list[str]:
    """Where the tables are not those of this release."""
    found: list[str] = []
    for one in compare_metadata(MigrationContext.configure(connection), metadata):
        for kind, *rest in one if isinstance(one, list) else [one]:
            names = [getattr(part, "name", part) for part in rest if isinstance(part, str) or hasattr(part, "name")]
            found.append(f"{kind} {' '.join(str(name) for name in names if name)}")
    return found


_SQLITE_KEEPERS = {
    f"history_no_{deed.lower()}": f"CREATE TRIGGER history_no_{deed.lower()} BEFORE {deed} ON history "
    "BEGIN SELECT RAISE(ABORT, 'history is only added to'); END"
    for deed in ("UPDATE", "DELETE")
}


def is_history_kept(connection: Connection) -> bool:
    """Whether the database refuses to change history (migration 0001)."""
    if connection.dialect.name == "sqlite":
        asked = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'history'")
        kept = {row.name: row.sql for row in connection.execute(asked)}
        return _SQLITE_KEEPERS.items() <= kept.items()
    asked = text(
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'history'::regclass AND tgname = 'history_is_kept' "
        "AND tgenabled <> 'D'"
    )
    return bool(connection.execute(asked).scalar_one())


def keep_history(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for name, made in _SQLITE_KEEPERS.items():
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(text(made))
        return
    for line in (
        "CREATE OR REPLACE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'history is only added to'; END$$",
        "DROP TRIGGER IF EXISTS history_is_kept ON history",
        "CREATE TRIGGER history_is_kept BEFORE UPDATE OR DELETE ON history "
        "FOR EACH ROW EXECUTE FUNCTION history_is_kept()",
    ):
        connection.execute(text(line))


# Rows that point to others


@dataclass(frozen=True, slots=True)
class Dangling:
    """Rows of a table that point to a row that is not there."""

    table: str
    column: str
    points_to: str
    #: The number or id that they point to.
    missing: int | str
    count: int

    @property
    def may_go(self) -> bool:
        return _column(self).nullable is True or self.table in _BELONGING.get(self.points_to, ())


def dangling(connection: Connection) -> Iterator[Dangling]:
    for table in metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            there, here = key.column, key.parent
            asked = (
                select(here, func.count())
                .outerjoin_from(table, there.table, here == there)
                .where(here.is_not(None), there.is_(None))
                .group_by(here)
            )
            for missing, count in connection.execute(asked).all():
                yield Dangling(table.name, here.name, there.table.name, missing, count)


def let_go(connection: Connection, found: Dangling) -> None:
    """Forget where rows point to, or the rows, when they are nothing without it."""
    column = _column(found)
    table: Table = metadata.tables[found.table]
    if column.nullable:
        connection.execute(update(table).where(column == found.missing).values({column: None}))
    elif found.may_go:
        connection.execute(delete(table).where(column == found.missing))


def _column(found: Dangling) -> Column[Any]:
    return metadata.tables[found.table].c[found.column]


# Deals


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of a deal and of its process, however little."""

    id: int
    version_id: str
    ended: bool
    #: None where there is no row of its process.
    revision: int | None
    state: bytes
    due: datetime | None
    #: How often its timers could not fire: they are put off then, and in the end given up.
    failures: int
    tasks: tuple[Task, ...]
    #: The messages and signals that would reach it.
    awaited: frozenset[Awaited]


def count_deals(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(deals)).scalar_one()


def kept_deals(connection: Connection) -> Iterator[list[Kept]]:
    """All deals, a batch at a time."""
    asked = (
        select(deals.c.id, deals.c.version_id, deals.c.ended_at, instances)
        .outerjoin_from(deals, instances)
        .order_by(deals.c.id)
        .limit(BATCH)
    )
    last = -1
    while rows := connection.execute(asked.where(deals.c.id > last)).all():
        ids = [row.id for row in rows]
        open_tasks = task_rows.open_tasks_of(connection, ids)
        awaited = message_rows.awaited_by_each(connection, ids)
        yield [
            Kept(
                row.id,
                row.version_id,
                row.ended_at is not None,
                row.revision,
                bytes(row.state or b""),
                row.due_at,
                row.failures or 0,
                tuple(open_tasks.get(row.id, ())),
                frozenset(awaited.get(row.id, ())),
            )
            for row in rows
        ]
        last = rows[-1].id


def touch(connection: Connection, kept: Kept) -> bool:
    """Take the deal's next revision; False when someone has worked on it since it was looked at."""
    found = (instances.c.deal_id == kept.id) & (instances.c.revision == kept.revision)
    moved = connection.execute(
        update(instances).where(found).values(revision=instances.c.revision + 1, claimed_until=None)
    )
    return moved.rowcount == 1


def set_due(connection: Connection, kept: Kept, due: datetime | None) -> None:
    connection.execute(update(instances).where(instances.c.deal_id == kept.id).values(due_at=due))


def end_process(connection: Connection, kept: Kept) -> None:
    """The process of an ended deal: nothing is open, nothing is waited for."""
    connection.execute(delete(tasks).where(tasks.c.deal_id == kept.id))
    message_rows.await_from_now(connection, kept.id, ())
    connection.execute(update(instances).where(instances.c.deal_id == kept.id).values(state=b"", due_at=None))


def add_ended_process(connection: Connection, kept: Kept) -> None:
    ended = select(deals.c.ended_at).where(deals.c.id == kept.id).scalar_subquery()
    nothing: dict[str, Any] = {"state": b"", "data": {}, "due_at": None, "stage_id": ""}
    connection.execute(insert(instances).values(deal_id=kept.id, revision=1, stage_since=ended, **nothing))


def set_tasks(connection: Connection, gone: Iterable[Task], opened: Iterable[Task]) -> None:
    task_rows.replace_tasks(connection, gone, opened)
