"""Open deals that would be woken at another time than their timers say, or never."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bpmn.text import N_
from engine.doctor.case import Case
from engine.doctor.finding import Finding, finding, writing
from engine.spiff import Standing
from engine.storage import examination
from engine.storage.database import Connection


def check(case: Case) -> Iterator[Finding]:
    """Timers that could not fire are put off or given up, and told of where messages that failed are."""
    if not isinstance(case.standing, Standing) or case.kept.failures:
        return
    says, due = case.standing.due, case.kept.due
    if says != due:
        yield finding(
            __name__,
            N_("This deal would be woken at %(due)s, and its timers say %(says)s."),
            N_("--repair sets what its timers say."),
            deal=case.kept.id,
            due=due or "-",
            says=says or "-",
            mend=writing(partial(_set, case)),
        )


def _set(case: Case, connection: Connection) -> bool:
    if not isinstance(case.standing, Standing) or not examination.touch(connection, case.kept):
        return False
    examination.set_due(connection, case.kept, case.standing.due)
    return True
