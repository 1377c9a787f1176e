"""A BPMN file as a picture: SVG for a page, PNG for a slide, PDF for a wall. Graphviz draws; the places are ours."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.drawing.badges import heat_of
from bpmn.drawing.clean import clean, written
from bpmn.drawing.designed import designed
from bpmn.drawing.geometry import Geometry
from bpmn.drawing.happy import of_losing, path_to_win
from bpmn.drawing.laid_out import laid_out
from bpmn.drawing.measure import printable
from bpmn.drawing.outline import OutlineRow, outline
from bpmn.drawing.overview import paint_overview
from bpmn.drawing.paint import Painted, paint
from bpmn.drawing.pdf import LONGEST, bound
from bpmn.drawing.printing import Page, printed, printed_overview
from bpmn.drawing.renderer import run
from bpmn.drawing.sheet import Setting, Sheet
from bpmn.drawing.style import LEVELS, PAPERS, Caption, Style
from bpmn.drawing.themes import THEMES, WEB_COLOURS, theme_named
from bpmn.drawing.words import WORDS
from bpmn.errors import DrawingFailed, NothingToDraw
from bpmn.marks import Figures, Marks
from bpmn.model import Definitions
from bpmn.text import N_, Text

FORMATS = ("svg", "png", "pdf")
#: A PNG wider or higher than this is none that anyone could open.
_WIDEST = 16_000
#: The largest of 5,146 real files has 108 nodes. Finding a way for each line is what takes its time.
MOST_NODES, MOST_LINES = 2_000, 4_000
TOO_MANY = N_("it has %(count)d elements, and at most %(most)d are drawn. Split the process.")

__all__ = [
    "FORMATS",
    "LEVELS",
    "PAPERS",
    "THEMES",
    "WEB_COLOURS",
    "WORDS",
    "Caption",
    "Figures",
    "Marks",
    "OutlineRow",
    "Style",
    "draw",
    "outline",
]


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
    setting = Setting(
        theme_named(style.theme),
        marks,
        path_to_win(definitions),
        of_losing(definitions),
        frozenset(stage.id for stage in definitions.stages),
        frozenset(stage.name for stage in definitions.stages),
        links or {},
        caption.words,
        heat=heat_of(marks, {stage.id for stage in definitions.stages}),
        is_svg=format == "svg",
    )
    name = caption.title or definitions.name or next((process.name for process in definitions.processes), "")
    if format == "pdf":
        return bound(
            _pages(definitions, setting, style, caption),
            lambda source: run(source, "pdf", time_limit=time_limit),
            title=printable(name) or "BPMN",
            subject=printable(caption.subtitle),
            language=definitions.language,
            base=caption.base,
        )
    painted = _painted(definitions, setting, style, caption)
    if format == "svg":
        drawn = run(painted.sheet.dot(), "svg", time_limit=time_limit)
        return written(
            clean(
                drawn,
                painted.sheet,
                title=printable(name) or "BPMN",
                description=printable(caption.subtitle),
                language=definitions.language,
                width=style.width,
                web=style.theme == "web",
            )
        )
    return run(_scaled(painted.sheet, style.width), format, time_limit=time_limit)


def _painted(definitions: Definitions, setting: Setting, style: Style, caption: Caption) -> Painted:
    if style.level == "overview" and definitions.stages:
        return paint_overview(definitions, setting, caption)
    geometry = geometry_of(definitions, style.diagram)
    return paint(definitions, geometry, setting, caption, cards=style.level == "detail")


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
        geometry, cards = geometry_of(definitions, style.diagram), style.level == "detail"
        return printed(definitions, geometry, setting, caption, style.paper, cards=cards)
    sheet = _painted(definitions, setting, style, caption).sheet
    return [Page(sheet, min(1.0, LONGEST / max(sheet.width, sheet.height)))]


def _scaled(sheet: Sheet, width: int | None) -> str:
    """A PNG of the width asked for (twice the points otherwise, for sharp screens)."""
    pixels = min(width or round(2 * sheet.width), _WIDEST, round(_WIDEST * sheet.width / sheet.height))
    return sheet.dot(dpi=72 * pixels / sheet.width)
