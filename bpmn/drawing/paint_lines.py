"""Draws flows, message flows and associations."""

from __future__ import annotations

import math

from bpmn.drawing.canvas import towards
from bpmn.drawing.geometry import Line, Point, middle
from bpmn.drawing.measure import LINE_NAME, fit, printable
from bpmn.drawing.sheet import Part, Setting, Sheet


def paint_line(sheet: Sheet, line: Line) -> None:
    setting = sheet.setting
    colour, width, style = _look(setting, line)
    part = Part(line.id, " ".join(["edge", line.kind, *states(setting, line.id)]), printable(line.name))
    bold = line.id in setting.path or line.id in setting.marks.passed
    label = None
    if line.label:
        text = fit(line.name, line.label.width, line.label.height, LINE_NAME.sizes, bold)
        label = (text, middle(line.label), colour if line.id in setting.path | setting.losing else sheet.theme["muted"])
    if line.kind == "sequenceFlow":
        tail = 13.0 if line.conditional else 0.0
        ends = (
            "dir=both arrowtail=odiamond arrowhead=normal arrowsize=0.75" if tail else "arrowhead=normal arrowsize=0.8"
        )
        sheet.line(part, line.points, colour, width, style, ends=ends, head=8, tail=tail, label=label)
        if line.default:
            _slash(sheet, line.points, colour)
    elif line.kind == "messageFlow":
        ends = "dir=both arrowtail=odot arrowhead=onormal arrowsize=0.75"
        sheet.line(part, line.points, colour, width, style, ends=ends, head=7.5, tail=6, label=label)
    else:
        head = 6.0 if line.kind == "dataAssociation" else 0.0
        ends = "arrowhead=vee arrowsize=0.6" if head else "dir=none"
        sheet.line(part, line.points, colour, width, style, ends=ends, head=head)


def states(setting: Setting, id_: str) -> list[str]:
    """The classes that say what is special about an element."""
    marks = setting.marks
    found = {
        "path": id_ in setting.path,
        "losing": id_ in setting.losing,
        "passed": id_ in marks.passed,
        "current": id_ in marks.current,
        "skipped": id_ in marks.skipped,
    }
    return [name for name, holds in found.items() if holds]


def _look(setting: Setting, line: Line) -> tuple[str, float, str]:
    """Colour, width and style."""
    theme = setting.theme
    if line.kind == "messageFlow":
        return theme["muted"], 1.2, "dashed"
    if line.kind != "sequenceFlow":
        return theme["line"], 1.1, "dotted"
    if line.id in setting.marks.skipped:
        return theme["skipped"], 1.2, "dashed"
    if line.id in setting.marks.passed:
        return theme["path"], 2.8, "solid"
    if line.id in setting.path:
        return theme["path"], 2.4, "solid"
    if line.id in setting.losing:
        return theme["loss"], 1.4, "dashed"
    return theme["line"], 1.4, "solid"


def _slash(sheet: Sheet, points: tuple[Point, ...], colour: str) -> None:
    """Through the start of a default flow."""
    x, y = towards(points[0], points[1], 10)
    angle = math.atan2(points[1][1] - points[0][1], points[1][0] - points[0][0]) + math.radians(60)
    across, down = 6 * math.cos(angle), 6 * math.sin(angle)
    sheet.canvas.pen(colour, 1.7)
    sheet.canvas.line((x - across, y - down), (x + across, y + down))
