"""What a rule has to say, and what it would take to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bpmn.text import N_, Text
from engine.storage.database import Connection, Database

#: False when someone worked on it meanwhile, so that it must be looked at again.
Mend = Callable[[Database], bool]

RESTORE = N_("Keep a copy of the database as it is, and restore the newest backup in which this was whole.")


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    #: The deal's number; 0 where it is about no one deal.
    deal: int
    message: Text
    todo: Text
    mend: Mend | None = field(default=None, compare=False)


def writing(mend: Callable[[Connection], bool]) -> Mend:
    """In a transaction of its own."""

    def run(database: Database) -> bool:
        with database.write() as connection:
            return mend(connection)

    return run


def finding(
    module: str, message: str, todo: str, *, deal: int = 0, mend: Mend | None = None, **values: object
) -> Finding:
    """A finding of the rule that ``module`` (its ``__name__``) is."""
    return Finding(module.rpartition(".")[2], deal, Text(message, values), Text(todo), mend)
