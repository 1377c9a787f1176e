"""Deals run. Each method is something a person does, and one transaction: read, take the step in memory, write.

The step is taken with no transaction open. What is written says which revision it followed from; if another write came
first, nothing is written and the person is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bpmn.forms import Answers, clean
from engine import facts as deal_facts
from engine import history, outbox, retries, spiff
from engine.deals import Account, Deal, Task
from engine.errors import (
    CannotLose,
    DatabaseAway,
    DealChanged,
    DealClosed,
    DealUnknown,
    NotAllowed,
    OffTheMap,
    OpensByItself,
    TaskTaken,
)
from engine.history import Event
from engine.moves import Cause, Move, check_gate, facts_set, follow, people_set
from engine.people import Person, may_do
from engine.publishing import Publishing
from engine.services import services_for
from engine.stepping import At, Stepping
from engine.storage import accounts as account_rows
from engine.storage import deals as deal_rows
from engine.storage import history as history_rows
from engine.storage import people as people_rows
from engine.storage import tasks as task_rows
from engine.storage import ticks as tick_rows
from engine.storage.database import Database
from engine.versions import Published


class Running:
    def __init__(self, database: Database, publishing: Publishing) -> None:
        self._database = database
        self._publishing = publishing
        self._stepping = Stepping(database, publishing)

    # A deal

    def open_deal(
        self,
        *,
        process: str,
        title: str,
        account: str,
        by: Person,
        now: datetime,
        value: Decimal | None = None,
        contact: str = "",
        expected_close: str = "",
        owner_id: str | None = None,
    ) -> Deal:
        """Start a deal on the newest version of a process; its owner takes the role of the rep."""
        team = by.team_id
        if team is None or not may_do(by, "", team):
            raise NotAllowed(role="rep")
        published = self._publishing.latest(process)
        with self._database.read() as connection:
            owners = {person.id for person in people_rows.colleagues(connection, team)}
        facts = deal_facts.check(title, account, contact, value, expected_close, owner_id or by.id, owners)
        deal = Deal(
            id=0,
            title=facts["title"],
            account=Account("", facts["account"]),
            team_id=team,
            process=process,
            version_id=published.version.id,
            value=facts["value"],
            contact=facts["contact"],
            expected_close=facts["expected_close"],
            stage_id="",
            stage_since=now,
            opened_at=now,
            people={"rep": owner_id or by.id},
        )
        program = self._publishing.program(published.version.id)
        if not program.beginning:
            raise OpensByItself
        step = spiff.start(program, now=now, services=services_for(self._database, published.definitions, deal))
        move = follow(published.definitions, deal, (), step, Cause(history.DEAL_OPENED, by.id, now))
        with self._database.write() as connection:
            known = replace(move.deal, account=account_rows.account_for(connection, facts["account"]))
            return self._stepping.begin(connection, published, replace(move, deal=known), step, now)

    def change_deal(
        self,
        deal_id: int,
        *,
        title: str,
        account: str,
        contact: str,
        value: Decimal | None,
        expected_close: str,
        by: Person,
        now: datetime,
    ) -> Deal:
        """Correct the facts of a deal; what changed is kept in its history."""
        with self._database.write() as connection:
            at = self._stepping.read(connection, deal_id, by)
            facts = deal_facts.check(title, account, contact, value, expected_close, by.id, {by.id})
            changed, events = deal_facts.change(connection, at.deal, facts, by, now)
            if not events:
                return at.deal
            if not deal_rows.next_revision(connection, at.deal):
                raise DealChanged
            deal_rows.update_facts(connection, at.deal, changed)
            history_rows.add(connection, events)
        return replace(changed, revision=changed.revision + 1)

    def lose_deal(self, deal_id: int, *, by: Person, now: datetime) -> Deal:
        """Send the deal's process the message "deal lost": whatever was being done stops, and the lost path begins."""
        with self._database.read() as connection:
            at = self._stepping.read(connection, deal_id, by)
        if not may_do(by, "", at.deal.team_id):
            raise NotAllowed(role="rep")
        if not at.deal.is_open:
            raise DealClosed
        if at.published.definitions.lost_process is None:
            raise CannotLose
        stood = next((task.element_id for task in at.tasks if not task.is_off_map), "")
        cause = Cause(history.DEAL_LOST, by.id, now, element_id=stood)
        step = self._stepping.take(spiff.lose, at, now=now)
        move = follow(at.published.definitions, at.deal, at.tasks, step, cause)
        with self._database.write() as connection:
            return self._stepping.write(connection, at, move, step, cause)

    # A task

    def claim(self, task_id: str, *, by: Person, now: datetime) -> Task:
        return self._hold(task_id, by.id, by, now)

    def release(self, task_id: str, *, by: Person, now: datetime) -> Task:
        """Give a task back to its lane; the team's leader may do so for another."""
        return self._hold(task_id, None, by, now)

    def _hold(self, task_id: str, holder: str | None, by: Person, now: datetime) -> Task:
        with self._database.write() as connection:
            _at, task = self._stepping.read_task(connection, task_id, by)
            if task.claimed_by == holder:
                return task
            if task.claimed_by not in (None, by.id) and not by.has("team_leader"):
                raise TaskTaken(who=people_rows.names(connection).get(task.claimed_by or "", ""))
            if not task_rows.claim(connection, task, holder):
                raise DealChanged
            kind = history.TASK_CLAIMED if holder else history.TASK_RELEASED
            history_rows.add(
                connection,
                [Event(task.deal_id, kind, now, by.id, task.element_id, task.token, task.stage_id, task.told)],
            )
        return replace(task, claimed_by=holder)

    def complete_task(
        self,
        task_id: str,
        answers: Mapping[str, Any],
        *,
        by: Person,
        now: datetime,
        ticks: Iterable[str] | None = None,
    ) -> Deal:
        """Complete a user task with its form's answers, and tick what was ticked beside it; the deal moves on.

        ``ticks`` are all items of the stage's checklist that are ticked now; None leaves the checklist alone.
        Raises AnswersRejected, GateNotMet, TaskGone, TaskCancelled, TaskTaken, DealChanged or RunFailed; nothing is
        saved then.
        """
        with self._database.ask() as connection:
            at, task = self._stepping.read_task(connection, task_id, by)
            if task.is_off_map:
                raise OffTheMap
            asks_people = any(field.type == "person" for field in at.published.definitions.nodes[task.element_id].form)
            colleagues = people_rows.colleagues(connection, task.team_id) if asks_people else []
            if task.claimed_by not in (None, by.id) and not by.has("team_leader"):
                raise TaskTaken(who=people_rows.names(connection).get(task.claimed_by or "", ""))
        given = _clean(at.published, task, answers, colleagues)
        cause = Cause(history.TASK_COMPLETED, by.id, now, task.element_id, task.token, given)
        chosen = people_set(at.published.definitions, task.element_id, given)
        deal = replace(at.deal, people={**at.deal.people, **chosen}) if chosen else at.deal
        step = self._stepping.take(spiff.complete, at, task.token, given, now=now)
        move = follow(at.published.definitions, deal, at.tasks, step, cause)
        ticked = at.ticked
        wanted = ticked if ticks is None else _ticks(at, ticks)
        check_gate(at.published.definitions, deal, move.deal, wanted)
        new_facts = facts_set(at.published.definitions, task.element_id, given)
        kept = deal_facts.with_answers(move.deal, at.published.definitions.nodes[task.element_id].form, new_facts)
        with self._database.write() as connection:
            if not task_rows.close(connection, task):
                raise DealChanged
            changed, changes = deal_facts.change(connection, move.deal, kept, by, now) if new_facts else (move.deal, [])
            ticking = _ticking(at.deal, wanted - ticked, ticked - wanted, by, now)
            gone = tuple(one for one in move.gone if one is not task)
            move = Move(changed, move.data, move.opened, gone, (*ticking, *move.events), move.decided_element)
            tick_rows.set_ticks(connection, deal.id, wanted - ticked, ticked - wanted, by.id, now)
            return self._stepping.write(connection, at, move, step, cause, also=changes)

    def tick(self, deal_id: int, check_id: str, done: bool, *, by: Person, now: datetime) -> None:
        """Tick an item of the checklist of the deal's stage, or take the tick back."""
        with self._database.write() as connection:
            at = self._stepping.read(connection, deal_id, by)
            if not may_do(by, "", at.deal.team_id):
                raise NotAllowed(role="rep")
            if not at.deal.is_open:
                raise DealClosed
            known = {item.id for stage in at.published.definitions.stages for item in stage.checklist}
            if check_id not in known:
                raise DealUnknown
            if done == (check_id in at.ticked):
                return
            added, cleared = ({check_id}, set[str]()) if done else (set[str](), {check_id})
            tick_rows.set_ticks(connection, deal_id, added, cleared, by.id, now)
            history_rows.add(connection, _ticking(at.deal, added, cleared, by, now))

    # Time

    def fire_due(self, *, now: datetime, limit: int = 50) -> int:
        """Let the timers fire that are due, each deal in its own transaction; how many deals moved.

        Any number of workers may do this at once: each claims others. Should a claim pass to another, who writes second
        finds the revision changed, and leaves it.
        """
        with self._database.read() as connection:
            if not deal_rows.any_due(connection, now):
                return 0
        claimed = now + retries.LEASE
        with self._database.write() as connection:
            due = deal_rows.claim_due(connection, now, claimed, limit)
        return sum(self._wake(deal_id, claimed, now) for deal_id in due)

    def _wake(self, deal_id: int, claimed: datetime, now: datetime) -> bool:
        try:
            with self._database.read() as connection:
                at = self._stepping.read(connection, deal_id, None)
            step = self._stepping.take(spiff.wake, at, now=now)
            cause = Cause(history.TIMER_FIRED, None, now, element_id=step.fired[0] if step.fired else "")
            told = replace(step, fired=step.fired[1:])
            move = follow(at.published.definitions, at.deal, at.tasks, told, cause)
            if not step.fired:
                move = replace(move, events=())
            with self._database.write() as connection:
                self._stepping.write(connection, at, move, step, cause)
        except DealChanged:
            return False
        except DatabaseAway:
            raise
        except Exception as error:
            # Whatever it is, it keeps no other deal waiting.
            with self._database.write() as connection:
                outbox.postpone_timers(connection, deal_id, claimed, error, now)
            return False
        return True


def _clean(published: Published, task: Task, answers: Mapping[str, Any], colleagues: Iterable[Person]) -> Answers:
    form = published.definitions.nodes[task.element_id].form
    people = {person.id: person.name for person in colleagues}
    return clean(form, answers, people=people)


def _ticks(at: At, ticks: Iterable[str]) -> frozenset[str]:
    """The ticks of the deal after those of its present stage are set to what was sent."""
    stage = at.published.definitions.stage(at.deal.stage_id)
    items = {item.id for item in stage.checklist} if stage else set()
    return (at.ticked - items) | items.intersection(ticks)


def _ticking(deal: Deal, added: Iterable[str], cleared: Iterable[str], by: Person, now: datetime) -> list[Event]:
    kinds = [(history.CHECK_TICKED, check) for check in sorted(added)]
    kinds += [(history.CHECK_CLEARED, check) for check in sorted(cleared)]
    return [Event(deal.id, kind, now, by.id, stage_id=deal.stage_id, data={"check": check}) for kind, check in kinds]
