"""From a file and what is asked of its picture to the picture: places, paint, Graphviz, and what each format needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bpmn.drawing.cache import digest, geometries, pictures, web_maps
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
from bpmn.drawing.renderer import run
from bpmn.drawing.sheet import Setting, Sheet
from bpmn.drawing.style import Caption, Style
from bpmn.drawing.themes import theme_named
from bpmn.drawing.told import told_of
from bpmn.drawing.webmap import WebMap
from bpmn.drawing.words import TOO_MANY
from bpmn.drawing.written import with_diagram
from bpmn.errors import DrawingFailed, NothingToDraw
from bpmn.marks import Marks
from bpmn.model import Definitions
from bpmn.reading import Document
from bpmn.text import Text

FORMATS = ("svg", "png", "pdf")
#: A PNG wider or higher than this is none that anyone could open.
_WIDEST = 16_000
#: The largest of 5,146 real files has 108 nodes. Finding a way for each line is what takes its time.
MOST_NODES, MOST_LINES = 2_000, 4_000
#: For a few lines of text, in seconds.
PLAIN_TIME_LIMIT = 10.0


def draw(
    definitions: Definitions,
    format: str = "svg",
    style: Style = Style(),  # noqa: B008 - a frozen value
    *,
    caption: Caption = Caption(),  # noqa: B008
    marks: Marks = Marks(),  # noqa: B008
    links: Mapping[str, str] | None = None,
    time_limit: float = 20.0,
) -> bytes:
    """The picture. ``links`` lead from elements into the site, by id."""
    if format not in FORMATS:
        raise ValueError(f"No format {format!r}: there are {', '.join(FORMATS)}")
    # An SVG has variables until the end, so that it is the same in every theme.
    theme = "web" if format == "svg" else style.theme
    key = digest(definitions, format, replace(style, theme=theme), caption, marks, links)
    setting = _setting(definitions, theme, caption, marks, links, is_svg=format == "svg")
    try:
        drawn = pictures.get(key, lambda: _drawn(definitions, format, style, setting, caption, time_limit))
    except DrawingFailed as failed:
        drawn = _instead(definitions, format, style, setting, caption, failed)
    return coloured(drawn, theme_named(style.theme)) if format == "svg" and style.theme != "web" else drawn


def page_count(
    definitions: Definitions,
    style: Style,
    *,
    caption: Caption = Caption(),  # noqa: B008
    marks: Marks = Marks(),  # noqa: B008
) -> int:
    """How many pages the PDF has."""
    setting = _setting(definitions, style.theme, caption, marks, None, is_svg=False)
    try:
        return len(_pages(definitions, setting, style, caption))
    except DrawingFailed:
        return 1


def preview(
    definitions: Definitions,
    style: Style,
    page: int = 1,
    *,
    caption: Caption = Caption(),  # noqa: B008
    marks: Marks = Marks(),  # noqa: B008
    time_limit: float = 20.0,
) -> bytes:
    """A page of the PDF as a PNG of the style's width; raises NothingToDraw for a page that there is not."""
    setting = _setting(definitions, style.theme, caption, marks, None, is_svg=False)

    def make() -> bytes:
        pages = _pages(definitions, setting, style, caption)
        if not 1 <= page <= len(pages):
            raise NothingToDraw
        return run(_scaled(pages[page - 1].sheet, style.width), "png", time_limit=time_limit)

    try:
        return pictures.get(digest(definitions, "preview", page, style, caption, marks), make)
    except DrawingFailed as failed:
        return _instead(definitions, "png", style, setting, caption, failed)


def _instead(
    definitions: Definitions, format: str, style: Style, setting: Setting, caption: Caption, failed: DrawingFailed
) -> bytes:
    """A plain picture with what went wrong in it."""
    name, reason = _name_of(definitions, caption), _said(setting, failed.reason)
    if format == "svg":
        return DECLARATION + plain_svg(definitions, setting, name, reason)
    sheet = plain(definitions, setting, name, reason)
    source = _scaled(sheet, style.width) if format == "png" else sheet.dot()
    return run(source, format, time_limit=PLAIN_TIME_LIMIT)


def _said(setting: Setting, reason: str) -> str:
    return setting.word(reason.template) % reason.values if isinstance(reason, Text) else reason


def web_map(
    definitions: Definitions,
    style: Style = Style(theme="web", level="flow"),  # noqa: B008
    *,
    words: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    time_limit: float = 20.0,
) -> WebMap:
    """The map for a page, to be marked for one deal after the other."""

    def make() -> WebMap:
        caption = Caption(words=words or {})
        setting = _setting(definitions, "web", caption, Marks(), links, is_svg=True)
        painted = _painted(definitions, setting, style, caption)
        svg = _svg(definitions, painted, style, caption, time_limit, whole=False)
        stages = [stage.id for stage in definitions.stages]
        return WebMap.of(svg.decode(), painted.spots, stages, words or {})

    try:
        return web_maps.get(digest(definitions, "web", style, words, links), make)
    except DrawingFailed as failed:
        setting = _setting(definitions, "web", Caption(words=words or {}), Marks(), None, is_svg=True)
        svg = plain_svg(definitions, setting, _name_of(definitions, Caption()), _said(setting, failed.reason))
        return WebMap.of(svg.decode(), {}, (), {})


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
    return run(_scaled(painted.sheet, style.width), format, time_limit=time_limit)


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
    return Document(with_diagram(document, geometry_of(definitions)), definitions)


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


def _scaled(sheet: Sheet, width: int | None) -> str:
    """A PNG of the width asked for (twice the points otherwise, for sharp screens)."""
    pixels = min(width or round(2 * sheet.width), _WIDEST, round(_WIDEST * sheet.width / sheet.height))
    return sheet.dot(dpi=72 * pixels / sheet.width)
