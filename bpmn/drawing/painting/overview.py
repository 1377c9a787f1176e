"""The stages alone: a card each, in the order of reading, in rows of the same width."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import Geometry
from bpmn.drawing.measure import printable
from bpmn.drawing.painting.badges import STRIP, Spot, paint_badges
from bpmn.drawing.painting.cards import CHEVRON, paint_aligned_card, paint_chevron, row_of
from bpmn.drawing.painting.flow import Painted, paint_titles, titles_height, titles_of
from bpmn.drawing.painting.legend import entries_of, legend_height, paint_legend
from bpmn.drawing.painting.lines import paint_arrow, states
from bpmn.drawing.sheet import Part, Setting, Sheet
from bpmn.drawing.style import Caption
from bpmn.model import Definitions, Stage

_WIDTH, _WIDEST = 236.0, 440.0
#: Between cards, and between rows: room for the tip of a chevron, and for an arrow back to the left.
_ACROSS, _DOWN = 16.0, 34.0
_MARGIN = 24.0
_MOST_IN_A_ROW = 5


def paint_overview(definitions: Definitions, setting: Setting, caption: Caption) -> Painted:
    rows = rows_of_stages(definitions.stages)
    room = len(rows[0]) * (_WIDTH + _ACROSS) - _ACROSS
    titles = titles_of(caption, definitions, setting, room)
    top = _MARGIN + titles_height(titles)
    entries = entries_of(setting, Geometry((), (), ())) if caption.title else []
    cards = sum(row_height_of(row, _WIDTH, setting) for row in rows) - _DOWN
    foot = legend_height(entries, room)
    sheet = Sheet(room + 2 * _MARGIN, top + cards + foot + _MARGIN, setting)
    paint_titles(sheet, titles, Bounds(_MARGIN, _MARGIN, room, top))
    spots, bottom = paint_rows(sheet, rows, Bounds(_MARGIN, top, room, cards), len(rows[0]))
    paint_badges(sheet, spots)
    paint_legend(sheet, entries, Bounds(_MARGIN, bottom + 6, room, foot))
    return Painted(sheet, spots)


def paint_rows(
    sheet: Sheet, rows: Sequence[Sequence[Stage]], box: Bounds, across: int, *, first: int = 1
) -> tuple[dict[str, Spot], float]:
    """So many cards ``across`` fill the box from side to side; ``first`` is the number of the first stage.

    Returns where badges go, and where the last row ends.
    """
    setting, spots = sheet.setting, {}
    width = width_in(box.width, across)
    y, number = box.y, first
    for stages in rows:
        row = row_of(stages, width, setting)
        if number > first:
            _paint_turn(sheet, box.x, y, across, width)
        for place, stage in enumerate(stages):
            head = Bounds(box.x + place * (width + _ACROSS), y, width, CHEVRON)
            classes = " ".join(["stage", *states(setting, stage.id)])
            part = Part(stage.id, classes, printable(stage.name), setting.links.get(stage.id, ""))
            with sheet.part(part, Bounds(head.x, y, width, CHEVRON + row.height)):
                paint_aligned_card(sheet, stage, Bounds(head.x, y + CHEVRON, width, row.height), row)
                paint_chevron(sheet, stage.name, number, head, first=place == 0)
            strip = Bounds(head.x, y + CHEVRON + row.height + 6, width, STRIP)
            spots[stage.id] = Spot(stage.id, (head.x, y), (head.x + width, y), strip)
            number += 1
        y += CHEVRON + row.height + 6 + STRIP + _DOWN
    return spots, y - _DOWN


def width_in(room: float, across: int) -> float:
    """Of each of so many cards side by side; lines that are too long are not read."""
    return min((room + _ACROSS) / across - _ACROSS, _WIDEST)


def row_height_of(stages: Sequence[Stage], width: float, setting: Setting) -> float:
    """With the space below it."""
    return CHEVRON + row_of(stages, width, setting).height + 6 + STRIP + _DOWN


def rows_of_stages(stages: Sequence[Stage], room: float = 0.0) -> list[Sequence[Stage]]:
    """As equal as they can be, none longer than the one before: seven are four and three."""
    most = max(int((room + _ACROSS) / (_WIDTH + _ACROSS)), 1) if room else _MOST_IN_A_ROW
    count = math.ceil(len(stages) / most)
    if count == 1 and len(stages) > 4 and not room:
        count = 2
    length = math.ceil(len(stages) / count)
    return [stages[start : start + length] for start in range(0, len(stages), length)]


def _paint_turn(sheet: Sheet, left: float, y: float, length: int, width: float) -> None:
    """From the last card of a row to the first of the next."""
    theme, setting = sheet.theme, sheet.setting
    # From under the figures, or where there are none, from the card.
    rise = 3.0 if setting.stages & setting.marks.figures.keys() else -6 - STRIP
    start = left + (length - 0.5) * (width + _ACROSS) - _ACROSS / 2
    end = left + width / 2
    middle = y - _DOWN / 2 - 1
    points = ((start, y - _DOWN + rise), (start, middle), (end, middle), (end, y - 1))
    with sheet.part(Part("", "edge path")):
        sheet.line(points, theme["path"], 2.4, "solid", head=9)
        paint_arrow(sheet, points, theme["path"])
