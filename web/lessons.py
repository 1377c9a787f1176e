"""What was learned, to be read and searched."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from engine.lessons import Lesson
from engine.people import may_see_deals_of
from web import context
from web.inbox import PAGE, page_asked, pages_of

pages = Blueprint("lessons", __name__, url_prefix="/lessons")


@pages.get("")
def index() -> ResponseReturnValue:
    about, search, page = request.args.get("about", ""), request.args.get("q", ""), page_asked()
    if about not in {"", "won", "lost"}:
        abort(404)
    found, total = context.engine().lessons.lessons(
        context.me(), search=search, about=about, limit=PAGE, offset=PAGE * (page - 1)
    )
    return render_template(
        "lessons/index.html",
        lessons=[LessonShown(lesson) for lesson in found],
        total=total,
        about=about,
        search=search,
        page=page,
        pages=pages_of(total),
    )


class LessonShown:
    """A lesson in the reader's language: where it was learned, and why."""

    def __init__(self, lesson: Lesson) -> None:
        published = context.engine().publishing.published(lesson.version_id)
        words = published.read_in(context.language())
        stage, node = words.stage(lesson.stage_id), words.nodes.get(lesson.element_id)
        self.lesson = lesson
        self.stage = stage.name if stage else ""
        self.element = node.name if node else ""
        process = words.process(lesson.process)
        self.process = (process.name if process else "") or lesson.process
        self.may_open = may_see_deals_of(context.me(), lesson.team_id)
        labels = [
            option.label
            for one in words.nodes.values()
            if one.lesson is not None and one.lesson.about == lesson.about
            for field in one.form
            if field.id == one.lesson.reason
            for option in field.options
            if option.value == lesson.reason
        ]
        self.reason = next(iter(labels), lesson.reason)
