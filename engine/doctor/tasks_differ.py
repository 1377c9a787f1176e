"""Open deals whose list of open tasks is not what their state says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bpmn.text import N_
from engine import history
from engine.doctor.case import Case
from engine.doctor.finding import Finding, finding, writing
from engine.moves import open_task
from engine.spiff import Standing
from engine.storage import examination
from engine.storage import history as history_rows
from engine.storage.database import Connection
from engine.storage.stored import read_deal


def check(case: Case) -> Iterator[Finding]:
    if not isinstance(case.standing, Standing):
        return
    listed = {(task.token, task.element_id) for task in case.kept.tasks if not task.is_off_map}
    stands = {(task.token, task.element_id) for task in case.standing.open}
    if listed != stands:
        yield finding(
            __name__,
            N_("The open tasks of this deal are not those of its process: %(missing)d missing, %(over)d too many."),
            N_("--repair lists what the process waits for."),
            deal=case.kept.id,
            missing=len(stands - listed),
            over=len(listed - stands),
            mend=writing(partial(_list_again, case)),
        )


def _list_again(case: Case, connection: Connection) -> bool:
    """As they were listed when their token came, as far as history tells when that was."""
    stored = read_deal(connection, case.kept.id)
    if stored is None or not isinstance(case.standing, Standing) or not examination.touch(connection, case.kept):
        return False
    definitions = case.publishing.published(case.kept.version_id).definitions
    opened_at = {
        event.token: event.at for event in history_rows.of_deal(connection, case.kept.id, [history.TASK_OPENED])
    }
    stands = {(task.token, task.element_id) for task in case.standing.open}
    listed = {(task.token, task.element_id) for task in case.kept.tasks if not task.is_off_map}
    examination.set_tasks(
        connection,
        [task for task in case.kept.tasks if (task.token, task.element_id) in listed - stands],
        [
            open_task(definitions, stored.deal, token, element, opened_at.get(token, case.now))
            for token, element in stands - listed
        ],
    )
    return True
