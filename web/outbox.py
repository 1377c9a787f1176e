"""What could not be sent, and timers that could not fire: for administrators to see, try again, or drop."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.people import may_administer
from web import context

pages = Blueprint("outbox", __name__, url_prefix="/outbox")


@pages.before_request
def _administrators_only() -> None:
    person = context.someone()
    if person is not None and not may_administer(person):
        abort(403)


@pages.get("")
def index() -> ResponseReturnValue:
    outbox, me = context.engine().outbox, context.me()
    given_up, again = outbox.counts(by=me)
    return render_template("outbox/index.html", letters=outbox.letters(by=me), given_up=given_up, again=again)


@pages.post("/retry")
def retry_all() -> ResponseReturnValue:
    count = context.engine().outbox.retry_all(by=context.me(), now=context.now())
    flash(ngettext("%(num)d is tried again.", "%(num)d are tried again.", count))
    return redirect(url_for("outbox.index"))


@pages.post("/<letter_id>/retry")
def retry(letter_id: str) -> ResponseReturnValue:
    context.engine().outbox.retry(letter_id, by=context.me(), now=context.now())
    flash(_("It is tried again in a moment."))
    return redirect(url_for("outbox.index"))


@pages.post("/<letter_id>/drop")
def drop(letter_id: str) -> ResponseReturnValue:
    context.engine().outbox.drop(letter_id, by=context.me(), now=context.now())
    flash(_("It was dropped; the deal’s history says so."))
    return redirect(url_for("outbox.index"))
