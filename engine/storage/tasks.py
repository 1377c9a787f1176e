"""Rows of open tasks: those of deals, and those of inboxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)

from engine.deals import Deal, Task, TaskRow, deal_and_token
from engine.folding import like, words
from engine.storage import deals as deal_rows
from engine.storage.schema import deals, people, tasks
from engine.storage.statement import Statement, inserting

_TASKS = select(*(tasks.c[name] for name in Task.__slots__)).order_by(tasks.c.opened_at, tasks.c.token)
#: Each with the name of who has claimed it.
_NAMED = _TASKS.add_columns(people.c.name).outerjoin(people, people.c.id == tasks.c.claimed_by)
_THIS = and_(tasks.c.deal_id == bindparam("deal"), tasks.c.token == bindparam("token"))

_the_task = Statement(_TASKS.where(_THIS))
_tasks_of = Statement(_TASKS.where(tasks.c.deal_id == bindparam("deal")))
_close = Statement(delete(tasks).where(_THIS))
_close_if_held = Statement(delete(tasks).where(_THIS, tasks.c.claimed_by.is_not_distinct_from(bindparam("holder"))))
_open = inserting(tasks)
_rows_of_deal = Statement(_NAMED.where(tasks.c.deal_id == bindparam("deal")))


def task(connection: Connection, task_id: str) -> Task | None:
    deal, token = deal_and_token(task_id)
    row = _the_task.one(connection, deal=deal, token=token)
    return Task(*row) if row is not None else None


def open_tasks(connection: Connection, deal_id: int) -> list[Task]:
    return [Task(*row) for row in _tasks_of.all(connection, deal=deal_id)]


def close(connection: Connection, task: Task) -> bool:
    """The task is open no longer; False when it was not any more, or is in other hands by now."""
    return _close_if_held.run(connection, deal=task.deal_id, token=task.token, holder=task.claimed_by) == 1


def open_tasks_of(connection: Connection, deal_ids: Sequence[int]) -> dict[int, list[Task]]:
    found: dict[int, list[Task]] = {}
    for row in connection.execute(_TASKS.where(tasks.c.deal_id.in_(deal_ids))):
        found.setdefault(row.deal_id, []).append(Task(*row))
    return found


def replace_tasks(connection: Connection, gone: Iterable[Task], opened: Iterable[Task]) -> None:
    _close.run_each(connection, [{"deal": task.deal_id, "token": task.token} for task in gone])
    _open.run_each(connection, [{name: getattr(task, name) for name in Task.__slots__} for task in opened])


def tell_again(connection: Connection, told: Iterable[Task]) -> None:
    """Where tasks are on the map, as another version has it; who has claimed them and until when stays."""
    for task in told:
        place = {"element_id": task.element_id, "role": task.role, "stage_id": task.stage_id}
        connection.execute(update(tasks).where(_at(task)).values(**place))


def claim(connection: Connection, task: Task, person: str | None) -> bool:
    """Set who has claimed it, unless that changed since it was read."""
    held = tasks.c.claimed_by.is_not_distinct_from(task.claimed_by)
    done = connection.execute(update(tasks).where(_at(task), held).values(claimed_by=person))
    return done.rowcount == 1


def _at(task: Task) -> ColumnElement[bool]:
    return and_(tasks.c.deal_id == task.deal_id, tasks.c.token == task.token)


@dataclass(frozen=True, slots=True)
class WorkAsked:
    """Which open tasks: of these teams (None: all), for these roles (None: any), claimed by someone or by none."""

    teams: Sequence[str] | None
    roles: Sequence[str] | None = None
    claimed_by: str | None = None
    unclaimed: bool = False
    late_at: datetime | None = None

    def where(self) -> list[ColumnElement[bool]]:
        wanted: list[ColumnElement[bool]] = []
        if self.teams is not None:
            wanted.append(tasks.c.team_id.in_(self.teams))
        if self.roles is not None:
            wanted.append(or_(tasks.c.role == "", tasks.c.role.in_(self.roles)))
        if self.claimed_by is not None:
            wanted.append(tasks.c.claimed_by == self.claimed_by)
        if self.unclaimed:
            wanted.append(tasks.c.claimed_by.is_(None))
        if self.late_at is not None:
            wanted.append(tasks.c.due_at < self.late_at)
        return wanted


def work(connection: Connection, asked: WorkAsked, search: str, limit: int, offset: int) -> tuple[list[TaskRow], int]:
    """Open tasks, the most urgent first, each with its deal; and how many there are."""
    found: Select[Any] = select(tasks.c.deal_id, tasks.c.token).where(*asked.where())
    terms = words(search)
    if terms:
        found = found.join(deals).where(*(deals.c.search.like(like(term), escape="\\") for term in terms))
    total = connection.execute(select(func.count()).select_from(found.subquery())).scalar_one()
    page = found.order_by(tasks.c.due_at.nulls_last(), tasks.c.opened_at, tasks.c.deal_id, tasks.c.token)
    keys = [(row.deal_id, row.token) for row in connection.execute(page.limit(limit).offset(offset))]
    rows = _rows_of(connection, tuple_(tasks.c.deal_id, tasks.c.token).in_(keys)) if keys else []
    place = {key: position for position, key in enumerate(keys)}
    return sorted(rows, key=lambda row: place[row.task.deal_id, row.task.token]), total


def count_work(connection: Connection, asked: WorkAsked) -> int:
    return connection.execute(select(func.count()).select_from(tasks).where(*asked.where())).scalar_one()


def rows_of_deal(connection: Connection, deal: Deal) -> list[TaskRow]:
    return [TaskRow(Task(*task), deal, name or "") for *task, name in _rows_of_deal.all(connection, deal=deal.id)]


def _rows_of(connection: Connection, where: ColumnElement[bool]) -> list[TaskRow]:
    found = connection.execute(_NAMED.where(where)).all()
    known = deal_rows.by_id(connection, list({row.deal_id for row in found}))
    return [TaskRow(Task(*task), known[task[0]], name or "") for *task, name in found]
