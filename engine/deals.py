"""A deal and its open tasks, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

#: A number that any database can hold.
_NUMBER = re.compile("[0-9]{1,9}")
#: How a deal ended. An open deal has the empty outcome.
OUTCOMES = ("won", "lost", "no_decision")


@dataclass(frozen=True, slots=True)
class Account:
    """A company. Two spellings of one name (accents, capitals, legal form aside) are one account."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Deal:
    #: The number by which people know it; 0 until it is stored.
    id: int
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

    deal_id: int
    #: The process's own name for it.
    token: str
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
    def id(self) -> str:
        return task_id(self.deal_id, self.token)

    @property
    def is_off_map(self) -> bool:
        return not self.element_id

    @property
    def told(self) -> dict[str, Any]:
        """What an event about it has to say, where the map cannot."""
        return {"title": self.title} if self.is_off_map else {}


def task_id(deal_id: int, token: str) -> str:
    """By this people and pages name a task."""
    return f"{deal_id}-{token}"


def deal_and_token(task_id: str) -> tuple[int, str]:
    """The deal of a task and its token; deal 0, which there is none, for what is no id of a task."""
    deal, _dash, token = task_id.partition("-")
    try:
        return deal_number(deal), token
    except ValueError:
        return 0, ""


def deal_number(text: str) -> int:
    """The number of a deal as people write it; ValueError for what can be none."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"'{text}' is no number of a deal")
    return int(text)


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
