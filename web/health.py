"""Pages for machines: whether the process lives, whether it can serve, and figures for Prometheus."""

from __future__ import annotations

import hmac
import logging
import re
import time
from datetime import timedelta
from ipaddress import ip_address
from uuid import uuid4

from flask import Blueprint, Flask, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import EngineError
from engine.pulse import Figures
from web import context, logs
from web.metrics import CONTENT_TYPE, Metrics

pages = Blueprint("health", __name__)

#: A worker that has not looked for so long is not at work. Longer than any one thing that it does.
SILENT = timedelta(minutes=3)
#: A proxy says so in one of these; who asks through one is not on this machine, whatever the connection says.
_PROXIED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_requests = logging.getLogger("parcours.requests")


def set_up(app: Flask, metrics: Metrics) -> None:
    """Count and log every request, under an id that is the caller's where it gave one."""
    app.extensions["parcours.metrics"] = metrics

    @app.before_request
    def _begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.begun, g.request_id = time.perf_counter(), given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        g.logged = logs.about.set({"request": g.request_id})

    @app.after_request
    def _tell(response: Response) -> Response:
        if "begun" in g:
            seconds = time.perf_counter() - g.begun
            metrics.request(request.endpoint, request.method, response.status_code, seconds)
            asked = request.view_args or {}
            signed_in = getattr(g.get("_login_user"), "person", None)
            told = {"deal": asked.get("deal_id"), "task": asked.get("task_id"), "person": signed_in and signed_in.id}
            seen = {"route": request.endpoint, "method": request.method, "status": response.status_code}
            _requests.info("request", extra={**told, **seen, "seconds": round(seconds, 6)})
            response.headers["X-Request-ID"] = g.request_id
        return response

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        if "logged" in g:
            logs.about.reset(g.pop("logged"))


@pages.get("/health")
def alive() -> ResponseReturnValue:
    return jsonify(alive=True)


@pages.get("/ready")
def ready() -> ResponseReturnValue:
    """200 when pages can be served and deals go on, else 503; what is not ``ok`` is why."""
    database, worker = context.engine().pulse.state(), _worker()
    is_ready = database == worker == "ok"
    return jsonify(ready=is_ready, database=database, worker=worker), 200 if is_ready else 503


def _worker() -> str:
    """Of this process; one that serves pages only leaves the work to others."""
    worker = current_app.extensions.get("parcours.worker")
    if worker is None:
        return "ok"
    seen = worker.looked_at
    return "ok" if seen is not None and context.now() - seen < SILENT else "silent"


@pages.get("/metrics")
def figures() -> ResponseReturnValue:
    if not _may_read():
        told = _("Figures are for this machine alone, or for who sends the token that PARCOURS_METRICS sets.")
        return told, 403, {"Content-Type": "text/plain; charset=utf-8"}
    read: Figures | EngineError
    try:
        read = context.engine().pulse.figures(now=context.now())
    except EngineError as error:
        read = error
    metrics: Metrics = current_app.extensions["parcours.metrics"]
    return metrics.page(read), 200, {"Content-Type": CONTENT_TYPE}


def _may_read() -> bool:
    config = context.config()
    if config.metrics:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {config.metrics}".encode())
    if not config.is_loopback or any(name in request.headers for name in _PROXIED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
