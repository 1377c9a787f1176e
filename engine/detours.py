"""Deals leave the map, and it is told, not hidden (domain M12). Each method is one transaction, as in running.

A detour can be undone until the deal's next step; then what it was like before is forgotten.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bpmn.entrances import way_into
from bpmn.errors import AnswersRejected
from bpmn.forms import Field, clean
from bpmn.text import N_, Text
from engine import history, spiff
from engine.deals import Deal, Task
from engine.errors import (
    AlreadyThere,
    CannotUndo,
    DealChanged,
    DealClosed,
    GateNotMet,
    NotAllowed,
    OffTheMap,
    StageUnknown,
    TaskTaken,
)
from engine.history import Event
from engine.moves import Cause, Move, check_gate, follow
from engine.people import SALES_ROLES, Person, may_do
from engine.publishing import Publishing
from engine.stepping import At, Stepping
from engine.storage import deals as deal_rows
from engine.storage import detours as detour_rows
from engine.storage import history as history_rows
from engine.storage import people as people_rows
from engine.storage import tasks as task_rows
from engine.storage.database import Connection, Database

#: What people write down; pages add the labels.
REASON = Field("reason", "long_text", "", required=True, max_length=1_000)
TITLE = Field("title", "text", "", required=True, max_length=200)
NOTE = Field("note", "long_text", "", max_length=5_000)


class Detours:
    def __init__(self, database: Database, publishing: Publishing) -> None:
        self._database = database
        self._stepping = Stepping(database, publishing)

    def skip_task(self, task_id: str, *, reason: str, by: Person, now: datetime) -> Deal:
        """Leave a user task without answering its form; the deal goes on by the flow, whatever the checklist says."""
        why = clean((REASON,), {"reason": reason})["reason"]
        with self._database.read() as connection:
            at, task = self._stepping.read_task(connection, task_id, by)
            if task.is_off_map:
                raise OffTheMap
            _untaken(connection, task, by)
        step = self._stepping.take(spiff.skip, at, task.token, now=now)
        cause = Cause(history.TASK_SKIPPED, by.id, now, task.element_id, task.token)
        with self._database.write() as connection:
            _unchanged(connection, task)
            return self._detour(connection, at, step, cause, why)

    def go_to_stage(self, deal_id: int, stage_id: str, *, reason: str, by: Person, now: datetime) -> Deal:
        """End what is going on in an open deal, and begin a stage, whichever it is, at its first element."""
        with self._database.read() as connection:
            at = self._open(connection, deal_id, by)
        definitions = at.published.definitions
        way = way_into(definitions, at.deal.process, stage_id)
        stage = at.published.stage(stage_id, by.language)
        if stage is None or not way:
            raise StageUnknown
        if stage_id == at.deal.stage_id:
            raise AlreadyThere(stage=stage.name)
        why = clean((REASON,), {"reason": reason})["reason"]
        step = self._stepping.take(spiff.go_to, at, way, now=now)
        cause = Cause(history.STAGE_CHOSEN, by.id, now, way[-1])
        with self._database.write() as connection:
            return self._detour(connection, at, step, cause, why)

    def _detour(self, connection: Connection, at: At, step: spiff.Step, cause: Cause, reason: str) -> Deal:
        move = follow(at.published.definitions, at.deal, at.tasks, step, cause)
        first, *others = move.events
        told: dict[str, Any] = {
            **first.data,
            "reason": reason,
            "from": at.deal.stage_id,
            "to": move.deal.stage_id,
            "unchecked": _unchecked(at, move),
        }
        rows = detour_rows.rows_of(connection, at.deal.id)
        done = self._stepping.write(
            connection, at, replace(move, events=(replace(first, data=told), *others)), step, cause
        )
        # What has left the deal for others cannot be called back.
        if not step.sent and not step.thrown:
            detour_rows.keep(connection, done.id, done.revision, rows)
        return done

    # Tasks that are not on the map

    def add_task(
        self,
        deal_id: int,
        *,
        title: str,
        reason: str,
        by: Person,
        now: datetime,
        role: str = "",
        person_id: str | None = None,
        due: datetime | None = None,
        note: str = "",
    ) -> Task:
        """Add a task to an open deal, for a role, a person, or anyone of the team. The deal ends it."""
        written = clean((TITLE, REASON, NOTE), {"title": title, "reason": reason, "note": note})
        with self._database.write() as connection:
            at = self._open(connection, deal_id, by)
            team = {person.id for person in people_rows.colleagues(connection, at.deal.team_id)}
            if person_id not in {None, *team} or role not in {"", *SALES_ROLES}:
                raise AnswersRejected({"who": Text(N_("Choose one of the people listed."))})
            task = Task(
                deal_id,
                f"x{at.deal.revision + 1}",
                "",
                role,
                at.deal.stage_id,
                at.deal.team_id,
                now,
                due,
                person_id or at.deal.people.get(role),
                written["title"],
                written["note"] or "",
            )
            rows = detour_rows.rows_of(connection, deal_id)
            if not deal_rows.next_revision(connection, at.deal):
                raise DealChanged
            task_rows.replace_tasks(connection, (), (task,))
            told = {**task.told, "reason": written["reason"], "claimed_by": task.claimed_by, "role": role}
            history_rows.add(connection, [_event(task, history.TASK_ADDED, by, now, told)])
            detour_rows.keep(connection, deal_id, at.deal.revision + 1, rows)
        return task

    def complete_added_task(self, task_id: str, *, note: str, by: Person, now: datetime) -> Deal:
        """Complete a task that someone added, with what came of it; the process does not move."""
        said = clean((replace(NOTE, required=True),), {"note": note})["note"]
        with self._database.write() as connection:
            at, task = self._stepping.read_task(connection, task_id, by)
            _untaken(connection, task, by)
            if not deal_rows.next_revision(connection, at.deal):
                raise DealChanged
            task_rows.replace_tasks(connection, (task,), ())
            told = {**task.told, "note": said}
            history_rows.add(connection, [_event(task, history.ADDED_TASK_DONE, by, now, told)])
        return replace(at.deal, revision=at.deal.revision + 1)

    # Undoing

    def undo(self, deal_id: int, revision: int, *, by: Person, now: datetime) -> Deal:
        """Make the deal what it was before its newest detour. ``revision`` is the deal's that the person has seen."""
        with self._database.write() as connection:
            at = self._stepping.read(connection, deal_id, by)
            if not may_do(by, "", at.deal.team_id):
                raise NotAllowed(role="rep")
            before = detour_rows.before(connection, deal_id)
            if before is None or before.revision != revision:
                raise CannotUndo
            detour = history_rows.of_deal(connection, deal_id, sorted(history.DETOURS))[-1]
            ticked = at.ticked
            if not detour_rows.restore(connection, deal_id, revision):
                raise CannotUndo
            told = {"event": detour.id, "kind": detour.kind, "title": detour.data.get("title", "")}
            undone = Event(
                deal_id, history.DETOUR_UNDONE, now, by.id, detour.element_id, detour.token, before.stage_id, told
            )
            ticks = [(history.CHECK_TICKED, one) for one in sorted(before.checks - ticked)]
            ticks += [(history.CHECK_CLEARED, one) for one in sorted(ticked - before.checks)]
            checks = [
                Event(deal_id, kind, now, by.id, stage_id=before.stage_id, data={"check": one}) for kind, one in ticks
            ]
            history_rows.add(connection, [undone, *checks])
            return self._stepping.read(connection, deal_id, by).deal

    def _open(self, connection: Connection, deal_id: int, by: Person) -> At:
        at = self._stepping.read(connection, deal_id, by)
        if not may_do(by, "", at.deal.team_id):
            raise NotAllowed(role="rep")
        if not at.deal.is_open:
            raise DealClosed
        return at


def _untaken(connection: Connection, task: Task, by: Person) -> None:
    if task.claimed_by not in (None, by.id) and not by.has("team_leader"):
        raise TaskTaken(who=people_rows.names(connection).get(task.claimed_by or "", ""))


def _unchanged(connection: Connection, task: Task) -> None:
    """Nobody has claimed the task since it was read."""
    held = task_rows.task(connection, task.id)
    if held is None or held.claimed_by != task.claimed_by:
        raise DealChanged


def _unchecked(at: At, move: Move) -> list[str]:
    """What the stage's checklist would have asked for first."""
    try:
        check_gate(at.published.definitions, at.deal, move.deal, at.ticked)
    except GateNotMet as gate:
        return [check_id for check_id, _ in gate.missing]
    return []


def _event(task: Task, kind: str, by: Person, now: datetime, told: dict[str, Any]) -> Event:
    return Event(task.deal_id, kind, now, by.id, token=task.token, stage_id=task.stage_id, data=told)
