"""Rows of drafts, and of who has one open."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from engine.drafts import Draft
from engine.storage.schema import draft_readers, drafts
from engine.storage.statement import inserting_new

_new_reader = inserting_new(draft_readers)
_DRAFT = [column for column in drafts.columns if column.name != "xml"]


def _draft(row: Row[Any]) -> Draft:
    return Draft(**{**row._mapping, "version_id": row.version_id or ""})


def all_drafts(connection: Connection) -> list[Draft]:
    """The one that was changed last first."""
    asked = select(*_DRAFT).order_by(drafts.c.changed_at.desc(), drafts.c.id)
    return [_draft(row) for row in connection.execute(asked)]


def draft(connection: Connection, draft_id: str) -> Draft | None:
    row = connection.execute(select(*_DRAFT).where(drafts.c.id == draft_id)).one_or_none()
    return _draft(row) if row is not None else None


def source(connection: Connection, draft_id: str) -> bytes:
    return bytes(connection.execute(select(drafts.c.xml).where(drafts.c.id == draft_id)).scalar_one())


def insert_draft(connection: Connection, draft: Draft, xml: bytes) -> None:
    connection.execute(insert(drafts).values(**asdict(draft) | {"version_id": draft.version_id or None, "xml": xml}))


def update_draft(connection: Connection, draft: Draft, xml: bytes) -> bool:
    """Store the draft as the revision after the one before it; False when that is no longer the newest."""
    changed = update(drafts).where(drafts.c.id == draft.id, drafts.c.revision == draft.revision - 1)
    values = asdict(draft) | {"version_id": draft.version_id or None, "xml": xml}
    return connection.execute(changed.values(**values)).rowcount == 1


def remove(connection: Connection, draft_id: str, revision: int) -> bool:
    """False when that is no longer the newest revision, or the draft is gone."""
    seen = select(drafts.c.id).where(drafts.c.id == draft_id, drafts.c.revision == revision)
    # Held, so that nobody is noted as a reader in between.
    if connection.execute(seen.with_for_update()).one_or_none() is None:
        return False
    connection.execute(delete(draft_readers).where(draft_readers.c.draft_id == draft_id))
    connection.execute(delete(drafts).where(drafts.c.id == draft_id))
    return True


def seen(connection: Connection, draft_id: str, person: str, now: datetime) -> None:
    mine = (draft_readers.c.draft_id == draft_id) & (draft_readers.c.person_id == person)
    if not connection.execute(update(draft_readers).where(mine).values(seen_at=now)).rowcount:
        _new_reader.run(connection, draft_id=draft_id, person_id=person, seen_at=now)


def readers(connection: Connection, draft_id: str, since: datetime) -> list[str]:
    """Who has had it open since then."""
    asked = select(draft_readers.c.person_id).where(
        draft_readers.c.draft_id == draft_id, draft_readers.c.seen_at >= since
    )
    return list(connection.execute(asked.order_by(draft_readers.c.seen_at)).scalars())
