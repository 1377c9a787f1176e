"""From a file and what is asked of its picture to the picture: places, paint, Graphviz, and what each format needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from bpmn.drawing import apart
from bpmn.drawing.apart import is_heavy
from bpmn.drawing.cache import counts, digest, geometries, pictures, web_maps
from bpmn.drawing.clean import DECLARATION, clean, coloured
from bpmn.drawing.designed import designed
from bpmn.drawing.fallback import plain, plain_svg
from bpmn.drawing.geometry import Geometry
from bpmn.drawing.happy import of_losing, path_to_win
from bpmn.drawing.layout.laid_out import laid_out
from bpmn.drawing.measure import printable
from bpmn.drawing.painting.badges import heat_of
from bpmn.drawing.painting.flow import Painted, paint
from bpmn.drawing.painting.overview import paint_overview
from bpmn.drawing.paper.pdf import LONGEST, bound
from bpmn.drawing.paper.printing import Page, printed, printed_overview
from bpmn.drawing.pixels import png
from bpmn.drawing.renderer import run
from bpmn.drawing.sheet import Setting
from bpmn.drawing.style import Caption, Style
from bpmn.drawing.themes import theme_named
from bpmn.drawing.told import told_of
from bpmn.drawing.webmap import WebMap
from bpmn.drawing.words import TOO_MANY, TOO_WIDE
from bpmn.drawing.written import with_diagram
from bpmn.errors import DrawingFailed, NothingToDraw
from bpmn.marks import Marks
from bpmn.model import Definitions
from bpmn.reading import Document
from bpmn.text import Text

FORMATS = ("svg", "png", "pdf")
#: The largest of 5,146 real files has 108 nodes. Finding a way for each line is what takes its time.
MOST_NODES, MOST_LINES = 2_000, 4_000
#: For a few lines of text, in seconds.
PLAIN_TIME_LIMIT = 10.0
#: For any picture, in seconds.
TIME_LIMIT = 20.0

T = TypeVar("T")


def draw(
    definitions: Definitions,
    format: str = "svg",
    style: Style = Style(),  # noqa: B008 - a frozen value
    *,
    caption: Caption = Caption(),  # noqa: B008
    marks: Marks = Marks(),  # noqa: B008
    links: Mapping[str, str] | None = None,
    time_limit: float = TIME_LIMIT,
) -> bytes:
    """The picture; one that cannot be drawn is a plain list that says why. ``links`` lead from elements, by id."""
    try:
        return drawn(definitions, format, style, caption=caption, marks=marks, links=links, time_limit=time_limit)
    except DrawingFailed as failed:
        return instead(definitions, failed, format, style, caption=caption)


def drawn(
    definitions: Definitions,
    format: str,
    style: Style,
    *,
    caption: Caption,
    marks: Marks,
    links: Mapping[str, str] | None = None,
    time_limit: float = TIME_LIMIT,
) -> bytes:
    """The picture, or DrawingFailed."""
    if format not in FORMATS:
        raise ValueError(f"No format {format!r}: there are {', '.join(FORMATS)}")
    # An SVG has variables until the end, so that it is the same in every theme.
    plain_style = replace(style, theme="web") if format == "svg" else style
    key = digest(definitions, format, plain_style, caption, marks, links)
    asked = (definitions, format, plain_style, caption, marks, links, time_limit)
    picture = pictures.get(key, lambda: _bounded(_picture, *asked, on_paper=format == "pdf"))
    return coloured(picture, theme_named(style.theme)) if format == "svg" and style.theme != "web" else picture


def page_count(
    definitions: Definitions,
    style: Style,
    *,
    caption: Caption = Caption(),  # noqa: B008
    marks: Marks = Marks(),  # noqa: B008
) -> int:
    """How many pages the PDF has."""
    asked = (definitions, style, caption, marks, TIME_LIMIT)
    try:
        return counts.get(digest(*asked, "pages"), lambda: _bounded(_count, *asked, on_paper=True))
    except DrawingFailed:
        return 1


def preview(
    definitions: Definitions,
    style: Style,
    page: int = 1,
    *,
    caption: Caption = Caption(),  # noqa: B008
    marks: Marks = Marks(),  # noqa: B008
    time_limit: float = TIME_LIMIT,
) -> bytes:
    """A page of the PDF as a PNG of the style's width; raises NothingToDraw for a page that there is not."""
    asked = (definitions, style, page, caption, marks, time_limit)
    try:
        return pictures.get(digest(*asked, "preview"), lambda: _bounded(_page, *asked, on_paper=True))
    except DrawingFailed as failed:
        return instead(definitions, failed, "png", style, caption=caption)


def instead(
    definitions: Definitions,
    failed: DrawingFailed,
    format: str = "svg",
    style: Style = Style(),  # noqa: B008
    *,
    caption: Caption = Caption(),  # noqa: B008
) -> bytes:
    """A plain picture with what went wrong in it."""
    setting = _setting(definitions, style.theme, caption, Marks(), None, is_svg=format == "svg")
    name, reason = _name_of(definitions, caption), _said(setting, failed.reason)
    if format == "svg":
        plain_text = DECLARATION + plain_svg(definitions, setting, name, reason)
        return plain_text if style.theme == "web" else coloured(plain_text, theme_named(style.theme))
    sheet = plain(definitions, setting, name, reason)
    if format == "png":
        return png(sheet, style.width, time_limit=PLAIN_TIME_LIMIT)
    return run(sheet.dot(), format, time_limit=PLAIN_TIME_LIMIT)


def _said(setting: Setting, reason: str) -> str:
    return setting.word(reason.template) % reason.values if isinstance(reason, Text) else reason


def web_map(
    definitions: Definitions,
    style: Style = Style(theme="web", level="flow"),  # noqa: B008
    *,
    words: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    time_limit: float = TIME_LIMIT,
) -> WebMap:
    """The map for a page, to be marked for one deal after the other."""
    asked = (definitions, style, words, links, time_limit)
    try:
        return web_maps.get(digest(*asked, "web"), lambda: _bounded(_web_map, *asked))
    except DrawingFailed as failed:
        setting = _setting(definitions, "web", Caption(words=words or {}), Marks(), None, is_svg=True)
        svg = plain_svg(definitions, setting, _name_of(definitions, Caption()), _said(setting, failed.reason))
        return WebMap.of(svg.decode())


def _bounded(act: Callable[..., T], definitions: Definitions, *given: Any, on_paper: bool = False) -> T:
    """What is small is drawn here and now; what may take long, where it can be ended. The last is the time limit."""
    if is_heavy(definitions, on_paper=on_paper):
        return apart.made(act, definitions, *given, time_limit=given[-1])
    try:
        return act(definitions, *given)
    except RecursionError:
        raise DrawingFailed(reason=Text(TOO_WIDE)) from None


def _picture(
    definitions: Definitions,
    format: str,
    style: Style,
    caption: Caption,
    marks: Marks,
    links: Mapping[str, str] | None,
    time_limit: float,
) -> bytes:
    setting = _setting(definitions, style.theme, caption, marks, links, is_svg=format == "svg")
    return _drawn(definitions, format, style, setting, caption, time_limit)


def _count(definitions: Definitions, style: Style, caption: Caption, marks: Marks, time_limit: float) -> int:
    return len(_pages(definitions, _on_paper(definitions, style, caption, marks), style, caption))


def _page(
    definitions: Definitions, style: Style, page: int, caption: Caption, marks: Marks, time_limit: float
) -> bytes:
    pages = _pages(definitions, _on_paper(definitions, style, caption, marks), style, caption)
    if not 1 <= page <= len(pages):
        raise NothingToDraw
    return png(pages[page - 1].sheet, style.width, time_limit=time_limit)


def _on_paper(definitions: Definitions, style: Style, caption: Caption, marks: Marks) -> Setting:
    return _setting(definitions, style.theme, caption, marks, None, is_svg=False)


def _web_map(
    definitions: Definitions,
    style: Style,
    words: Mapping[str, str] | None,
    links: Mapping[str, str] | None,
    time_limit: float,
) -> WebMap:
    caption = Caption(words=words or {})
    setting = _setting(definitions, "web", caption, Marks(), links, is_svg=True)
    painted = _painted(definitions, setting, style, caption)
    svg = _svg(definitions, painted, style, caption, time_limit, whole=False)
    stages = [stage.id for stage in definitions.stages]
    return WebMap.of(svg.decode(), painted.spots, stages, words or {}, painted.sheet.height)


def _setting(
    definitions: Definitions,
    theme: str,
    caption: Caption,
    marks: Marks,
    links: Mapping[str, str] | None,
    *,
    is_svg: bool,
) -> Setting:
    stages = frozenset(stage.id for stage in definitions.stages)
    return Setting(
        theme_named(theme),
        marks,
        path_to_win(definitions),
        of_losing(definitions),
        stages,
        frozenset(stage.name for stage in definitions.stages),
        links or {},
        caption.words,
        told=told_of(definitions, caption.words) if is_svg else {},
        heat=heat_of(marks, stages),
        is_svg=is_svg,
    )


def _drawn(
    definitions: Definitions, format: str, style: Style, setting: Setting, caption: Caption, time_limit: float
) -> bytes:
    if format == "pdf":
        return bound(
            _pages(definitions, setting, style, caption),
            lambda source: run(source, "pdf", time_limit=time_limit),
            title=_name_of(definitions, caption),
            subject=printable(caption.subtitle),
            language=definitions.language,
            base=caption.base,
        )
    painted = _painted(definitions, setting, style, caption)
    if format == "svg":
        return DECLARATION + _svg(definitions, painted, style, caption, time_limit, whole=True)
    return png(painted.sheet, style.width, time_limit=time_limit)


def _svg(
    definitions: Definitions, painted: Painted, style: Style, caption: Caption, time_limit: float, *, whole: bool
) -> bytes:
    return clean(
        run(painted.sheet.dot(), "svg", time_limit=time_limit),
        painted.sheet,
        style,
        title=_name_of(definitions, caption),
        description=printable(caption.subtitle),
        language=definitions.language,
        whole=whole,
        base=caption.base,
    )


def _name_of(definitions: Definitions, caption: Caption) -> str:
    name = caption.title or definitions.name or next((process.name for process in definitions.processes), "")
    return printable(name) or "BPMN"


def _painted(definitions: Definitions, setting: Setting, style: Style, caption: Caption) -> Painted:
    if style.level == "overview" and definitions.stages:
        return paint_overview(definitions, setting, caption)
    return paint(definitions, _below_heads(definitions, style), setting, caption, cards=style.level == "detail")


def _below_heads(definitions: Definitions, style: Style) -> Geometry:
    """Where everything stands below the heads of the stages."""
    return geometries.get(
        digest(definitions, style.diagram), lambda: geometry_of(definitions, style.diagram).without_stage_groups()
    )


def laid_out_anew(document: Document) -> Document:
    """The same file with our layout as its only diagram."""
    definitions = replace(document.definitions, diagrams=())
    geometry = _bounded(_geometry_of_file, definitions, TIME_LIMIT)
    return Document(with_diagram(document, geometry), definitions)


def _geometry_of_file(definitions: Definitions, time_limit: float) -> Geometry:
    return geometry_of(definitions)


def geometry_of(definitions: Definitions, diagram: int = 0) -> Geometry:
    """The designer's own places where the file has them, else our layout."""
    for count, most in ((len(definitions.nodes), MOST_NODES), (len(definitions.flows), MOST_LINES)):
        if count > most:
            raise DrawingFailed(reason=Text(TOO_MANY, {"count": count, "most": most}))
    if diagram < len(definitions.diagrams):
        found = designed(definitions, definitions.diagrams[diagram])
        if found is not None:
            return found
    if diagram or not definitions.nodes:
        raise NothingToDraw
    return laid_out(definitions)


def _pages(definitions: Definitions, setting: Setting, style: Style, caption: Caption) -> list[Page]:
    if style.paper != "fit":
        if style.level == "overview" and definitions.stages:
            return printed_overview(definitions, setting, caption, style.paper)
        geometry = _below_heads(definitions, style)
        return printed(definitions, geometry, setting, caption, style.paper, cards=style.level == "detail")
    sheet = _painted(definitions, setting, style, caption).sheet
    return [Page(sheet, min(1.0, LONGEST / max(sheet.width, sheet.height)))]
