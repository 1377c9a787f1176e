"""Rows of deals and of their running processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from engine.deals import Account, Deal
from engine.folding import fold, like, words
from engine.storage.schema import accounts, deal_people, deals, instances
from engine.storage.statement import Statement

#: What a deal and its row call by the same name.
_FACTS = (
    *("title", "team_id", "process", "version_id", "value", "contact", "expected_close", "opened_at"),
    *("outcome", "decided_at", "ended_at"),
)
_PROCESS = (instances.c.revision, instances.c.stage_id, instances.c.stage_since)
DEAL = select(deals, accounts.c.name.label("account_name"), *_PROCESS).join(accounts).join(instances)
_HERE = and_(instances.c.deal_id == bindparam("deal"), instances.c.revision == bindparam("seen"))
# Whoever has its timers in hand finds the revision changed; nobody has to wait for them to let go.
_REVISED = update(instances).where(_HERE).values(revision=bindparam("next"), claimed_until=None)
_STEPPED = _REVISED.values(
    state=bindparam("new_state"),
    data=bindparam("new_data"),
    stage_id=bindparam("new_stage"),
    stage_since=bindparam("new_since"),
    due_at=bindparam("new_due"),
    failures=0,
    error=None,
)

_next_revision, _next_state = Statement(_REVISED), Statement(_STEPPED)


@lru_cache
def _change(columns: frozenset[str]) -> Statement:
    """Only these: an index of a column that is written is written, too."""
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    return Statement(update(deals).where(deals.c.id == bindparam("deal")).values(new))


def deal_of(row: Row[Any], roles: Mapping[str, str]) -> Deal:
    return Deal(
        id=row.id,
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
    roles: dict[int, dict[str, str]] = {row.id: {} for row in rows}
    if rows:
        found = connection.execute(select(deal_people).where(deal_people.c.deal_id.in_(roles)))
        for one in found:
            roles[one.deal_id][one.role] = one.person_id
    return [deal_of(row, roles[row.id]) for row in rows]


def insert_deal(connection: Connection, deal: Deal, data: Mapping[str, Any], state: bytes, due: datetime | None) -> int:
    """Store a new deal and its process; its number."""
    facts = {name: getattr(deal, name) for name in _FACTS}
    facts |= {"account_id": deal.account.id, "search": _searched(deal)}
    number: int = connection.execute(insert(deals).values(facts).returning(deals.c.id)).scalar_one()
    process = {"deal_id": number, "revision": deal.revision, "state": state, "data": data, "due_at": due}
    process |= {"stage_id": deal.stage_id, "stage_since": deal.stage_since}
    connection.execute(insert(instances).values(process))
    _set_people(connection, number, deal.people)
    return number


def step_process(
    connection: Connection, before: Deal, deal: Deal, *, state: bytes, data: Mapping[str, Any], due: datetime | None
) -> bool:
    """Store what a step has made of the deal's process, as its next revision.

    False, with nothing written, when someone else has written one meanwhile.
    """
    written = _next_state.run(
        connection,
        deal=deal.id,
        seen=before.revision,
        next=before.revision + 1,
        new_state=state,
        new_data=data,
        new_stage=deal.stage_id,
        new_since=deal.stage_since,
        new_due=due,
    )
    return written == 1


def next_revision(connection: Connection, deal: Deal) -> bool:
    """The same for a change in which the process did not move."""
    return _next_revision.run(connection, deal=deal.id, seen=deal.revision, next=deal.revision + 1) == 1


def update_facts(connection: Connection, before: Deal, deal: Deal, decided_element: str = "") -> None:
    """What is told of the deal; whoever calls this has taken its next revision."""
    new = {name: value for name in _FACTS if (value := getattr(deal, name)) != getattr(before, name)}
    if deal.account != before.account:
        new["account_id"] = deal.account.id
    if new.keys() & {"title", "account_id", "contact"}:
        new["search"] = _searched(deal)
    if decided_element:
        new["decided_element"] = decided_element
    if new:
        given = {f"new_{name}": value for name, value in new.items()}
        _change(frozenset(new)).run(connection, deal=deal.id, **given)
    if deal.people != before.people:
        connection.execute(delete(deal_people).where(deal_people.c.deal_id == deal.id))
        _set_people(connection, deal.id, deal.people)


def _searched(deal: Deal) -> str:
    return fold(f"{deal.title} {deal.account.name} {deal.contact}")


def _set_people(connection: Connection, deal_id: int, people: Mapping[str, str]) -> None:
    rows = [{"deal_id": deal_id, "role": role, "person_id": person} for role, person in people.items()]
    if rows:
        connection.execute(insert(deal_people), rows)


def any_due(connection: Connection, now: datetime) -> bool:
    return connection.execute(select(instances.c.deal_id).where(_is_due(now)).limit(1)).first() is not None


def claim_due(connection: Connection, now: datetime, until: datetime, limit: int) -> list[int]:
    """Deals whose timers are due and in nobody's hands, the longest due first, put into the caller's until then."""
    free = select(instances.c.deal_id).where(_is_due(now)).order_by(instances.c.due_at).limit(limit)
    due = list(connection.execute(free.with_for_update(skip_locked=True)).scalars())
    if due:
        connection.execute(update(instances).where(instances.c.deal_id.in_(due)).values(claimed_until=until))
    return due


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(instances.c.due_at <= now, or_(instances.c.claimed_until.is_(None), instances.c.claimed_until <= now))


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
        where.append(instances.c.stage_id == stage)
    where += [deals.c.search.like(like(term), escape="\\") for term in words(search)]
    counted = select(func.count()).select_from(deals.join(instances) if stage else deals)
    total = connection.execute(counted.where(*where)).scalar_one()
    page = DEAL.where(*where).order_by(deals.c.opened_at.desc(), deals.c.id.desc()).limit(limit).offset(offset)
    return _with_people(connection, connection.execute(page).all()), total


def running_elsewhere(
    connection: Connection, process: str, version_id: str, *, team: str, stage: str, numbers: Sequence[int], limit: int
) -> tuple[list[Deal], int]:
    """Deals of a process that have not ended and are on other versions than this one, oldest first; how many in all."""
    where = [deals.c.process == process, deals.c.version_id != version_id, deals.c.ended_at.is_(None)]
    where += [column == value for column, value in ((deals.c.team_id, team), (instances.c.stage_id, stage)) if value]
    if numbers:
        where.append(deals.c.id.in_(numbers))
    total = connection.execute(select(func.count()).select_from(deals.join(instances)).where(*where)).scalar_one()
    found = connection.execute(DEAL.where(*where).order_by(deals.c.id).limit(limit)).all()
    return _with_people(connection, found), total


def by_id(connection: Connection, deal_ids: Sequence[int]) -> dict[int, Deal]:
    found = _with_people(connection, connection.execute(DEAL.where(deals.c.id.in_(deal_ids))).all())
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
