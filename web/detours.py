"""Off the map: a task skipped, another stage, a task added; and undoing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bpmn.entrances import way_into
from bpmn.errors import AnswersRejected
from bpmn.forms import Field, Form, Option, clean
from bpmn.model import Definitions
from bpmn.text import Text
from engine.desk import DealView, Undo
from engine.detours import NOTE, REASON, TITLE
from engine.errors import DealClosed, OffTheMap
from engine.people import may_do
from web import context
from web.forms import controls, sent
from web.inbox import Line
from web.language import translate
from web.people import ROLE_NAMES

pages = Blueprint("detours", __name__)

#: Who may be asked to do a task that is added.
ROLES = ("rep", "account_manager", "team_leader")


@pages.get("/deals/<deal:deal_id>/detours")
def choose(deal_id: int) -> ResponseReturnValue:
    return _page(_view(deal_id))


@pages.post("/deals/<deal:deal_id>/detours/stage")
def go_to_stage(deal_id: int) -> ResponseReturnValue:
    view = _view(deal_id)
    form = _stage_form(view)
    try:
        given = clean(form, sent(form))
        deal = context.engine().detours.go_to_stage(
            deal_id, given["stage"], reason=given["why"], by=context.me(), now=context.now()
        )
    except AnswersRejected as rejected:
        return _page(view, rejected.problems)
    stage = view.published.stage(deal.stage_id, context.language())
    flash(_("The deal is now in “%(stage)s”.", stage=stage.name if stage else "–"))
    return redirect(url_for("deals.show", deal_id=deal_id))


@pages.post("/deals/<deal:deal_id>/detours/task")
def add_task(deal_id: int) -> ResponseReturnValue:
    view = _view(deal_id)
    form = _task_form(view)
    try:
        given = clean(form, sent(form))
        kind, _colon, who = given["who"].partition(":")
        task = context.engine().detours.add_task(
            deal_id,
            title=given["title"],
            reason=given["reason"],
            role=who if kind == "role" else "",
            person_id=who if kind == "person" else None,
            due=_end_of(given["due"]) if given["due"] else None,
            note=given["note"] or "",
            by=context.me(),
            now=context.now(),
        )
    except AnswersRejected as rejected:
        return _page(view, rejected.problems)
    flash(_("“%(task)s” was added.", task=task.title))
    return redirect(url_for("deals.show", deal_id=deal_id))


@pages.post("/deals/<deal:deal_id>/detours/undo")
def undo(deal_id: int) -> ResponseReturnValue:
    seen = request.form.get("revision", "")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
    context.engine().detours.undo(deal_id, revision, by=context.me(), now=context.now())
    flash(_("Undone. The deal is as it was before."))
    return redirect(url_for("deals.show", deal_id=deal_id))


@pages.route("/tasks/<task_id>/skip", methods=["GET", "POST"])
def skip(task_id: str) -> ResponseReturnValue:
    """What skipping a task means is said first."""
    view = context.engine().desk.task(context.me(), task_id)
    if not view.may_do:
        abort(403)
    if view.row.task.is_off_map:
        raise OffTheMap
    form: Form = (_reason("reason"),)
    name = Line(view.row).name
    values: dict[str, Any] = {}
    problems: dict[str, Text] = {}
    if request.method == "POST":
        values = sent(form)
        try:
            context.engine().detours.skip_task(task_id, reason=values["reason"], by=context.me(), now=context.now())
        except AnswersRejected as rejected:
            problems = rejected.problems
        else:
            flash(_("“%(task)s” was skipped.", task=name))
            return redirect(url_for("deals.show", deal_id=view.row.deal.id))
    page = render_template(
        "tasks/skip.html",
        deal=view.row.deal,
        task=view.row.task,
        name=name,
        controls=controls(form, values, problems),
        problems=problems,
    )
    return page, 422 if problems else 200


def restored(undo: Undo, words: Definitions) -> list[str]:
    """What undoing a detour would do, a sentence each."""
    stage = words.stage(undo.stage_id)
    checks = {item.id: item.text for stage in words.stages for item in stage.checklist}

    def named(tasks: Any) -> str:
        return ", ".join(f"“{task.title or words.nodes[task.element_id].name or task.element_id}”" for task in tasks)

    def items(ids: frozenset[str]) -> str:
        return "; ".join(text for check_id, text in checks.items() if check_id in ids)

    told = [
        (bool(stage), _("Back in “%(stage)s”", stage=stage.name if stage else "")),
        (bool(undo.back), _("Open again: %(tasks)s", tasks=named(undo.back))),
        (bool(undo.off), _("Called off: %(tasks)s", tasks=named(undo.off))),
        (bool(undo.ticked), _("Checked: %(item)s", item=items(undo.ticked))),
        (bool(undo.cleared), _("No longer checked: %(item)s", item=items(undo.cleared))),
    ]
    return [text for is_so, text in told if is_so]


def _view(deal_id: int) -> DealView:
    view = context.engine().desk.deal(context.me(), deal_id)
    if not may_do(context.me(), "", view.deal.team_id):
        abort(403)
    if not view.deal.is_open:
        raise DealClosed
    return view


def _page(view: DealView, problems: Mapping[str, Text] | None = None) -> ResponseReturnValue:
    held = dict(problems or {})
    stage_form, task_form = _stage_form(view), _task_form(view)
    values = {**sent(stage_form), **sent(task_form)} if held else {"who": f"person:{context.me().id}"}
    page = render_template(
        "deals/detour.html",
        deal=view.deal,
        lines=[Line(row) for row in view.tasks if not row.task.is_off_map],
        to_stage=controls(stage_form, values, held),
        to_task=controls(task_form, values, held),
        problems=held,
    )
    return page, 422 if held else 200


def _stage_form(view: DealView) -> Form:
    words, deal = view.published.read_in(context.language()), view.deal
    ways = {stage: way_into(words, deal.process, stage.id) for stage in words.stages if stage.id != deal.stage_id}
    options = tuple(Option(stage.id, _beginning(words, stage.name, way[-1])) for stage, way in ways.items() if way)
    return (Field("stage", "choice", _("Stage"), required=True, options=options), _reason("why"))


def _beginning(words: Definitions, stage: str, element: str) -> str:
    first = words.nodes[element].name
    return str(_("%(stage)s, from “%(first)s” on", stage=stage, first=first)) if first else stage


def _task_form(view: DealView) -> Form:
    people = context.engine().people.colleagues(view.deal.team_id)
    options = [Option(f"person:{one.id}", one.name) for one in people]
    options += [Option(f"role:{role}", translate(Text(ROLE_NAMES[role]))) for role in ROLES]
    return (
        replace(TITLE, label=_("What to do")),
        Field(
            "who",
            "choice",
            _("Who does it"),
            required=True,
            options=(*options, Option("role:", _("Anyone of the team"))),
        ),
        Field("due", "date", _("Due on")),
        replace(NOTE, label=_("What they need to know")),
        _reason("reason"),
    )


def _reason(name: str) -> Field:
    return replace(REASON, id=name, label=_("Why"), help=_("The history keeps it, for the team to learn from."))


def _end_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(23, 59), context.config().timezone)
