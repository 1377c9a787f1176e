"""Pictures of maps for pages and for export."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup

from bpmn.drawing import LEVELS, PAPERS, WORDS, Caption, Marks, Style, draw, web_map
from bpmn.errors import BpmnError
from engine.versions import Published
from web import context
from web.language import day

TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


def inline(published: Published, marks: Marks | None = None, level: str = "flow") -> Markup:
    """The map as part of a page, in the page's own colours; empty when it cannot be drawn (the outline remains)."""
    try:
        drawn = web_map(published.read_in(context.language()), Style(theme="web", level=level), words=_words())
    except BpmnError:
        return Markup("")
    return Markup(drawn.marked(marks))


def export(published: Published, suffix: str, marks: Marks | None = None, subtitle: str = "") -> Response:
    """The map as a file, with a title."""
    definitions = published.read_in(context.language())
    process = definitions.process(published.version.process)
    caption = Caption(
        process.name if process else "",
        subtitle,
        version=str(published.version.number),
        date=day(context.now()),
        words=_words(),
        base=request.host_url,
    )
    style = Style(
        theme=_asked("theme", {"light", "dark", "print"}, "light"),
        level=_asked("level", set(LEVELS), "detail"),
        paper=_asked("paper", set(PAPERS), "fit"),
    )
    response = Response(draw(definitions, suffix, style, caption=caption, marks=marks or Marks()))
    response.mimetype = TYPES[suffix]
    name = f"{published.version.process}-v{published.version.number}.{suffix}"
    response.headers["Content-Disposition"] = f'inline; filename="{ascii_name(name)}"'
    # A picture that is opened by itself runs nothing, whatever its labels say.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
    response.headers["Cache-Control"] = "private, max-age=0"
    response.add_etag()
    response.make_conditional(request)
    return response


def _asked(name: str, known: set[str], otherwise: str) -> str:
    value = request.args.get(name, otherwise)
    return value if value in known else otherwise


def _words() -> dict[str, str]:
    return {word: _(word) for word in WORDS}


def ascii_name(name: str) -> str:
    return "".join(char if char.isascii() and (char.isalnum() or char in "-._") else "_" for char in name)
