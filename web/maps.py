"""Pictures of maps: in a page, and as a file for a wall, a slide or a wiki."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from flask import Response, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from bpmn import drawing
from bpmn.drawing import LEVELS, PAPERS, WORDS, Caption, Marks, Style, web_map
from bpmn.errors import BpmnError, DrawingFailed
from bpmn.model import Definitions
from engine.versions import Published
from web import context
from web.language import MAP_LANGUAGES, whole_day

TYPES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
THEMES = ("light", "dark", "print")
#: Of a PNG, in pixels: for a page, a slide, a large screen, a poster.
WIDTHS = (1280, 1920, 3840, 7680)


@dataclass(frozen=True)
class Subject:
    """What a picture is of: a version of a process, perhaps with a deal on it."""

    published: Published
    marks: Marks = field(default_factory=Marks)
    subtitle: str = ""


@dataclass(frozen=True)
class Asked:
    """What a reader asks of a picture; what is unknown is as if it were not said."""

    format: str
    level: str
    theme: str
    paper: str
    width: int
    language: str

    @classmethod
    def of_request(cls, format: str = "", language: str = "") -> Asked:
        """``format`` and ``language``: what the request need not say."""
        return cls(
            format or _one_of("format", TYPES, "pdf"),
            _one_of("level", LEVELS, "detail"),
            _one_of("theme", THEMES, "light"),
            _one_of("paper", PAPERS, "a3"),
            int(_one_of("width", map(str, WIDTHS), "3840")),
            _one_of("lang", MAP_LANGUAGES, _language_of(language) or context.language()),
        )

    @property
    def address(self) -> dict[str, str]:
        """As it stands in an address, without what the format does not need."""
        told = {"level": self.level, "theme": self.theme, "lang": self.language}
        if self.format == "pdf":
            told["paper"] = self.paper
        if self.format == "png":
            told["width"] = str(self.width)
        return told

    def style(self, width: int | None = None) -> Style:
        return Style(self.theme, self.level, self.paper if self.format == "pdf" else "fit", width)


def _language_of(tag: str) -> str:
    """Of a language tag such as ``fr-CA``, the language, if maps can be labelled in it."""
    language = tag.casefold().replace("_", "-").split("-")[0]
    return language if language in MAP_LANGUAGES else ""


def _one_of(name: str, known: Iterable[str], otherwise: str) -> str:
    value = request.args.get(name, otherwise)
    return value if value in [*known] else otherwise


def inline(subject: Subject, level: str = "flow") -> Markup:
    """The map as part of a page, in the page's own colours; empty when it cannot be drawn (the outline remains)."""
    definitions = subject.published.read_in(context.language())
    return drawn(definitions, level, subject.marks, _links(subject.published, definitions))


def drawn(definitions: Definitions, level: str, marks: Marks, links: Mapping[str, str] | None = None) -> Markup:
    """The same of a process that is not published."""
    try:
        picture = web_map(definitions, Style(theme="web", level=level), words=_words(), links=links or {})
    except BpmnError:
        return Markup("")
    return Markup(picture.marked(marks))


def export(subject: Subject, asked: Asked, *, linked: bool = True) -> Response:
    """The picture as a file; ``linked`` from its elements to their cards."""
    with _told_in(subject, asked) as (definitions, caption):
        links = _links(subject.published, definitions) if linked else {}
        # What leads nowhere is the same wherever it is asked for.
        caption = caption if linked else replace(caption, base="")
        style = asked.style(asked.width if asked.format == "png" else None)
        try:
            picture = drawing.drawn(definitions, asked.format, style, caption=caption, marks=subject.marks, links=links)
            response = _answer(picture, TYPES[asked.format])
        except DrawingFailed as failed:
            response = _answer(
                drawing.instead(definitions, failed, asked.format, style, caption=caption), TYPES[asked.format]
            )
            # Another time it may be drawn.
            response.headers["Cache-Control"] = "no-store"
    way = "attachment" if "download" in request.args else "inline"
    response.headers["Content-Disposition"] = f'{way}; filename="{_file_name(subject, asked)}"'
    return response


def page_count(subject: Subject, asked: Asked) -> int:
    with _told_in(subject, asked) as (definitions, caption):
        return drawing.page_count(definitions, asked.style(), caption=caption, marks=subject.marks)


def preview(subject: Subject, asked: Asked, page: int, width: int) -> Response:
    """A page of the picture, small."""
    with _told_in(subject, asked) as (definitions, caption):
        picture = drawing.preview(definitions, asked.style(width), page, caption=caption, marks=subject.marks)
    return _answer(picture, TYPES["png"])


def _answer(picture: bytes, kind: str) -> Response:
    response = Response(picture, mimetype=kind)
    # A picture that is opened by itself runs nothing, whatever its labels say.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
    response.headers["Cache-Control"] = "private, max-age=0"
    response.add_etag()
    response.make_conditional(request)
    return response


@contextmanager
def _told_in(subject: Subject, asked: Asked) -> Iterator[tuple[Definitions, Caption]]:
    """The process and what is written around its map, in the language asked for."""
    version = subject.published.version
    with force_locale(asked.language):
        definitions = subject.published.read_in(asked.language)
        process = definitions.process(version.process)
        yield (
            definitions,
            Caption(
                process.name if process else "",
                subject.subtitle,
                version=str(version.number),
                date=whole_day(context.now()),
                words=_words(),
                base=request.host_url,
            ),
        )


def _links(published: Published, definitions: Definitions) -> Mapping[str, str]:
    """To the card of each element and stage."""
    version = published.version
    base = url_for("cards.show", process=version.process, number=version.number, element_id="-")[:-1]
    ids = (*definitions.nodes, *(stage.id for stage in definitions.stages))
    # Browsers take dots as the way up, however they are written.
    return {id_: base + quote(id_, safe="") for id_ in ids if id_ not in (".", "..")}


def _words() -> dict[str, str]:
    return {word: _(word) for word in WORDS}


def _file_name(subject: Subject, asked: Asked) -> str:
    version = subject.published.version
    of_deal = f"-{subject.subtitle}" if subject.subtitle else ""
    return ascii_name(f"{version.process}-v{version.number}{of_deal[:60]}-{asked.language}.{asked.format}")


def ascii_name(name: str) -> str:
    return "".join(char if char.isascii() and (char.isalnum() or char in "-._") else "_" for char in name)
