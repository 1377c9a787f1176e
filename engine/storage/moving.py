"""Rows of deals that are moved to another version: what was asked for, and what became of each deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.storage.schema import instances, moved_deals, moves, versions

WAITING, MOVED, CANNOT, CHANGED, STOPPED, MOVED_BACK = "waiting", "moved", "cannot", "changed", "stopped", "moved_back"


@dataclass(frozen=True, slots=True)
class Asked:
    """That deals be moved to a version. ``renamed`` is the id of an element to its id there."""

    id: str
    version_id: str
    asked_by: str | None
    asked_at: datetime
    stopped_at: datetime | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one deal, and what it was before."""

    move_id: str
    deal_id: int
    result: str = WAITING
    reasons: tuple[Mapping[str, Any], ...] = ()
    from_version_id: str | None = None
    stage_id: str = ""
    stage_since: datetime | None = None
    state_before: bytes | None = None
    state_after: bytes | None = None
    #: Whether the deal is where it was moved to, and has not gone on.
    rests: bool = False


_LINE = select(moved_deals, instances.c.state).join(instances, instances.c.deal_id == moved_deals.c.deal_id)


def ask(connection: Connection, asked: Asked, deal_ids: Sequence[int]) -> None:
    row = {name: getattr(asked, name) for name in Asked.__slots__}
    connection.execute(insert(moves).values(**row))
    rows = [
        {"move_id": asked.id, "deal_id": deal_id, "place": place, "result": WAITING, "reasons": []}
        for place, deal_id in enumerate(deal_ids)
    ]
    if rows:
        connection.execute(insert(moved_deals), rows)


def asked(connection: Connection, move_id: str) -> Asked | None:
    row = connection.execute(select(moves).where(moves.c.id == move_id)).one_or_none()
    return _asked(row) if row is not None else None


def of_process(connection: Connection, process: str, limit: int) -> list[Asked]:
    """The newest first."""
    found = select(moves).join(versions).where(versions.c.process == process).order_by(moves.c.asked_at.desc())
    return [_asked(row) for row in connection.execute(found.limit(limit))]


def _asked(row: Row[Any]) -> Asked:
    return Asked(row.id, row.version_id, row.asked_by, row.asked_at, row.stopped_at, row.renamed)


def waiting(connection: Connection, limit: int, move_id: str | None) -> list[tuple[str, int]]:
    """Moves and deals that come next."""
    which = (moved_deals.c.move_id == move_id,) if move_id else ()
    found = (
        select(moved_deals.c.move_id, moved_deals.c.deal_id)
        .join(moves)
        .where(moved_deals.c.result == WAITING, *which)
        .order_by(moves.c.asked_at, moved_deals.c.move_id, moved_deals.c.place)
        .limit(limit)
    )
    return [(row.move_id, row.deal_id) for row in connection.execute(found)]


def decide(connection: Connection, line: Line, before: str = WAITING) -> bool:
    """Write what became of a deal; False, with nothing written, when it was decided otherwise meanwhile."""
    here = (moved_deals.c.move_id == line.move_id, moved_deals.c.deal_id == line.deal_id)
    values = {name: getattr(line, name) for name in Line.__slots__ if name not in ("move_id", "deal_id", "rests")}
    done = connection.execute(update(moved_deals).where(*here, moved_deals.c.result == before).values(**values))
    return done.rowcount == 1


def stop(connection: Connection, move_id: str, now: datetime) -> None:
    connection.execute(update(moves).where(moves.c.id == move_id, moves.c.stopped_at.is_(None)).values(stopped_at=now))
    left = (moved_deals.c.move_id == move_id, moved_deals.c.result == WAITING)
    connection.execute(update(moved_deals).where(*left).values(result=STOPPED))


def line(connection: Connection, move_id: str, deal_id: int) -> Line | None:
    here = _LINE.where(moved_deals.c.move_id == move_id, moved_deals.c.deal_id == deal_id)
    row = connection.execute(here).one_or_none()
    return _line(row) if row is not None else None


def lines(connection: Connection, move_id: str) -> list[Line]:
    found = connection.execute(_LINE.where(moved_deals.c.move_id == move_id).order_by(moved_deals.c.place))
    return [_line(row) for row in found]


def _line(row: Row[Any]) -> Line:
    rests = row.result == MOVED and row.state == row.state_after
    values = {name: getattr(row, name) for name in Line.__slots__ if name not in ("reasons", "rests")}
    return Line(**values, reasons=tuple(row.reasons), rests=rests)


def counts(connection: Connection, move_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Move to result to how many deals."""
    found: dict[str, dict[str, int]] = {move_id: {} for move_id in move_ids}
    of = select(moved_deals.c.move_id, moved_deals.c.result, func.count()).where(moved_deals.c.move_id.in_(move_ids))
    for move_id, result, count in connection.execute(of.group_by(moved_deals.c.move_id, moved_deals.c.result)):
        found[move_id][result] = count
    return found
