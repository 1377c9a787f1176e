"""Comments on a map: written on the card of an element or stage, or from a task; answered, and settled."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.comments import Comment
from engine.people import may_design
from web import context
from web.people import inside

pages = Blueprint("comments", __name__, url_prefix="/processes/<process>/comments")


@dataclass(frozen=True)
class Thread:
    first: Comment
    answers: tuple[Comment, ...]
    may_settle: bool

    @property
    def is_settled(self) -> bool:
        return self.first.resolved_at is not None


def threads(process: str, element_id: str = "") -> list[Thread]:
    """What is not settled first, the newest of it on top."""
    said = context.engine().commenting.comments(process, element_id)
    me = context.me()
    found = [
        Thread(
            one,
            tuple(answer for answer in said if answer.thread == one.id),
            one.resolved_at is None and (one.by == me.id or may_design(me)),
        )
        for one in said
        if not one.thread
    ]
    found.reverse()
    return sorted(found, key=lambda thread: thread.is_settled)


@pages.post("")
def say(process: str) -> ResponseReturnValue:
    form = request.form
    element, number = form.get("element", ""), form.get("number", 0, type=int)
    context.engine().commenting.say(
        process,
        number,
        element,
        form.get("text", ""),
        by=context.me(),
        now=context.now(),
        thread=form.get("thread", ""),
    )
    if "HX-Request" not in request.headers:
        flash(_("Your comment is on the map."))
    return redirect(_onwards(process, number, element))


@pages.post("/<comment_id>/settle")
def settle(process: str, comment_id: str) -> ResponseReturnValue:
    settled = context.engine().commenting.settle(comment_id, by=context.me(), now=context.now())
    number = context.engine().publishing.published(settled.version_id).version.number
    return redirect(_onwards(process, number, settled.element_id))


def _onwards(process: str, number: int, element: str) -> str:
    """Back to where it was written, else to the card."""
    wanted = request.form.get("next", "")
    if wanted:
        return inside(wanted)
    return url_for("cards.show", process=process, number=number, element_id=element)
