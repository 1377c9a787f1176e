"""Rows of comments on maps."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.comments import Comment
from engine.storage.schema import comments as table


def _comment(row: Row[Any]) -> Comment:
    return Comment(**{**row._mapping, "thread": row.thread or "", "resolved_by": row.resolved_by or ""})


def comments(connection: Connection, process: str, element_id: str) -> list[Comment]:
    asked = select(table).where(table.c.process == process)
    if element_id:
        asked = asked.where(table.c.element_id == element_id)
    return [_comment(row) for row in connection.execute(asked.order_by(table.c.at, table.c.id))]


def comment(connection: Connection, comment_id: str) -> Comment | None:
    row = connection.execute(select(table).where(table.c.id == comment_id)).one_or_none()
    return _comment(row) if row is not None else None


def open_threads(connection: Connection, process: str) -> dict[str, int]:
    is_open = (table.c.process == process) & table.c.thread.is_(None) & table.c.resolved_at.is_(None)
    asked = select(table.c.element_id, func.count()).where(is_open).group_by(table.c.element_id)
    return {element: int(count) for element, count in connection.execute(asked)}


def insert_comment(connection: Connection, comment: Comment) -> None:
    values = asdict(comment) | {"thread": comment.thread or None, "resolved_by": comment.resolved_by or None}
    connection.execute(insert(table).values(**values))


def settle(connection: Connection, comment_id: str, at: datetime | None, by: str | None) -> None:
    connection.execute(update(table).where(table.c.id == comment_id).values(resolved_at=at, resolved_by=by))
