"""A BPMN file as a picture: SVG for a page, PNG for a slide, PDF for a wall. Graphviz draws; the places are ours."""

from __future__ import annotations

from bpmn.drawing.editable import editable
from bpmn.drawing.making import (
    FORMATS,
    draw,
    drawn,
    geometry_of,
    instead,
    laid_out_anew,
    page_count,
    preview,
    web_map,
)
from bpmn.drawing.outline import OutlineRow, outline
from bpmn.drawing.style import LEVELS, PAPERS, Caption, Style
from bpmn.drawing.themes import THEMES, WEB_COLOURS
from bpmn.drawing.webmap import WebMap
from bpmn.drawing.words import WORDS
from bpmn.marks import Figures, Marks

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
    "WebMap",
    "draw",
    "drawn",
    "editable",
    "geometry_of",
    "instead",
    "laid_out_anew",
    "outline",
    "page_count",
    "preview",
    "web_map",
]
