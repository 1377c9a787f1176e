"""The map for those who have its link: made and taken back by designers, seen without a sign-in."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from web import context, maps
from web.maps import Asked, Subject

pages = Blueprint("sharing", __name__)


@pages.get("/processes/<process>/link")
def show(process: str) -> ResponseReturnValue:
    """The link, and what to write in a wiki so that the map is seen there."""
    link = context.engine().sharing.link(process, by=context.me())
    published = context.engine().publishing.latest(process)
    name = published.read_in(context.language()).process(process)
    asked = Asked.of_request("svg", published.version.language)
    addresses = (
        {
            suffix: url_for("sharing.shared", token=link.token, suffix=suffix, _external=True, level=asked.level)
            for suffix in ("svg", "png", "pdf")
        }
        if link
        else {}
    )
    return render_template(
        "sharing/show.html",
        link=link,
        version=published.version,
        name=(name.name if name else "") or published.version.name,
        addresses=addresses,
        names=context.engine().desk.names(),
        asked=asked,
    )


@pages.post("/processes/<process>/link")
def share(process: str) -> ResponseReturnValue:
    context.engine().sharing.share(process, by=context.me(), now=context.now())
    return redirect(url_for("sharing.show", process=process))


@pages.post("/processes/<process>/link/end")
def take_back(process: str) -> ResponseReturnValue:
    context.engine().sharing.take_back(process, by=context.me())
    flash(_("The link leads nowhere now. Whoever kept a picture still has it."))
    return redirect(url_for("sharing.show", process=process))


@pages.get("/maps/<token>.<suffix>")
def shared(token: str, suffix: str) -> Response:
    """The newest version's map. It changes seldom, and is asked for by every reader of a page that holds it."""
    if suffix not in maps.TYPES:
        abort(404)
    published = context.engine().sharing.shared(token)
    response = maps.export(Subject(published), Asked.of_request(suffix, published.version.language), linked=False)
    response.headers["Cache-Control"] = "public, max-age=300"
    # Pages of any site may show it.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
