"""What follows for a deal from a step of its process: a function of values, with nothing stored and nobody told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from bpmn import times
from bpmn.model import DEAL_LOST, Definitions, Stage
from engine import history
from engine.deals import Deal, Task
from engine.errors import GateNotMet
from engine.history import Event
from engine.lessons import Lesson
from engine.spiff import Step

_DECIDED = {"won": history.DEAL_WON, "lost": history.DEAL_LOST, "no_decision": history.DEAL_UNDECIDED}


@dataclass(frozen=True, slots=True)
class Cause:
    """What set the step off: the first event of it, told without its path."""

    kind: str
    by: str | None
    at: datetime
    element_id: str = ""
    token: str = ""
    answers: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """All that is to be written together."""

    deal: Deal
    data: dict[str, Any]
    opened: tuple[Task, ...]
    #: Those that are open no longer.
    gone: tuple[Task, ...]
    events: tuple[Event, ...]
    #: Where on the map the outcome was decided, if it was in this step.
    decided_element: str


def follow(definitions: Definitions, deal: Deal, before: Sequence[Task], step: Step, cause: Cause) -> Move:
    """The deal, its open tasks and its history after the step."""
    if step.ended and not (deal.outcome or step.outcome):
        # An end that says nothing of the outcome: the deal is over all the same.
        step = replace(step, outcome="no_decision")
    stage = _stage(definitions, deal, step)
    moved = replace(
        deal,
        revision=deal.revision + 1,
        stage_id=stage,
        stage_since=deal.stage_since if stage == deal.stage_id else cause.at,
        outcome=deal.outcome or step.outcome,
        decided_at=deal.decided_at or (cause.at if step.outcome else None),
        ended_at=cause.at if step.ended else None,
    )
    still = {task.token for task in step.open}
    known = {task.token for task in before}
    opened = tuple(
        open_task(definitions, moved, task.token, task.element_id, cause.at)
        for task in step.open
        if task.token not in known
    )
    # A task that someone added ends with the deal, and with nothing else that the process does.
    gone = tuple(task for task in before if task.token not in still and (moved.outcome or not task.is_off_map))
    decided = _decided_element(definitions, before, step) if step.outcome and not deal.outcome else ""
    return Move(
        moved,
        step.data,
        opened,
        gone,
        tuple(_events(deal, moved, opened, gone, decided, step, cause)),
        decided,
    )


def numbered(move: Move, deal: Deal) -> Move:
    """What followed from the first step of a deal, once the deal is stored and has its number."""
    return replace(
        move,
        deal=deal,
        opened=tuple(replace(task, deal_id=deal.id) for task in move.opened),
        events=tuple(replace(event, deal_id=deal.id) for event in move.events),
    )


def _stage(definitions: Definitions, deal: Deal, step: Step) -> str:
    """The stage that a deal is in: the one it was in while that has a task, else the first that has one.

    On the lost path no element has a stage: the deal stays where it was lost.
    """
    held = [stage.id for element in step.tokens if (stage := definitions.stage_of(element))]
    if not held or deal.stage_id in held:
        return deal.stage_id
    return min(held, key=[stage.id for stage in definitions.stages].index)


def open_task(definitions: Definitions, deal: Deal, token: str, element_id: str, at: datetime) -> Task:
    """A task as it is when a token comes to it."""
    node = definitions.nodes[element_id]
    role = definitions.role_of(element_id)
    stage = definitions.stage_of(element_id)
    return Task(
        deal.id,
        token,
        element_id,
        role,
        stage.id if stage else deal.stage_id,
        deal.team_id,
        at,
        times.duration(node.time_limit).after(at) if node.time_limit else None,
        deal.people.get(role),
    )


def _events(
    before: Deal, deal: Deal, opened: Iterable[Task], gone: Iterable[Task], decided: str, step: Step, cause: Cause
) -> Iterable[Event]:
    at, by = cause.at, cause.by

    def event(kind: str, **more: Any) -> Event:
        return Event(deal.id, kind, at, by, stage_id=more.pop("stage_id", deal.stage_id), **more)

    first: dict[str, Any] = {"path": list(step.path)}
    if cause.answers is not None:
        first["answers"] = dict(cause.answers)
    yield event(
        cause.kind,
        element_id=cause.element_id,
        token=cause.token,
        data=first,
        stage_id=before.stage_id or deal.stage_id,
    )
    for element in step.fired:
        yield event(history.TIMER_FIRED, element_id=element)
    for task in gone:
        if task.token != cause.token:
            yield event(
                history.TASK_CANCELLED,
                element_id=task.element_id,
                token=task.token,
                stage_id=task.stage_id,
                data=task.told,
            )
    if step.outcome and not before.outcome and cause.kind != _DECIDED[step.outcome]:
        yield event(_DECIDED[step.outcome], element_id=decided, stage_id=before.stage_id or deal.stage_id)
    if deal.stage_id != before.stage_id:
        yield event(history.STAGE_ENTERED)
    for task in opened:
        given = {"claimed_by": task.claimed_by} if task.claimed_by else {}
        yield event(
            history.TASK_OPENED, element_id=task.element_id, token=task.token, stage_id=task.stage_id, data=given
        )
    if step.ended:
        yield event(history.DEAL_ENDED)


def _decided_element(definitions: Definitions, before: Sequence[Task], step: Step) -> str:
    """The gateway that gave the deal up, the end that it reached, or the task that was open when it was lost."""
    nodes = [element for element in step.path if element in definitions.nodes]
    for place, element in enumerate(nodes):
        node = definitions.nodes[element]
        if node.type == "endEvent" and node.event and node.event.name == DEAL_LOST:
            return next(
                (one for one in reversed(nodes[:place]) if definitions.nodes[one].type.endswith("Gateway")), element
            )
    stood = [task.element_id for task in before if not task.is_off_map]
    if step.outcome == "lost" and stood and not any(definitions.nodes[one].outcome for one in nodes):
        return stood[0]
    return next((one for one in nodes if definitions.nodes[one].outcome), nodes[-1] if nodes else "")


def check_gate(definitions: Definitions, before: Deal, after: Deal, ticked: Iterable[str]) -> None:
    """Leaving a stage forward needs its whole checklist (domain M4); raises GateNotMet with what is missing."""
    order = {stage.id: place for place, stage in enumerate(definitions.stages)}
    if before.stage_id not in order or after.outcome == "lost":
        return
    leaves = after.outcome == "won" or order.get(after.stage_id, -1) > order[before.stage_id]
    stage = definitions.stage(before.stage_id)
    if leaves and stage is not None and (missing := missing_checks(stage, ticked)):
        raise GateNotMet(stage.name, missing)


def missing_checks(stage: Stage, ticked: Iterable[str]) -> list[tuple[str, str]]:
    done = set(ticked)
    return [(item.id, item.text) for item in stage.checklist if item.id not in done]


def facts_set(definitions: Definitions, element_id: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the deal that these answers become (``sets``); an unanswered field changes nothing."""
    facts: dict[str, Any] = {}
    for field in definitions.nodes[element_id].form:
        answer = answers.get(field.id)
        if field.sets and answer not in (None, ""):
            facts[field.sets] = Decimal(str(answer)).quantize(Decimal("0.01")) if field.sets == "value" else str(answer)
    return facts


def people_set(definitions: Definitions, element_id: str, answers: Mapping[str, Any]) -> dict[str, str]:
    """Role to person, for each answer of a field that asks who takes a role in the deal."""
    form = definitions.nodes[element_id].form
    return {
        field.role: answers[field.id]
        for field in form
        if field.type == "person" and field.role and answers.get(field.id)
    }


def lesson_of(
    definitions: Definitions, deal: Deal, cause: Cause, known: Sequence[Lesson], decided_element: str
) -> Lesson | None:
    """What a completed task adds to what was learned from this deal: a new lesson, or newer words for the one kept."""
    asked = definitions.nodes[cause.element_id].lesson
    answers = cause.answers or {}
    if asked is None or cause.by is None:
        return None
    text = str(answers.get(asked.text) or "")
    kept = next((lesson for lesson in known if lesson.about == asked.about), None)
    shared = cause.at if asked.share else None
    if kept is not None:
        return replace(kept, text=text or kept.text, shared_at=kept.shared_at or shared)
    if not text:
        return None
    return Lesson(
        id=str(uuid4()),
        deal_id=deal.id,
        deal_title=deal.title,
        account_name=deal.account.name,
        team_id=deal.team_id,
        process=deal.process,
        version_id=deal.version_id,
        about=asked.about,
        reason=str(answers.get(asked.reason) or ""),
        text=text,
        stage_id=deal.stage_id,
        element_id=decided_element,
        by=cause.by,
        by_name="",
        at=cause.at,
        shared_at=shared,
    )
