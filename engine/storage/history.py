"""Rows of history: only ever added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.history import TASK_COMPLETED, Event
from engine.storage.schema import history, people
from engine.storage.statement import inserting

_add = inserting(history)
_EVENT = select(history, people.c.name).outerjoin(people, people.c.id == history.c.by)


def add(connection: Connection, events: Iterable[Event]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "deal_id": event.deal_id,
            "kind": event.kind,
            "at": event.at,
            "by": event.by,
            "element_id": event.element_id,
            "task_id": event.task_id,
            "stage_id": event.stage_id,
            "data": dict(event.data),
        }
        for event in events
    ]
    _add.run_each(connection, rows)


def of_deal(connection: Connection, deal_id: str, kinds: Sequence[str] = ()) -> list[Event]:
    """Oldest first."""
    asked = _EVENT.where(history.c.deal_id == deal_id).order_by(history.c.id)
    if kinds:
        asked = asked.where(history.c.kind.in_(kinds))
    return [_event(row) for row in connection.execute(asked)]


def of_task(connection: Connection, task_id: str) -> list[Event]:
    rows = connection.execute(_EVENT.where(history.c.task_id == task_id).order_by(history.c.id))
    return [_event(row) for row in rows]


def completion_of(connection: Connection, task_id: str) -> Event | None:
    return next((event for event in of_task(connection, task_id) if event.kind == TASK_COMPLETED), None)


def _event(row: Row[Any]) -> Event:
    return Event(
        row.deal_id,
        row.kind,
        row.at,
        row.by,
        row.element_id,
        row.task_id,
        row.stage_id,
        row.data,
        row.id,
        row.name or "",
    )
