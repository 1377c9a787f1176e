"""Deals: the list, a new one, one with its history and its place on the map, and losing it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bpmn import times
from bpmn.drawing import outline
from bpmn.errors import AnswersRejected
from bpmn.forms import clean
from bpmn.text import Text
from engine.deals import Deal
from engine.desk import DealView
from engine.errors import FactsRejected
from engine.people import SALES_ROLES, Person, may_do
from engine.spiff import Awaited
from engine.versions import Published
from web import context, maps
from web.detours import restored
from web.forms import controls, deal_form, sent
from web.history import contacts_of, gathered, told, told_of
from web.inbox import PAGE, Line, page_asked, pages_of
from web.lessons import LessonShown

pages = Blueprint("deals", __name__, url_prefix="/deals")

STATUSES = ("open", "won", "lost", "all")


@pages.get("")
def index() -> ResponseReturnValue:
    status = request.args.get("status", "open")
    if status not in STATUSES:
        abort(404)
    search, stage, page = request.args.get("q", ""), request.args.get("stage", ""), page_asked()
    found = context.engine().desk.deals(
        context.me(), status=status, search=search, stage=stage, limit=PAGE, offset=PAGE * (page - 1)
    )
    return render_template(
        "deals/index.html",
        found=found,
        rows=[(deal, stage_name(deal)) for deal in found.deals],
        status=status,
        search=search,
        page=page,
        pages=pages_of(found.total),
        names=context.engine().desk.names(),
        may_open=_may_open(context.me()),
    )


def _may_open(person: Person) -> bool:
    return bool(person.team_id and person.has(*SALES_ROLES))


@pages.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    person, engine = context.me(), context.engine()
    if not _may_open(person):
        abort(403)
    processes = engine.publishing.processes()
    process = request.form.get("process") or request.args.get("process") or (processes[0].process if processes else "")
    colleagues = tuple(engine.people.colleagues(person.team_id or ""))
    form = deal_form(with_owner=True)
    problems: dict[str, Text] = {}
    values: dict[str, Any] = {"owner_id": person.id}
    if request.method == "POST":
        values = sent(form)
        try:
            facts = _facts(values, colleagues)
            deal = engine.running.open_deal(process=process, by=person, now=context.now(), **facts)
        except (AnswersRejected, FactsRejected) as rejected:
            problems = rejected.problems
        else:
            flash(_("The deal is open."))
            return _to_first_task(deal)
    page = render_template(
        "deals/new.html",
        controls=controls(form, values, problems, colleagues),
        problems=problems,
        processes=processes,
        process=process,
    )
    return page, 422 if problems else 200


def _facts(values: dict[str, Any], colleagues: tuple[Person, ...], *, with_owner: bool = True) -> dict[str, Any]:
    answers = clean(deal_form(with_owner=with_owner), values, people={one.id: one.name for one in colleagues})
    value = answers.pop("value")
    facts = {name: answer or "" for name, answer in answers.items()}
    return {**facts, "value": None if value is None else Decimal(str(value))}


def _to_first_task(deal: Deal) -> ResponseReturnValue:
    tasks = context.engine().desk.deal(context.me(), deal.id).tasks
    mine = next((row.task for row in tasks if row.task.claimed_by == context.me().id), None)
    if mine is not None:
        return redirect(url_for("tasks.show", task_id=mine.id))
    return redirect(url_for("deals.show", deal_id=deal.id))


@pages.get("/<deal:deal_id>")
def show(deal_id: int) -> ResponseReturnValue:
    view = context.engine().desk.deal(context.me(), deal_id)
    words = view.published.read_in(context.language())
    names = context.engine().desk.names()
    person = context.me()
    everything = request.args.get("history") == "all"
    lines_of_history = told_of(view, words, names)
    return render_template(
        "deals/show.html",
        view=view,
        deal=view.deal,
        words=words,
        process=words.process(view.published.version.process),
        bar=stage_bar(view.published, view.deal),
        stage=words.stage(view.deal.stage_id) if view.deal.is_open else None,
        lines=[(Line(row), may_do(person, row.task.role, row.task.team_id)) for row in view.tasks],
        detour=told(view.undo.detour, words, names) if view.undo else None,
        restored=restored(view.undo, words) if view.undo else [],
        events=[one for one in reversed(lines_of_history) if everything or not one.is_quiet],
        everything=everything,
        ticked={one.check_id: one for one in view.ticked},
        picture=maps.inline(maps.Subject(view.published, view.marks)),
        rows=outline(words),
        where=_where(view),
        may_work=may_do(person, "", view.deal.team_id),
        can_lose=view.deal.is_open and words.lost_process is not None,
        gathered=gathered(view.data, words, names),
        contacts=[] if view.deal.is_open else contacts_of(view.history, words, names),
        lessons=[LessonShown(lesson) for lesson in view.lessons],
        awaited=[(one, words.nodes[one.element_id].name or one.name) for one in _awaited(view)],
    )


def _awaited(view: DealView) -> list[Awaited]:
    if not view.published.definitions.awaits:
        return []
    return context.engine().messages.awaited(view.deal.id, by=context.me())


def _where(view: DealView) -> dict[str, str]:
    """Element name to where the deal is with it, for the text that stands beside the map."""
    marks = view.marks
    states = [(marks.passed, "passed"), (marks.current, "current"), (marks.skipped, "skipped")]
    return {element: state for elements, state in states for element in elements}


@pages.route("/<deal:deal_id>/change", methods=["GET", "POST"])
def change(deal_id: int) -> ResponseReturnValue:
    view = context.engine().desk.deal(context.me(), deal_id)
    deal, form = view.deal, deal_form(with_owner=False)
    if not may_do(context.me(), "", deal.team_id):
        abort(403)
    problems: dict[str, Text] = {}
    values: dict[str, Any] = {
        "title": deal.title,
        "account": deal.account.name,
        "contact": deal.contact,
        "value": float(deal.value) if deal.value is not None else None,
        "expected_close": deal.expected_close,
    }
    if request.method == "POST":
        values = sent(form)
        try:
            facts = _facts(values, (), with_owner=False)
            context.engine().running.change_deal(deal_id, by=context.me(), now=context.now(), **facts)
        except (AnswersRejected, FactsRejected) as rejected:
            problems = rejected.problems
        else:
            flash(_("Saved."))
            return redirect(url_for("deals.show", deal_id=deal_id))
    page = render_template("deals/change.html", deal=deal, controls=controls(form, values, problems), problems=problems)
    return page, 422 if problems else 200


@pages.post("/<deal:deal_id>/ticks")
def tick(deal_id: int) -> ResponseReturnValue:
    """Tick one item of the checklist of the deal's stage, or take the tick back."""
    done = request.form.get("done") == "yes"
    check = request.form.get("check", "")
    context.engine().running.tick(deal_id, check, done, by=context.me(), now=context.now())
    return redirect(url_for("deals.show", deal_id=deal_id))


@pages.route("/<deal:deal_id>/lose", methods=["GET", "POST"])
def lose(deal_id: int) -> ResponseReturnValue:
    """What losing a deal sets off is said first; then it begins."""
    view = context.engine().desk.deal(context.me(), deal_id)
    if not may_do(context.me(), "", view.deal.team_id):
        abort(403)
    if request.method == "GET":
        return render_template("deals/lose.html", deal=view.deal, lines=[Line(row) for row in view.tasks])
    deal = context.engine().running.lose_deal(deal_id, by=context.me(), now=context.now())
    flash(_("The deal is lost. Two minutes now, while it is fresh: why, and what we learn from it."))
    return _to_first_task(deal)


@dataclass(frozen=True)
class Chevron:
    """A stage in the bar: before, at, or after where the deal is."""

    name: str
    state: str
    days: int = 0
    limit: int | None = None

    @property
    def is_late(self) -> bool:
        return self.limit is not None and self.days > self.limit


def stage_bar(published: Published, deal: Deal) -> list[Chevron]:
    stages = published.read_in(context.language()).stages
    place = next((number for number, stage in enumerate(stages) if stage.id == deal.stage_id), -1)
    bar = []
    for number, stage in enumerate(stages):
        if deal.outcome == "won" or number < place:
            bar.append(Chevron(stage.name, "past"))
        elif number > place:
            bar.append(Chevron(stage.name, "next"))
        else:
            limit = _days(stage.time_limit, deal) if stage.time_limit else None
            state = "lost" if deal.outcome else "now"
            bar.append(Chevron(stage.name, state, deal.days_in_stage(context.now()), limit))
    return bar


def _days(duration: str, deal: Deal) -> int:
    return (times.duration(duration).after(deal.stage_since) - deal.stage_since).days


def stage_name(deal: Deal) -> str:
    published = context.engine().publishing.published(deal.version_id)
    stage = published.stage(deal.stage_id, context.language())
    return stage.name if stage else ""
