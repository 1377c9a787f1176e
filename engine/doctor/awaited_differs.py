"""Open deals that messages and signals would not reach, though they wait for them, or would, though they do not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bpmn.text import N_
from engine.doctor.case import Case
from engine.doctor.finding import Finding, finding, writing
from engine.spiff import Standing
from engine.storage import examination
from engine.storage import messages as message_rows
from engine.storage import outbox as outbox_rows
from engine.storage.database import Connection
from engine.storage.stored import read_deal


def check(case: Case) -> Iterator[Finding]:
    if isinstance(case.standing, Standing) and set(case.kept.awaited) != set(case.standing.awaited):
        yield finding(
            __name__,
            N_("The messages that would reach this deal are not those that its process waits for."),
            N_("--repair lists what the process waits for."),
            deal=case.kept.id,
            mend=writing(partial(_await_again, case)),
        )


def _await_again(case: Case, connection: Connection) -> bool:
    """A message that came meanwhile was kept, and reaches it now."""
    stored = read_deal(connection, case.kept.id)
    if stored is None or not isinstance(case.standing, Standing) or not examination.touch(connection, case.kept):
        return False
    message_rows.await_from_now(connection, case.kept.id, case.standing.awaited)
    outbox_rows.add(connection, message_rows.kept_for(connection, stored.deal, case.standing.awaited, case.now))
    return True
