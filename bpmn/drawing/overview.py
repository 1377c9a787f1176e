"""The stages alone: a card each, in the order of reading, in rows of the same width."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bpmn.diagram import Bounds
from bpmn.drawing.badges import STRIP, Spot, badges_of, paint_badge
from bpmn.drawing.cards import CHEVRON, aligned_height, paint_aligned_card, paint_chevron, row_heights
from bpmn.drawing.geometry import Geometry
from bpmn.drawing.legend import entries_of, legend_height, paint_legend
from bpmn.drawing.measure import printable
from bpmn.drawing.paint import Painted, paint_titles, titles_height, titles_of
from bpmn.drawing.paint_lines import paint_arrow, states
from bpmn.drawing.sheet import Part, Setting, Sheet
from bpmn.drawing.style import Caption
from bpmn.model import Definitions, Stage

_WIDTH = 236.0
#: Between cards, and between rows: room for the tip of a chevron, and for an arrow back to the left.
_ACROSS, _DOWN = 16.0, 34.0
_MARGIN = 24.0
_MOST_IN_A_ROW = 5


def paint_overview(definitions: Definitions, setting: Setting, caption: Caption) -> Painted:
    rows = _rows(definitions.stages)
    width = 2 * _MARGIN + len(rows[0]) * (_WIDTH + _ACROSS) - _ACROSS
    room = width - 2 * _MARGIN
    heights = [row_heights(row, _WIDTH, setting) for row in rows]
    titles = titles_of(caption, definitions, setting, room)
    top = _MARGIN + titles_height(titles)
    entries = entries_of(setting, Geometry((), (), ())) if caption.title else []
    cards = sum(CHEVRON + aligned_height(row) + 6 + STRIP for row in heights) + (len(rows) - 1) * _DOWN
    foot = legend_height(entries, room)
    sheet = Sheet(width, top + cards + foot + _MARGIN / 2, setting)
    paint_titles(sheet, titles, Bounds(_MARGIN, _MARGIN, room, top))
    spots: dict[str, Spot] = {}
    y, number = top, 1
    for row, row_height in zip(rows, heights, strict=True):
        height = aligned_height(row_height)
        if number > 1:
            _paint_turn(sheet, y, len(rows[0]))
        for place, stage in enumerate(row):
            box = Bounds(_MARGIN + place * (_WIDTH + _ACROSS), y, _WIDTH, CHEVRON)
            body = Bounds(box.x, y + CHEVRON, _WIDTH, height)
            classes = " ".join(["stage", *states(setting, stage.id)])
            part = Part(stage.id, classes, printable(stage.name), setting.links.get(stage.id, ""))
            with sheet.part(part, Bounds(box.x, y, _WIDTH, CHEVRON + height)):
                paint_aligned_card(sheet, stage, body, row_height)
                paint_chevron(sheet, stage.name, number, box, first=place == 0)
            strip = Bounds(box.x, y + CHEVRON + height + 6, _WIDTH, STRIP)
            spots[stage.id] = Spot(stage.id, (box.x, y), (box.x + _WIDTH, y), strip)
            number += 1
        y += CHEVRON + height + 6 + STRIP + _DOWN
    for badge in badges_of(setting.marks, spots, setting.words):
        paint_badge(sheet, badge)
    paint_legend(sheet, entries, Bounds(_MARGIN, y - _DOWN, room, foot))
    return Painted(sheet, spots)


def _rows(stages: Sequence[Stage]) -> list[Sequence[Stage]]:
    """As equal as they can be, none longer than the one before: seven are four and three."""
    count = math.ceil(len(stages) / _MOST_IN_A_ROW) if len(stages) > 4 else 1
    if count == 1 and len(stages) > 4:
        count = 2
    length = math.ceil(len(stages) / count)
    return [stages[start : start + length] for start in range(0, len(stages), length)]


def _paint_turn(sheet: Sheet, y: float, length: int) -> None:
    """From the last card of a row to the first of the next."""
    theme = sheet.theme
    start = _MARGIN + (length - 0.5) * (_WIDTH + _ACROSS) - _ACROSS / 2
    end = _MARGIN + _WIDTH / 2
    middle = y - _DOWN / 2 - 1
    points = ((start, y - _DOWN + 3), (start, middle), (end, middle), (end, y - 1))
    with sheet.part(Part("", "edge path")):
        sheet.line(points, theme["path"], 2.4, "solid", head=9)
        paint_arrow(sheet, points, theme["path"])
