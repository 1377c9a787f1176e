"""Open deals whose state cannot be read: none of their tasks can be done."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.text import N_
from engine.doctor.case import Case
from engine.doctor.finding import RESTORE, Finding, finding
from engine.spiff import StateUnreadable


def check(case: Case) -> Iterator[Finding]:
    if isinstance(case.standing, StateUnreadable):
        yield finding(
            __name__,
            N_("The state of this open deal cannot be read, so it cannot go on: %(reason)s"),
            RESTORE,
            deal=case.kept.id,
            reason=str(case.standing),
        )
