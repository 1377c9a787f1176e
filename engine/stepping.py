"""How a deal is read for a step, and how all that came of the step is written: shared by everything that moves deals.

The step is taken in between, with no transaction open. What is written says which revision it followed from; if another
write came first, nothing is written and the person is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bpmn.model import Definitions
from engine import history, outbox, spiff
from engine.deals import Deal, Task, deal_and_token
from engine.errors import DealChanged, DealUnknown, NotAllowed, TaskUnknown
from engine.gone import what_became
from engine.history import Event
from engine.moves import Cause, Move, lesson_of, numbered
from engine.people import Person, may_do, may_see_deals_of
from engine.publishing import Publishing
from engine.services import services_for
from engine.storage import deals as deal_rows
from engine.storage import history as history_rows
from engine.storage import lessons as lesson_rows
from engine.storage import tasks as task_rows
from engine.storage.database import Connection, Database
from engine.storage.stored import read_deal
from engine.versions import Published


@dataclass(frozen=True, slots=True)
class At:
    """A deal as it was read for a step."""

    deal: Deal
    data: dict[str, Any]
    state: bytes
    tasks: tuple[Task, ...]
    #: Items of checklists.
    ticked: frozenset[str]
    published: Published
    decided_element: str


class Stepping:
    def __init__(self, database: Database, publishing: Publishing) -> None:
        self._database = database
        self._publishing = publishing

    def read(self, connection: Connection, deal_id: int, by: Person | None) -> At:
        found = read_deal(connection, deal_id)
        if found is None or (by is not None and not may_see_deals_of(by, found.deal.team_id)):
            raise DealUnknown
        published = self._publishing.published(found.deal.version_id)
        # A question that nobody has answered has an empty answer, which is not kept.
        data = {**published.definitions.questions, **found.data}
        return At(found.deal, data, found.state, found.tasks, found.ticked, published, found.decided_element)

    def read_task(self, connection: Connection, task_id: str, by: Person) -> tuple[At, Task]:
        """An open task and its deal, if this person may do it; otherwise what became of it."""
        deal, token = deal_and_token(task_id)
        try:
            at = self.read(connection, deal, by)
        except DealUnknown:
            raise TaskUnknown from None
        task = next((one for one in at.tasks if one.token == token), None)
        if task is None:
            raise what_became(connection, self._publishing, task_id, by)
        if not may_do(by, task.role, task.team_id):
            raise NotAllowed(role=task.role or "rep")
        return at, task

    def take(self, step: Callable[..., spiff.Step], at: At, *what: Any, now: datetime, **more: Any) -> spiff.Step:
        """One of the steps of engine/spiff, from where the deal is."""
        program = self._publishing.program(at.deal.version_id)
        services = services_for(self._database, at.published.definitions, at.deal)
        return step(program, at.state, *what, known=at.data, now=now, services=services, **more)

    def begin(self, connection: Connection, published: Published, move: Move, step: spiff.Step, now: datetime) -> Deal:
        """A new deal, with all that follows from its first step."""
        data = answered(published.definitions, move.data)
        number = deal_rows.insert_deal(connection, move.deal, data, step.state, step.due)
        deal = replace(move.deal, id=number)
        move = numbered(move, deal)
        task_rows.replace_tasks(connection, (), move.opened)
        history_rows.add(connection, move.events)
        outbox.queue(connection, published.definitions, deal, move.data, step, now)
        return deal

    def write(
        self, connection: Connection, at: At, move: Move, step: spiff.Step, cause: Cause, *, also: Iterable[Event] = ()
    ) -> Deal:
        """Everything that follows from a step, or DealChanged and nothing. ``also``: events that came of it besides."""
        data = answered(at.published.definitions, move.data)
        if not deal_rows.step_process(connection, at.deal, move.deal, state=step.state, data=data, due=step.due):
            raise DealChanged
        deal_rows.update_facts(connection, at.deal, move.deal, move.decided_element)
        task_rows.replace_tasks(connection, move.gone, move.opened)
        history_rows.add(connection, [*move.events, *also, *_learned(connection, at, move, cause)])
        outbox.queue(connection, at.published.definitions, move.deal, move.data, step, cause.at)
        return move.deal


def answered(definitions: Definitions, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is known, without the empty answers to what the process asks."""
    asked = definitions.questions
    return {name: value for name, value in data.items() if value is not None or name not in asked}


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
