"""The lessons of all deals, to be read and searched."""

from __future__ import annotations

from engine.errors import NotFound
from engine.lessons import Lesson
from engine.people import Person, may_see_deals_of
from engine.storage import lessons as rows
from engine.storage.database import Database


class LessonShelf:
    def __init__(self, database: Database) -> None:
        self._database = database

    def lessons(
        self, person: Person, *, search: str = "", about: str = "", limit: int = 50, offset: int = 0
    ) -> tuple[list[Lesson], int]:
        """Newest first, and how many there are: shared ones of everyone, and those of one's own team."""
        with self._database.read() as connection:
            return rows.search(connection, _readable(person), search, about, limit, offset)

    def at_stage(self, process: str, stage_id: str, element_id: str = "") -> list[Lesson]:
        """The newest ones that everyone may read of deals decided at this stage, or at one element of it."""
        with self._database.read() as connection:
            return rows.from_here(connection, process, stage_id, element_id=element_id)

    def lesson(self, person: Person, lesson_id: str) -> Lesson:
        with self._database.read() as connection:
            found = rows.lesson(connection, _readable(person), lesson_id)
        if found is None:
            raise NotFound
        return found


def _readable(person: Person) -> rows.Readable:
    team = person.team_id if person.team_id and may_see_deals_of(person, person.team_id) else None
    return rows.readable(team, person.has("admin"))
