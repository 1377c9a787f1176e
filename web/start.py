"""The door: the one-time link of a fresh installation, and the first page."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import login_user

from engine.demo import PROCESS, load_demo
from engine.people import Person, may_do
from web import context
from web.context import SignedIn

pages = Blueprint("start", __name__)


@pages.get("/")
def home() -> ResponseReturnValue:
    """The inbox; or, while there is no deal yet, what to begin with."""
    if not context.engine().desk.is_empty():
        return redirect(url_for("inbox.show"))
    person = context.me()
    processes = context.engine().publishing.processes()
    return render_template("start/welcome.html", processes=processes, may_demo=_may_demo(person))


@pages.get("/start/<token>")
def link(token: str) -> ResponseReturnValue:
    """The link that the start of the server printed: it signs in once."""
    if not context.config().is_loopback:
        abort(404)
    person = context.engine().people.use_link(token, now=context.now())
    login_user(SignedIn(person))
    return redirect(url_for("start.home"))


@pages.post("/demo")
def demo() -> ResponseReturnValue:
    person = context.me()
    if not _may_demo(person):
        abort(403)
    count = load_demo(context.engine(), by=person, now=context.now())
    flash(ngettext("%(num)d invented deal was loaded.", "%(num)d invented deals were loaded.", count))
    return redirect(url_for("inbox.show"))


def _may_demo(person: Person) -> bool:
    """The demo is run by one person through every lane, and only into an empty installation."""
    engine = context.engine()
    roles = all(may_do(person, role, person.team_id or "") for role in ("rep", "account_manager", "team_leader"))
    shipped = any(version.process == PROCESS for version in engine.publishing.processes())
    return bool(person.team_id and roles and shipped and engine.desk.is_empty())
