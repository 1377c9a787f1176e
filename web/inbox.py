"""The inbox: open tasks, the most urgent first, each with why it is here."""

from __future__ import annotations

from datetime import timedelta
from typing import cast, get_args

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from engine.deals import TaskRow
from engine.desk import View
from web import context

pages = Blueprint("inbox", __name__)

PAGE = 50


@pages.get("/inbox")
def show() -> ResponseReturnValue:
    view = request.args.get("view", "mine")
    if view not in get_args(View):
        abort(404)
    search, page = request.args.get("q", ""), page_asked()
    inbox = context.engine().desk.inbox(
        context.me(), view=cast(View, view), search=search, limit=PAGE, offset=PAGE * (page - 1), now=context.now()
    )
    lines = [Line(row) for row in inbox.rows]
    return render_template(
        "inbox/show.html", inbox=inbox, lines=lines, view=view, search=search, page=page, pages=pages_of(inbox.total)
    )


def page_asked() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 and int(text) else 1


def pages_of(total: int) -> int:
    return max(1, -(-total // PAGE))


class Line:
    """A task as a row shows it, in the reader's language."""

    def __init__(self, row: TaskRow) -> None:
        published = context.engine().publishing.published(row.deal.version_id)
        words = published.read_in(context.language())
        node, stage = words.nodes.get(row.task.element_id), words.stage(row.task.stage_id)
        self.task, self.deal, self.claimed_name = row.task, row.deal, row.claimed_name
        self.name = (node.name or node.id) if node else row.task.title or row.task.element_id
        self.stage = stage.name if stage and row.deal.is_open else ""
        self.is_mine = row.task.claimed_by == context.me().id
        due, now = row.task.due_at, context.now()
        self.days_late = max(0, (now - due) // timedelta(days=1)) if due else 0
        self.is_late = due is not None and due < now
        self.is_today = due is not None and not self.is_late and due - now < timedelta(days=1)
