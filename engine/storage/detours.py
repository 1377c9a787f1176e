"""What undoing a detour needs: the rows of the deal as they were before it, for as long as it can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, insert, select, update

from engine.deals import Task
from engine.storage.schema import Moment, awaited, deals, detours, instances, tasks, ticks

#: What a detour may change of a deal.
_FACTS = ("stage_id", "stage_since", "outcome", "decided_element", "decided_at", "ended_at", "data")

#: Tables of which a detour may change any row of a deal.
_HELD = (tasks, ticks, awaited)

#: The rows of a deal, by table.
Rows = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Before:
    """What undoing the newest detour of a deal would bring back."""

    #: The deal's, while it can be undone.
    revision: int
    stage_id: str
    tasks: tuple[Task, ...]
    checks: frozenset[str]


def rows_of(connection: Connection, deal_id: str) -> Rows:
    """The deal as it stands. Nobody can claim a task of it before the transaction ends."""
    of_deal = select(*(deals.c[name] for name in _FACTS)).where(deals.c.id == deal_id)
    of_process = select(instances.c.state, instances.c.due_at).where(instances.c.deal_id == deal_id)
    held = {str(table.name): select(table).where(table.c.deal_id == deal_id).with_for_update() for table in _HELD}
    return {
        "process": connection.execute(of_process).mappings().one(),
        "deal": _plain(connection.execute(of_deal).one()),
        **{name: [_plain(row) for row in connection.execute(asked)] for name, asked in held.items()},
    }


def keep(connection: Connection, deal_id: str, revision: int, rows: Rows) -> None:
    """Keep what the deal was like before the detour that made it this revision."""
    held = {name: rows[name] for name in rows if name != "process"}
    connection.execute(insert(detours).values(deal_id=deal_id, revision=revision, rows=held, **rows["process"]))


def before(connection: Connection, deal_id: str) -> Before | None:
    """None when there is nothing to undo (any more)."""
    newest = and_(instances.c.deal_id == detours.c.deal_id, instances.c.revision == detours.c.revision)
    row = connection.execute(select(detours).join(instances, newest).where(detours.c.deal_id == deal_id)).one_or_none()
    if row is None:
        return None
    held = tuple(Task(**one) for one in _typed(tasks, row.rows["tasks"]))
    return Before(
        row.revision, row.rows["deal"]["stage_id"], held, frozenset(one["check_id"] for one in row.rows["ticks"])
    )


def restore(connection: Connection, deal_id: str, revision: int) -> bool:
    """Make the deal what it was before; False, with nothing written, when it has gone on since."""
    row = connection.execute(
        select(detours).where(detours.c.deal_id == deal_id, detours.c.revision == revision)
    ).one_or_none()
    if row is None:
        return False
    # Revisions only ever rise, so that nobody takes the deal for the one that they read before the detour.
    here = update(instances).where(instances.c.deal_id == deal_id, instances.c.revision == revision)
    if not connection.execute(
        here.values(state=row.state, due_at=row.due_at, claimed_until=None, revision=revision + 1)
    ).rowcount:
        return False
    [facts] = _typed(deals, [row.rows["deal"]])
    connection.execute(update(deals).where(deals.c.id == deal_id).values(**facts))
    for table in _HELD:
        connection.execute(delete(table).where(table.c.deal_id == deal_id))
        if held := _typed(table, row.rows[table.name]):
            connection.execute(insert(table), held)
    return True


def _plain(row: Row[Any]) -> dict[str, Any]:
    # The names of columns are no plain texts, and JSON takes no others for keys.
    return {str(name): value for name, value in row._mapping.items()}


def _typed(table: Table, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as they were read once, out of JSON, which has no moments."""
    moments = {column.name for column in table.c if isinstance(column.type, Moment)}
    return [
        {name: datetime.fromisoformat(value) if value and name in moments else value for name, value in row.items()}
        for row in rows
    ]
