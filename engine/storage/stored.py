"""A deal as a step needs it: its facts, people, process, open tasks and ticks, read by one statement.

So it is one state of the deal with no transaction around it, and takes half the time of a statement for each table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, Text, bindparam, cast, func, select, type_coerce

from engine.deals import Deal, Task
from engine.storage.columns import Id, Json, Moment, id_of
from engine.storage.deals import DEAL, deal_of
from engine.storage.schema import deal_people, deals, instances, tasks, ticks
from engine.storage.statement import Statement

_TASK = [tasks.c[name] for name in Task.__slots__]
#: What JSON has no word for, and how it is read out of it.
_WORDED: dict[type, Callable[[Any], Any]] = {Id: id_of, Moment: Moment.from_database}
_READ = [_WORDED.get(type(column.type)) for column in _TASK]


@dataclass(frozen=True, slots=True)
class Stored:
    deal: Deal
    #: What is known, without the questions that nobody has answered.
    data: dict[str, Any]
    state: bytes
    decided_element: str
    #: The open ones, the oldest first.
    tasks: tuple[Task, ...]
    #: Items of checklists.
    ticked: frozenset[str]


def read_deal(connection: Connection, deal_id: int) -> Stored | None:
    row = _stored.one(connection, deal=deal_id)
    if row is None:
        return None
    people = {role: id_of(person) for role, person in (row.deal_people or {}).items()}
    open_tasks = [_task(told) for told in row.tasks or ()]
    open_tasks.sort(key=_age)
    ticked = frozenset(row.ticks or ())
    return Stored(deal_of(row, people), row.data, row.state, row.decided_element, tuple(open_tasks), ticked)


def _task(told: list[Any]) -> Task:
    # SQLite writes no id as an empty text.
    values: list[Any] = [v if read is None else read(v) if v else None for read, v in zip(_READ, told, strict=True)]
    return Task(*values)


def _age(task: Task) -> tuple[datetime, str]:
    return task.opened_at, task.token


def _asked(*, sqlite: bool) -> Select[Any]:
    in_list, in_lists, in_pairs = (
        (func.json_group_array, func.json_array, func.json_group_object)
        if sqlite
        else (func.json_agg, func.json_build_array, func.json_object_agg)
    )

    def plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
        if not isinstance(column.type, Id):
            return column
        return func.hex(column) if sqlite else cast(column, Text)

    def rows_of(table: Table, gathered: ColumnElement[Any]) -> ColumnElement[Any]:
        text = gathered if sqlite else cast(gathered, Text)
        of_deal = select(type_coerce(text, Json)).where(table.c.deal_id == bindparam("deal"))
        return of_deal.scalar_subquery().label(table.name)

    return DEAL.add_columns(
        instances.c.state,
        instances.c.data,
        rows_of(deal_people, in_pairs(deal_people.c.role, plain(deal_people.c.person_id))),
        rows_of(tasks, in_list(in_lists(*map(plain, _TASK)))),
        rows_of(ticks, in_list(ticks.c.check_id)),
    ).where(deals.c.id == bindparam("deal"))


_stored = Statement(_asked(sqlite=True), postgresql=_asked(sqlite=False))
