"""How much waits in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.storage import outbox as outbox_rows
from engine.storage.schema import deals, instances, outbox, tasks


def counts(connection: Connection) -> tuple[int, int]:
    """Open deals, and open tasks."""
    found = select(func.count()).where(deals.c.outcome == "")
    return (
        connection.execute(found.select_from(deals)).scalar_one(),
        connection.execute(select(func.count()).select_from(tasks)).scalar_one(),
    )


def longest_due(connection: Connection, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Since when the timer, and the message to be sent, that are due longest have been due."""
    timer, message = (
        connection.execute(select(func.min(table.c.due_at)).where(table.c.due_at <= now)).scalar_one()
        for table in (instances, outbox)
    )
    return timer, message


def failures(connection: Connection) -> tuple[int, int]:
    """Timers and messages that were given up, and those that are tried again."""
    return outbox_rows.counts(connection)
