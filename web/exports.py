"""Maps as files: of a version of a process, or of a deal on it; chosen on a page that shows what will come of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bpmn.errors import NothingToDraw
from web import context, maps
from web.maps import Asked, Subject

pages = Blueprint("exports", __name__)

#: What a map is of, in an address.
_VERSION, _DEAL = "/processes/<process>/versions/<int:number>", "/deals/<deal:deal_id>"
#: As many pages as are looked at before a map is printed, and how wide they are shown, in pixels.
SHOWN, SMALL = 12, 720


def _subject(process: str = "", number: int = 0, deal_id: int = 0) -> Subject:
    if not deal_id:
        return Subject(context.engine().publishing.version(process, number))
    view = context.engine().desk.deal(context.me(), deal_id)
    return Subject(view.published, view.marks, view.deal.title)


@pages.get(f"{_VERSION}/map.<suffix>")
@pages.get(f"{_DEAL}/map.<suffix>")
def picture(suffix: str, **place: Any) -> Response:
    subject = _subject(**place)
    return maps.export(subject, Asked.of_request(suffix)) if suffix in maps.TYPES else abort(404)


@pages.get(f"{_VERSION}/pages/<int(max=9999):page>.png")
@pages.get(f"{_DEAL}/pages/<int(max=9999):page>.png")
def preview(page: int, **place: Any) -> Response:
    try:
        return maps.preview(_subject(**place), Asked.of_request(), page, SMALL)
    except NothingToDraw:
        abort(404)


@pages.get(f"{_VERSION}/export")
@pages.get(f"{_DEAL}/export")
def show(**place: Any) -> ResponseReturnValue:
    """What can be asked for, and what it would look like; with ``download``, on to the file itself."""
    subject, asked = _subject(**place), Asked.of_request()
    wanted = {**place, **asked.address}
    address = url_for("exports.picture", suffix=asked.format, **wanted)
    if "download" in request.args:
        return redirect(f"{address}&download=yes")
    count = maps.page_count(subject, asked) if asked.format == "pdf" else 1
    numbers = range(1, min(count, SHOWN) + 1)
    words, version = subject.published.read_in(context.language()), subject.published.version
    process = words.process(version.process)
    return render_template(
        "exports/show.html",
        subject=subject,
        version=version,
        name=(process.name if process else "") or version.name,
        place=place,
        asked=asked,
        picture=address,
        count=count,
        shown=[url_for("exports.preview", page=number, format=asked.format, **wanted) for number in numbers],
        widths=maps.WIDTHS,
        has_stages=bool(words.stages),
    )
