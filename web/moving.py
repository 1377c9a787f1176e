"""Deals moved to another version of their process: seen first, then done with progress, and brought back one by one."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug import Response

from engine.deals import Deal, deal_number
from engine.moving import Preview
from engine.people import may_design, may_see_deals_of
from engine.versions import Version
from web import context

pages = Blueprint("moving", __name__, url_prefix="/processes/<process>")

#: Seconds after which the page of a move asks again while deals are left.
ASK_AGAIN = 2
#: The field that says what a step is called in the other version begins so.
RENAMED = "renamed."


@pages.get("/move")
def preview(process: str) -> ResponseReturnValue:
    """Which deals can be moved, and why the others cannot."""
    _designers_only()
    versions = context.engine().publishing.versions(process)
    number = request.args.get("to", versions[0].number, type=int)
    team, stage = request.args.get("team", ""), request.args.get("stage", "")
    renamed = _renamed()
    seen = context.engine().moving.preview(
        process, number, team=team, stage=stage, renamed=renamed, by=context.me(), now=context.now()
    )
    return render_template(
        "moving/preview.html",
        seen=seen,
        versions=versions,
        numbers={version.id: version.number for version in versions},
        teams={one.id: one.name for one in context.engine().people.teams()},
        stages=_stages(versions),
        team=team,
        stage=stage,
        renamed=renamed,
        asked=_asked(seen, versions, renamed),
        rows=[(line, _may_see(line.deal)) for line in seen.lines],
        recent=context.engine().moving.recent(process, by=context.me()),
        people=context.engine().desk.names(),
    )


def _stages(versions: list[Version]) -> dict[str, str]:
    """Every stage that a deal of the process can be in, as its newest version names it."""
    publishing, found = context.engine().publishing, dict[str, str]()
    for version in versions:
        found = {**publishing.published(version.id).stage_names(context.language()), **found}
    return found


def _asked(seen: Preview, versions: list[Version], renamed: dict[str, str]) -> list[tuple[str, str, dict[str, str]]]:
    """Steps that are gone: id, name, and what they could be called now."""
    publishing, words = context.engine().publishing, context.language()
    there = publishing.published(seen.version.id)
    found = []
    for element in dict.fromkeys([*renamed, *seen.gone]):
        nodes = (publishing.published(version.id).node(element, words) for version in versions)
        before = next(filter(None, nodes), None)
        could_be = [*seen.gone.get(element, ()), *([renamed[element]] if element in renamed else [])]
        named = {one: node.name or one for one in could_be if (node := there.node(one, words))}
        found.append((element, (before.name if before else "") or element, named))
    return found


@pages.post("/move")
def start(process: str) -> ResponseReturnValue:
    _designers_only()
    chosen = request.form.getlist("deal", type=deal_number)
    number = request.form.get("to", 0, type=int)
    if not chosen:
        flash(_("Choose at least one deal."), "error")
        return redirect(url_for("moving.preview", process=process, to=number or None))
    moving = context.engine().moving
    move = moving.start(process, number, chosen, renamed=_renamed(), by=context.me(), now=context.now())
    # A few are moved at once; a worker goes on with the others.
    moving.go_on(now=context.now(), move_id=move)
    return _to(process, move)


@pages.get("/moves/<move_id>")
def show(process: str, move_id: str) -> ResponseReturnValue:
    moving = context.engine().moving
    progress = moving.progress(move_id, by=context.me())
    if progress.version.process != process:
        abort(404)
    versions = context.engine().publishing.versions(process)
    outcomes = moving.outcomes(move_id, by=context.me())
    page = Response(
        render_template(
            "moving/show.html",
            progress=progress,
            rows=[(outcome, _may_see(outcome.deal)) for outcome in outcomes],
            numbers={version.id: version.number for version in versions},
            people=context.engine().desk.names(),
        ),
        mimetype="text/html",
    )
    if progress.left:
        page.headers["Refresh"] = str(ASK_AGAIN)
    return page


@pages.post("/moves/<move_id>/stop")
def stop(process: str, move_id: str) -> ResponseReturnValue:
    context.engine().moving.stop(move_id, by=context.me(), now=context.now())
    return _to(process, move_id)


@pages.post("/moves/<move_id>/deals/<deal:deal_id>/back")
def move_back(process: str, move_id: str, deal_id: int) -> ResponseReturnValue:
    deal = context.engine().moving.move_back(move_id, deal_id, by=context.me(), now=context.now())
    flash(_("Deal %(number)d is back where it was.", number=deal.id))
    return _to(process, move_id)


def _to(process: str, move_id: str) -> ResponseReturnValue:
    return redirect(url_for("moving.show", process=process, move_id=move_id))


def _designers_only() -> None:
    if not may_design(context.me()):
        abort(403)


def _may_see(deal: Deal) -> bool:
    """A designer without a sales role knows deals by their number only."""
    return may_see_deals_of(context.me(), deal.team_id)


def _renamed() -> dict[str, str]:
    return {name.removeprefix(RENAMED): new for name, new in request.values.items() if name.startswith(RENAMED) and new}
