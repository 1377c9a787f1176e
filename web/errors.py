"""What went wrong, as a status and a page that says what to do: one table for every error of the rings below."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from bpmn.errors import BpmnError
from engine import errors
from web.language import translate

#: The most exact class first.
STATUS: tuple[tuple[type[Exception], int], ...] = (
    (errors.NotFound, 404),
    (errors.NotAllowed, 403),
    (errors.LinkRefused, 403),
    (errors.Conflict, 409),
    (errors.DatabaseAway, 503),
    (errors.RunFailed, 500),
    (errors.EngineError, 422),
    (BpmnError, 422),
)


def set_up(app: Flask) -> None:
    for kind, status in STATUS:
        app.register_error_handler(kind, _page_for(status))
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _page_for(status: int) -> Callable[[errors.EngineError | BpmnError], ResponseReturnValue]:
    def page(error: errors.EngineError | BpmnError) -> ResponseReturnValue:
        if request.accept_mimetypes.best == "application/json":
            # A script asks, and shows the sentence where it was asked from.
            return jsonify(text=translate(error.text)), status
        return render_template("errors/refused.html", error=error, text=error.text, status=status), status

    return page


def _stale(error: CSRFError) -> ResponseReturnValue:
    text = _("This page is too old to be sent: go back, load it again, and repeat.")
    if request.accept_mimetypes.best == "application/json":
        return jsonify(text=text, stale=True), 400
    return render_template("errors/refused.html", error=error, text=text, status=400), 400


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if isinstance(error, SecurityError):
        # Asked for under a name that is not ours: there is no page to show, since its links would bear that name.
        return str(error.description), status, {"Content-Type": "text/plain"}
    texts = {
        400: _("The server could not read this request. Go back and try again."),
        403: _("You may not see or do this."),
        404: _("There is nothing here. The address may be wrong, or what was here is not yours to see."),
        405: _("This cannot be done this way. Go back and use the buttons of the page."),
        413: _("What you sent is too large. At most 2 MB are read."),
    }
    text = texts.get(status, error.description or "")
    return render_template("errors/refused.html", error=error, text=text, status=status), status


def _unforeseen(error: Exception) -> ResponseReturnValue:
    current_app.logger.exception("%s %s failed", request.method, request.endpoint)
    text = _("Something went wrong on our side. Nothing was saved. Try again; if it stays, tell your administrator.")
    return render_template("errors/refused.html", error=error, text=text, status=500), 500
