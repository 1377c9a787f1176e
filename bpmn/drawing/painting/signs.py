"""What stands inside the circles of events and the diamonds of gateways."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bpmn.diagram import Bounds
from bpmn.drawing.canvas import Canvas
from bpmn.drawing.geometry import Point

# Shapes that are one polygon, on a circle with the radius 16.
_POLYGONS: dict[str, Sequence[tuple[float, float]]] = {
    "error": ((-8, 7), (-3, -6), (2, 1.5), (8, -7), (3, 6), (-2, -1)),
    "signal": ((0, -8), (8, 6), (-8, 6)),
    "escalation": ((0, -8.5), (6, 8), (0, 2), (-6, 8)),
    "link": ((-8, -3), (2, -3), (2, -7), (9, 0), (2, 7), (2, 3), (-8, 3)),
    "cancel": (
        *((-8, -5), (-5, -8), (0, -3), (5, -8), (8, -5), (3, 0)),
        *((8, 5), (5, 8), (0, 3), (-5, 8), (-8, 5), (-3, 0)),
    ),
    "multiple": tuple((9 * math.sin(n * math.tau / 5), -9 * math.cos(n * math.tau / 5)) for n in range(5)),
    "parallelMultiple": (
        (-2.5, -9), (2.5, -9), (2.5, -2.5), (9, -2.5), (9, 2.5), (2.5, 2.5),
        (2.5, 9), (-2.5, 9), (-2.5, 2.5), (-9, 2.5), (-9, -2.5), (-2.5, -2.5),
    ),
}  # fmt: skip


def event_sign(canvas: Canvas, kind: str, centre: Point, radius: float, ink: str, paper: str, *, filled: bool) -> None:
    """``filled``: the event throws; otherwise it waits."""
    x, y = centre
    k = radius / 16

    def at(right: float, down: float) -> Point:
        return x + right * k, y + down * k

    canvas.pen(ink, 1.2)
    canvas.fill(ink if filled else paper)
    if kind in _POLYGONS:
        canvas.polygon([at(*point) for point in _POLYGONS[kind]])
    elif kind == "timer":
        canvas.fill(paper)
        canvas.circle(centre, 9 * k)
        for hour in range(12):
            across, down = math.cos(hour * math.pi / 6), math.sin(hour * math.pi / 6)
            canvas.line(at(7.4 * across, 7.4 * down), at(9 * across, 9 * down))
        canvas.line(at(1.2, -6.4), at(0, 0), at(4.2, 1))
    elif kind == "message":
        canvas.rectangle(Bounds(*at(-8, -5.5), 16 * k, 11 * k))
        canvas.pen(paper if filled else ink, 1.2)
        canvas.line(at(-8, -5.5), at(0, 1), at(8, -5.5))
    elif kind == "conditional":
        canvas.rectangle(Bounds(*at(-6, -8), 12 * k, 16 * k))
        for row in range(4):
            canvas.line(at(-4, -5 + row * 3.4), at(4, -5 + row * 3.4))
    elif kind == "compensate":
        canvas.polygon([at(0, -6), at(0, 6), at(-8, 0)])
        canvas.polygon([at(8, -6), at(8, 6), at(0, 0)])
    elif kind == "terminate":
        canvas.fill(ink)
        canvas.circle(centre, 10 * k)


def gateway_sign(canvas: Canvas, gateway: str, centre: Point, ink: str, *, scale: float = 1.0) -> None:
    x, y = centre

    def at(right: float, down: float) -> Point:
        return x + right * scale, y + down * scale

    canvas.pen(ink, 2.6)
    canvas.fill(ink)
    if gateway == "exclusiveGateway":
        canvas.line(at(-6, -7), at(6, 7))
        canvas.line(at(6, -7), at(-6, 7))
    elif gateway == "parallelGateway":
        canvas.line(at(-10, 0), at(10, 0))
        canvas.line(at(0, -10), at(0, 10))
    elif gateway == "inclusiveGateway":
        canvas.circle(centre, 10 * scale, filled=False)
    elif gateway == "complexGateway":
        for turn in range(4):
            across, down = 10 * math.cos(turn * math.pi / 4), 10 * math.sin(turn * math.pi / 4)
            canvas.line(at(-across, -down), at(across, down))
    elif gateway == "eventBasedGateway":
        canvas.pen(ink, 1)
        canvas.circle(centre, 13 * scale, filled=False)
        canvas.circle(centre, 10.5 * scale, filled=False)
        star = ((7 * math.sin(n * math.tau / 5), -7 * math.cos(n * math.tau / 5)) for n in range(5))
        canvas.polygon([at(*point) for point in star], filled=False)
