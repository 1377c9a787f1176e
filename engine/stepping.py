"""How a deal is read for a step, and how all that came of the step is written: shared by everything that moves deals.

The step is taken in between, with no transaction open. What is written says which revision it followed from; if another
write came first, nothing is written and the person is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine import history, outbox, spiff
from engine.deals import Deal, Task
from engine.errors import DealChanged, DealUnknown, NotAllowed, TaskUnknown
from engine.gone import what_became
from engine.history import Event
from engine.moves import Cause, Move, lesson_of
from engine.people import Person, may_do, may_see_deals_of
from engine.publishing import Publishing
from engine.services import services_for
from engine.storage import deals as deal_rows
from engine.storage import history as history_rows
from engine.storage import lessons as lesson_rows
from engine.storage.database import Connection, Database
from engine.versions import Published


@dataclass(frozen=True, slots=True)
class At:
    """A deal as it was read for a step."""

    deal: Deal
    data: dict[str, Any]
    state: bytes
    tasks: list[Task]
    published: Published
    decided_element: str


class Stepping:
    def __init__(self, database: Database, publishing: Publishing) -> None:
        self._database = database
        self._publishing = publishing

    def read(self, connection: Connection, deal_id: str, by: Person | None) -> At:
        stored = deal_rows.stored(connection, deal_id)
        if stored is None or (by is not None and not may_see_deals_of(by, stored.deal.team_id)):
            raise DealUnknown
        tasks = deal_rows.open_tasks(connection, deal_id)
        published = self._publishing.published(stored.deal.version_id)
        return At(stored.deal, stored.data, stored.state, tasks, published, stored.decided_element)

    def task(self, connection: Connection, task_id: str, by: Person) -> Task:
        """The open task, if this person may do it; otherwise what became of it."""
        task = deal_rows.task(connection, task_id)
        if task is None:
            raise what_became(connection, self._publishing, task_id, by)
        if not may_see_deals_of(by, task.team_id):
            raise TaskUnknown
        if not may_do(by, task.role, task.team_id):
            raise NotAllowed(role=task.role or "rep")
        return task

    def take(self, step: Callable[..., spiff.Step], at: At, *what: Any, now: datetime, **more: Any) -> spiff.Step:
        """One of the steps of engine/spiff, from where the deal is."""
        program = self._publishing.program(at.deal.version_id)
        services = services_for(self._database, at.published.definitions, at.deal)
        return step(program, at.state, *what, known=at.data, now=now, services=services, **more)

    def begin(self, connection: Connection, published: Published, move: Move, step: spiff.Step, now: datetime) -> Deal:
        """A new deal, with all that follows from its first step."""
        number = deal_rows.insert_deal(connection, move.deal, move.data, step.state, step.due)
        deal = replace(move.deal, number=number)
        deal_rows.replace_tasks(connection, (), move.opened)
        history_rows.add(connection, move.events)
        outbox.queue(connection, published.definitions, deal, move.data, step, now)
        return deal

    def write(self, connection: Connection, at: At, move: Move, step: spiff.Step, cause: Cause) -> Deal:
        """Everything that follows from a step, or DealChanged and nothing."""
        events = [*move.events, *_learned(connection, at, move, cause)]
        written = deal_rows.update_deal(
            connection,
            at.deal,
            move.deal,
            move.data if move.data != at.data else None,
            state=step.state,
            due=step.due,
            decided_element=move.decided_element,
        )
        if not written:
            raise DealChanged
        deal_rows.replace_tasks(connection, move.gone, move.opened)
        history_rows.add(connection, events)
        outbox.queue(connection, at.published.definitions, move.deal, move.data, step, cause.at)
        return replace(move.deal, revision=move.deal.revision + 1)


def _learned(connection: Connection, at: At, move: Move, cause: Cause) -> list[Event]:
    """Keep what the completed task adds to the deal's lessons."""
    node = at.published.definitions.nodes.get(cause.element_id)
    if node is None or node.lesson is None or cause.kind != history.TASK_COMPLETED:
        return []
    known = lesson_rows.of_deal(connection, move.deal.id)
    decided = move.decided_element or at.decided_element
    lesson = lesson_of(at.published.definitions, move.deal, cause, known, decided)
    if lesson is None:
        return []
    lesson_rows.keep(connection, [lesson])
    kind = history.LESSON_SHARED if lesson.shared_at == cause.at else history.LESSON_KEPT
    return [Event(lesson.deal_id, kind, cause.at, cause.by, cause.element_id, stage_id=lesson.stage_id)]
