"""Ended deals that still have something to do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bpmn.text import N_
from engine.doctor.case import Case
from engine.doctor.finding import Finding, finding, writing
from engine.storage import examination
from engine.storage.database import Connection


def check(case: Case) -> Iterator[Finding]:
    kept = case.kept
    if kept.ended and (kept.tasks or kept.state or kept.due or kept.awaited):
        yield finding(
            __name__,
            N_("This deal has ended, and %(count)d tasks of it are open, or its process still waits for something."),
            N_("--repair closes them."),
            deal=kept.id,
            count=len(kept.tasks),
            mend=writing(partial(_close, case)),
        )


def _close(case: Case, connection: Connection) -> bool:
    if case.kept.revision is not None and not examination.touch(connection, case.kept):
        return False
    examination.end_process(connection, case.kept)
    return True
