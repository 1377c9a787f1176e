"""Rows of what is still to be sent, and of timers that could not fire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, false, func, insert, select, update

from engine.parcels import Letter, Parcel
from engine.retries import reason
from engine.storage.schema import deals, instances, outbox

_TITLE = deals.c.title
_FAILED = outbox.c.error.is_not(None)
_UNFIRED = instances.c.failures > 0
#: How the timers of a deal are named among what failed.
_TIMERS_OF = "timers-"


def add(connection: Connection, parcels: Sequence[Parcel]) -> None:
    rows = [
        {
            "id": parcel.id,
            "deal_id": parcel.deal_id,
            "element_id": parcel.element_id,
            "stage_id": parcel.stage_id,
            "kind": parcel.kind,
            "payload": dict(parcel.payload),
            "queued_at": parcel.queued_at,
            "due_at": parcel.queued_at,
            "attempts": 0,
        }
        for parcel in parcels
    ]
    if rows:
        connection.execute(insert(outbox), rows)


def any_due(connection: Connection, now: datetime) -> bool:
    return connection.execute(select(outbox.c.id).where(outbox.c.due_at <= now).limit(1)).first() is not None


def claim(connection: Connection, now: datetime, until: datetime, by: str) -> Parcel | None:
    """The parcel that has been due longest, put into these hands until then."""
    due = select(outbox).where(outbox.c.due_at <= now).order_by(outbox.c.due_at).limit(1)
    row = connection.execute(due.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    taken = update(outbox).where(outbox.c.id == row.id)
    # Counted before it is tried: one that takes its worker down each time is given up as well.
    connection.execute(taken.values(attempts=row.attempts + 1, claimed_by=by, due_at=until))
    return _parcel(row, row.attempts + 1, by)


def remove(connection: Connection, parcel_id: str) -> Parcel | None:
    """What it was, if it was still there."""
    row = connection.execute(delete(outbox).where(outbox.c.id == parcel_id).returning(outbox)).one_or_none()
    return _parcel(row, row.attempts, row.claimed_by or "") if row is not None else None


def put_back(connection: Connection, parcel: Parcel, due: datetime | None, error: Mapping[str, Any]) -> bool:
    """After a failure, unless it is in other hands meanwhile."""
    ours = and_(
        outbox.c.id == parcel.id, outbox.c.claimed_by == parcel.claimed_by, outbox.c.attempts == parcel.attempts
    )
    back = update(outbox).where(ours).values(due_at=due, error=error, claimed_by=None)
    return connection.execute(back).rowcount == 1


def _parcel(row: Row[Any], attempts: int, by: str) -> Parcel:
    return Parcel(row.id, row.deal_id, row.element_id, row.stage_id, row.kind, row.payload, row.queued_at, attempts, by)


# Timers


def timer_failures(connection: Connection, deal_id: int, until: datetime) -> int | None:
    """How often they failed so far, if they are still claimed until then."""
    found = select(instances.c.failures).where(instances.c.deal_id == deal_id, instances.c.claimed_until == until)
    return connection.execute(found).scalar_one_or_none()


def postpone_timers(
    connection: Connection, deal_id: int, due: datetime | None, failures: int, error: Mapping[str, Any]
) -> None:
    """Look at this deal's timers again only then; never, when ``due`` is None."""
    later = update(instances).where(instances.c.deal_id == deal_id)
    connection.execute(later.values(due_at=due, failures=failures, error=error, claimed_until=None))


# What an administrator sees


def letters(connection: Connection, limit: int) -> list[Letter]:
    """What failed: given up first, then what is tried again soonest."""
    parcels = select(outbox, _TITLE).join(deals).where(_FAILED).order_by(outbox.c.due_at.nulls_first()).limit(limit)
    timers = (
        select(instances.c.deal_id, instances.c.failures, instances.c.error, instances.c.due_at, _TITLE)
        .join(deals)
        .where(_UNFIRED)
        .order_by(instances.c.due_at.nulls_first())
        .limit(limit)
    )
    found = [
        Letter(
            row.id,
            row.kind,
            _parcel(row, row.attempts, "").to,
            row.deal_id,
            row.title,
            row.attempts,
            reason(row.error),
            row.due_at,
        )
        for row in connection.execute(parcels)
    ]
    found += [
        Letter(
            f"{_TIMERS_OF}{row.deal_id}",
            "timer",
            "",
            row.deal_id,
            row.title,
            row.failures,
            reason(row.error),
            row.due_at,
        )
        for row in connection.execute(timers)
    ]
    return sorted(found, key=lambda letter: (letter.next_try is not None, str(letter.next_try)))[:limit]


def counts(connection: Connection) -> tuple[int, int]:
    """How many were given up, and how many are tried again."""
    given_up, again = 0, 0
    for table, failed in ((outbox, _FAILED), (instances, _UNFIRED)):
        due = table.c.due_at
        asked = select(func.count().filter(due.is_(None)), func.count().filter(due.is_not(None))).where(failed)
        dead, waiting = connection.execute(asked).one()
        given_up, again = given_up + dead, again + waiting
    return given_up, again


def retry(connection: Connection, letter_id: str | None, now: datetime) -> int:
    """Begin again with what failed: this one, or for None all that was given up; how many."""
    deal = (letter_id or "").removeprefix(_TIMERS_OF)
    parcels: ColumnElement[bool]
    timers: ColumnElement[bool]
    if letter_id is None:
        parcels, timers = outbox.c.due_at.is_(None), instances.c.due_at.is_(None)
    elif deal != letter_id and deal.isdecimal():
        parcels, timers = false(), instances.c.deal_id == int(deal[:9])
    else:
        parcels, timers = outbox.c.id == letter_id, false()
    sent = update(outbox).where(_FAILED, parcels).values(due_at=now, attempts=0, claimed_by=None)
    fired = update(instances).where(_UNFIRED, timers).values(due_at=now, failures=1, claimed_until=None)
    return connection.execute(sent).rowcount + connection.execute(fired).rowcount
