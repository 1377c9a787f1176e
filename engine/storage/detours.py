"""What undoing a detour needs: the rows of the deal as they were before it, for as long as it can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, insert, select, update

from engine.deals import Task
from engine.storage.columns import Moment
from engine.storage.schema import awaited, deals, detours, instances, tasks, ticks

#: What a detour may change of a deal.
_FACTS = ("outcome", "decided_element", "decided_at", "ended_at")

#: Tables of which a detour may change any row of a deal.
_HELD = (tasks, ticks, awaited)

#: A deal as it stood: its process, and its rows by table.
Rows = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Before:
    """What undoing the newest detour of a deal would bring back."""

    #: The deal's, while it can be undone.
    revision: int
    stage_id: str
    tasks: tuple[Task, ...]
    checks: frozenset[str]


def rows_of(connection: Connection, deal_id: int) -> Rows:
    """The deal as it stands. Nobody can claim a task of it before the transaction ends."""
    of_deal = select(*(deals.c[name] for name in _FACTS)).where(deals.c.id == deal_id)
    of_process = select(instances).where(instances.c.deal_id == deal_id)
    held = {str(table.name): select(table).where(table.c.deal_id == deal_id).with_for_update() for table in _HELD}
    process = connection.execute(of_process).one()
    rows: dict[str, Any] = {name: [_plain(row) for row in connection.execute(asked)] for name, asked in held.items()}
    rows["deal"] = _plain(connection.execute(of_deal).one())
    rows["process"] = {"data": process.data, "stage_id": process.stage_id, "stage_since": process.stage_since}
    return {"state": process.state, "due_at": process.due_at, "rows": rows}


def keep(connection: Connection, deal_id: int, revision: int, rows: Rows) -> None:
    """Keep what the deal was like before the detour that made it this revision."""
    connection.execute(insert(detours).values(deal_id=deal_id, revision=revision, **rows))


def before(connection: Connection, deal_id: int) -> Before | None:
    """None when there is nothing to undo (any more)."""
    newest = and_(instances.c.deal_id == detours.c.deal_id, instances.c.revision == detours.c.revision)
    row = connection.execute(select(detours).join(instances, newest).where(detours.c.deal_id == deal_id)).one_or_none()
    if row is None:
        return None
    held = tuple(Task(**one) for one in _typed(tasks, row.rows["tasks"]))
    return Before(
        row.revision, row.rows["process"]["stage_id"], held, frozenset(one["check_id"] for one in row.rows["ticks"])
    )


def restore(connection: Connection, deal_id: int, revision: int) -> bool:
    """Make the deal what it was before; False, with nothing written, when it has gone on since."""
    row = connection.execute(
        select(detours).where(detours.c.deal_id == deal_id, detours.c.revision == revision)
    ).one_or_none()
    if row is None:
        return False
    # Revisions only ever rise, so that nobody takes the deal for the one that they read before the detour.
    here = update(instances).where(instances.c.deal_id == deal_id, instances.c.revision == revision)
    [process] = _typed(instances, [row.rows["process"]])
    process |= {"state": row.state, "due_at": row.due_at}
    if not connection.execute(here.values(**process, claimed_until=None, revision=revision + 1)).rowcount:
        return False
    [facts] = _typed(deals, [row.rows["deal"]])
    connection.execute(update(deals).where(deals.c.id == deal_id).values(**facts))
    for table in _HELD:
        connection.execute(delete(table).where(table.c.deal_id == deal_id))
        if held := _typed(table, row.rows[table.name]):
            connection.execute(insert(table), held)
    return True


def _plain(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    # The names of columns are no plain texts, and JSON takes no others for keys.
    return {str(name): value for name, value in row._mapping.items()}


def _typed(table: Table, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as they were read once, out of JSON, which has no moments."""
    moments = {column.name for column in table.c if isinstance(column.type, Moment)}
    return [
        {name: datetime.fromisoformat(value) if value and name in moments else value for name, value in row.items()}
        for row in rows
    ]
