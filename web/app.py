"""The composition root of the web: engine and settings in, application out."""

from __future__ import annotations

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response

from engine import Engine
from engine.people import may_administer, may_design
from engine.watching import Deed, watched
from web import (
    cards,
    comments,
    comparing,
    context,
    deals,
    detours,
    drafts,
    errors,
    events,
    exports,
    health,
    inbox,
    language,
    lessons,
    logs,
    moving,
    outbox,
    people,
    playbook,
    processes,
    sharing,
    start,
    starting,
    tasks,
    trying,
)
from web.config import Config
from web.context import House, SignedIn
from web.forms import typed
from web.metrics import Metrics

#: What is open to someone who has not signed in. Everything else asks for a sign-in first.
OPEN = frozenset(
    {
        "static",
        "people.sign_in",
        "people.choose_language",
        "start.link",
        # Its address is the secret.
        "sharing.shared",
        "health.alive",
        "health.ready",
        # It asks for a token, or for a neighbour.
        "health.figures",
    }
)
#: What there are pages of.
NOUNS = (
    *(start, people, inbox, tasks, deals, detours, events, lessons),
    *(
        processes,
        starting,
        drafts,
        trying,
        cards,
        comments,
        playbook,
        comparing,
        exports,
        sharing,
        moving,
        outbox,
        health,
    ),
)
MAX_REQUEST = 5 * 1024 * 1024
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    # The drawn maps carry their colours as style attributes.
    "style-src 'self' 'unsafe-inline'; frame-src 'none'; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


class DealNumber(IntegerConverter):
    """A deal in an address."""

    regex = "[0-9]{1,9}"


def create_app(engine: Engine, config: Config) -> Flask:
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=config.secret_key,
        TESTING=config.testing,
        MAX_CONTENT_LENGTH=MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )
    if config.is_loopback:
        # A page elsewhere that resolves its own name to this machine finds nobody at home.
        app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost", "[::1]", config.host]
    metrics = Metrics()

    def tell(deed: Deed) -> None:
        metrics.deed(deed)
        logs.deed(deed)

    app.extensions["parcours"] = House(watched(engine, tell), config)
    health.set_up(app, metrics)
    app.url_map.converters["deal"] = DealNumber
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    language.set_up(app)
    errors.set_up(app)
    CSRFProtect(app)
    app.before_request(_refuse_nulls)
    _set_up_sign_in(app)
    for noun in NOUNS:
        app.register_blueprint(noun.pages)
    app.context_processor(_shared)
    app.after_request(_protect)
    return app


def _set_up_sign_in(app: Flask) -> None:
    manager = LoginManager(app)

    @manager.user_loader  # type: ignore[untyped-decorator] # flask_login has no types
    def _load(session_id: str) -> SignedIn | None:
        person_id, _sep, epoch = session_id.partition(":")
        person = context.engine().people.person(person_id)
        return SignedIn(person) if person and person.active and str(person.epoch) == epoch else None

    @app.before_request
    def _sign_in_first() -> ResponseReturnValue | None:
        if request.endpoint in OPEN or request.endpoint is None or current_user.is_authenticated:
            return None
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("people.sign_in", next=wanted if wanted != "/" else None))


def _refuse_nulls() -> None:
    """No text of a person holds a null character, and PostgreSQL takes none."""
    if "\0" in request.path or any("\0" in text for many in request.values.listvalues() for text in many):
        abort(400)


def _shared() -> dict[str, object]:
    person = context.someone()
    menu = [
        ("inbox", url_for("inbox.show"), _("Inbox")),
        ("deals", url_for("deals.index"), _("Deals")),
        ("processes", url_for("processes.index"), _("Processes")),
        ("lessons", url_for("lessons.index"), _("Lessons")),
    ]
    if person and may_administer(person):
        menu += [("people", url_for("people.index"), _("People")), ("outbox", url_for("outbox.index"), _("Outbox"))]
    return {
        "me": person,
        "now_at": context.now,
        "typed": typed,
        "menu": menu if person else [],
        "language": context.language(),
        # A card is part of the page with its map, or a page.
        "in_part": "HX-Request" in request.headers,
        "layout": "fragment.html" if "HX-Request" in request.headers else "base.html",
        "may_design": bool(person and may_design(person)),
        "may_administer": bool(person and may_administer(person)),
    }


def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store" if request.endpoint != "static" else "public, max-age=3600"
    return response
