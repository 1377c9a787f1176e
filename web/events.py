"""Something has happened outside that a deal waits for: a message, told by hand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bpmn.errors import AnswersRejected
from bpmn.text import Text
from engine.errors import NobodyWaits
from engine.people import may_do
from web import context
from web.forms import controls, sent

pages = Blueprint("events", __name__, url_prefix="/deals")


@pages.route("/<deal:deal_id>/events/<element_id>", methods=["GET", "POST"])
def tell(deal_id: int, element_id: str) -> ResponseReturnValue:
    """What the event brings is asked for; then the deal goes on."""
    person, engine = context.me(), context.engine()
    view = engine.desk.deal(person, deal_id)
    if not may_do(person, "", view.deal.team_id):
        abort(403)
    awaited = next((one for one in engine.messages.awaited(deal_id, by=person) if one.element_id == element_id), None)
    if awaited is None:
        raise NobodyWaits
    node = view.published.read_in(context.language()).nodes[element_id]
    problems: dict[str, Text] = {}
    values: dict[str, Any] = {}
    if request.method == "POST":
        values = sent(node.form)
        try:
            engine.messages.tell(deal_id, awaited.name, values, by=person, now=context.now())
        except AnswersRejected as rejected:
            problems = rejected.problems
        else:
            flash(_("The deal goes on."))
            return redirect(url_for("deals.show", deal_id=deal_id))
    page = render_template(
        "deals/event.html",
        deal=view.deal,
        name=node.name or awaited.name,
        key=awaited.key,
        controls=controls(node.form, values, problems),
        problems=problems,
    )
    return page, 422 if problems else 200
