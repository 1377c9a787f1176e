"""Off-page connectors: a circle with a letter where a line leaves a page, and one where it comes in on another."""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.diagram import Bounds
from bpmn.drawing.geometry import Point
from bpmn.drawing.measure import Fitted
from bpmn.drawing.painting.lines import look_of_line, paint_arrow
from bpmn.drawing.paper.cutting import Connector
from bpmn.drawing.sheet import Part, Sheet

_RADIUS = 9.0
_REACH = 22.0
#: How far apart the middles of two circles stand at least.
_APART = 20.0
_ARROWS = {(1.0, 0.0): "→", (-1.0, 0.0): "←", (0.0, 1.0): "↓", (0.0, -1.0): "↑"}


def paint_connectors(sheet: Sheet, connectors: Sequence[Connector], right: float, down: float) -> None:
    """``right`` and ``down``: how far the page has moved its part of the map."""
    taken: dict[Point, list[float]] = {}
    for connector in sorted(connectors, key=lambda one: (one.towards, one.at[one.towards[1] == 0])):
        across, along = connector.towards
        at = connector.at[0] + right, connector.at[1] + down
        # Along the edge, so far that no circle touches the one before.
        place = at[1] if across else at[0]
        before = taken.setdefault(connector.towards, [])
        if before and place < before[-1] + _APART:
            place = before[-1] + _APART
        before.append(place)
        centre = (at[0] + across * _REACH, place) if across else (place, at[1] + along * _REACH)
        _paint(sheet, connector, at, centre)


def _paint(sheet: Sheet, connector: Connector, at: Point, centre: Point) -> None:
    theme, canvas = sheet.theme, sheet.canvas
    colour, width, style = look_of_line(sheet.setting, connector.line)
    across, along = connector.towards
    edge = centre[0] - across * _RADIUS, centre[1] - along * _RADIUS
    box = Bounds(centre[0] - _RADIUS, centre[1] - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
    with sheet.part(Part("", "connector", f"{connector.letter} {connector.page + 1}")):
        points = (at, edge) if connector.leaves else (edge, at)
        # No arrow on what comes in: it ends where its flow ends.
        sheet.line(points, colour, width, style, head=9 if connector.leaves else 0)
        if connector.leaves:
            paint_arrow(sheet, points, colour)
        canvas.pen(colour, 1.4)
        canvas.fill(colour if connector.leaves else theme["paper"])
        canvas.circle(centre, _RADIUS)
        ink = theme["paper"] if connector.leaves else colour
        sheet.words(Fitted((connector.letter,), 10.0 if len(connector.letter) < 2 else 9.0, True), centre, ink)
        moving = connector.towards if connector.leaves else (-across, -along)
        arrow, page = _ARROWS[moving], connector.page + 1
        outside = moving in ((1.0, 0.0), (0.0, 1.0), (0.0, -1.0))
        text = Fitted((f"{arrow} {page}" if outside else f"{page} {arrow}",), 9.0)
        if across:
            place = centre[0] + across * (_RADIUS + 3), centre[1]
            sheet.words(text, place, theme["muted"], align="l" if across > 0 else "r")
        else:
            sheet.words(text, (centre[0] + _RADIUS + 3, centre[1]), theme["muted"], align="l")
    sheet.jumps.append((box, connector.page))
