"""A BPMN file as a picture: SVG for a page, PNG for a slide, PDF for a wall. Graphviz draws; the places are ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bpmn.drawing.clean import clean
from bpmn.drawing.designed import designed
from bpmn.drawing.geometry import Geometry
from bpmn.drawing.happy import of_losing, path_to_win
from bpmn.drawing.laid_out import laid_out
from bpmn.drawing.legend import WORDS
from bpmn.drawing.measure import printable
from bpmn.drawing.outline import OutlineRow, outline
from bpmn.drawing.paint import paint
from bpmn.drawing.renderer import run
from bpmn.drawing.sheet import Setting, Sheet
from bpmn.drawing.themes import THEMES, WEB_COLOURS, theme_named
from bpmn.drawing.written import with_diagram
from bpmn.errors import DrawingFailed, NothingToDraw
from bpmn.marks import Marks
from bpmn.model import Definitions
from bpmn.reading import Document
from bpmn.text import N_, Text

FORMATS = ("svg", "png", "pdf")
#: A PNG wider than this is none that anyone could open.
_WIDEST = 16_000
#: The largest of 5,146 real files has 108 nodes. Finding a way for each line is what takes its time.
MOST_NODES, MOST_LINES = 2_000, 4_000
TOO_MANY = N_("it has %(count)d elements, and at most %(most)d are drawn. Split the process.")

__all__ = ["FORMATS", "THEMES", "WEB_COLOURS", "WORDS", "Marks", "OutlineRow", "draw", "laid_out_anew", "outline"]


def draw(
    definitions: Definitions,
    format: str = "svg",
    *,
    marks: Marks = Marks(),  # noqa: B008 - a frozen value
    theme: str = "light",
    diagram: int = 0,
    title: str = "",
    subtitle: str = "",
    words: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    width: int | None = None,
    time_limit: float = 20.0,
) -> bytes:
    """The picture. ``width`` is in pixels; ``words`` translate the legend; ``links`` lead from elements (SVG)."""
    if format not in FORMATS:
        raise ValueError(f"No format {format!r}: there are {', '.join(FORMATS)}")
    setting = Setting(
        theme_named(theme),
        marks,
        path_to_win(definitions),
        of_losing(definitions),
        frozenset(stage.name for stage in definitions.stages),
        links or {},
        can_turn=format == "svg",
    )
    sheet = paint(geometry_of(definitions, diagram), setting, title=title, subtitle=subtitle, words=words)
    if format == "svg":
        drawn = run(sheet.dot(), "svg", time_limit=time_limit)
        name = title or definitions.name or next((process.name for process in definitions.processes), "")
        return clean(
            drawn,
            sheet.parts,
            title=printable(name) or "BPMN",
            description=printable(subtitle),
            language=definitions.language,
            width=width,
            web=theme == "web",
        )
    return run(_scaled(sheet, format, width), format, time_limit=time_limit)


def laid_out_anew(document: Document) -> Document:
    """The same file with our layout as its only diagram."""
    geometry = geometry_of(replace(document.definitions, diagrams=()))
    root = with_diagram(document, geometry)
    return Document(root, replace(document.definitions, diagrams=()))


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


def _scaled(sheet: Sheet, format: str, width: int | None) -> str:
    """A PNG of the width asked for (twice the points otherwise, for sharp screens)."""
    source = sheet.dot()
    if format != "png":
        return source
    pixels = min(width or round(2 * sheet.width), _WIDEST)
    return re.sub(r"graph \[", f"graph [dpi={72 * pixels / sheet.width:.6f} ", source, count=1)
