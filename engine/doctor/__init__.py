"""What is wrong with a database, and what can be mended: one rule a file, one explicit list.

``examine`` only reads. Deals go on meanwhile: one that moved since it was looked at is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from engine.doctor import (
    awaited_differs,
    dangling_row,
    due_differs,
    ended_with_work,
    file_damaged,
    history_changeable,
    no_process,
    schema_unexpected,
    state_unreadable,
    tasks_differ,
    version_unusable,
)
from engine.doctor.case import Case
from engine.doctor.finding import Finding, Mend
from engine.errors import Conflict, DatabaseMissing
from engine.publishing import Publishing
from engine.storage import examination
from engine.storage.database import Connection, Database

__all__ = ["Finding", "examine", "mend"]

#: What the rest rests on: where one of these finds something, nobody looks further.
GROUND: tuple[Callable[[Connection], Iterator[Finding]], ...] = (
    file_damaged.check,
    schema_unexpected.check,
)
WHOLE: tuple[Callable[[Connection], Iterator[Finding]], ...] = (
    history_changeable.check,
    dangling_row.check,
)
DEALS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    no_process.check,
    state_unreadable.check,
    tasks_differ.check,
    due_differs.check,
    awaited_differs.check,
    ended_with_work.check,
)

#: Told how many deals have been looked at, of how many.
Progress = Callable[[int, int], None]


def examine(database: Database, *, now: datetime, progress: Progress = lambda done, total: None) -> tuple[Finding, ...]:
    """All that is wrong. Raises DatabaseMissing where there is none to look at."""
    if not database.is_there():
        raise DatabaseMissing
    with database.opened() as connection:
        for rule in GROUND:
            if found := tuple(rule(connection)):
                return found
    with database.read() as connection:
        return tuple(_everything(connection, Publishing(database), now, progress))


def _everything(connection: Connection, publishing: Publishing, now: datetime, progress: Progress) -> Iterator[Finding]:
    for rule in WHOLE:
        yield from rule(connection)
    yield from version_unusable.check(connection, publishing)
    total, done = examination.count_deals(connection), 0
    for batch in examination.kept_deals(connection):
        for kept in batch:
            case = Case(kept, publishing, now)
            for about_a_deal in DEALS:
                yield from about_a_deal(case)
        done += len(batch)
        progress(done, total)


def mend(
    database: Database, *, now: datetime, progress: Progress = lambda done, total: None
) -> tuple[list[Finding], tuple[Finding, ...]]:
    """Mend what can be, each in a transaction of its own: what was mended, and what is still wrong after that.

    One thing mended may bring another to light, so it is looked again until nothing more can be done.
    """
    mended: list[Finding] = []
    while True:
        found = examine(database, now=now, progress=progress)
        done = [one for one in found if one not in mended and one.mend is not None and _try(one.mend, database)]
        if not done:
            return mended, found
        mended += done


def _try(mend: Mend, database: Database) -> bool:
    try:
        return mend(database)
    except Conflict:
        return False
