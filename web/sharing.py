"""The map for those who have its link: made and taken back by designers, seen without a sign-in."""

from __future__ import annotations

import re
import threading

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import escape

from web import context, maps
from web.maps import Asked, Subject

pages = Blueprint("sharing", __name__)

#: Seconds for which others may keep a picture.
KEPT = 60
#: Strangers may not keep those waiting who have signed in: so many of their pictures are made at a time, and one that
#: finds no place waits for so many seconds.
AT_ONCE, PATIENCE = 2, 2.0
_places = threading.BoundedSemaphore(AT_ONCE)


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
        snippets=_snippets(addresses["svg"], (name.name if name else "") or published.version.name) if link else {},
        kept=KEPT,
        names=context.engine().desk.names(),
        asked=asked,
    )


def _snippets(address: str, name: str) -> dict[str, str]:
    """What can be copied into a page elsewhere: the name is text there too, whatever is in it."""
    plain = re.sub(r"[\[\]\\<>`\n]", " ", name)
    return {"HTML": f'<img src="{escape(address)}" alt="{escape(name)}">', "Markdown": f"![{plain}]({address})"}


@pages.post("/processes/<process>/link")
def share(process: str) -> ResponseReturnValue:
    context.engine().sharing.share(process, by=context.me(), now=context.now())
    return redirect(url_for("sharing.show", process=process))


@pages.post("/processes/<process>/link/end")
def take_back(process: str) -> ResponseReturnValue:
    context.engine().sharing.take_back(process, by=context.me())
    flash(_("The link leads nowhere now. Whoever kept a picture still has it; browsers do for a minute."))
    return redirect(url_for("sharing.show", process=process))


@pages.get("/maps/<token>.<suffix>")
def shared(token: str, suffix: str) -> Response:
    """The newest version's map. It changes seldom, and is asked for by every reader of a page that holds it."""
    if suffix not in maps.TYPES:
        abort(404)
    published = context.engine().sharing.shared(token)
    if not _places.acquire(timeout=PATIENCE):
        abort(503, _("Many are asking for this map at the moment. Try again soon."))
    try:
        response = maps.export(Subject(published), Asked.of_request(suffix, published.version.language), linked=False)
    finally:
        _places.release()
    if response.headers["Cache-Control"] != "no-store":
        response.headers["Cache-Control"] = f"public, max-age={KEPT}"
    # Pages of any site may show it.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
