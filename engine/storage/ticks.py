"""Rows of what was ticked off the checklist of a stage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from engine.deals import Ticked
from engine.storage.schema import people, ticks
from engine.storage.statement import Statement, inserting_new

_TICKS = select(ticks, people.c.name).join(people, people.c.id == ticks.c.by)
_ticks_of = Statement(select(ticks.c.check_id).where(ticks.c.deal_id == bindparam("deal")))
_tick = inserting_new(ticks)


def ticked(connection: Connection, deal_id: int) -> list[Ticked]:
    found = connection.execute(_TICKS.where(ticks.c.deal_id == deal_id))
    return [Ticked(row.check_id, row.by, row.name, row.at) for row in found]


def ticked_checks(connection: Connection, deal_id: int) -> set[str]:
    return set(_ticks_of.first_column(connection, deal=deal_id))


def set_ticks(
    connection: Connection, deal_id: int, added: Iterable[str], cleared: Iterable[str], by: str, at: datetime
) -> None:
    if gone := list(cleared):
        connection.execute(delete(ticks).where(ticks.c.deal_id == deal_id, ticks.c.check_id.in_(gone)))
    _tick.run_each(connection, [{"deal_id": deal_id, "check_id": check, "by": by, "at": at} for check in added])
