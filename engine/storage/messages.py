"""Rows of what deals wait for from others, and of messages that nobody waited for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from engine.deals import Deal
from engine.parcels import Parcel
from engine.spiff import Awaited
from engine.storage.schema import awaited, kept_messages


def await_from_now(connection: Connection, deal_id: int, waits: Iterable[Awaited]) -> None:
    """A deal waits for these, and nothing else."""
    now = {(wait.element_id, wait.key): wait for wait in waits}
    before = select(awaited.c.element_id, awaited.c.key).where(awaited.c.deal_id == deal_id)
    known = {(row.element_id, row.key) for row in connection.execute(before)}
    for element, key in known - now.keys():
        gone = delete(awaited).where(awaited.c.deal_id == deal_id, awaited.c.element_id == element)
        connection.execute(gone.where(awaited.c.key == key))
    rows = [
        {"deal_id": deal_id, "element_id": element, "key": key, "kind": now[place].kind, "name": now[place].name}
        for place in now.keys() - known
        for element, key in [place]
    ]
    if rows:
        connection.execute(insert(awaited), rows)


def who_awaits(connection: Connection, kind: str, name: str, key: str) -> list[tuple[int, str]]:
    """Deals and the elements where they wait, the oldest deal first. A signal has no key."""
    asked = select(awaited.c.deal_id, awaited.c.element_id).order_by(awaited.c.deal_id)
    asked = asked.where(awaited.c.kind == kind, awaited.c.name == name)
    if kind == "message":
        asked = asked.where(awaited.c.key == key)
    return [(row.deal_id, row.element_id) for row in connection.execute(asked)]


def awaited_by(connection: Connection, deal_id: int) -> list[Awaited]:
    found = connection.execute(select(awaited).where(awaited.c.deal_id == deal_id).order_by(awaited.c.element_id))
    return [Awaited(row.kind, row.name, row.key, row.element_id) for row in found]


def awaited_by_each(connection: Connection, deal_ids: Sequence[int]) -> dict[int, list[Awaited]]:
    found: dict[int, list[Awaited]] = {}
    for row in connection.execute(select(awaited).where(awaited.c.deal_id.in_(deal_ids))):
        found.setdefault(row.deal_id, []).append(Awaited(row.kind, row.name, row.key, row.element_id))
    return found


def keep(connection: Connection, parcel: Parcel, now: datetime) -> None:
    """Nobody waits for it: it is kept until someone does."""
    told = parcel.payload
    row = {"id": parcel.id, "deal_id": parcel.deal_id or None, "element_id": parcel.element_id, "kept_at": now}
    row |= {"name": told["name"], "key": told["key"], "carries": told["carries"]}
    connection.execute(insert(kept_messages).values(**row))


def kept_for(connection: Connection, deal: Deal, waits: Iterable[Awaited], now: datetime) -> list[Parcel]:
    """The messages that came before this deal waited for them; they are kept no longer, but on their way."""
    found = []
    for wait in waits:
        if wait.kind != "message":
            continue
        oldest = (
            select(kept_messages.c.id)
            .where(kept_messages.c.name == wait.name, kept_messages.c.key == wait.key)
            .order_by(kept_messages.c.kept_at)
            .limit(1)
        )
        taken = delete(kept_messages).where(kept_messages.c.id.in_(oldest.scalar_subquery()))
        for row in connection.execute(taken.returning(kept_messages)):
            payload = {"name": row.name, "key": row.key, "carries": row.carries}
            sender = row.deal_id or deal.id
            found.append(Parcel(row.id, sender, row.element_id, deal.stage_id, "message", payload, now))
    return found
