"""From a geometry to a sheet: frames, then lines, then nodes, so that nothing hides what it should not."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpmn.diagram import Bounds
from bpmn.drawing import words
from bpmn.drawing.geometry import MARGIN, Column, Geometry
from bpmn.drawing.measure import Fitted, fit, paragraph, printable
from bpmn.drawing.painting.badges import STRIP, Spot, paint_badges, spots_of
from bpmn.drawing.painting.cards import CHEVRON, card_height, paint_card, paint_chevron
from bpmn.drawing.painting.frames import paint_frame
from bpmn.drawing.painting.legend import entries_of, legend_height, paint_legend
from bpmn.drawing.painting.lines import paint_line, states
from bpmn.drawing.painting.nodes import paint_node
from bpmn.drawing.sheet import Part, Setting, Sheet
from bpmn.drawing.style import Caption
from bpmn.model import Definitions, Stage

#: Between the strip with a stage's figures and the map.
_GAP = 12.0


@dataclass(frozen=True, slots=True)
class Painted:
    sheet: Sheet
    #: Where badges go, by element and stage.
    spots: Mapping[str, Spot]


def paint(
    definitions: Definitions, geometry: Geometry, setting: Setting, caption: Caption, *, cards: bool = True
) -> Painted:
    """The flow with its stages above it, each with its card if ``cards``."""
    heads = Heads(definitions, geometry, setting, cards=cards)
    room = geometry.width - 2 * MARGIN
    titles = titles_of(caption, definitions, setting, room)
    entries = entries_of(setting, geometry) if caption.title else []
    top = titles_height(titles)
    # A title and the stages each bring a margin of their own.
    down = top + heads.height - (MARGIN / 2 if top or heads.height else 0)
    foot = legend_height(entries, room)
    sheet = Sheet(geometry.width, down + geometry.height + foot, setting)
    paint_titles(sheet, titles, Bounds(MARGIN, MARGIN, room, top))
    bottom = down + geometry.height
    spots = heads.paint(sheet, top + MARGIN / 2, bottom)
    spots |= paint_flow(sheet, geometry.moved(0, down), heads)
    paint_badges(sheet, spots)
    paint_legend(sheet, entries, Bounds(MARGIN, bottom - MARGIN / 2, room, foot))
    return Painted(sheet, spots)


def paint_flow(sheet: Sheet, geometry: Geometry, heads: Heads) -> dict[str, Spot]:
    lanes = sorted((frame for frame in geometry.frames if frame.kind == "lane"), key=lambda one: one.bounds.y)
    shaded = {frame.id for frame in lanes[1::2]}
    for frame in geometry.frames:
        paint_frame(sheet, frame, shaded=frame.id in shaded)
    heads.paint_borders(sheet, geometry)
    # Where lines run together, the path to win and what a deal has passed lie on top.
    on_top = sheet.setting.path | sheet.setting.marks.passed
    for line in sorted(geometry.lines, key=lambda line: line.id in on_top):
        paint_line(sheet, line)
    for node in geometry.nodes:
        paint_node(sheet, node)
    return {spot.id: spot for spot in spots_of(geometry)}


class Heads:
    """What stands above the stages' columns: chevrons, cards, figures."""

    def __init__(
        self,
        definitions: Definitions,
        geometry: Geometry,
        setting: Setting,
        *,
        cards: bool,
        numbers: Mapping[str, int] | None = None,
    ) -> None:
        """``numbers``: of the stages, where the geometry is only a part of the map."""
        stages = {stage.id: stage for stage in definitions.stages}
        numbers = numbers or {column.stage: number for number, column in enumerate(geometry.columns, 1)}
        self.stages: list[tuple[int, Stage, Column]] = [
            (numbers[column.stage], stages[column.stage], column)
            for column in geometry.columns
            if column.stage in stages
        ]
        self._setting = setting
        self._card = max(
            (card_height(stage, column.right - column.left, setting) for _, stage, column in self.stages if cards),
            default=0.0,
        )

    @property
    def height(self) -> float:
        if not self.stages:
            return 0.0
        return CHEVRON + (self._card + 6 + STRIP if self._card else 0.0) + _GAP

    def paint(self, sheet: Sheet, top: float, bottom: float) -> dict[str, Spot]:
        spots = {}
        for number, stage, column in self.stages:
            width = column.right - column.left
            marks = " ".join(["stage", "group", *states(self._setting, stage.id)])
            href = self._setting.links.get(stage.id, "")
            box = Bounds(column.left, top, width, CHEVRON)
            with sheet.part(Part(column.group or stage.id, marks, printable(stage.name), href), box):
                if self._card:
                    paint_card(sheet, stage, Bounds(column.left, top + CHEVRON, width, self._card))
                paint_chevron(sheet, stage.name, number, box, first=number == 1)
            strip = Bounds(column.left, top + CHEVRON + self._card + 6, width, STRIP) if self._card else None
            # Clear of the tips, so that one sees whose they are, and of the picture's edge.
            spots[stage.id] = Spot(stage.id, (column.left + 14, top + 3), (column.right - 6, top + 3), strip)
        return spots

    def paint_borders(self, sheet: Sheet, geometry: Geometry) -> None:
        """Between two stages a dashed line down the map; where something stands between them, on either side of it."""
        bottom = geometry.height - MARGIN
        tops = [frame.bounds.y for frame in geometry.frames] or [0.0]
        for (_, _, one), (_, _, other) in itertools.pairwise(self.stages):
            near = other.left - one.right < 60
            for x in [(one.right + other.left) / 2] if near else [one.right, other.left]:
                sheet.canvas.pen(sheet.theme["band-line"], 1.0, "border")
                sheet.canvas.line((x, min(tops) - _GAP), (x, max(_bottoms(geometry), default=bottom)))


def _bottoms(geometry: Geometry) -> list[float]:
    return [frame.bounds.y + frame.bounds.height for frame in geometry.frames]


Titles = Sequence[tuple[Fitted, str]]


def titles_of(caption: Caption, definitions: Definitions, setting: Setting, width: float) -> Titles:
    """What stands over a map, each with the name of its colour."""
    goal = caption.goal if caption.goal is not None else next((p.goal for p in definitions.processes if p.goal), "")
    version = setting.word(words.VERSION) % {"version": caption.version} if caption.version else ""
    under = " · ".join(filter(None, [caption.subtitle, version, caption.date]))
    titles = []
    if caption.title:
        titles.append((fit(caption.title, width, 32, (24, 20, 17, 14), True), "ink"))
        if goal:
            titles.append((paragraph(setting.word(words.GOAL) % {"goal": goal}, width, 13, most=2), "ink"))
    if under:
        titles.append((paragraph(under, width, 11, most=1), "muted"))
    return titles


def titles_height(titles: Titles) -> float:
    return sum(text.height + 5 for text, _ in titles) + (16 if titles else 0)


def paint_titles(sheet: Sheet, titles: Titles, box: Bounds) -> None:
    y = box.y
    for text, colour in titles:
        sheet.words(text, (box.x, y + text.height / 2), sheet.theme[colour], align="l")
        y += text.height + 5
