"""Rows of deals, their running processes, open tasks and ticks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from engine.deals import Account, Deal, Task, TaskRow, Ticked
from engine.folding import fold, fold_account, like, words
from engine.storage.schema import accounts, deal_people, deals, instances, people, tasks, ticks
from engine.storage.statement import Statement, inserting, inserting_new

_DEAL = select(deals, accounts.c.name.label("account_name"), instances.c.revision).join(accounts).join(instances)
_TASKS = select(tasks).order_by(tasks.c.opened_at, tasks.c.id)
_TICKS = select(ticks, people.c.name).join(people, people.c.id == ticks.c.by)
_HERE = and_(instances.c.deal_id == bindparam("deal"), instances.c.revision == bindparam("seen"))
# Whoever has its timers in hand finds the revision changed; nobody has to wait for them to let go.
_REVISED = update(instances).where(_HERE).values(revision=bindparam("next"), claimed_until=None)
_STEPPED = _REVISED.values(state=bindparam("new_state"), due_at=bindparam("new_due"), failures=0, error=None)

_stored = Statement(_DEAL.add_columns(instances.c.state).where(deals.c.id == bindparam("deal")))
_roles = Statement(select(deal_people).where(deal_people.c.deal_id == bindparam("deal")))
_next_revision, _next_state = Statement(_REVISED), Statement(_STEPPED)
_the_task = Statement(_TASKS.where(tasks.c.id == bindparam("task")))
_tasks_of = Statement(_TASKS.where(tasks.c.deal_id == bindparam("deal")))
_close = Statement(delete(tasks).where(tasks.c.id == bindparam("task")))
_close_if_held = Statement(
    delete(tasks).where(tasks.c.id == bindparam("task"), tasks.c.claimed_by.is_not_distinct_from(bindparam("holder")))
)
_open = inserting(tasks)
_ticks_of = Statement(select(ticks.c.check_id).where(ticks.c.deal_id == bindparam("deal")))
_tick = inserting_new(ticks)
_add_account = inserting_new(accounts)


@lru_cache
def _change(columns: frozenset[str]) -> Statement:
    """Only these: an index of a column that is written is written, too."""
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    return Statement(update(deals).where(deals.c.id == bindparam("deal")).values(new))


@dataclass(frozen=True, slots=True)
class Stored:
    """A deal with its running process, as read for a step."""

    deal: Deal
    data: dict[str, Any]
    state: bytes
    decided_element: str


def _deal(row: Row[Any], roles: Mapping[str, str]) -> Deal:
    return Deal(
        id=row.id,
        number=row.number,
        title=row.title,
        account=Account(row.account_id, row.account_name),
        team_id=row.team_id,
        process=row.process,
        version_id=row.version_id,
        value=row.value,
        contact=row.contact,
        expected_close=row.expected_close,
        stage_id=row.stage_id,
        stage_since=row.stage_since,
        opened_at=row.opened_at,
        outcome=row.outcome,
        decided_at=row.decided_at,
        ended_at=row.ended_at,
        people=dict(roles),
        revision=row.revision,
    )


def _with_people(connection: Connection, rows: Sequence[Row[Any]]) -> list[Deal]:
    roles: dict[str, dict[str, str]] = {row.id: {} for row in rows}
    if rows:
        found = connection.execute(select(deal_people).where(deal_people.c.deal_id.in_(roles)))
        for one in found:
            roles[one.deal_id][one.role] = one.person_id
    return [_deal(row, roles[row.id]) for row in rows]


def stored(connection: Connection, deal_id: str) -> Stored | None:
    row = _stored.one(connection, deal=deal_id)
    if row is None:
        return None
    roles = {one.role: one.person_id for one in _roles.all(connection, deal=deal_id)}
    return Stored(_deal(row, roles), row.data, row.state, row.decided_element)


def insert_deal(connection: Connection, deal: Deal, data: Mapping[str, Any], state: bytes, due: datetime | None) -> int:
    """Store a new deal and its process; its number."""
    facts = {"id": deal.id, **_values(deal), "search": _searched(deal), "data": data}
    row = connection.execute(insert(deals).values(facts).returning(deals.c.number))
    number: int = row.scalar_one()
    connection.execute(insert(instances).values(deal_id=deal.id, revision=deal.revision, state=state, due_at=due))
    _set_people(connection, deal)
    return number


def update_deal(
    connection: Connection,
    before: Deal,
    deal: Deal,
    data: Mapping[str, Any] | None = None,
    *,
    state: bytes | None = None,
    due: datetime | None = None,
    decided_element: str = "",
) -> bool:
    """Store the deal's next revision; False, with nothing written, when someone else has done so meanwhile.

    Without ``data`` or ``state`` these stay as they are.
    """
    found = {"deal": deal.id, "seen": deal.revision, "next": deal.revision + 1}
    if state is None:
        written = _next_revision.run(connection, **found)
    else:
        written = _next_state.run(connection, **found, new_state=state, new_due=due)
    if written != 1:
        return False
    known = _values(before)
    new = {name: value for name, value in _values(deal).items() if value != known[name]}
    if new.keys() & {"title", "account_id", "contact"}:
        new["search"] = _searched(deal)
    if data is not None:
        new["data"] = data
    if decided_element:
        new["decided_element"] = decided_element
    if new:
        given = {f"new_{name}": value for name, value in new.items()}
        _change(frozenset(new)).run(connection, deal=deal.id, **given)
    if deal.people != before.people:
        _set_people(connection, deal)
    return True


def _values(deal: Deal) -> dict[str, Any]:
    return {
        "title": deal.title,
        "account_id": deal.account.id,
        "team_id": deal.team_id,
        "process": deal.process,
        "version_id": deal.version_id,
        "value": deal.value,
        "contact": deal.contact,
        "expected_close": deal.expected_close,
        "stage_id": deal.stage_id,
        "stage_since": deal.stage_since,
        "opened_at": deal.opened_at,
        "outcome": deal.outcome,
        "decided_at": deal.decided_at,
        "ended_at": deal.ended_at,
    }


def _searched(deal: Deal) -> str:
    return fold(f"{deal.title} {deal.account.name} {deal.contact}")


def _set_people(connection: Connection, deal: Deal) -> None:
    connection.execute(delete(deal_people).where(deal_people.c.deal_id == deal.id))
    rows = [{"deal_id": deal.id, "role": role, "person_id": person} for role, person in deal.people.items()]
    if rows:
        connection.execute(insert(deal_people), rows)


def any_due(connection: Connection, now: datetime) -> bool:
    return connection.execute(select(instances.c.deal_id).where(_is_due(now)).limit(1)).first() is not None


def claim_due(connection: Connection, now: datetime, until: datetime, limit: int) -> list[str]:
    """Deals whose timers are due and in nobody's hands, the longest due first, put into the caller's until then."""
    free = select(instances.c.deal_id).where(_is_due(now)).order_by(instances.c.due_at).limit(limit)
    due = list(connection.execute(free.with_for_update(skip_locked=True)).scalars())
    if due:
        connection.execute(update(instances).where(instances.c.deal_id.in_(due)).values(claimed_until=until))
    return due


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(instances.c.due_at <= now, or_(instances.c.claimed_until.is_(None), instances.c.claimed_until <= now))


def account_named(connection: Connection, name: str) -> Account | None:
    row = connection.execute(select(accounts).where(accounts.c.folded == fold_account(name))).one_or_none()
    return Account(row.id, row.name) if row is not None else None


def account_for(connection: Connection, name: str) -> Account:
    """The account of this name, found or recorded; the caller holds the write transaction."""
    known = account_named(connection, name)
    if known is not None:
        return known
    account = Account(str(uuid4()), name)
    _add_account.run(connection, id=account.id, name=name, folded=fold_account(name))
    # Someone else may have recorded it between the two.
    return account_named(connection, name) or account


def deals_of_account(connection: Connection, account_id: str, besides: str) -> int:
    found = select(func.count()).where(deals.c.account_id == account_id, deals.c.id != besides)
    return connection.execute(found).scalar_one()


def list_deals(
    connection: Connection,
    *,
    teams: Sequence[str] | None,
    status: str,
    search: str,
    stage: str,
    limit: int,
    offset: int,
) -> tuple[list[Deal], int]:
    """Deals of these teams (of all, for None), newest first, and how many there are."""
    where: list[ColumnElement[bool]] = []
    if teams is not None:
        where.append(deals.c.team_id.in_(teams))
    if status != "all":
        where.append(deals.c.outcome == ("" if status == "open" else status))
    if stage:
        where.append(deals.c.stage_id == stage)
    where += [deals.c.search.like(like(term), escape="\\") for term in words(search)]
    total = connection.execute(select(func.count()).select_from(deals).where(*where)).scalar_one()
    page = _DEAL.where(*where).order_by(deals.c.opened_at.desc(), deals.c.number.desc()).limit(limit).offset(offset)
    return _with_people(connection, connection.execute(page).all()), total


def running_elsewhere(
    connection: Connection, process: str, version_id: str, *, team: str, stage: str, numbers: Sequence[int], limit: int
) -> tuple[list[Deal], int]:
    """Deals of a process that have not ended and are on other versions than this one, oldest first; how many in all."""
    where = [deals.c.process == process, deals.c.version_id != version_id, deals.c.ended_at.is_(None)]
    where += [column == value for column, value in ((deals.c.team_id, team), (deals.c.stage_id, stage)) if value]
    if numbers:
        where.append(deals.c.number.in_(numbers))
    total = connection.execute(select(func.count()).select_from(deals).where(*where)).scalar_one()
    found = connection.execute(_DEAL.where(*where).order_by(deals.c.number).limit(limit)).all()
    return _with_people(connection, found), total


def by_id(connection: Connection, deal_ids: Sequence[str]) -> dict[str, Deal]:
    found = _with_people(connection, connection.execute(_DEAL.where(deals.c.id.in_(deal_ids))).all())
    return {deal.id: deal for deal in found}


def totals(connection: Connection, teams: Sequence[str] | None) -> dict[str, tuple[int, Decimal]]:
    """Outcome (empty for open) to the number of deals and the sum of their values."""
    asked = select(deals.c.outcome, func.count(), func.sum(deals.c.value)).group_by(deals.c.outcome)
    if teams is not None:
        asked = asked.where(deals.c.team_id.in_(teams))
    return {outcome: (count, value or Decimal(0)) for outcome, count, value in connection.execute(asked)}


def counts_by_version(connection: Connection) -> dict[str, tuple[int, int]]:
    """Version to its open deals and all its deals."""
    is_open = func.count().filter(deals.c.outcome == "")
    rows = connection.execute(select(deals.c.version_id, is_open, func.count()).group_by(deals.c.version_id))
    return {version: (int(opened or 0), count) for version, opened, count in rows}


def any_deal(connection: Connection) -> bool:
    return connection.execute(select(deals.c.id).limit(1)).first() is not None


# Open tasks


def _task(row: Row[Any]) -> Task:
    return Task(
        row.id,
        row.deal_id,
        row.element_id,
        row.role,
        row.stage_id,
        row.team_id,
        row.opened_at,
        row.due_at,
        row.claimed_by,
        row.title,
        row.note,
    )


def task(connection: Connection, task_id: str) -> Task | None:
    row = _the_task.one(connection, task=task_id)
    return _task(row) if row is not None else None


def open_tasks(connection: Connection, deal_id: str) -> list[Task]:
    return [_task(row) for row in _tasks_of.all(connection, deal=deal_id)]


def close_task(connection: Connection, task: Task) -> bool:
    """The task is open no longer; False when it was not any more, or is in other hands by now."""
    return _close_if_held.run(connection, task=task.id, holder=task.claimed_by) == 1


def open_tasks_of(connection: Connection, deal_ids: Sequence[str]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for row in connection.execute(select(tasks).where(tasks.c.deal_id.in_(deal_ids)).order_by(tasks.c.id)):
        found.setdefault(row.deal_id, []).append(_task(row))
    return found


def replace_tasks(connection: Connection, gone: Iterable[str], opened: Iterable[Task]) -> None:
    _close.run_each(connection, [{"task": task_id} for task_id in gone])
    _open.run_each(connection, [{name: getattr(task, name) for name in Task.__slots__} for task in opened])


def tell_tasks_again(connection: Connection, told: Iterable[Task]) -> None:
    """Where tasks are on the map, as another version has it; who has claimed them and until when stays."""
    for task in told:
        place = {"element_id": task.element_id, "role": task.role, "stage_id": task.stage_id}
        connection.execute(update(tasks).where(tasks.c.id == task.id).values(**place))


def claim_task(connection: Connection, task_id: str, person: str | None, held_by: str | None) -> bool:
    """Set who has claimed it, unless that changed since it was read."""
    held = tasks.c.claimed_by.is_(None) if held_by is None else tasks.c.claimed_by == held_by
    done = connection.execute(update(tasks).where(tasks.c.id == task_id, held).values(claimed_by=person))
    return done.rowcount == 1


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
    found: Select[Any] = select(tasks.c.id).where(*asked.where())
    terms = words(search)
    if terms:
        found = found.join(deals).where(*(deals.c.search.like(like(term), escape="\\") for term in terms))
    total = connection.execute(select(func.count()).select_from(found.subquery())).scalar_one()
    # No due time sorts last: every moment is a text below "9999".
    urgency = func.coalesce(tasks.c.due_at, "9999")
    page = found.order_by(urgency, tasks.c.opened_at, tasks.c.id).limit(limit).offset(offset)
    ids = list(connection.execute(page).scalars())
    rows = rows_of(connection, tasks.c.id.in_(ids)) if ids else []
    place = {task_id: position for position, task_id in enumerate(ids)}
    return sorted(rows, key=lambda row: place[row.task.id]), total


def count_work(connection: Connection, asked: WorkAsked) -> int:
    return connection.execute(select(func.count()).select_from(tasks).where(*asked.where())).scalar_one()


def rows_of(connection: Connection, *where: ColumnElement[bool]) -> list[TaskRow]:
    asked = select(tasks, people.c.name.label("claimed_name")).outerjoin(people, people.c.id == tasks.c.claimed_by)
    found = connection.execute(asked.where(*where).order_by(tasks.c.opened_at, tasks.c.id)).all()
    ids = {row.deal_id for row in found}
    held = _with_people(connection, connection.execute(_DEAL.where(deals.c.id.in_(ids))).all()) if ids else []
    by_id = {deal.id: deal for deal in held}
    return [TaskRow(_task(row), by_id[row.deal_id], row.claimed_name or "") for row in found]


def rows_of_deal(connection: Connection, deal_id: str) -> list[TaskRow]:
    return rows_of(connection, tasks.c.deal_id == deal_id)


# Ticks


def ticked(connection: Connection, deal_id: str) -> list[Ticked]:
    found = connection.execute(_TICKS.where(ticks.c.deal_id == deal_id))
    return [Ticked(row.check_id, row.by, row.name, row.at) for row in found]


def ticked_checks(connection: Connection, deal_id: str) -> set[str]:
    return {row.check_id for row in _ticks_of.all(connection, deal=deal_id)}


def set_ticks(
    connection: Connection, deal_id: str, added: Iterable[str], cleared: Iterable[str], by: str, at: datetime
) -> None:
    if gone := list(cleared):
        connection.execute(delete(ticks).where(ticks.c.deal_id == deal_id, ticks.c.check_id.in_(gone)))
    _tick.run_each(connection, [{"deal_id": deal_id, "check_id": check, "by": by, "at": at} for check in added])
