"""What a person sees: their inbox, a task, the deals, a deal. Reading only, and never what is not theirs to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from bpmn.marks import Marks
from bpmn.model import Definitions
from engine import history
from engine.deals import Deal, Task, TaskRow, Ticked, deal_and_token
from engine.errors import DealUnknown
from engine.gone import what_became
from engine.history import Event
from engine.lessons import Lesson
from engine.people import SALES_ROLES, Person, may_do, may_see_deals_of
from engine.publishing import Publishing
from engine.storage import deals as deal_rows
from engine.storage import detours as detour_rows
from engine.storage import history as history_rows
from engine.storage import lessons as lesson_rows
from engine.storage import people as people_rows
from engine.storage import tasks as task_rows
from engine.storage import ticks as tick_rows
from engine.storage.database import Connection, Database
from engine.storage.detours import Before
from engine.storage.stored import Stored, read_deal
from engine.storage.tasks import WorkAsked
from engine.versions import Published

View = Literal["mine", "lanes", "all"]


@dataclass(frozen=True, slots=True)
class Inbox:
    rows: list[TaskRow]
    #: How many there are in this view.
    total: int
    #: For each view, and ``late`` for all views together that the person can act on.
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TaskView:
    row: TaskRow
    published: Published
    data: Mapping[str, Any]
    ticked: list[Ticked]
    may_do: bool
    lessons: list[Lesson]
    marks: Marks


@dataclass(frozen=True, slots=True)
class DealList:
    deals: list[Deal]
    total: int
    #: ``open``, ``won``, ``lost`` and ``no_decision`` to how many and how much, of all that the person may see.
    figures: Mapping[str, tuple[int, Decimal]]


@dataclass(frozen=True, slots=True)
class DealView:
    deal: Deal
    published: Published
    tasks: list[TaskRow]
    #: Oldest first.
    history: list[Event]
    data: Mapping[str, Any]
    ticked: list[Ticked]
    marks: Marks
    #: Role to the name of who takes it.
    owner_names: Mapping[str, str]
    lessons: list[Lesson] = field(default_factory=list)
    #: The newest detour, while it can be undone.
    undo: Undo | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """A detour that can be undone, and what would come of it."""

    detour: Event
    #: The deal's: what the person has seen.
    revision: int
    #: Where the deal would be again, if it is elsewhere now.
    stage_id: str
    #: Tasks that would be open again, and those that would be called off.
    back: tuple[Task, ...]
    off: tuple[Task, ...]
    #: Items of the checklist that would no longer be ticked, and those that would be again.
    cleared: frozenset[str]
    ticked: frozenset[str]


class Desk:
    def __init__(self, database: Database, publishing: Publishing) -> None:
        self._database = database
        self._publishing = publishing

    def inbox(
        self, person: Person, *, now: datetime, view: View = "mine", search: str = "", limit: int = 50, offset: int = 0
    ) -> Inbox:
        """Open tasks, the most urgent first: claimed by the person, theirs to claim, or all that they may see."""
        asked = {one: self._asked(person, one) for one in ("mine", "lanes", "all")}
        mine = WorkAsked(asked["mine"].teams, asked["mine"].roles, person.id, late_at=now)
        lanes = WorkAsked(asked["lanes"].teams, asked["lanes"].roles, unclaimed=True, late_at=now)
        with self._database.read() as connection:
            rows, total = task_rows.work(connection, asked[view], search, limit, offset)
            counts = {one: task_rows.count_work(connection, which) for one, which in asked.items()}
            late = task_rows.count_work(connection, mine) + task_rows.count_work(connection, lanes)
        return Inbox(rows, total, {**counts, "late": late})

    @staticmethod
    def _asked(person: Person, view: str) -> WorkAsked:
        teams = _teams(person)
        if view == "mine":
            return WorkAsked(teams, claimed_by=person.id)
        own = [person.team_id] if person.team_id and person.has(*SALES_ROLES) else []
        if view == "lanes":
            roles = None if person.has("team_leader") else sorted(person.roles & SALES_ROLES)
            return WorkAsked(own, roles, unclaimed=True)
        return WorkAsked(teams)

    def task(self, person: Person, task_id: str) -> TaskView:
        """An open task; raises TaskGone or TaskCancelled for one that is open no longer."""
        with self._database.read() as connection:
            task, stored = self._task(connection, person, task_id)
            rows = task_rows.rows_of_deal(connection, stored.deal)
            published = self._publishing.published(stored.deal.version_id)
            return TaskView(
                next(one for one in rows if one.task == task),
                published,
                stored.data,
                tick_rows.ticked(connection, task.deal_id),
                may_do(person, task.role, task.team_id),
                self._lessons_here(connection, stored.deal, task.stage_id),
                _marks(published, history_rows.of_deal(connection, task.deal_id), rows),
            )

    def asked(self, person: Person, task_id: str) -> tuple[TaskRow, Published]:
        """An open task, and the version whose form it asks: no more than its answers need. Raises as ``task`` does."""
        with self._database.read() as connection:
            task, stored = self._task(connection, person, task_id)
        return TaskRow(task, stored.deal), self._publishing.published(stored.deal.version_id)

    def _task(self, connection: Connection, person: Person, task_id: str) -> tuple[Task, Stored]:
        deal, token = deal_and_token(task_id)
        stored = read_deal(connection, deal)
        task = next((one for one in stored.tasks if one.token == token), None) if stored is not None else None
        if task is None or stored is None or not may_see_deals_of(person, stored.deal.team_id):
            raise what_became(connection, self._publishing, task_id, person)
        return task, stored

    def open_tasks(self, person: Person, deal: Deal) -> list[TaskRow]:
        """What is to be done in a deal that the person has just worked on."""
        with self._database.read() as connection:
            return task_rows.rows_of_deal(connection, deal) if may_see_deals_of(person, deal.team_id) else []

    def deals(
        self,
        person: Person,
        *,
        status: str = "open",
        search: str = "",
        stage: str = "",
        limit: int = 50,
        offset: int = 0,
    ) -> DealList:
        """Deals, newest first; ``status`` is open, won, lost, no_decision or all."""
        teams = _teams(person)
        with self._database.read() as connection:
            found, total = deal_rows.list_deals(
                connection, teams=teams, status=status, search=search, stage=stage, limit=limit, offset=offset
            )
            sums = deal_rows.totals(connection, teams)
        nothing = (0, Decimal(0))
        names = {"open": "", "won": "won", "lost": "lost", "no_decision": "no_decision"}
        return DealList(found, total, {name: sums.get(outcome, nothing) for name, outcome in names.items()})

    def deal(self, person: Person, deal_id: int) -> DealView:
        with self._database.read() as connection:
            stored = read_deal(connection, deal_id)
            if stored is None or not may_see_deals_of(person, stored.deal.team_id):
                raise DealUnknown
            published = self._publishing.published(stored.deal.version_id)
            tasks = task_rows.rows_of_deal(connection, stored.deal)
            events = history_rows.of_deal(connection, deal_id)
            names = people_rows.names(connection)
            ticked = tick_rows.ticked(connection, deal_id)
            return DealView(
                stored.deal,
                published,
                tasks,
                events,
                stored.data,
                ticked,
                _marks(published, events, tasks),
                {role: names.get(one, "") for role, one in stored.deal.people.items()},
                self._lessons_here(connection, stored.deal, stored.deal.stage_id),
                _undo(detour_rows.before(connection, deal_id), stored.deal, tasks, ticked, events),
            )

    def is_empty(self) -> bool:
        with self._database.read() as connection:
            return not deal_rows.any_deal(connection)

    def names(self) -> dict[str, str]:
        """Person to name."""
        with self._database.read() as connection:
            return people_rows.names(connection)

    @staticmethod
    def _lessons_here(connection: Connection, deal: Deal, stage_id: str) -> list[Lesson]:
        return lesson_rows.from_here(connection, deal.process, stage_id, besides=deal.id)


def _teams(person: Person) -> list[str] | None:
    """The teams whose deals a person sees; None for all."""
    if person.has("admin"):
        return None
    return [person.team_id] if person.team_id and may_see_deals_of(person, person.team_id) else []


def _undo(
    before: Before | None, deal: Deal, rows: Sequence[TaskRow], ticks: Sequence[Ticked], events: Sequence[Event]
) -> Undo | None:
    if before is None:
        return None
    were, ticked = {task.id for task in before.tasks}, {one.check_id for one in ticks}
    are = {row.task.id for row in rows}
    return Undo(
        next(event for event in reversed(events) if event.kind in history.DETOURS),
        before.revision,
        before.stage_id if before.stage_id != deal.stage_id else "",
        tuple(task for task in before.tasks if task.id not in are),
        tuple(row.task for row in rows if row.task.id not in were),
        frozenset(ticked - before.checks),
        before.checks - ticked,
    )


def _marks(published: Published, events: Sequence[Event], tasks: Sequence[TaskRow]) -> Marks:
    """The deal on the map: what it passed, where it is, and what it went past or was called away from."""
    definitions = published.definitions
    current = {row.task.element_id for row in tasks if not row.task.is_off_map}
    passed: set[str] = set()
    called_off: set[str] = set()
    for event in history.in_force(events):
        passed.update(event.data.get("path", ()))
        if event.kind == history.TASK_SKIPPED:
            # Though it was done in an earlier round.
            passed.discard(event.element_id)
        elif event.kind == history.STAGE_CHOSEN:
            called_off |= _went_past(definitions, event)
        if event.kind in {history.TASK_SKIPPED, history.TASK_CANCELLED}:
            called_off.add(event.element_id)
    # What lies behind the deal for good without having been done: known for certain only once it has ended.
    ended = any(event.kind == history.DEAL_ENDED for event in history.in_force(events))
    untouched = {
        node.id
        for node in definitions.nodes.values()
        if ended and node.id not in passed and node.type not in {"boundaryEvent"}
    }
    skipped = ((called_off & definitions.nodes.keys() | untouched) - passed) - current
    return Marks(frozenset(passed - current), frozenset(current), frozenset(skipped))


def _went_past(definitions: Definitions, event: Event) -> set[str]:
    """What lies in the stages that a deal was taken out of, and over."""
    order = [stage.id for stage in definitions.stages]
    left, reached = (order.index(event.data[end]) if event.data[end] in order else 0 for end in ("from", "to"))
    between = set(order[left:reached])
    return {
        node.id for node in definitions.nodes.values() if (at := definitions.stage_of(node.id)) and at.id in between
    }
