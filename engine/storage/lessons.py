"""Rows of lessons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, update

from engine.folding import fold, like, words
from engine.lessons import Lesson
from engine.storage.schema import accounts, deals, lessons, people

_LESSON = (
    select(lessons, deals.c.title, accounts.c.name.label("account_name"), people.c.name.label("by_name"))
    .join(deals, deals.c.id == lessons.c.deal_id)
    .join(accounts, accounts.c.id == deals.c.account_id)
    .join(people, people.c.id == lessons.c.by)
)


def _lesson(row: Row[Any]) -> Lesson:
    return Lesson(
        id=row.id,
        deal_id=row.deal_id,
        deal_title=row.title,
        account_name=row.account_name,
        team_id=row.team_id,
        process=row.process,
        version_id=row.version_id,
        about=row.about,
        reason=row.reason,
        text=row.text,
        stage_id=row.stage_id,
        element_id=row.element_id,
        by=row.by,
        by_name=row.by_name,
        at=row.at,
        shared_at=row.shared_at,
    )


def keep(connection: Connection, kept: Iterable[Lesson]) -> None:
    """Insert each lesson, or write the newer words of one that is there."""
    for lesson in kept:
        words = {
            "reason": lesson.reason,
            "text": lesson.text,
            "shared_at": lesson.shared_at,
            "search": fold(f"{lesson.text} {lesson.deal_title} {lesson.account_name} {lesson.reason}"),
        }
        changed = connection.execute(update(lessons).where(lessons.c.id == lesson.id).values(**words))
        if not changed.rowcount:
            fixed = ("id", "deal_id", "team_id", "process", "version_id", "about", "stage_id", "element_id", "by", "at")
            connection.execute(insert(lessons).values(**{name: getattr(lesson, name) for name in fixed}, **words))


def of_deal(connection: Connection, deal_id: int) -> list[Lesson]:
    asked = _LESSON.where(lessons.c.deal_id == deal_id).order_by(lessons.c.at)
    return [_lesson(row) for row in connection.execute(asked)]


#: Which lessons a person may read; None for all.
Readable = ColumnElement[bool] | None


def readable(person_team: str | None, sees_all: bool) -> Readable:
    """Shared lessons are everyone's; the others are their own team's."""
    if sees_all:
        return None
    shared = lessons.c.shared_at.is_not(None)
    return shared if person_team is None else or_(shared, lessons.c.team_id == person_team)


def from_here(
    connection: Connection, process: str, stage_id: str, *, besides: int = 0, element_id: str = "", limit: int = 5
) -> list[Lesson]:
    """Shared lessons of deals that were decided at this stage of the process, or at one element of it, newest first."""
    here = and_(lessons.c.process == process, lessons.c.stage_id == stage_id, lessons.c.shared_at.is_not(None))
    if element_id:
        here = and_(here, lessons.c.element_id == element_id)
    asked = _LESSON.where(here, lessons.c.deal_id != besides).order_by(lessons.c.at.desc()).limit(limit)
    return [_lesson(row) for row in connection.execute(asked)]


def search(
    connection: Connection, may_read: Readable, text: str, about: str, limit: int, offset: int
) -> tuple[list[Lesson], int]:
    """Newest first, and how many there are."""
    where: list[ColumnElement[bool]] = [lessons.c.search.like(like(term), escape="\\") for term in words(text)]
    if may_read is not None:
        where.append(may_read)
    if about:
        where.append(lessons.c.about == about)
    total = connection.execute(select(func.count()).select_from(lessons).where(*where)).scalar_one()
    page = _LESSON.where(*where).order_by(lessons.c.at.desc()).limit(limit).offset(offset)
    return [_lesson(row) for row in connection.execute(page)], total


def lesson(connection: Connection, may_read: Readable, lesson_id: str) -> Lesson | None:
    where = [lessons.c.id == lesson_id] + ([may_read] if may_read is not None else [])
    row = connection.execute(_LESSON.where(*where)).one_or_none()
    return _lesson(row) if row is not None else None
