"""Deals are moved to another version of their process: first it is seen which can, then each in its own transaction.

What is asked for is kept as rows, and any worker goes on with it, whoever stopped before. A deal that someone works on
at the same moment is tried again; what has not gone on since can be brought back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from bpmn.model import Definitions
from bpmn.text import N_, Text
from engine import history, retries, spiff
from engine.deals import Deal, Task
from engine.errors import (
    CannotMove,
    CannotMoveBack,
    Collided,
    DealChanged,
    MoveUnknown,
    NotAllowed,
)
from engine.history import Event
from engine.moves import Cause, Move, follow
from engine.people import Person, may_design
from engine.publishing import Publishing
from engine.stepping import At, Stepping, answered
from engine.storage import deals as deal_rows
from engine.storage import messages as message_rows
from engine.storage import moving as rows
from engine.storage import tasks as task_rows
from engine.storage.database import Connection, Database
from engine.storage.moving import CANNOT, CHANGED, MOVED, MOVED_BACK, STOPPED, WAITING, Asked, Line
from engine.versions import Published, Version

__all__ = ["CANNOT", "CHANGED", "MOST", "MOVED", "MOVED_BACK", "STOPPED", "WAITING", "Moving", "Preview", "Progress"]

_log = logging.getLogger("parcours")

#: At most so many deals are looked at, and moved, at once.
MOST = 1_000
#: How often a deal is tried that someone else changes at the same moment.
TRIES = 3


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A deal that would be moved, or why it cannot be."""

    deal: Deal
    reasons: tuple[Text, ...] = ()

    @property
    def can(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Preview:
    version: Version
    lines: list[Foreseen]
    #: How many deals there are, of which the first are looked at.
    total: int
    #: The id of an element that is gone, where deals are, to those of the version that it could be there.
    gone: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one deal."""

    deal: Deal
    result: str
    reasons: tuple[Text, ...]
    from_version_id: str | None
    can_go_back: bool


@dataclass(frozen=True, slots=True)
class Progress:
    id: str
    version: Version
    asked_by: str | None
    asked_at: datetime
    stopped_at: datetime | None
    #: Result to how many deals.
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        return self.counts.get(WAITING, 0)


class Moving:
    """``by`` is None from the command line."""

    def __init__(self, database: Database, publishing: Publishing) -> None:
        self._database = database
        self._publishing = publishing
        self._stepping = Stepping(database, publishing)

    def preview(
        self,
        process: str,
        number: int,
        *,
        by: Person | None,
        now: datetime,
        team: str = "",
        stage: str = "",
        numbers: Sequence[int] = (),
        renamed: Mapping[str, str] | None = None,
    ) -> Preview:
        """For each deal that is on another version of the process: it can be moved to this one, or why not."""
        _designer(by)
        to = self._publishing.version(process, number)
        with self._database.read() as connection:
            found, total = deal_rows.running_elsewhere(
                connection, process, to.version.id, team=team, stage=stage, numbers=numbers, limit=MOST
            )
            read = [self._stepping.read(connection, deal.id, None) for deal in found]
        lines, gone = [], dict[str, None]()
        for at in read:
            try:
                self._step(at, to, renamed or {}, Cause(history.DEAL_MOVED, None, now))
                lines.append(Foreseen(at.deal))
            except CannotMove as error:
                gone |= dict.fromkeys(error.gone)
                lines.append(Foreseen(at.deal, error.reasons))
        return Preview(to.version, lines, total, {one: self._could_be(one, read, to) for one in gone})

    def _could_be(self, element: str, read: Iterable[At], to: Published) -> list[str]:
        """The elements of that version that are of its kind, and not there before."""
        before = [at.published.definitions for at in read if element in at.published.definitions.nodes]
        kinds = {known.nodes[element].type for known in before}
        known = {node for one in before for node in one.nodes}
        return [node.id for node in to.definitions.nodes.values() if node.type in kinds and node.id not in known]

    def start(
        self,
        process: str,
        number: int,
        deal_ids: Sequence[int],
        *,
        by: Person | None,
        now: datetime,
        renamed: Mapping[str, str] | None = None,
    ) -> str:
        """Ask for deals to be moved; the id of what was asked for. ``go_on`` does it."""
        _designer(by)
        to = self._publishing.version(process, number)
        asked = Asked(str(uuid4()), to.version.id, by.id if by else None, now, None, renamed or {})
        wanted = list(dict.fromkeys(deal_ids))[:MOST]
        with self._database.write() as connection:
            known = deal_rows.by_id(connection, wanted)
            ours = [one for one in wanted if one in known and known[one].process == process]
            rows.ask(connection, asked, ours)
        return asked.id

    def go_on(self, *, now: datetime, limit: int = 20, move_id: str | None = None) -> int:
        """Move the deals that come next; how many were looked at."""
        with self._database.read() as connection:
            found = rows.waiting(connection, limit, move_id)
            asked = {one: rows.asked(connection, one) for one in {move for move, _ in found}}
        for move, deal_id in found:
            known = asked[move]
            if known is not None:
                self._decide(known, deal_id, now)
        return len(found)

    def _decide(self, asked: Asked, deal_id: int, now: datetime) -> None:
        line = Line(asked.id, deal_id, CHANGED)
        for _ in range(TRIES):
            try:
                self._move(asked, deal_id, now)
                return
            except (Collided, DealChanged):
                continue
            except CannotMove as error:
                line = replace(line, result=CANNOT, reasons=tuple(map(retries.kept, error.reasons)))
            break
        with self._database.write() as connection:
            rows.decide(connection, line)

    def _move(self, asked: Asked, deal_id: int, now: datetime) -> None:
        to = self._publishing.published(asked.version_id)
        with self._database.read() as connection:
            at = self._stepping.read(connection, deal_id, None)
        cause = Cause(history.DEAL_MOVED, asked.asked_by, now)
        step, move = self._step(at, to, asked.renamed, cause)
        line = Line(
            asked.id,
            deal_id,
            MOVED,
            (),
            at.deal.version_id,
            at.deal.stage_id,
            at.deal.stage_since,
            at.state,
            step.state,
        )
        with self._database.write() as connection:
            # Another worker may have come first, or someone has stopped it.
            if rows.decide(connection, line):
                self._write(connection, at, to, move, step, cause)

    def _step(self, at: At, to: Published, renamed: Mapping[str, str], cause: Cause) -> tuple[spiff.Step, Move]:
        """Tried in memory; raises CannotMove."""
        if at.deal.ended_at is not None:
            raise CannotMove([Text(N_("It has ended."))])
        if at.deal.version_id == to.version.id:
            raise CannotMove([Text(N_("It is on that version already."))])
        old, new = (self._publishing.program(one) for one in (at.deal.version_id, to.version.id))
        try:
            step = spiff.move(old, new, at.state, known=at.data, now=cause.at, renamed=renamed)
            return step, _follow(at, at.deal, to, step, cause)
        except CannotMove:
            raise
        except Exception as error:
            # One deal that cannot be read is told, and does not stand in the way of the others.
            _log.exception("deal %s could not be moved", at.deal.id)
            raise CannotMove([retries.reason(retries.reason_of(error))]) from error

    def _write(self, connection: Connection, at: At, to: Published, move: Move, step: spiff.Step, cause: Cause) -> None:
        # What it waits for may have another name there.
        message_rows.await_from_now(connection, at.deal.id, ())
        self._stepping.write(connection, replace(at, published=to), move, step, cause)
        elements = {task.token: task.element_id for task in step.open}
        there = [
            _told_again(to.definitions, move.deal, task, elements[task.token])
            for task in at.tasks
            if not task.is_off_map
        ]
        task_rows.tell_again(connection, there)

    def stop(self, move_id: str, *, by: Person | None, now: datetime) -> None:
        """Leave the deals that were not looked at yet where they are."""
        _designer(by)
        with self._database.write() as connection:
            self._asked(connection, move_id)
            rows.stop(connection, move_id, now)

    def move_back(self, move_id: str, deal_id: int, *, by: Person | None, now: datetime) -> Deal:
        """Bring a deal back to the version and place that it had; raises CannotMoveBack when it has gone on since."""
        _designer(by)
        with self._database.read() as connection:
            asked, line = self._asked(connection, move_id), rows.line(connection, move_id, deal_id)
            if line is None:
                raise MoveUnknown
            at = self._stepping.read(connection, deal_id, None)
        if not line.rests or at.deal.version_id != asked.version_id or line.state_before is None:
            raise CannotMoveBack
        back = self._publishing.published(line.from_version_id or "")
        deal = replace(at.deal, stage_id=line.stage_id, stage_since=line.stage_since or at.deal.stage_since)
        # Without the empty answers to what only the newer version asks.
        known = answered(at.published.definitions, at.data)
        step = spiff.still(self._publishing.program(back.version.id), line.state_before, known=known, now=now)
        cause = Cause(history.DEAL_MOVED_BACK, by.id if by else None, now)
        move = _follow(at, deal, back, step, cause)
        with self._database.write() as connection:
            if not rows.decide(connection, replace(line, result=MOVED_BACK), before=MOVED):
                raise CannotMoveBack
            self._write(connection, at, back, move, step, cause)
        return move.deal

    # What was asked for, and how far it is

    def progress(self, move_id: str, *, by: Person | None) -> Progress:
        _designer(by)
        with self._database.read() as connection:
            asked = self._asked(connection, move_id)
            return self._progress(asked, rows.counts(connection, [move_id])[move_id])

    def outcomes(self, move_id: str, *, by: Person | None) -> list[Outcome]:
        """What became of each deal, in the order in which they are moved."""
        _designer(by)
        with self._database.read() as connection:
            asked, lines = self._asked(connection, move_id), rows.lines(connection, move_id)
            deals = deal_rows.by_id(connection, [line.deal_id for line in lines])
        return [
            Outcome(
                deals[line.deal_id],
                line.result,
                tuple(map(retries.reason, line.reasons)),
                line.from_version_id,
                line.rests and deals[line.deal_id].version_id == asked.version_id,
            )
            for line in lines
        ]

    def recent(self, process: str, *, by: Person | None, limit: int = 10) -> list[Progress]:
        """The newest first."""
        _designer(by)
        with self._database.read() as connection:
            found = rows.of_process(connection, process, limit)
            counts = rows.counts(connection, [asked.id for asked in found])
        return [self._progress(asked, counts[asked.id]) for asked in found]

    def _progress(self, asked: Asked, counts: Mapping[str, int]) -> Progress:
        version = self._publishing.published(asked.version_id).version
        return Progress(asked.id, version, asked.asked_by, asked.asked_at, asked.stopped_at, counts)

    @staticmethod
    def _asked(connection: Connection, move_id: str) -> Asked:
        asked = rows.asked(connection, move_id)
        if asked is None:
            raise MoveUnknown
        return asked


def _follow(at: At, deal: Deal, to: Published, step: spiff.Step, cause: Cause) -> Move:
    """The deal on that version, and the sentence of its history: which version it came from, and which it is on."""
    there = replace(deal, version_id=to.version.id)
    move = follow(to.definitions, there, at.tasks, step, cause)
    told, *others = move.events
    told = replace(told, data={"from": at.published.version.number, "to": to.version.number})
    if move.deal.stage_id == deal.stage_id != at.deal.stage_id:
        others.append(Event(deal.id, history.STAGE_ENTERED, cause.at, cause.by, stage_id=deal.stage_id))
    return replace(move, events=(told, *others))


def _told_again(definitions: Definitions, deal: Deal, task: Task, element_id: str) -> Task:
    stage = definitions.stage_of(element_id)
    role = definitions.role_of(element_id)
    return replace(task, element_id=element_id, role=role, stage_id=stage.id if stage else deal.stage_id)


def _designer(by: Person | None) -> None:
    if by is not None and not may_design(by):
        raise NotAllowed(role="designer")
