"""What became of a task that is not among the open ones any more."""

from __future__ import annotations

from bpmn.forms import in_words
from engine import history
from engine.errors import EngineError, TaskCancelled, TaskGone, TaskSkipped, TaskUnknown
from engine.people import Person, may_see_deals_of
from engine.publishing import Publishing
from engine.storage import history as history_rows
from engine.storage import people as people_rows
from engine.storage.database import Connection
from engine.storage.stored import read_deal

_ENDS = frozenset({history.TASK_COMPLETED, history.TASK_SKIPPED, history.ADDED_TASK_DONE})


def what_became(connection: Connection, publishing: Publishing, task_id: str, by: Person) -> EngineError:
    """Why a task is not among the open ones, as the error to raise."""
    told = history_rows.of_task(connection, task_id)
    if not told:
        return TaskUnknown()
    stored = read_deal(connection, told[0].deal_id)
    if stored is None or not may_see_deals_of(by, stored.deal.team_id):
        return TaskUnknown()
    done = next((event for event in reversed(history.in_force(told)) if event.kind in _ENDS), None)
    if done is None:
        return TaskCancelled()
    if done.kind == history.TASK_SKIPPED:
        return TaskSkipped(who=done.by_name, reason=done.data["reason"])
    if done.kind == history.ADDED_TASK_DONE:
        return TaskGone(done.by_name, done.at, [(done.data["title"], done.data["note"])])
    node = publishing.published(stored.deal.version_id).node(done.element_id, by.language)
    answers = done.data.get("answers", {})
    names = people_rows.names(connection)
    said = [
        (field.label, in_words(field, answers[field.id], names))
        for field in (node.form if node else ())
        if answers.get(field.id) not in (None, "", [])
    ]
    return TaskGone(done.by_name, done.at, said)
