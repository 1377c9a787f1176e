"""A deal and its open tasks, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

#: How a deal ended. An open deal has the empty outcome.
OUTCOMES = ("won", "lost", "no_decision")


@dataclass(frozen=True, slots=True)
class Account:
    """A company. Two spellings of one name (accents, capitals, legal form aside) are one account."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Deal:
    id: str
    number: int
    title: str
    account: Account
    team_id: str
    process: str
    version_id: str
    #: In the currency of the installation.
    value: Decimal | None
    contact: str
    expected_close: str
    stage_id: str
    stage_since: datetime
    opened_at: datetime
    #: Empty while open; ``lost`` from the moment the lost path begins.
    outcome: str = ""
    #: When the outcome was decided, and when the process ended (a lost deal's lesson comes between the two).
    decided_at: datetime | None = None
    ended_at: datetime | None = None
    #: Role to the person who takes it in this deal: the rep, later the account manager.
    people: dict[str, str] = field(default_factory=dict)
    revision: int = 0

    @property
    def is_open(self) -> bool:
        return not self.outcome

    def days_in_stage(self, now: datetime) -> int:
        return max(0, ((self.decided_at or now) - self.stage_since) // timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Task:
    """An open user task of a deal, or a task that someone added to it and that no process knows of."""

    id: str
    deal_id: str
    element_id: str
    #: The role of its lane; empty when anyone of the team may do it.
    role: str
    stage_id: str
    team_id: str
    opened_at: datetime
    due_at: datetime | None = None
    claimed_by: str | None = None
    #: Of an added task, which has no element.
    title: str = ""
    note: str = ""

    @property
    def is_off_map(self) -> bool:
        return not self.element_id

    @property
    def told(self) -> dict[str, Any]:
        """What an event about it has to say, where the map cannot."""
        return {"title": self.title} if self.is_off_map else {}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A line of an inbox: the task with what a person needs to choose it."""

    task: Task
    deal: Deal
    claimed_name: str = ""


@dataclass(frozen=True, slots=True)
class Ticked:
    """An item of a stage's checklist that someone has ticked for a deal."""

    check_id: str
    by: str
    by_name: str
    at: datetime
