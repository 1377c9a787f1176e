"""Pictures of maps for pages and for export."""

from __future__ import annotations

from functools import lru_cache

from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup

from bpmn.drawing import WORDS, Caption, Marks, Style, draw
from bpmn.errors import BpmnError
from engine.versions import Published
from web import context

TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
#: Marked maps that are kept drawn: those of the deals looked at last.
KEPT = 200


def inline(published: Published, marks: Marks | None = None) -> Markup:
    """The map as part of a page, in the page's own colours; empty when it cannot be drawn (the outline remains)."""
    try:
        return Markup(_drawn(published, context.language(), marks or Marks(), "web", "svg", "").decode())
    except BpmnError:
        return Markup("")


def export(published: Published, suffix: str, marks: Marks | None = None, subtitle: str = "") -> Response:
    """The map as a file, with a title."""
    theme = request.args.get("theme", "light")
    theme = theme if theme in {"light", "dark", "print"} else "light"
    version = _("Version %(number)d", number=published.version.number)
    under = " · ".join(filter(None, [subtitle, version]))
    picture = _drawn(published, context.language(), marks or Marks(), theme, suffix, under)
    response = Response(picture, mimetype=TYPES[suffix])
    name = f"{published.version.process}-v{published.version.number}.{suffix}"
    response.headers["Content-Disposition"] = f'inline; filename="{ascii_name(name)}"'
    # A picture that is opened by itself runs nothing, whatever its labels say.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
    response.headers["Cache-Control"] = "private, max-age=0"
    response.add_etag()
    response.make_conditional(request)
    return response


def ascii_name(name: str) -> str:
    return "".join(char if char.isascii() and (char.isalnum() or char in "-._") else "_" for char in name)


@lru_cache(maxsize=KEPT)
def _drawn(published: Published, language: str, marks: Marks, theme: str, suffix: str, under: str) -> bytes:
    definitions = published.read_in(language)
    process = definitions.process(published.version.process)
    title = (process.name if process else "") if suffix != "svg" or theme != "web" else ""
    caption = Caption(title, under, words={word: _(word) for word in WORDS})
    return draw(definitions, suffix, Style(theme=theme), caption=caption, marks=marks)
