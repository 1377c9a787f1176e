"""The page of one task: what to do, what to ask, the form, the checklist; and doing it."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bpmn.errors import AnswersRejected
from bpmn.model import Definitions
from bpmn.text import Text
from engine import facts as deal_facts
from engine import history
from engine.deals import Deal, TaskRow
from engine.desk import TaskView
from engine.detours import NOTE
from engine.errors import GateNotMet
from engine.people import may_do
from web import context, maps
from web.deals import stage_bar
from web.forms import PREFIX, controls, sent
from web.history import Told, contacts_of
from web.inbox import Line
from web.lessons import LessonShown

pages = Blueprint("tasks", __name__, url_prefix="/tasks")


@pages.get("/<task_id>")
def show(task_id: str) -> ResponseReturnValue:
    return _page(context.engine().desk.task(context.me(), task_id))


@pages.post("/<task_id>/complete")
def complete(task_id: str) -> ResponseReturnValue:
    row, published = context.engine().desk.asked(context.me(), task_id)
    if row.task.is_off_map:
        return _complete_added(row)
    form = published.definitions.nodes[row.task.element_id].form
    problems: dict[str, Text] = {}
    missing: tuple[tuple[str, str], ...] = ()
    try:
        deal = context.engine().running.complete_task(
            task_id, sent(form), ticks=request.form.getlist("tick"), by=context.me(), now=context.now()
        )
    except AnswersRejected as rejected:
        problems = rejected.problems
    except GateNotMet as refused:
        missing = refused.missing
    else:
        return _onwards(row, deal)
    return _page(context.engine().desk.task(context.me(), task_id), problems, missing, status=422)


def _complete_added(row: TaskRow) -> ResponseReturnValue:
    note = request.form.get(f"{PREFIX}note", "")
    try:
        deal = context.engine().detours.complete_added_task(row.task.id, note=note, by=context.me(), now=context.now())
    except AnswersRejected as rejected:
        return _page(context.engine().desk.task(context.me(), row.task.id), rejected.problems, status=422)
    return _onwards(row, deal)


def _onwards(row: TaskRow, deal: Deal) -> ResponseReturnValue:
    """To the deal's next task, if it is one for the same person; else to the deal."""
    done, person = Line(row).name, context.me()
    following = [
        one
        for one in context.engine().desk.open_tasks(person, deal)
        if one.task.claimed_by in (None, person.id) and may_do(person, one.task.role, one.task.team_id)
    ]
    newest = max(following, key=lambda one: one.task.opened_at, default=None)
    if deal.ended_at is not None:
        flash(_("“%(done)s” is done, and the deal is closed.", done=done))
    elif newest is None:
        flash(_("“%(done)s” is done. The deal goes on with a colleague.", done=done))
    else:
        flash(_("“%(done)s” is done. Next: “%(next)s”.", done=done, next=Line(newest).name))
        return redirect(url_for("tasks.show", task_id=newest.task.id))
    return redirect(url_for("deals.show", deal_id=deal.id))


@pages.post("/<task_id>/claim")
def claim(task_id: str) -> ResponseReturnValue:
    context.engine().running.claim(task_id, by=context.me(), now=context.now())
    return redirect(url_for("tasks.show", task_id=task_id))


@pages.post("/<task_id>/release")
def release(task_id: str) -> ResponseReturnValue:
    task = context.engine().running.release(task_id, by=context.me(), now=context.now())
    flash(_("The task is back with its lane."))
    return redirect(url_for("deals.show", deal_id=task.deal_id))


def _page(
    view: TaskView,
    problems: dict[str, Text] | None = None,
    missing: tuple[tuple[str, str], ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    if view.row.task.is_off_map:
        return _added_page(view, problems or {}), status
    words = view.published.read_in(context.language())
    task, deal = view.row.task, view.row.deal
    node = words.nodes[task.element_id]
    again = request.method == "POST"
    values = sent(node.form) if again else dict(view.data)
    if not again:
        values |= {field.id: _known(deal, field.sets, values.get(field.id)) for field in node.form if field.sets}
    stage = words.stage(deal.stage_id) if deal.is_open else None
    ticked = {one.check_id: one for one in view.ticked}
    page = render_template(
        "tasks/show.html",
        view=view,
        task=task,
        deal=deal,
        line=Line(view.row),
        node=node,
        lane=words.lane_of(node.id),
        stage=stage,
        bar=stage_bar(view.published, deal),
        controls=controls(node.form, values, problems, tuple(context.engine().people.colleagues(task.team_id))),
        problems=problems or {},
        missing=dict(missing),
        ticked=ticked,
        checked=set(request.form.getlist("tick")) if again else set(ticked),
        contacts=[] if deal.is_open else _contacts(deal, words),
        picture=maps.inline(maps.Subject(view.published, view.marks)),
        lessons=[LessonShown(lesson) for lesson in view.lessons],
        profiles=words.profiles_at(node.id),
        is_mine=task.claimed_by == context.me().id,
    )
    return page, status


def _added_page(view: TaskView, problems: dict[str, Text]) -> str:
    """A task that is not on the map: it says what to do, and asks what came of it."""
    task, deal = view.row.task, view.row.deal
    form = (replace(NOTE, label=_("In a few words"), required=True),)
    events = context.engine().desk.deal(context.me(), deal.id).history
    return render_template(
        "tasks/added.html",
        view=view,
        task=task,
        deal=deal,
        line=Line(view.row),
        bar=stage_bar(view.published, deal),
        added=next(event for event in events if event.task_id == task.id and event.kind == history.TASK_ADDED),
        controls=controls(form, sent(form) if request.method == "POST" else {}, problems),
        problems=problems,
        is_mine=task.claimed_by == context.me().id,
    )


def _known(deal: Deal, fact: str, answered: object) -> object:
    """What is known of the deal already is not asked for again from nothing."""
    return deal_facts.of(deal).get(fact) or answered


def _contacts(deal: Deal, words: Definitions) -> list[Told]:
    events = context.engine().desk.deal(context.me(), deal.id).history
    return contacts_of(events, words, context.engine().desk.names())
