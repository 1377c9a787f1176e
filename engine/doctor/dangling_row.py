"""Rows that point to a row that is not there: tasks of no deal, deals on no version."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bpmn.text import N_
from engine.doctor.finding import RESTORE, Finding, finding, writing
from engine.storage import examination
from engine.storage.database import Connection
from engine.storage.examination import Dangling


def check(connection: Connection) -> Iterator[Finding]:
    for found in examination.dangling(connection):
        yield finding(
            __name__,
            N_("%(table)s: %(count)d rows point by %(column)s to %(missing)s of %(points_to)s, which is not there."),
            N_("--repair forgets them: without it they are nothing.") if found.may_go else RESTORE,
            table=found.table,
            count=found.count,
            column=found.column,
            missing=found.missing,
            points_to=found.points_to,
            mend=writing(partial(_let_go, found)) if found.may_go else None,
        )


def _let_go(found: Dangling, connection: Connection) -> bool:
    examination.let_go(connection, found)
    return True
