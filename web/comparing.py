"""Two versions of a process beside each other: what has changed, on both maps and in words."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from bpmn.changes import changes, marks
from bpmn.model import Definitions
from engine.versions import Published
from web import context, maps
from web.maps import Subject

pages = Blueprint("comparing", __name__, url_prefix="/processes/<process>/compare")

KINDS = ("added", "removed", "changed")


@pages.get("")
def show(process: str) -> ResponseReturnValue:
    """The newest version beside the one before it, unless others are asked for."""
    publishing = context.engine().publishing
    versions = publishing.versions(process)
    later = request.args.get("to", versions[0].number, type=int)
    earlier = request.args.get("from", max(later - 1, 1), type=int)
    old, new = publishing.version(process, earlier), publishing.version(process, later)
    found = changes(*_in_one_language(old, new))
    before, after = marks(found)
    words = new.read_in(context.language())
    main = words.process(process)
    return render_template(
        "comparing/show.html",
        process=process,
        name=(main.name if main else "") or new.version.name,
        versions=versions,
        old=old.version,
        new=new.version,
        found=found,
        counts={kind: sum(one.kind == kind for one in found) for kind in KINDS},
        before=maps.inline(Subject(old, before)) if any(one.kind == "removed" for one in found) else "",
        after=maps.inline(Subject(new, after)),
    )


def _in_one_language(old: Published, new: Published) -> tuple[Definitions, Definitions]:
    """In the reader's, if both are written in it; else as they were published."""
    language = context.language()
    if language in old.twins and language in new.twins:
        return old.twins[language], new.twins[language]
    return old.definitions, new.definitions
