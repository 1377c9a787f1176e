"""Deals without a row of their running process: no page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bpmn.text import N_
from engine.doctor.case import Case
from engine.doctor.finding import RESTORE, Finding, finding, writing
from engine.storage import examination
from engine.storage.database import Connection
from engine.storage.examination import Kept


def check(case: Case) -> Iterator[Finding]:
    if case.kept.revision is None:
        yield finding(
            __name__,
            N_("The process of this deal is not there, so no page shows the deal."),
            N_("--repair gives it back: a process that has ended.") if case.kept.ended else RESTORE,
            deal=case.kept.id,
            mend=writing(partial(_give_back, case.kept)) if case.kept.ended else None,
        )


def _give_back(kept: Kept, connection: Connection) -> bool:
    examination.add_ended_process(connection, kept)
    return True
