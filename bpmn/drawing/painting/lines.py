"""Draws flows, message flows and associations."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bpmn.diagram import Bounds
from bpmn.drawing.canvas import towards
from bpmn.drawing.geometry import Line, Point, middle
from bpmn.drawing.measure import LINE_NAME, fit, printable
from bpmn.drawing.sheet import Part, Setting, Sheet


def paint_line(sheet: Sheet, line: Line) -> None:
    setting = sheet.setting
    colour, width, style = look_of_line(setting, line)
    classes = " ".join(["edge", line.kind, *states(setting, line.id)])
    with sheet.part(Part(line.id, classes, printable(line.name), description=setting.told.get(line.id, ""))):
        ends = _ENDS.get(line.kind, (_NONE, _NONE))
        if line.conditional:
            ends = (_DIAMOND, ends[1])
        ends = (_NONE if line.cut_start else ends[0], _NONE if line.cut_end else ends[1])
        sheet.line(line.points, colour, width, style, tail=ends[0].length, head=ends[1].length)
        for end, points in zip(ends, (line.points, line.points[::-1]), strict=True):
            _paint_end(sheet, end, points, colour)
        if line.default:
            _slash(sheet, line.points, colour)
        if line.icon:
            _letter(sheet, line.points, filled=line.icon == "non_initiating")
        if line.name and line.label:
            _name(sheet, line, line.label, colour)


@dataclass(frozen=True, slots=True)
class _End:
    """What a line begins or ends with: points around its end, which lies at 0, 0 with the line to the right."""

    length: float = 0.0
    shape: tuple[Point, ...] = ()
    filled: bool = False
    closed: bool = True
    radius: float = 0.0


_NONE = _End()
_ARROW = _End(9.0, ((0, 0), (10, 3.6), (10, -3.6)), filled=True)
_DIAMOND = _End(14.0, ((0, 0), (7, 4.2), (14, 0), (7, -4.2)))
_CIRCLE = _End(7.0, radius=3.5)
_OPEN_ARROW = _End(9.0, ((0, 0), (9, 4), (9, -4)))
_HOOK = _End(0.0, ((7, 4), (0, 0), (7, -4)), closed=False)
#: How each kind of line begins and ends.
_ENDS = {
    "sequenceFlow": (_NONE, _ARROW),
    "messageFlow": (_CIRCLE, _OPEN_ARROW),
    "dataAssociation": (_NONE, _HOOK),
}


def paint_arrow(sheet: Sheet, points: Sequence[Point], colour: str) -> None:
    """The head of a flow, at the end of these points."""
    _paint_end(sheet, _ARROW, points[::-1], colour)


def _paint_end(sheet: Sheet, end: _End, points: Sequence[Point], colour: str) -> None:
    canvas = sheet.canvas
    (x, y), towards_it = points[0], points[1]
    angle = math.atan2(towards_it[1] - y, towards_it[0] - x)
    across, down = math.cos(angle), math.sin(angle)
    canvas.pen(colour, 0.6 if end.filled else 1.2)
    canvas.fill(colour if end.filled else sheet.theme["paper"])
    if end.radius:
        canvas.circle((x + end.radius * across, y + end.radius * down), end.radius, role="end")
    if end.shape:
        turned = [(x + u * across - v * down, y + u * down + v * across) for u, v in end.shape]
        if end.closed:
            canvas.polygon(turned, role="arrow" if end.filled else "end")
        else:
            canvas.line(*turned, role="end")


def _name(sheet: Sheet, line: Line, box: Bounds, colour: str) -> None:
    setting = sheet.setting
    bold = line.id in setting.path or line.id in setting.marks.passed
    text = replace(fit(line.name, box.width, box.height, LINE_NAME.sizes, True), bold=bold)
    ink = colour if line.id in setting.path | setting.losing else sheet.theme["muted"]
    sheet.words(text, middle(box), ink, over_lines=True)


def _letter(sheet: Sheet, points: Sequence[Point], *, filled: bool) -> None:
    """The message itself, half way along its flow."""
    (x, y), canvas, theme = _half_way(points), sheet.canvas, sheet.theme
    canvas.pen(theme["muted"], 1.2)
    canvas.fill(theme["muted"] if filled else theme["paper"])
    canvas.rectangle(Bounds(x - 10, y - 7, 20, 14))
    canvas.pen(theme["paper"] if filled else theme["muted"], 1.2)
    canvas.line((x - 10, y - 7), (x, y + 1), (x + 10, y - 7))


def _half_way(points: Sequence[Point]) -> Point:
    left = sum(itertools.starmap(math.dist, itertools.pairwise(points))) / 2
    for start, end in itertools.pairwise(points):
        if (length := math.dist(start, end)) >= left:
            return towards(start, end, left)
        left -= length
    return points[-1]


def states(setting: Setting, id_: str) -> list[str]:
    """The classes that say what is special about an element."""
    found = ["path"] * (id_ in setting.path) + ["losing"] * (id_ in setting.losing)
    heat = [setting.heat[id_]] if id_ in setting.heat else []
    return [*found, *setting.marks.classes_of(id_), *heat]


def look_of_line(setting: Setting, line: Line) -> tuple[str, float, str]:
    """Colour, width and style."""
    theme = setting.theme
    if line.kind == "messageFlow":
        return theme["muted"], 1.2, "message"
    if line.kind != "sequenceFlow":
        return theme["line"], 1.1, "dotted"
    if line.id in setting.marks.skipped:
        return theme["skipped"], 1.2, "skipped"
    if line.id in setting.marks.passed:
        return theme["path"], 2.8, "solid"
    if line.id in setting.marks.added or line.id in setting.marks.changed:
        return theme["navy"], 3.0, "solid"
    if line.id in setting.marks.removed:
        return theme["muted"], 1.4, "dashed"
    if line.id in setting.path:
        return theme["path"], 2.4, "solid"
    if line.id in setting.losing:
        return theme["loss"], 1.5, "lost"
    return theme["line"], 1.4, "solid"


def _slash(sheet: Sheet, points: tuple[Point, ...], colour: str) -> None:
    """Through the start of a default flow."""
    x, y = towards(points[0], points[1], 10)
    angle = math.atan2(points[1][1] - points[0][1], points[1][0] - points[0][0]) + math.radians(60)
    across, down = 6 * math.cos(angle), 6 * math.sin(angle)
    sheet.canvas.pen(colour, 1.7)
    sheet.canvas.line((x - across, y - down), (x + across, y + down), role="slash")
