"""History that the database would let someone change."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.text import N_
from engine.doctor.finding import Finding, finding, writing
from engine.storage import examination
from engine.storage.database import Connection


def check(connection: Connection) -> Iterator[Finding]:
    if not examination.is_history_kept(connection):
        yield finding(
            __name__,
            N_("History could be changed or deleted: the triggers that refuse it are not there."),
            N_("--repair puts them back. Ask who had access: what was changed meanwhile cannot be told."),
            mend=writing(_keep),
        )


def _keep(connection: Connection) -> bool:
    examination.keep_history(connection)
    return True
