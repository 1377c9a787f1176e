"""Signing in and out, one's own page, and the people and teams of an installation."""

from __future__ import annotations

import re
import time
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from bpmn.text import N_
from engine.errors import FactsRejected, SignInRefused
from engine.people import ROLES, Person, may_administer
from web import context
from web.context import SignedIn
from web.language import LANGUAGES, translate

pages = Blueprint("people", __name__)

ROLE_NAMES = {
    "rep": N_("Rep"),
    "account_manager": N_("Account manager"),
    "team_leader": N_("Team leader"),
    "designer": N_("Process designer"),
    "admin": N_("Administrator"),
}
#: After so many failures in a row, an address waits so many seconds. Per process: it slows guessing down, no more.
MAX_FAILURES, WAIT = 5, 30
MAX_EMAIL = 320


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    email, problem = request.form.get("email", ""), ""
    if request.method == "POST":
        email = email[:MAX_EMAIL]
        failures = _recent_failures()
        recent = failures.get(email.casefold(), [])
        if len(recent) >= MAX_FAILURES:
            problem = _("Too many attempts. Wait half a minute, then try again.")
            return _sign_in_page(email, problem, 429)
        try:
            person = context.engine().people.sign_in(email, request.form.get("password", ""), now=context.now())
        except SignInRefused:
            failures[email.casefold()] = [*recent, time.monotonic()]
            problem = _("This e-mail address and password do not belong together.")
            return _sign_in_page(email, problem, 422)
        failures.pop(email.casefold(), None)
        session.clear()
        login_user(SignedIn(person))
        return redirect(inside(request.args.get("next")))
    return _sign_in_page(email, problem, 200)


def _recent_failures() -> dict[str, list[float]]:
    """By address; what is older than the wait is forgotten, so that guessing fills no memory."""
    since = time.monotonic() - WAIT
    held: dict[str, list[float]] = current_app.extensions.setdefault("failed sign-ins", {})
    for email in [email for email, failed in held.items() if failed[-1] < since]:
        del held[email]
    return held


def _sign_in_page(email: str, problem: str, status: int) -> ResponseReturnValue:
    by_link = not context.engine().people.has_passwords()
    return render_template("people/sign_in.html", email=email, problem=problem, by_link=by_link), status


def inside(target: str | None) -> str:
    """Only an address of ours is followed: one slash first, and nothing that a browser would read in another way."""
    if target and re.fullmatch(r"/(?![/.])[\w\-./?=&%+~]*", target, re.ASCII) and "//" not in target:
        return target
    return url_for("start.home")


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    logout_user()
    session.clear()
    return redirect(url_for("people.sign_in"))


@pages.post("/language")
def choose_language() -> ResponseReturnValue:
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
        person = context.someone()
        if person is not None:
            context.engine().people.set_language(person.id, wanted)
    return redirect(inside(request.form.get("next")))


@pages.route("/me", methods=["GET", "POST"])
def own() -> ResponseReturnValue:
    """One's own name, address and password."""
    person, problems = context.me(), {}
    if request.method == "POST":
        try:
            _change_own(person)
        except FactsRejected as rejected:
            problems = rejected.problems
        else:
            changed = context.engine().people.person(person.id)
            login_user(SignedIn(changed or person))
            flash(_("Saved."))
            return redirect(url_for("people.own"))
    status = 422 if problems else 200
    return render_template("people/own.html", person=person, values=request.form, problems=problems), status


def _change_own(person: Person) -> None:
    people, given = context.engine().people, request.form
    people.change_person(
        person.id,
        name=given.get("name", ""),
        email=given.get("email", ""),
        roles=person.roles,
        team_id=person.team_id,
        language=person.language,
        active=True,
        by=person,
        now=context.now(),
    )
    if given.get("password"):
        people.set_password(person.id, given["password"], by=person, now=context.now())


@pages.get("/people")
def index() -> ResponseReturnValue:
    _administrators_only()
    people = context.engine().people
    teams = {team.id: team.name for team in people.teams()}
    everyone = sorted(people.everyone(), key=lambda person: (not person.active, person.name.casefold()))
    return render_template(
        "people/index.html", people=everyone, teams=teams, role_names=ROLE_NAMES, locked_out=_would_lock_out()
    )


@pages.route("/people/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    _administrators_only()
    if _would_lock_out():
        flash(_("First set your own e-mail address and password: once others have one, the link is gone."))
        return redirect(url_for("people.own"))
    return _edit(None)


@pages.route("/people/<person_id>", methods=["GET", "POST"])
def change(person_id: str) -> ResponseReturnValue:
    _administrators_only()
    return _edit(context.engine().people.person(person_id) or abort(404))


@pages.post("/people/teams")
def add_team() -> ResponseReturnValue:
    _administrators_only()
    try:
        team = context.engine().people.add_team(request.form.get("name", ""), by=context.me(), now=context.now())
        flash(_("Team %(name)s was added.", name=team.name))
    except FactsRejected as rejected:
        flash(translate(next(iter(rejected.problems.values()))), "error")
    return redirect(url_for("people.index"))


def _edit(person: Person | None) -> ResponseReturnValue:
    problems = {}
    if request.method == "POST":
        try:
            saved = _save(person)
        except FactsRejected as rejected:
            problems = rejected.problems
        else:
            flash(_("%(name)s was saved.", name=saved.name))
            return redirect(url_for("people.index"))
    given = request.form
    shown = {
        "name": given.get("name", person.name if person else ""),
        "email": given.get("email", person.email if person else ""),
        "roles": given.getlist("roles") if request.method == "POST" else sorted(person.roles if person else ()),
        "team_id": given.get("team_id", (person.team_id if person else "") or ""),
        "active": "active" in given if request.method == "POST" else (person.active if person else True),
    }
    page = render_template(
        "people/edit.html",
        person=person,
        shown=shown,
        problems=problems,
        roles=ROLES,
        role_names=ROLE_NAMES,
        teams=context.engine().people.teams(),
    )
    return page, 422 if problems else 200


def _save(person: Person | None) -> Person:
    people, given = context.engine().people, request.form
    facts: dict[str, Any] = {
        "name": given.get("name", ""),
        "email": given.get("email", ""),
        "roles": given.getlist("roles"),
        "team_id": given.get("team_id") or None,
    }
    if person is None:
        return people.add_person(**facts, password=given.get("password", ""), by=context.me(), now=context.now())
    active = "active" in given
    saved = people.change_person(
        person.id, **facts, language=person.language, active=active, by=context.me(), now=context.now()
    )
    if given.get("password"):
        people.set_password(person.id, given["password"], by=context.me(), now=context.now())
    return saved


def _administrators_only() -> None:
    if not may_administer(context.me()):
        abort(403)


def _would_lock_out() -> bool:
    """Whether adding someone with a password would leave the one who does it without a way in."""
    return not context.engine().people.has_passwords()
