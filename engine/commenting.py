"""Everyone who reads a map can say what they know of it: on an element, answered, and settled by its designers."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from engine.comments import Comment
from engine.errors import CommentUnknown, NotAllowed, NothingSaid
from engine.people import Person, may_design
from engine.publishing import Publishing
from engine.storage import comments as rows
from engine.storage.database import Database

#: In characters.
LONGEST = 4_000


class Commenting:
    def __init__(self, database: Database, publishing: Publishing) -> None:
        self._database = database
        self._publishing = publishing

    def comments(self, process: str, element_id: str = "") -> list[Comment]:
        """Of one element or of all, oldest first, with their answers."""
        with self._database.read() as connection:
            return rows.comments(connection, process, element_id)

    def open_threads(self, process: str) -> dict[str, int]:
        """Element to how many threads on it are not settled."""
        with self._database.read() as connection:
            return rows.open_threads(connection, process)

    def say(
        self, process: str, number: int, element_id: str, text: str, *, by: Person, now: datetime, thread: str = ""
    ) -> Comment:
        """Write a comment on an element or stage of a version, or an answer in a thread of it."""
        published = self._publishing.version(process, number)
        definitions = published.definitions
        text = text.strip()[:LONGEST]
        if not text:
            raise NothingSaid
        if not by.active:
            raise NotAllowed(role="rep")
        known = element_id in definitions.nodes or definitions.stage(element_id) is not None
        comment = Comment(str(uuid4()), process, element_id, published.version.id, by.id, now, text, thread)
        with self._database.write() as connection:
            first = rows.comment(connection, thread) if thread else None
            if thread and (first is None or first.thread or (first.process, first.element_id) != (process, element_id)):
                raise CommentUnknown
            if not known and first is None:
                raise CommentUnknown
            rows.insert_comment(connection, comment)
            if first is not None and first.resolved_at is not None:
                # Who answers has not settled it.
                rows.settle(connection, first.id, None, None)
        return comment

    def settle(self, comment_id: str, *, by: Person, now: datetime) -> Comment:
        """A thread is settled by whoever began it, or by a designer."""
        with self._database.write() as connection:
            first = rows.comment(connection, comment_id)
            if first is None or first.thread:
                raise CommentUnknown
            if first.by != by.id and not may_design(by):
                raise NotAllowed(role="designer")
            rows.settle(connection, comment_id, now, by.id)
        return first
