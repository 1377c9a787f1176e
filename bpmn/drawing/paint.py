"""From a geometry to a sheet: frames, then lines, then nodes, so that nothing hides what it should not."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.drawing.geometry import MARGIN, Frame, Geometry, Line, Placed
from bpmn.drawing.legend import LEGEND_HEIGHT, paint_legend
from bpmn.drawing.measure import fit
from bpmn.drawing.paint_frames import paint_frame
from bpmn.drawing.paint_lines import paint_line
from bpmn.drawing.paint_nodes import paint_node
from bpmn.drawing.sheet import Setting, Sheet

_TITLE = 40.0
_SUBTITLE = 20.0


def paint(
    geometry: Geometry, setting: Setting, *, title: str = "", subtitle: str = "", words: Mapping[str, str] | None = None
) -> Sheet:
    """With a title, the drawing is a sheet of its own: a legend explains it."""
    top = (_TITLE if title else 0) + (_SUBTITLE if subtitle else 0)
    bottom = LEGEND_HEIGHT if title else 0
    moved = _lowered(geometry, top)
    sheet = Sheet(geometry.width, geometry.height + top + bottom, setting)
    _titles(sheet, title, subtitle)
    for frame in moved.frames:
        paint_frame(sheet, frame)
    # Where lines run together, the path to win and what a deal has passed lie on top.
    for line in sorted(moved.lines, key=lambda line: line.id in setting.path | setting.marks.passed):
        paint_line(sheet, line)
    for node in moved.nodes:
        paint_node(sheet, node)
    if title:
        paint_legend(sheet, moved, words or {})
    return sheet


def _titles(sheet: Sheet, title: str, subtitle: str) -> None:
    room = sheet.width - 2 * MARGIN
    if title:
        sheet.words(fit(title, room, 32, (24, 20, 16, 13), True), (MARGIN, 30), sheet.theme["ink"], align="l")
    if subtitle:
        place = MARGIN, (_TITLE if title else 0) + 13
        sheet.words(fit(subtitle, room, 16, (13, 11, 9)), place, sheet.theme["muted"], align="l")


def _lowered(geometry: Geometry, down: float) -> Geometry:
    if not down:
        return geometry
    from dataclasses import replace

    from bpmn.drawing.geometry import moved

    def lower_frame(frame: Frame) -> Frame:
        return replace(frame, bounds=moved(frame.bounds, 0, down))

    def lower_node(node: Placed) -> Placed:
        return replace(
            node, bounds=moved(node.bounds, 0, down), label=moved(node.label, 0, down) if node.label else None
        )

    def lower_line(line: Line) -> Line:
        points = tuple((x, y + down) for x, y in line.points)
        return replace(line, points=points, label=moved(line.label, 0, down) if line.label else None)

    return replace(
        geometry,
        frames=tuple(map(lower_frame, geometry.frames)),
        nodes=tuple(map(lower_node, geometry.nodes)),
        lines=tuple(map(lower_line, geometry.lines)),
        height=geometry.height + down,
    )
