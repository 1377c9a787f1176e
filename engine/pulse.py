"""How the installation is: whether its database answers, and how much waits there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.errors import DatabaseAway, DatabaseUnknown
from engine.storage import migrating
from engine.storage import pulse as rows
from engine.storage.database import Database

#: ``away``: it does not answer. ``other``: its tables are those of another release.
State = Literal["ok", "away", "other"]


@dataclass(frozen=True, slots=True)
class Figures:
    open_deals: int
    open_tasks: int
    #: For how many seconds the timer, and the message to be sent, that are due longest have been due; 0 when none is.
    timers_late: float
    messages_late: float
    #: Timers and messages that failed: how many are tried again, and how many were given up.
    tried_again: int
    given_up: int


class Pulse:
    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self) -> State:
        try:
            with self._database.read() as connection:
                return "ok" if migrating.revision(connection) == migrating.newest() else "other"
        except (DatabaseAway, DatabaseUnknown):
            return "away"

    def figures(self, *, now: datetime) -> Figures:
        """Of all teams; names no one. Raises DatabaseAway."""
        with self._database.read() as connection:
            deals, tasks = rows.counts(connection)
            timer, message = rows.longest_due(connection, now)
            given_up, tried_again = rows.failures(connection)
        late = [(now - due).total_seconds() if due else 0.0 for due in (timer, message)]
        return Figures(deals, tasks, late[0], late[1], tried_again, given_up)
