"""Rows of history: only ever added. A row holds what one person, or time, caused in a deal at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Connection, Row, select

from engine.deals import deal_and_token
from engine.history import TASK_COMPLETED, Event
from engine.storage.schema import history, people
from engine.storage.statement import inserting

_add = inserting(history)
#: An element, a token and data.
_NOTHING: tuple[Any, ...] = ("", "", {})
_ROW = select(history, people.c.name).outerjoin(people, people.c.id == history.c.by).order_by(history.c.id)


def add(connection: Connection, events: Iterable[Event]) -> None:
    """Those of one step together, so that they become one row."""
    rows = [
        {"deal_id": deal, "at": at, "by": by, "events": packed(caused)}
        for (deal, at, by), caused in groupby(events, key=lambda event: (event.deal_id, event.at, event.by))
    ]
    _add.run_each(connection, rows)


def of_deal(connection: Connection, deal_id: int, kinds: Sequence[str] = ()) -> list[Event]:
    """Oldest first."""
    found = (event for row in connection.execute(_ROW.where(history.c.deal_id == deal_id)) for event in _unpacked(row))
    return [event for event in found if not kinds or event.kind in kinds]


def of_task(connection: Connection, task_id: str) -> list[Event]:
    deal, token = deal_and_token(task_id)
    return [event for event in of_deal(connection, deal) if event.token == token] if token else []


def completion_of(connection: Connection, task_id: str) -> Event | None:
    return next((event for event in of_task(connection, task_id) if event.kind == TASK_COMPLETED), None)


def packed(events: Iterable[Event]) -> list[list[Any]]:
    """As the row keeps them: half as long as with a name for everything."""
    found, stage = [], ""
    for event in events:
        here = None if event.stage_id == stage else event.stage_id
        stage = event.stage_id
        told = [event.kind, here, event.element_id, event.token, dict(event.data)]
        while len(told) > 2 and not told[-1]:
            told.pop()
        found.append(told)
    return found


def _unpacked(row: Row[Any]) -> Iterator[Event]:
    stage, events = "", cast(list[list[Any]], row.events)
    for told in events:
        kind, here, element, token, data = (*told, *_NOTHING[len(told) - 2 :])
        stage = stage if here is None else here
        yield Event(row.deal_id, kind, row.at, row.by, element, token, stage, data, row.id, row.name or "")
